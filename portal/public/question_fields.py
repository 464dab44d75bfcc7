"""The control for one question of an application form."""

from typing import Any, Final

from django import forms
from django.utils.html import escape
from django.utils.translation import gettext as _

from campaigns.answers import LIMITS
from campaigns.questions import Question, number_of
from portal import choices

FILES: Final = ".pdf,.docx,.xlsx,.pptx,.odt,.ods,.odp,.png,.jpg,.jpeg,.webp,.gif"


def field_of(question: Question) -> forms.Field:
    """A form field that takes the answer; the service checks it once more."""
    common: dict[str, Any] = {
        "label": question.label,
        "required": question.required,
        "help_text": escape(question.help),
    }
    if question.kind == "consent":
        return forms.BooleanField(**common)
    if question.kind == "choice":
        rows = [("", _("Choose")), *_pairs(question)]
        return forms.ChoiceField(choices=rows, **common)
    if question.kind == "many":
        widget = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(choices=_pairs(question), widget=widget, **common)
    if question.kind == "country":
        return forms.ChoiceField(choices=[("", _("Choose")), *choices.countries()], **common)
    if question.kind == "file":
        return _file(common)
    if question.kind == "number":
        return _number(question, common)
    return _text(question, common)


def _text(question: Question, common: dict[str, Any]) -> forms.Field:
    limit = LIMITS.get(question.kind, 300)
    if question.kind == "url":
        widget: forms.Widget = forms.URLInput(attrs={"inputmode": "url", "placeholder": "https://"})
        return forms.URLField(max_length=limit, assume_scheme="https", widget=widget, **common)
    if question.kind == "long":
        widget = forms.Textarea(attrs={"rows": 4})
        return forms.CharField(max_length=limit, widget=widget, **common)
    return forms.CharField(max_length=limit, **common)


def _number(question: Question, common: dict[str, Any]) -> forms.Field:
    """Typed with a point or the reader's own comma; kept with a point."""
    return forms.DecimalField(
        min_value=number_of(question.least),
        max_value=number_of(question.most),
        max_digits=21,
        decimal_places=6,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
        **common,
    )


def _file(common: dict[str, Any]) -> forms.Field:
    hint = _("PDF or office file up to 25 MB, picture up to 10 MB.")
    common["help_text"] = f"{common['help_text']} {hint}".strip()
    widget = forms.FileInput(attrs={"accept": FILES})
    return forms.FileField(max_length=200, widget=widget, **common)


def _pairs(question: Question) -> list[tuple[str, str]]:
    return [(choice, choice) for choice in question.choices]
