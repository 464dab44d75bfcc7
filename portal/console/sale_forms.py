"""Forms by which staff record a sale or a refund by hand."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Enrollment
from commissions.inputs import CustomerInput, RefundInput, RefundLine, SaleInput
from commissions.reasons.stopped import REFUND_REASONS
from portal import choices
from prm.money import exponent, proportion, to_major, to_minor
from tracking.models import Sale

BY_HAND = "hand"
OTHER = "other"
MOST_ARTICLES = 50
WHYS = (*REFUND_REASONS.items(), (OTHER, gettext_lazy("Another reason")))


@dataclass(frozen=True)
class Article:
    """What was sold under one article number: how many, and their net in minor units."""

    sku: str
    name: str
    quantity: int
    net: int


class MomentField(forms.DateTimeField):
    """A moment in the reader's time zone; empty is now."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, required=False, **kwargs)


def money_field(label: Any, *, required: bool = True, **kwargs: Any) -> forms.DecimalField:
    """An amount in major units, not negative."""
    return forms.DecimalField(label=label, min_value=0, max_digits=17, required=required, **kwargs)


def in_minor(form: forms.Form, name: str, currency: str) -> int:
    """The amount of a valid form in minor units; a mistake for more decimals than there are."""
    value = form.cleaned_data.get(name)
    if value is None:
        return 0
    if value != round(value, exponent(currency)):
        message = _("%(currency)s has at most %(digits)d decimals.")
        form.add_error(name, message % {"currency": currency, "digits": exponent(currency)})
    return to_minor(value, currency)


class SaleForm(forms.Form):
    """A sale that no shop sent."""

    external_id = forms.CharField(label=gettext_lazy("Order number"), max_length=120)
    enrollment = forms.ChoiceField(label=gettext_lazy("Partner who brought it"), required=False)
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
    occurred_at = MomentField(
        label=gettext_lazy("When"), help_text=gettext_lazy("Empty means now.")
    )

    def __init__(self, *args: Any, enrollments: list[Enrollment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(str(one.pk), f"{one.partner.name} · {one.program.name}") for one in enrollments]
        self.fields["enrollment"].choices = [("", _("Nobody")), *named]  # type: ignore[attr-defined]
        self.fields["currency"].choices = choices.currencies()  # type: ignore[attr-defined]
        self.enrollments = {str(one.pk): one for one in enrollments}

    def as_input(self) -> SaleInput:
        """The sale of the valid form; may add mistakes about decimals."""
        data = self.cleaned_data
        enrollment = self.enrollments.get(data["enrollment"])
        currency = data["currency"]
        return SaleInput(
            external_id=data["external_id"].strip(),
            currency=currency,
            amount=in_minor(self, "amount", currency),
            tax=in_minor(self, "tax", currency),
            shipping=in_minor(self, "shipping", currency),
            customer=CustomerInput(email=data["customer"]),
            partner=str(enrollment.partner_id) if enrollment else "",
            program=str(enrollment.program_id) if enrollment else "",
            occurred_at=data["occurred_at"],
            source=BY_HAND,
        )


class RefundForm(forms.Form):
    """What came back of a sale: by its lines where they have article numbers, or an amount."""

    why = forms.ChoiceField(
        label=gettext_lazy("Why"), choices=WHYS, widget=forms.RadioSelect, required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("In your words, which the partner will read"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Only for another reason."),
    )
    amount = forms.DecimalField(
        label=gettext_lazy("Amount"), min_value=0, max_digits=17, required=False
    )
    external_id = forms.CharField(label=gettext_lazy("Refund number"), max_length=120)
    occurred_at = MomentField(
        label=gettext_lazy("When"), help_text=gettext_lazy("Empty means now.")
    )

    def __init__(self, *args: Any, sale: Sale, number: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sale = sale
        left = sale.amount_minor - sale.refunded_minor
        self.fields["external_id"].initial = f"R-{sale.external_id}-{number}"[:120]
        self.fields["amount"].label = _("Amount, %(currency)s") % {"currency": sale.currency}
        self.fields["amount"].initial = to_major(left, sale.currency)
        self.fields["amount"].help_text = _("Part of the net amount, without tax and shipping.")
        self.goods = articles(sale)
        if self.goods:
            self.fields["amount"].help_text = _(
                "Part of the net amount, without tax and shipping. "
                "What is set for an article below goes before it."
            )
        for place, one in enumerate(self.goods):
            self.fields[f"line_{place}_quantity"] = forms.IntegerField(
                label=_("%(article)s: how many of %(count)d")
                % {"article": one.name, "count": one.quantity},
                min_value=0,
                max_value=one.quantity,
                required=False,
            )
            self.fields[f"line_{place}_amount"] = money_field(
                _("%(article)s: amount, %(currency)s")
                % {"article": one.name, "currency": sale.currency},
                required=False,
                help_text=_("Empty means the price of that many."),
            )

        self.order_fields(["why", "reason", "amount", *self._line_fields(), "external_id"])

    def _line_fields(self) -> list[str]:
        return [name for name in self.fields if name.startswith("line_")]

    def clean(self) -> dict[str, Any]:
        """An amount, or lines."""
        data = super().clean() or self.cleaned_data
        named = any(data.get(f"line_{place}_quantity") for place, _one in enumerate(self.goods))
        if not named and not data.get("amount") and "amount" not in self.errors:
            self.add_error("amount", _("Say how much came back."))
        for place, one in enumerate(self.goods):
            quantity, amount = f"line_{place}_quantity", f"line_{place}_amount"
            if data.get(amount) and not data.get(quantity) and quantity not in self.errors:
                self.add_error(quantity, _("Say how many came back."))
            if (data.get(amount) or 0) > to_major(one.net, self.sale.currency):
                self.add_error(amount, _("That is more than it was sold for."))
        return data

    def as_input(self) -> RefundInput:
        """The refund of the valid form; may add mistakes about decimals."""
        data = self.cleaned_data
        lines = self._lines()
        other = data["why"] in ("", OTHER)
        return RefundInput(
            external_id=data["external_id"].strip(),
            sale_external_id=self.sale.external_id,
            amount=None if lines else in_minor(self, "amount", self.sale.currency),
            lines=lines,
            reason=data["reason"] if other else data["why"],
            occurred_at=data["occurred_at"] or timezone.now(),
            source=BY_HAND,
        )

    def _lines(self) -> list[RefundLine]:
        found = []
        for place, one in enumerate(self.goods):
            quantity = self.cleaned_data.get(f"line_{place}_quantity") or 0
            if not quantity:
                continue
            name = f"line_{place}_amount"
            amount = proportion(one.net, quantity, one.quantity)
            if self.cleaned_data.get(name) is not None:
                amount = in_minor(self, name, self.sale.currency)
            found.append(RefundLine(one.sku, quantity, amount))
        return found


def articles(sale: Sale) -> list[Article]:
    """What can come back line by line: the lines with an article number, joined by it."""
    found: dict[str, Article] = {}
    for line in sale.lines:
        sku = str(line.get("sku") or "")
        if not sku:
            continue
        name = str(line.get("name") or sku)
        old = found.get(sku, Article(sku, name, 0, 0))
        quantity, net = old.quantity + int(line.get("quantity", 1)), old.net + int(line["net"])
        found[sku] = Article(sku, old.name, quantity, net)
    return list(found.values())[:MOST_ARTICLES]


class PaidForm(forms.Form):
    """When the customer paid."""

    paid_at = MomentField(
        label=gettext_lazy("When the customer paid"), help_text=gettext_lazy("Empty means now.")
    )
