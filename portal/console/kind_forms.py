"""The form that makes a program of a kind: the basics and the kind's own few questions."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _

from campaigns import kinds
from campaigns.kind_answers import checked_settings
from campaigns.kind_settings import Setting, settings_of
from portal.console.program_forms import NewProgramForm
from prm.money import exponent, is_currency, to_major, to_minor

PREFIX = "k_"
MOST_DIGITS = 17


class KindFields(forms.Form):
    """The questions of one kind; money is typed in major units of `currency`."""

    def __init__(
        self,
        *args: Any,
        kind: str,
        currency: str,
        answers: Mapping[str, Any] | None = None,
        **kw: Any,
    ) -> None:
        super().__init__(*args, **kw)
        self.use_required_attribute = False
        self.kind = kind
        self.settings = {PREFIX + one.key: one for one in settings_of(kind)}
        for name, setting in self.settings.items():
            start = answers.get(setting.key) if answers else setting.default_in(currency)
            self.fields[name] = _field(setting, _shown(setting, start, currency))

    def _clean_fields(self) -> None:
        """What another answer makes unasked may stay empty; the check says what is missing."""
        unasked = [name for name, one in self.settings.items() if one.when[0]]
        for name in unasked:
            self.fields[name].required = False
        super()._clean_fields()  # type: ignore[misc]
        for name in unasked:
            self.fields[name].required = self.settings[name].required

    @property
    def start(self) -> dict[str, Any]:
        """What the fields of a form that nobody has sent yet show, as if it were sent."""
        shown = {name: self.get_initial_for_field(one, name) for name, one in self.fields.items()}
        return {name: "" if value is None else value for name, value in shown.items()}

    def questions(self) -> list[BoundField]:
        """The kind's own fields, in the order in which they are asked."""
        return [self[name] for name in self.settings]

    def answers(self, currency: str) -> dict[str, Any]:
        """The answers of a cleaned form as they are kept; mistakes are put by their fields."""
        given: dict[str, Any] = {}
        for name, setting in self.settings.items():
            if name in self.errors or not setting.applies(given):
                continue
            value = self._kept(name, setting, currency)
            given[setting.key] = value
        if any(name in self.errors for name in self.settings):
            return {}
        found, errors = checked_settings(self.kind, given, currency)
        for error in errors:
            self.add_error(PREFIX + error.field.rpartition(".")[2], error.message)
        return found

    def _kept(self, name: str, setting: Setting, currency: str) -> Any:
        """One typed answer as it is kept; None where nothing was typed."""
        value = self.cleaned_data.get(name)
        if value in (None, ""):
            return None
        if setting.type == "money":
            if value != round(value, exponent(currency)):
                message = _("%(currency)s has at most %(digits)d decimals.")
                self.add_error(name, message % {"currency": currency, "digits": exponent(currency)})
                return None
            return to_minor(value, currency)
        if setting.type in {"rate", "points"}:
            return f"{value:f}"
        return value.splitlines() if setting.type == "lines" else value


class StartProgramForm(KindFields, NewProgramForm):
    """A program of a kind: basics, the kind's questions, terms."""

    def __init__(self, *args: Any, kind: str, currency: str, **kw: Any) -> None:
        super().__init__(*args, kind=kind, currency=currency, **kw)
        self.order_fields(["name", "slug", "currency", *self.settings])

    def basics(self) -> list[BoundField]:
        """Name, address, currency, where links lead."""
        return [self[name] for name in ("name", "slug", "currency", "landing_url")]

    def words(self) -> list[BoundField]:
        """What partners read."""
        return [self[name] for name in ("summary", "terms")]

    def clean(self) -> dict[str, Any]:
        """The service's arguments: the kind and its answers beside the basics."""
        data = super().clean() or self.cleaned_data
        currency = data.get("currency", "")
        basics = {name: data[name] for name in NewProgramForm.base_fields if name in data}
        if not is_currency(currency):
            return basics
        return {**basics, "kind": self.kind, "kind_settings": self.answers(currency)}


class ExampleForm(KindFields):
    """Only the questions, for the worked example while they are answered."""

    currency = forms.CharField(max_length=3)


def _shown(setting: Setting, value: Any, currency: str) -> Any:
    """A kept answer as a form shows it."""
    if value is None:
        return ""
    if setting.type == "money":
        digits = to_major(int(value), currency)
        return digits.quantize(Decimal(1)) if digits == digits.to_integral() else digits
    return "\n".join(value) if setting.type == "lines" else value


def _field(setting: Setting, initial: Any) -> forms.Field:
    """The form field of one question; `data-when` lets a script hide what is not asked."""
    plain: dict[str, Any] = {
        "label": setting.label,
        "help_text": _hint(setting),
        "initial": initial,
        "required": setting.required,
    }
    field = _typed(setting, plain)
    if setting.when[0]:
        field.widget.attrs["data-when"] = f"{PREFIX}{setting.when[0]}={' '.join(setting.when[1])}"
    return field


def _hint(setting: Setting) -> str:
    money = _("In the program’s currency.") if setting.type == "money" else ""
    return " ".join(filter(None, [money, str(setting.hint)]))


def _typed(setting: Setting, plain: dict[str, Any]) -> forms.Field:
    if setting.type == "choice":
        return forms.ChoiceField(choices=list(setting.choices), **plain)
    if setting.type == "whole":
        return forms.IntegerField(min_value=setting.least, max_value=setting.most, **plain)
    if setting.type == "lines":
        area = forms.Textarea(attrs={"rows": 4})
        return forms.CharField(max_length=4000, widget=area, **plain)
    if setting.type == "host":
        return forms.CharField(max_length=253, **plain)
    return forms.DecimalField(min_value=0, max_digits=MOST_DIGITS, **plain)


def chosen_kind(code: str) -> kinds.Kind | None:
    """The kind that an address names; None for none or an unknown one."""
    return kinds.KINDS.get(code)
