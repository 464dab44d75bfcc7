"""Forms about programs and their terms."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Program
from campaigns.models.programs import HoldFrom, ProgramKind, SelfPurchase
from portal import choices
from prm.money import MAX_MINOR, exponent, is_currency, to_major, to_minor


class NewProgramForm(forms.Form):
    """What a program needs to exist; the rest has defaults and is changed later."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    slug = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=50,
        widget=forms.TextInput(attrs={"data-slug-from": "id_name", "autocomplete": "off"}),
        help_text=gettext_lazy("The last part of the program's page: small letters, digits, -."),
    )
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"),
        help_text=gettext_lazy("Of flat amounts. It is fixed once the program has been opened."),
    )
    landing_url = forms.URLField(
        label=gettext_lazy("Where links lead"),
        max_length=500,
        assume_scheme="https",
        help_text=gettext_lazy("Your shop's page. Partners can lead deeper on the same host."),
    )
    summary = forms.CharField(
        label=gettext_lazy("In one sentence"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Stands on top of the program's page."),
    )
    terms = forms.CharField(
        label=gettext_lazy("Terms"),
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy("Partners accept this very text when they apply."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "currency" in self.fields:
            self.fields["currency"].choices = choices.currencies()  # type: ignore[attr-defined]


class ProgramForm(NewProgramForm):
    """All settings of a program."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=ProgramKind.choices,
        help_text=gettext_lazy(
            "Rules stay as they are when it changes. It is fixed once a partner is in the program."
        ),
    )
    hold_days = forms.IntegerField(
        label=gettext_lazy("Days of hold"),
        min_value=0,
        max_value=3650,
        help_text=gettext_lazy("A commission is free for payout so many days after the sale."),
    )
    hold_from = forms.ChoiceField(
        label=gettext_lazy("The hold starts with"), choices=HoldFrom.choices
    )
    self_purchase = forms.ChoiceField(
        label=gettext_lazy("What a partner buys himself"), choices=SelfPurchase.choices
    )
    minimum = forms.CharField(
        label=gettext_lazy("Least payout"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Like EUR 25, or EUR 25, IDR 100000. Below it, money waits."),
    )
    reapply_days = forms.IntegerField(
        label=gettext_lazy("Days before a rejected partner may apply again"),
        min_value=0,
        max_value=3650,
    )
    hosts = forms.CharField(
        label=gettext_lazy("Hosts that links may lead to"),
        max_length=20000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One a line, like shop.example.com. Empty: only the host above."),
    )
    auto_approve = forms.BooleanField(
        label=gettext_lazy("Take every applicant at once"), required=False
    )
    auto_approve_commissions = forms.BooleanField(
        label=gettext_lazy("Commissions become payable by themselves after the hold"),
        required=False,
    )

    def __init__(
        self, *args: Any, program: Program, fixed_kind: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, initial=initial_of(program), **kwargs)
        if fixed_kind:
            # Fixed by now, as the page says; the service would refuse a change.
            del self.fields["kind"]
        if program.status != Program.Status.DRAFT:
            # Fixed by now; the service would refuse a change.
            del self.fields["currency"]

    def clean_minimum(self) -> dict[str, int]:
        """Typed amounts by currency, as minor units."""
        found: dict[str, int] = {}
        for part in self.cleaned_data["minimum"].replace("\n", ",").split(","):
            if not part.strip():
                continue
            code, _space, digits = part.strip().partition(" ")
            found[code.upper()] = _minor(code.upper(), digits.strip())
        return found

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = dict(self.cleaned_data)
        data["allowed_hosts"] = [host for host in data.pop("hosts").split() if host]
        data["minimum_payout"] = data.pop("minimum")
        return data


def _minor(code: str, digits: str) -> int:
    message = _("Write it like EUR 25, with a comma between several.")
    if not is_currency(code) or not digits.replace(".", "", 1).isdecimal() or len(digits) > 20:
        raise forms.ValidationError(message)
    amount = Decimal(digits)
    if -int(amount.as_tuple().exponent) > exponent(code) or to_minor(amount, code) > MAX_MINOR:
        raise forms.ValidationError(message)
    return to_minor(amount, code)


def initial_of(program: Program) -> dict[str, Any]:
    """A program's settings as the form shows them."""
    names = [name for name in ProgramForm.base_fields if name not in {"hosts", "minimum"}]
    least = [
        f"{code} {to_major(amount, code).normalize():f}"
        for code, amount in sorted(program.minimum_payout.items())
    ]
    return {
        **{name: getattr(program, name) for name in names},
        "hosts": "\n".join(program.allowed_hosts),
        "minimum": ", ".join(least),
    }
