"""Decisions about programs, applications and texts on plain values."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from prm.errors import FieldError
from prm.money import MAX_MINOR, is_currency

QUESTION_KINDS = ("text", "long", "url", "choice", "consent")
MAX_QUESTIONS = 20
MAX_BINDING_MONTHS = 120
ANSWER_LIMITS = {"text": 300, "long": 4000, "url": 500}
_KEY = re.compile(r"[a-z0-9_]{1,40}")
_HOST = re.compile(
    r"(?=.{1,253}$)(?:\*\.)?[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
    r"(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*"
)


def checked_binding(value: Any) -> tuple[tuple[str, int | None], list[FieldError]]:
    """How long customers stay with a partner: kind and months, and what is wrong."""
    if value in ("none", "lifetime"):
        return (value, None), []
    months = value.get("months") if isinstance(value, Mapping) and len(value) == 1 else None
    if type(months) is int and 1 <= months <= MAX_BINDING_MONTHS:
        return ("months", months), []
    message = _("This is none, lifetime, or 1 to %(most)d months.")
    fault = FieldError("customer_binding", "choice", message % {"most": MAX_BINDING_MONTHS})
    return ("none", None), [fault]


@dataclass(frozen=True)
class Question:
    """One question of an application form."""

    key: str
    label: str
    kind: str
    required: bool = True
    choices: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The form kept in the program's row."""
        return {
            "key": self.key,
            "label": self.label,
            "kind": self.kind,
            "required": self.required,
            "choices": list(self.choices),
        }


def terms_hash(text: str) -> str:
    """SHA-256 of the very text, line ends unified."""
    return hashlib.sha256(unified(text).encode()).hexdigest()


def unified(text: str) -> str:
    """`text` with one kind of line end and no space at its ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def questions_of(raw: object) -> list[Question]:
    """The questions kept in a program's row, which were checked when they were written."""
    rows = raw if isinstance(raw, list) else []
    return [
        Question(
            row["key"], row["label"], row["kind"], row["required"], tuple(row.get("choices", []))
        )
        for row in rows
    ]


def checked_questions(raw: object) -> tuple[list[Question], list[FieldError]]:
    """Questions from input, and what is wrong with it by path (`questions[1].label`)."""
    if not isinstance(raw, list) or len(raw) > MAX_QUESTIONS:
        message = _("Give a list of at most %(limit)d questions.") % {"limit": MAX_QUESTIONS}
        return [], [FieldError("questions", "invalid", message)]
    errors: list[FieldError] = []
    questions: list[Question] = []
    for index, row in enumerate(raw):
        found = _question_errors(f"questions[{index}]", row)
        errors.extend(found)
        if not found:
            questions.append(_question(row, index))
    keys = [question.key for question in questions]
    if len(set(keys)) != len(keys):
        errors.append(FieldError("questions", "unique", _("Two questions have the same key.")))
    return questions, errors


def _question(row: dict[str, Any], index: int) -> Question:
    choices = tuple(choice.strip() for choice in row.get("choices") or ())
    return Question(
        key=row.get("key") or f"q{index + 1}",
        label=row["label"].strip(),
        kind=row["kind"],
        required=bool(row.get("required", True)),
        choices=choices if row["kind"] == "choice" else (),
    )


def _question_errors(path: str, row: object) -> list[FieldError]:
    if not isinstance(row, dict):
        return [FieldError(path, "invalid", _("Give an object."))]
    errors = []
    label, key, kind = row.get("label"), row.get("key", ""), row.get("kind")
    if not _is_text(label, 300):
        errors.append(
            FieldError(f"{path}.label", "invalid", _("Ask something, in 1 to 300 characters."))
        )
    if key and not (isinstance(key, str) and _KEY.fullmatch(key)):
        errors.append(FieldError(f"{path}.key", "invalid", _("Use 1 to 40 of a-z, 0-9 and _.")))
    if kind not in QUESTION_KINDS:
        errors.append(FieldError(f"{path}.kind", "choice", _("Choose a kind of answer.")))
    choices = row.get("choices") or []
    few = not isinstance(choices, list) or not 2 <= len(choices) <= 30
    if kind == "choice" and (few or not all(_is_text(choice, 100) for choice in choices)):
        message = _("Give 2 to 30 answers to choose from, each at most 100 characters.")
        errors.append(FieldError(f"{path}.choices", "invalid", message))
    return errors


