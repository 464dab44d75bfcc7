"""The questions of an application form: what each is, and the check of a form. Pure."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import gettext as _

from prm.errors import FieldError

KINDS: Final = (
    "text", "long", "url", "number", "choice", "many", "country", "file", "consent",
)  # fmt: skip
WITH_CHOICES: Final = ("choice", "many")
MAX_QUESTIONS: Final = 30
MOST_CHOICES: Final = 30
NUMBER: Final = re.compile(r"-?\d{1,15}(\.\d{1,6})?", re.ASCII)
_KEY: Final = re.compile(r"[a-z0-9_]{1,40}")
_FIELDS: Final = frozenset({"key", "label", "help", "kind", "required", "choices", "least", "most"})


@dataclass(frozen=True)
class Question:
    """One question. `choices` belong to choice and many; `least` and `most`, decimal texts, bound
    a number."""

    key: str
    label: str
    kind: str
    required: bool = True
    choices: tuple[str, ...] = ()
    help: str = ""
    least: str = ""
    most: str = ""

    def as_json(self) -> dict[str, Any]:
        """The form kept in the program's row."""
        return {**asdict(self), "choices": list(self.choices)}


def questions_of(raw: object) -> list[Question]:
    """The questions kept in a program's row, which were checked when they were written."""
    rows = raw if isinstance(raw, list) else []
    return [
        Question(
            key=row["key"],
            label=row["label"],
            kind=row["kind"],
            required=row["required"],
            choices=tuple(row.get("choices", [])),
            help=row.get("help", ""),
            least=row.get("least", ""),
            most=row.get("most", ""),
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
        found = _faults(f"questions[{index}]", row)
        errors.extend(found)
        if not found:
            questions.append(_question(row, index))
    keys = [question.key for question in questions]
    if len(set(keys)) != len(keys):
        errors.append(FieldError("questions", "unique", _("Two questions have the same key.")))
    return questions, errors


def number_of(text: str) -> Decimal | None:
    """The number that `text` writes with digits and a point; None for any other text."""
    if not NUMBER.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:  # pragma: no cover  the form above leaves none
        return None


def _question(row: Mapping[str, Any], index: int) -> Question:
    kind = row["kind"]
    choices = tuple(choice.strip() for choice in row.get("choices") or ())
    bounds = {name: str(row.get(name) or "").strip() for name in ("least", "most")}
    return Question(
        key=row.get("key") or f"q{index + 1}",
        label=row["label"].strip(),
        kind=kind,
        required=bool(row.get("required", True)),
        choices=choices if kind in WITH_CHOICES else (),
        help=(row.get("help") or "").strip(),
        **(bounds if kind == "number" else {}),
    )


def _faults(path: str, row: object) -> list[FieldError]:
    if not isinstance(row, dict):
        return [FieldError(path, "invalid", _("Give an object."))]
    errors = [
        FieldError(f"{path}.{name}", "unknown", _("A question has no such field."))
        for name in row
        if name not in _FIELDS
    ]
    if not _is_text(row.get("label"), 300):
        message = _("Ask something, in 1 to 300 characters.")
        errors.append(FieldError(f"{path}.label", "invalid", message))
    help_text = row.get("help") or ""
    if help_text and not _is_text(help_text, 300):
        message = _("At most %(limit)d characters.") % {"limit": 300}
        errors.append(FieldError(f"{path}.help", "invalid", message))
    key = row.get("key", "")
    if key and not (isinstance(key, str) and _KEY.fullmatch(key)):
        errors.append(FieldError(f"{path}.key", "invalid", _("Use 1 to 40 of a-z, 0-9 and _.")))
    if row.get("kind") not in KINDS:
        errors.append(FieldError(f"{path}.kind", "choice", _("Choose a kind of answer.")))
    return errors + _choice_faults(path, row) + _bound_faults(path, row)


def _choice_faults(path: str, row: Mapping[str, Any]) -> list[FieldError]:
    if row.get("kind") not in WITH_CHOICES:
        return []
    choices = row.get("choices") or []
    few = not isinstance(choices, list) or not 2 <= len(choices) <= MOST_CHOICES
    if few or not all(_is_text(choice, 100) for choice in choices):
        message = _("Give 2 to 30 answers to choose from, each at most 100 characters.")
        return [FieldError(f"{path}.choices", "invalid", message)]
    if len({choice.strip() for choice in choices}) != len(choices):
        return [FieldError(f"{path}.choices", "unique", _("Two answers are the same."))]
    return []


def _bound_faults(path: str, row: Mapping[str, Any]) -> list[FieldError]:
    if row.get("kind") != "number":
        return []
    texts = {name: str(row.get(name) or "").strip() for name in ("least", "most")}
    numbers = {name: number_of(text) for name, text in texts.items() if text}
    errors = [
        FieldError(f"{path}.{name}", "invalid", _("Give a number, like 5000 or 2.5."))
        for name, number in numbers.items()
        if number is None
    ]
    least, most = numbers.get("least"), numbers.get("most")
    if least is not None and most is not None and least > most:
        message = _("This is less than the least number.")
        errors.append(FieldError(f"{path}.most", "range", message))
    return errors


def _is_text(value: object, limit: int) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= limit and "\x00" not in value
