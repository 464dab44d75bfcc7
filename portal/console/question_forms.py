"""The form builder's own form: one question of a program's application form."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy

from campaigns.models import Program
from campaigns.questions import (
    KINDS,
    MAX_QUESTIONS,
    Question,
    checked_questions,
    questions_of,
)
from portal.console import builder_rows
from portal.public.question_fields import field_of

PREFIX: Final = "q"
NAMES: Final = ("key", "label", "help", "kind", "choices", "least", "most", "required")
KIND_WORDS: Final = {
    "text": gettext_lazy("One line"),
    "long": gettext_lazy("Several lines"),
    "url": gettext_lazy("Web address"),
    "number": gettext_lazy("Number"),
    "choice": gettext_lazy("One of several answers"),
    "many": gettext_lazy("Any of several answers"),
    "country": gettext_lazy("Country"),
    "file": gettext_lazy("File"),
    "consent": gettext_lazy("Consent, a box to tick"),
}


class QuestionForm(forms.Form):
    """One question; without words it is left out."""

    key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    label = forms.CharField(label=gettext_lazy("Question"), max_length=300, required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Answer"), choices=[(kind, KIND_WORDS[kind]) for kind in KINDS]
    )
    choices = forms.CharField(
        label=gettext_lazy("Answers to choose from"),
        max_length=3200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One a line."),
    )
    least = forms.CharField(label=gettext_lazy("Least number"), max_length=24, required=False)
    most = forms.CharField(label=gettext_lazy("Greatest number"), max_length=24, required=False)
    help = forms.CharField(
        label=gettext_lazy("Hint below the question"), max_length=300, required=False
    )
    required = forms.BooleanField(label=gettext_lazy("Must be answered"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # With script a field shows only for the kinds that it belongs to.
        kind = self.add_prefix("kind")
        for name, kinds in (("choices", "choice many"), ("least", "number"), ("most", "number")):
            self.fields[name].widget.attrs["data-when"] = f"{kind}={kinds}"

    def as_question(self) -> dict[str, Any] | None:
        """The question as the service takes it; None for one without words."""
        data = self.cleaned_data
        if not data.get("label"):
            return None
        return as_question(data)


QuestionFormSet = forms.formset_factory(
    QuestionForm, extra=0, max_num=MAX_QUESTIONS, absolute_max=MAX_QUESTIONS + 10
)


def as_question(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the builder as the service takes it."""
    return {
        **({"key": row["key"]} if row.get("key") else {}),
        "label": row.get("label", ""),
        "kind": row.get("kind", ""),
        "required": bool(row.get("required")),
        "choices": [one.strip() for one in row.get("choices", "").splitlines() if one.strip()],
        "help": row.get("help", ""),
        "least": row.get("least", ""),
        "most": row.get("most", ""),
    }


def rows_of_program(program: Program) -> list[dict[str, Any]]:
    """A program's questions as the builder shows them."""
    return [
        {**question, "choices": "\n".join(question["choices"])} for question in program.questions
    ]


def rows_of_post(data: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rows as they stand in a posted builder, whole or not."""
    return builder_rows.rows_of_post(data, PREFIX, NAMES, MAX_QUESTIONS)


def with_act(rows: list[dict[str, Any]], act: str) -> list[dict[str, Any]]:
    """The rows after a button: `add:<kind>`, `up:2`, `down:2` or `remove:2`; else as they are."""
    what, _colon, kind = act.partition(":")
    if what == "add" and len(rows) < MAX_QUESTIONS:
        return [*rows, {"kind": kind if kind in KINDS else "text", "required": "on"}]
    return builder_rows.moved(rows, act)


def formset_of(rows: list[dict[str, Any]]) -> Any:
    """The builder showing these rows; an empty one starts with an empty question."""
    return QuestionFormSet(initial=rows or [{"kind": "text", "required": True}], prefix=PREFIX)


class PreviewForm(forms.Form):
    """The questions as applicants see them; those that are not whole yet are left out."""

    prefix = "preview"

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        super().__init__()
        for number, question in enumerate(_whole(rows)):
            self.fields[f"{number}"] = field_of(question)


def _whole(rows: list[dict[str, Any]]) -> list[Question]:
    found = []
    for row in rows:
        questions, faults = checked_questions([as_question({**row, "key": ""})])
        found += [] if faults else questions
    return found


def asked(program: Program) -> list[dict[str, Any]]:
    """The questions as the program's page lists them."""
    return [
        {
            "label": question.label,
            "required": question.required,
            "words": KIND_WORDS[question.kind],
            "choices": question.choices,
        }
        for question in questions_of(program.questions)
    ]
