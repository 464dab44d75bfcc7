"""Forms about prospects: facts, stages, invitations."""

from typing import Any

from babel import Locale
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Program
from campaigns.selectors import open_programs
from partners.models import ContentKind, Prospect
from partners.prospect_rules import LANGUAGES
from partners.selectors import managers
from portal import choices
from portal.console.partner_forms import ManagerField
from portal.money_format import reader_locale
from sellers.models import Staff

COMMON_LANGUAGES = (
    "en", "id", "ms", "de", "fr", "es", "pt", "it", "nl", "pl", "tr", "ar", "hi", "zh", "ja",
    "ko", "th", "vi", "fil", "ru", "uk", "sv", "da", "no", "fi",
)  # fmt: skip


def language_choices() -> choices.Choices:
    """The languages that people sell in most, by name in the reader's language."""
    names = reader_locale().languages
    plain = Locale("en").languages
    rows = [
        (code, str(names.get(code) or plain.get(code, code)))
        for code in COMMON_LANGUAGES
        if code in LANGUAGES
    ]
    return sorted(rows, key=lambda pair: pair[1].casefold())


class WordsField(forms.CharField):
    """Words with a comma between."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        text = super().to_python(value)
        return [part.strip() for part in str(text).split(",") if part.strip()]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        super().run_validators(", ".join(value))


class LanguagesField(forms.MultipleChoiceField):
    """Languages by tick; those of a record that are not common stay with it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.CheckboxSelectMultiple, required=False, **kwargs)

    def offer(self, kept: list[str]) -> None:
        """What can be ticked: the usual languages and those `kept` already."""
        rows = language_choices()
        known = {code for code, _name in rows}
        names = reader_locale().languages
        more = [(code, str(names.get(code, code))) for code in kept if code not in known]
        self.choices = [*rows, *more]


class ProspectForm(forms.Form):
    """What is known of a prospect."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=160)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=Prospect.Kind.choices,
        widget=forms.RadioSelect,
        initial="company",
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("Where an invitation would go."),
    )
    website = forms.URLField(
        label=gettext_lazy("Website"), max_length=500, required=False, assume_scheme="https"
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    niches = WordsField(
        label=gettext_lazy("Niches"),
        max_length=900,
        required=False,
        help_text=gettext_lazy("What it is about, with commas between: coffee, slow travel."),
    )
    content_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of content"),
        choices=ContentKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    languages = LanguagesField(label=gettext_lazy("Languages"))
    source = forms.CharField(
        label=gettext_lazy("Where you found him"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("A fair, a search, a partner’s tip."),
    )
    external_id = forms.CharField(
        label=gettext_lazy("Your own id"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Imports find him by it."),
    )
    manager = ManagerField(label=gettext_lazy("Looked after by"), queryset=Staff.objects.none())
    notes = forms.CharField(
        label=gettext_lazy("Notes for your team"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [("", _("Not known")), *choices.countries()]  # type: ignore[attr-defined]
        self.fields["manager"].queryset = managers()  # type: ignore[attr-defined]
        self.fields["languages"].offer(list(self.initial.get("languages", [])))  # type: ignore[attr-defined]


class DropForm(forms.Form):
    """Why a prospect is put aside."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        help_text=gettext_lazy("Your team reads it when the name comes up again."),
    )


class ProgramField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the open programs."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class InviteProspectForm(forms.Form):
    """To which program, to which address, with which words."""

    program = ProgramField(
        label=gettext_lazy("Program"), queryset=Program.objects.none(), empty_label=None
    )
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    language = forms.ChoiceField(label=gettext_lazy("Language of the mail"))
    message = forms.CharField(
        label=gettext_lazy("Your own words"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "They stand on top of the mail. What the program is and the personal link come below."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["program"].queryset = open_programs()  # type: ignore[attr-defined]
        self.fields["language"].choices = choices.languages()  # type: ignore[attr-defined]