def _is_text(value: object, limit: int) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= limit and "\x00" not in value


def checked_answers(
    questions: list[Question], given: Mapping[str, object]
) -> tuple[list[dict[str, str]], list[FieldError]]:
    """What is kept of the answers, with the question as it was asked, and errors by key."""
    answers, errors = [], []
    for question in questions:
        value = given.get(question.key, "")
        text = _answer_text(question, value)
        problem = _answer_problem(question, text)
        if problem:
            errors.append(FieldError(f"answers.{question.key}", "invalid", problem))
        answers.append(
            {"key": question.key, "label": question.label, "kind": question.kind, "value": text}
        )
    known = {question.key for question in questions}
    errors += [
        FieldError(f"answers.{key}", "unknown", _("The form has no such question."))
        for key in given
        if key not in known
    ]
    return answers, errors


def _answer_text(question: Question, value: object) -> str:
    if question.kind == "consent":
        return "yes" if value in (True, "yes", "on", "true") else ""
    return unified(value) if isinstance(value, str) else ""


def _answer_problem(question: Question, text: str) -> str:
    """What is wrong with an answer, in plain words; "" when nothing is."""
    if not text:
        return _required_message(question) if question.required else ""
    if "\x00" in text:
        return _("Remove the zero character.")
    limit = ANSWER_LIMITS.get(question.kind, 300)
    if len(text) > limit:
        return _("At most %(limit)d characters.") % {"limit": limit}
    if question.kind == "choice" and text not in question.choices:
        return _("Choose one of the answers.")
    if question.kind == "url" and not is_web_address(text):
        return _("Give the whole address, like https://example.com/page.")
    return ""


def _required_message(question: Question) -> str:
    if question.kind == "consent":
        return _("Agree to this to apply.")
    return _("Choose one of the answers.") if question.kind == "choice" else _("Answer this.")


def is_web_address(text: str) -> bool:
    """Whether `text` is an absolute http or https address with a plausible host."""
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and "." in host and not re.search(r"\s", text)


def checked_hosts(raw: object) -> tuple[list[str], list[FieldError]]:
    """Hosts in lower case without repeats; `*.example.com` stands for subdomains of any depth."""
    if not isinstance(raw, (list, tuple)) or len(raw) > 100:
        return [], [FieldError("allowed_hosts", "invalid", _("Give a list of at most 100 hosts."))]
    hosts, errors = [], []
    for index, item in enumerate(raw):
        host = item.strip().lower().rstrip(".") if isinstance(item, str) else ""
        if not _HOST.fullmatch(host):
            message = _("Give a host like shop.example.com or *.example.com, without https://.")
            errors.append(FieldError(f"allowed_hosts[{index}]", "invalid", message))
        hosts.append(host)
    return list(dict.fromkeys(hosts)), errors


def checked_minimum(raw: object, currency: str) -> tuple[dict[str, int], list[FieldError]]:
    """Least payout by currency in minor units; a bare number is of the program's currency."""
    rows = {currency: raw} if isinstance(raw, int) and not isinstance(raw, bool) else raw
    if not isinstance(rows, dict):
        message = _("Give an amount, or amounts by currency.")
        return {}, [FieldError("minimum_payout", "invalid", message)]
    errors = []
    for code, amount in rows.items():
        if not isinstance(code, str) or not is_currency(code):
            message = _("Give currencies as three letters, like EUR.")
            errors.append(FieldError("minimum_payout", "currency", message))
        elif type(amount) is not int or not 0 <= amount <= MAX_MINOR:
            message = _("Give an amount of 0 or more.")
            errors.append(FieldError(f"minimum_payout.{code}", "invalid", message))
    return rows, errors


def reapply_from(decided_at: datetime, days: int) -> datetime:
    """When a rejected partner may apply again."""
    return decided_at + timedelta(days=days)


def merged(text: str, values: Mapping[str, str]) -> str:
    """`text` with {link}, {partner} and the like filled in; unknown names stay as they are."""
    return re.sub(r"\{(\w+)\}", lambda hit: values.get(hit.group(1), hit.group(0)), text)
