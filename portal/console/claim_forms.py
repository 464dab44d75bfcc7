"""Forms by which staff answer a claim."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from commissions.inputs import CustomerInput, SaleInput
from commissions.models import Claim
from portal import choices
from portal.console.sale_forms import MomentField, in_minor, money_field
from prm.money import to_major


class AskForm(forms.Form):
    """A question to the partner."""

    text = forms.CharField(
        label=gettext_lazy("Question to the partner"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class GoodwillForm(forms.Form):
    """An amount for the partner, with its reason."""

    amount = money_field(gettext_lazy("Amount"))
    currency = forms.ChoiceField(label=gettext_lazy("Currency"))
    reason = forms.CharField(
        label=gettext_lazy("Reason, which the partner will read"), max_length=400
    )

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].choices = choices.currencies()  # type: ignore[attr-defined]
        self.fields["currency"].initial = claim.program.currency

    def values(self) -> dict[str, Any]:
        """Arguments of the service; may add mistakes about decimals."""
        data = self.cleaned_data
        return {
            "amount_minor": in_minor(self, "amount", data["currency"]),
            "currency": data["currency"],
            "reason": data["reason"],
        }


class RecordForm(forms.Form):
    """The sale of an order that is not known, as the seller's own books say."""

    amount = money_field(gettext_lazy("Net amount, after discount, before tax and shipping"))
    currency = forms.ChoiceField(label=gettext_lazy("Currency"))
    tax = money_field(gettext_lazy("Tax"), required=False)
    shipping = money_field(gettext_lazy("Shipping"), required=False)
    customer = forms.EmailField(
        label=gettext_lazy("Customer’s e-mail"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("Only a keyed hash of it is kept."),
    )
    occurred_at = MomentField(label=gettext_lazy("When"))

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.claim = claim
        self.fields["currency"].choices = choices.currencies()  # type: ignore[attr-defined]
        self.fields["currency"].initial = claim.currency
        self.fields["amount"].initial = to_major(claim.amount_minor, claim.currency)
        self.fields["occurred_at"].required = True
        self.fields["occurred_at"].initial = f"{claim.bought_on.isoformat()}T12:00"

    def as_input(self) -> SaleInput:
        """The sale of the valid form; may add mistakes about decimals."""
        data = self.cleaned_data
        currency = data["currency"]
        return SaleInput(
            external_id=self.claim.order,
            currency=currency,
            amount=in_minor(self, "amount", currency),
            tax=in_minor(self, "tax", currency),
            shipping=in_minor(self, "shipping", currency),
            customer=CustomerInput(email=data["customer"]),
            occurred_at=data["occurred_at"],
        )
