"""The application form: who applies, the program's own questions, the terms."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Program
from campaigns.questions import questions_of
from partners.models import Partner
from portal import choices
from portal.public.question_fields import field_of
from prm.errors import Refusal

ANSWER = "answer_"


class ApplicationForm(forms.Form):
    """Made for one program; with `known` the company is not asked again."""

    kind = forms.ChoiceField(
        label=gettext_lazy("You apply as"),
        choices=Partner.Kind.choices,
        widget=forms.RadioSelect,
        initial="company",
    )
    name = forms.CharField(
        label=gettext_lazy("Name of company or person"),
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    website = forms.URLField(
        label=gettext_lazy("Where you would sell"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("Your site, shop or main channel."),
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"))

    def __init__(
        self, *args: Any, program: Program, known: Partner | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.program = program
        self.questions = questions_of(program.questions)
        if known is not None:
            for name in ("kind", "name", "website", "country"):
                del self.fields[name]
        else:
            rows = [("", _("Choose")), *choices.countries()]
            self.fields["country"].choices = rows  # type: ignore[attr-defined]
        for question in self.questions:
            self.fields[ANSWER + question.key] = field_of(question)
        self.fields["terms_version"] = forms.IntegerField(
            widget=forms.HiddenInput, initial=program.terms_version
        )
        self.fields["accept"] = forms.BooleanField(
            label=_("I have read the terms, version %(version)d, and accept them.")
            % {"version": program.terms_version},
            error_messages={"required": _("Accept the terms to apply.")},
        )

    def answers(self) -> dict[str, object]:
        """Answers by key, as the service takes them."""
        plain = [q for q in self.questions if q.kind != "file"]
        return {q.key: self._answer(q.key) for q in plain}

    def uploads(self) -> "dict[str, UploadedFile[Any]]":
        """Files by the key of their question."""
        keys = [q.key for q in self.questions if q.kind == "file"]
        return {key: file for key in keys if (file := self.cleaned_data.get(ANSWER + key))}

    def _answer(self, key: str) -> object:
        value = self.cleaned_data.get(ANSWER + key)
        if isinstance(value, Decimal):
            return f"{value.normalize():f}"
        return "" if value is None else value

    def company(self) -> dict[str, str]:
        """Who applies."""
        return {n: self.cleaned_data[n] for n in ("name", "kind", "website", "country")}

    def show(self, refusal: Refusal) -> None:
        """A service's refusal by the fields it names."""
        for error in refusal.errors:
            name = error.field.replace("answers.", ANSWER, 1)
            self.add_error(name if name in self.visible_names() else None, error.message)
        if not refusal.errors:
            self.add_error(None, refusal.message)

    def visible_names(self) -> set[str]:
        """Fields that a person sees."""
        return {field.name for field in self.visible_fields()}
