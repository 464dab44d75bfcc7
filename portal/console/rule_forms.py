"""The form of a rule, and the worked example beside it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Program
from commissions import reasons, rules
from commissions.models import RuleVersion
from commissions.services.rulebook import RuleInput
from partners.models import Partner
from portal.console.sale_forms import MomentField, in_minor
from portal.refusals import put_on
from prm.errors import FieldError, Unacceptable
from prm.money import MAX_MINOR, to_major, to_minor

TYPES = (("percent", gettext_lazy("percent")), ("flat", gettext_lazy("a flat amount")))
BASES = (
    ("net", gettext_lazy("net, after discount")),
    ("gross", gettext_lazy("gross, with tax and shipping")),
)
EXAMPLE_TAX = Decimal("0.11")
MOST_DIGITS = 12


class RuleForm(forms.Form):
    """What a rule pays, for whom, from when."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    partner = forms.ChoiceField(label=gettext_lazy("For"), required=False)
    type = forms.ChoiceField(label=gettext_lazy("Pay"), choices=TYPES, initial="percent")
    rate = forms.DecimalField(
        label=gettext_lazy("Rate, %"), required=False, min_value=0, max_value=100, max_digits=8
    )
    base = forms.ChoiceField(label=gettext_lazy("Of"), choices=BASES, initial="net", required=False)
    amount = forms.DecimalField(
        label=gettext_lazy("Amount"), required=False, min_value=0, max_digits=17
    )
    uncapped = forms.BooleanField(
        label=gettext_lazy("Also when the order is smaller than the flat amount"), required=False
    )
    valid_from = MomentField(
        label=gettext_lazy("In force from"), help_text=gettext_lazy("Empty means at once.")
    )
    reason = forms.CharField(
        label=gettext_lazy("Why, for the versions’ history"), max_length=300, required=False
    )

    def __init__(
        self, *args: Any, program: Program, partners: list[Partner], fixed: bool = False, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.program = program
        self.partners = {str(one.pk): one for one in partners}
        named = [(key, one.name) for key, one in self.partners.items()]
        self.fields["partner"].choices = [("", _("any partner")), *named]  # type: ignore[attr-defined]
        self.fields["amount"].label = _("Amount, %(currency)s") % {"currency": program.currency}
        if fixed:
            del self.fields["partner"]

    def clean(self) -> dict[str, Any]:
        """The rate or the amount, whichever the type needs, must be there."""
        data = self.cleaned_data
        if data.get("type") == "percent" and not data.get("rate") and "rate" not in self.errors:
            self.add_error("rate", _("Give a rate above 0, like 7.5."))
        if data.get("type") == "flat" and not data.get("amount") and "amount" not in self.errors:
            self.add_error("amount", _("Give an amount above zero."))
        return data

    def reward(self) -> dict[str, Any]:
        """The reward of the valid form as the service takes it."""
        data = self.cleaned_data
        if data["type"] == "percent":
            return {"type": "percent", "rate": str(data["rate"]), "base": data["base"] or "net"}
        amount = in_minor(self, "amount", self.program.currency)
        return {"type": "flat", "amount": amount, "uncapped": data["uncapped"]}

    def content(self) -> RuleInput:
        """The rule of the valid form."""
        data = self.cleaned_data
        return RuleInput(
            name=data["name"],
            reward=self.reward(),
            valid_from=data["valid_from"],
            reason=data["reason"],
        )

    def show(self, refusal: Unacceptable) -> None:
        """Put a refusal by its fields; `reward.rate` stands by `rate`."""
        faults = [
            FieldError(error.field.removeprefix("reward."), error.code, error.message)
            for error in refusal.errors
        ]
        put_on(self, Unacceptable(refusal.message, errors=faults))


def initial_of(version: RuleVersion, currency: str) -> dict[str, Any]:
    """The form's values of an existing version; it starts anew, so without its start."""
    reward = version.reward
    values: dict[str, Any] = {"name": version.name, "type": reward["type"]}
    if reward["type"] == "percent":
        return values | {"rate": reward["rate"], "base": reward.get("base", "net")}
    amount = to_major(reward["amount"], currency)
    return values | {"amount": amount, "uncapped": reward.get("uncapped", False)}


@dataclass(frozen=True)
class Example:
    """One order paid by the rule as it stands in the form: bill lines and a sentence."""

    order: str
    sentence: str
    bill: list[dict[str, Any]]


def example(form: RuleForm, order: str) -> Example | None:
    """The worked example for an order of `order` net, or None while the rule is not whole."""
    currency = form.program.currency
    net = _order(order, currency)
    form.full_clean()
    if any(name in form.errors for name in ("type", "rate", "amount", "base")):
        return None
    reward = form.reward()
    facts = rules.SaleFacts(
        partner_id="",
        currency=currency,
        net=net,
        tax=int(net * EXAMPLE_TAX),
        shipping=0,
        occurred_at=timezone.now(),
    )
    amount = rules.earn(_compiled(reward, currency), facts)
    words = {
        "order": reasons.amount_text(net, currency),
        "pays": reasons.amount_text(amount.final, currency),
    }
    return Example(
        order=str(to_major(net, currency)),
        sentence=_("A partner brings an order of %(order)s net. This rule pays %(pays)s.") % words,
        bill=_bill(reward, facts, amount, currency),
    )


def _order(text: str, currency: str) -> int:
    try:
        amount = Decimal(text.replace(",", ""))
    except ArithmeticError:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount.adjusted() > MOST_DIGITS:
        amount = Decimal(100)
    return min(max(to_minor(amount, currency), 0), MAX_MINOR)


def _compiled(reward: dict[str, Any], currency: str) -> rules.CompiledRule:
    return rules.CompiledRule(
        version_id="",
        rule_id="",
        name="",
        number=1,
        valid_from=timezone.now(),
        valid_until=None,
        partner_id=None,
        priority=0,
        order="",
        currency=currency,
        reward=rules.Reward(
            type=reward["type"],
            base=reward.get("base", "net"),
            rate=Decimal(reward.get("rate", "0")),
            amount=reward.get("amount", 0),
            uncapped=reward.get("uncapped", False),
        ),
    )


def _bill(
    reward: dict[str, Any], facts: rules.SaleFacts, amount: rules.Amount, currency: str
) -> list[dict[str, Any]]:
    def row(
        label: str, minor: int | Decimal, extra: int = 0, total: bool = False
    ) -> dict[str, Any]:
        return {"label": label, "value": reasons.digits_text(minor, currency, extra), "sum": total}

    rows = [row(_("The order, net"), facts.net)]
    if reward.get("base") == "gross":
        rows.append(row(_("Tax, in this example 11 percent"), facts.tax))
        rows.append(row(_("Base: with tax and shipping"), amount.base, total=True))
    if reward["type"] == "percent":
        fine = reasons.fine_digits(amount.exact)
        rate = reasons.number(reward["rate"]) + "\u00a0%"
        rows.append(row(_("%(rate)s of it") % {"rate": rate}, amount.exact, fine))
        if amount.exact != amount.rounded:
            rows.append(row(_("Rounding"), amount.rounded - amount.exact, fine))
    else:
        rows.append(row(_("Flat reward"), amount.rounded))
        if amount.final < amount.rounded:
            rows.append(row(_("Cut to the amount sold"), amount.final - amount.rounded))
    return [*rows, row(_("Commission"), amount.final, total=True)]
