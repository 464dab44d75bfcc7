"""Answers to an application form: their check, and how they are kept. Pure.

An answer is kept with the question as it was asked: {key, label, kind, value}. The value is text;
of `many` a list of texts, of a consent "yes" or "", of a file its name.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from campaigns.questions import Question, number_of
from campaigns.rules import unified
from prm.errors import FieldError

LIMITS: Final = {"text": 300, "long": 4000, "url": 500, "number": 24, "country": 2}
Answer = dict[str, Any]


def checked_answers(
    questions: list[Question],
    given: Mapping[str, object],
    *,
    files: Mapping[str, str] | None = None,
    countries: Mapping[str, object] | frozenset[str] = frozenset(),
) -> tuple[list[Answer], list[FieldError]]:
    """What is kept of the answers, and errors by key. `files` are names of files by key."""
    names = files or {}
    answers: list[Answer] = []
    errors: list[FieldError] = []
    for question in questions:
        value = _kept(question, given.get(question.key, ""), names)
        problem = _problem(question, value, countries)
        if problem:
            errors.append(FieldError(f"answers.{question.key}", "invalid", problem))
        answers.append(
            {"key": question.key, "label": question.label, "kind": question.kind, "value": value}
        )
    known = {question.key for question in questions}
    errors += [
        FieldError(f"answers.{key}", "unknown", _("The form has no such question."))
        for key in [*given, *names]
        if key not in known
    ]
    return answers, errors


def shown(answer: Mapping[str, Any]) -> str:
    """An answer in one line, without the words of yes and no."""
    value = answer["value"]
    return ", ".join(value) if isinstance(value, list) else str(value)


def is_web_address(text: str) -> bool:
    """Whether `text` is an absolute http or https address with a plausible host."""
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and "." in host and not re.search(r"\s", text)


def _kept(question: Question, value: object, files: Mapping[str, str]) -> str | list[str]:
    if question.kind == "file":
        return files.get(question.key, "")
    if question.kind == "consent":
        return "yes" if value in (True, "yes", "on", "true") else ""
    if question.kind == "many":
        rows = value if isinstance(value, (list, tuple)) else [value] if value else []
        picked = [row for row in rows if isinstance(row, str)]
        # In the order of the form and once each; what it does not offer stays, to be refused.
        known = [choice for choice in question.choices if choice in picked]
        return known + [row for row in picked if row not in question.choices]
    if question.kind == "number" and isinstance(value, (int, Decimal)):
        return "" if isinstance(value, bool) else f"{value}"
    text = unified(value) if isinstance(value, str) else ""
    return text.upper() if question.kind == "country" else text


def _problem(
    question: Question, value: str | list[str], countries: Mapping[str, object] | frozenset[str]
) -> str:
    """What is wrong with an answer, in plain words; "" when nothing is."""
    if not value:
        return _required(question) if question.required else ""
    if isinstance(value, list):
        fine = all(row in question.choices for row in value)
        return "" if fine else _("Choose among the answers.")
    if "\x00" in value:
        return _("Remove the zero character.")
    limit = LIMITS.get(question.kind, 300)
    if len(value) > limit:
        return _("At most %(limit)d characters.") % {"limit": limit}
    if question.kind == "country":
        return "" if value in countries else _("Choose a country.")
    check = _CHECKS.get(question.kind)
    return check(question, value) if check else ""


def _choice_problem(question: Question, value: str) -> str:
    return "" if value in question.choices else _("Choose one of the answers.")


def _url_problem(_question: Question, value: str) -> str:
    fine = is_web_address(value)
    return "" if fine else _("Give the whole address, like https://example.com/page.")


def _number_problem(question: Question, value: str) -> str:
    number = number_of(value)
    if number is None:
        return _("Give a number, like 5000 or 2.5.")
    least, most = number_of(question.least), number_of(question.most)
    if least is not None and number < least:
        return _("Give %(least)s or more.") % {"least": question.least}
    if most is not None and number > most:
        return _("Give %(most)s or less.") % {"most": question.most}
    return ""


_CHECKS: Final[dict[str, Callable[[Question, str], str]]] = {
    "choice": _choice_problem,
    "url": _url_problem,
    "number": _number_problem,
}


def _required(question: Question) -> str:
    return {
        "consent": _("Agree to this to apply."),
        "choice": _("Choose one of the answers."),
        "many": _("Choose at least one of the answers."),
        "country": _("Choose a country."),
        "file": _("Choose a file."),
    }.get(question.kind, _("Answer this."))
