"""Forms of agreements, their ends and advances, and of figures that staff put in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Enrollment, Program
from commissions.models import Agreement, PeriodLength
from commissions.settlements import terms
from commissions.settlements.checks import AgreementInput, Change, PartyInput
from commissions.settlements.terms import DistributionTerms, RoyaltyTerms, SharedTerms, Terms
from portal.console.sale_forms import in_minor, money_field
from portal.refusals import put_on
from prm.errors import FieldError, Refusal, Unacceptable
from prm.money import to_major

STEPS: Final = (1, 2, 3)
PARTIES: Final = (1, 2, 3, 4)
SOURCES = (
    ("sales", gettext_lazy("Sales of the program, less refunds")),
    ("reports", gettext_lazy("Reports that are handed in")),
    ("both", gettext_lazy("Sales and reports")),
)
GUARANTEES = (
    ("period", gettext_lazy("each period")),
    ("year", gettext_lazy("each contract year")),
)
FEES = (
    ("per_unit", gettext_lazy("an amount per unit")),
    ("percent", gettext_lazy("a percentage of what moves")),
)
PLACES: Final[dict[str, str]] = {
    "terms.guarantee.amount": "guarantee",
    "terms.guarantee.per": "guarantee_per",
    "terms.fee.amount": "fee_amount",
    "terms.fee.rate": "fee_rate",
    "terms.fee.type": "fee_type",
    "terms.goods": "skus",
    "terms.goods.skus": "skus",
    "terms.goods.categories": "categories",
    "terms.parts": "part_1",
    "terms.costs": "costs",
}


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A calendar day."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


def rate_field(label: Any) -> forms.DecimalField:
    """A percentage; whether it is needed the terms say."""
    return forms.DecimalField(label=label, required=False, min_value=0, max_value=100, max_digits=8)


class AgreementForm(forms.Form):
    """What is agreed with whom, in figures. Its fields are those of the program's kind."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    period = forms.ChoiceField(
        label=gettext_lazy("Settled every"), choices=PeriodLength.choices, initial="quarter"
    )
    starts_on = day_field(gettext_lazy("First day"))
    ends_on = day_field(
        gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Empty means that it runs on."),
    )
    source = forms.ChoiceField(
        label=gettext_lazy("Figures come from"), choices=SOURCES, initial="sales"
    )
    skus = forms.CharField(
        label=gettext_lazy("Only these product codes"),
        required=False,
        max_length=20_000,
        help_text=gettext_lazy("With commas between them. Empty means all goods."),
    )
    categories = forms.CharField(
        label=gettext_lazy("Only these categories"), required=False, max_length=20_000
    )
    grace_days = forms.IntegerField(
        label=gettext_lazy("Days of grace after a period"),
        min_value=0,
        max_value=90,
        initial=5,
        help_text=gettext_lazy("So long a draft waits for late sales and reports."),
    )
    auto_approve = forms.BooleanField(
        label=gettext_lazy("Approve each settlement by itself, without a look"), required=False
    )

    def __init__(
        self, *args: Any, program: Program, kind: str, enrollments: Sequence[Enrollment], **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.program, self.kind = program, kind
        self.enrollments = {str(one.pk): one for one in enrollments}
        self.used_steps: list[int] = []
        self.currency = program.currency
        {
            "royalty": self._royalty_fields,
            "shared_revenue": self._shared_fields,
            "distribution": self._distribution_fields,
        }[kind]()

    def _choices(self, empty: str) -> list[tuple[str, str]]:
        named = [(key, one.partner.name) for key, one in self.enrollments.items()]
        return [("", empty), *named]

    def _partner_field(self) -> None:
        choices = self._choices(_("Choose a partner"))
        self.fields["partner"] = forms.ChoiceField(label=_("With"), choices=choices)

    def _royalty_fields(self) -> None:
        self._partner_field()
        code = {"currency": self.currency}
        self.fields["rate"] = rate_field(_("Royalty, percent of net sales"))
        self.fields["rate"].required = True
        for number in STEPS:
            above = _("Above net sales of, %(currency)s") % code
            self.fields[f"step_from_{number}"] = money_field(above, required=False)
            self.fields[f"step_rate_{number}"] = rate_field(_("Rate, %"))
        self.fields["guarantee"] = money_field(
            _("Guaranteed at least, %(currency)s") % code, required=False
        )
        self.fields["guarantee_per"] = forms.ChoiceField(
            label=_("Guaranteed for"), choices=GUARANTEES, required=False
        )

    def _shared_fields(self) -> None:
        self.fields["part_seller"] = _part_field(self.program.seller.name)
        for number in PARTIES:
            self.fields[f"party_{number}"] = forms.ChoiceField(
                label=_("Partner"), choices=self._choices("–"), required=False
            )
            self.fields[f"part_{number}"] = _part_field(_("Parts"))
        self.fields["costs"] = forms.BooleanField(
            label=_("Cost is shared like revenue"),
            required=False,
            initial=self.program.kind == Program.Kind.JOINT_VENTURE,
        )
        self.fields["source"].initial = "both"

    def _distribution_fields(self) -> None:
        self._partner_field()
        code = {"currency": self.currency}
        self.fields["fee_type"] = forms.ChoiceField(label=_("The fee is"), choices=FEES)
        self.fields["fee_amount"] = money_field(
            _("Amount per unit, %(currency)s") % code, required=False
        )
        self.fields["fee_rate"] = rate_field(_("Percentage"))
        self.fields["minimum"] = money_field(
            _("At least for a period, %(currency)s") % code, required=False
        )

    def terms(self) -> dict[str, Any]:
        """The terms of the valid form as the service takes them, without the parts."""
        data = self.cleaned_data
        goods = {"skus": _codes(data["skus"]), "categories": _codes(data["categories"])}
        rest: dict[str, Any] = {"source": data["source"], "goods": goods}
        if self.kind == "royalty":
            return rest | self._royalty_terms(data)
        if self.kind == "shared_revenue":
            return rest | {"costs": data["costs"]}
        minimum = in_minor(self, "minimum", self.currency)
        return rest | {"fee": self._fee(data), "minimum": minimum}

    def _royalty_terms(self, data: Mapping[str, Any]) -> dict[str, Any]:
        self.used_steps = [
            number
            for number in STEPS
            if data[f"step_from_{number}"] is not None or data[f"step_rate_{number}"] is not None
        ]
        steps = [
            {
                "from": in_minor(self, f"step_from_{number}", self.currency),
                "rate": _text(data[f"step_rate_{number}"]),
            }
            for number in self.used_steps
        ]
        amount = in_minor(self, "guarantee", self.currency)
        per = data["guarantee_per"] or "period"
        guarantee = {"amount": amount, "per": per} if amount else None
        return {"rate": _text(data["rate"]), "steps": steps, "guarantee": guarantee}

    def _fee(self, data: Mapping[str, Any]) -> dict[str, Any]:
        if data["fee_type"] == "per_unit":
            amount = in_minor(self, "fee_amount", self.currency)
            return {"type": "per_unit", "amount": amount}
        return {"type": "percent", "rate": _text(data["fee_rate"])}

    def parties(self) -> list[PartyInput]:
        """The parties of the valid form, the seller first where he has a part."""
        data = self.cleaned_data
        if self.kind != "shared_revenue":
            return [PartyInput(self.enrollments[data["partner"]])]
        rows = [PartyInput(None, data["part_seller"] or 0)]
        for number in PARTIES:
            chosen = self.enrollments.get(data[f"party_{number}"])
            if chosen is not None:
                rows.append(PartyInput(chosen, data[f"part_{number}"] or 0))
        return rows

    def content(self) -> AgreementInput:
        """The agreement of the valid form."""
        data = self.cleaned_data
        return AgreementInput(
            name=data["name"],
            period=data["period"],
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
            grace_days=data["grace_days"],
            auto_approve=data["auto_approve"],
            terms=self.terms(),
            parties=self.parties(),
        )

    def show(self, refusal: Refusal) -> None:
        """Put a refusal by its fields: `terms.steps[1].from` stands by the second step."""
        faults = [
            FieldError(self._place(error.field), error.code, error.message)
            for error in refusal.errors
        ]
        put_on(self, Unacceptable(refusal.message, errors=faults))

    def _place(self, path: str) -> str:
        if path.startswith("terms.steps["):
            index, _dot, name = path.removeprefix("terms.steps[").partition("].")
            number = self.used_steps[int(index)] if index.isdigit() else STEPS[0]
            return f"step_{name or 'from'}_{number}"
        if path == "parties":
            return "party_1" if self.kind == "shared_revenue" else "partner"
        return PLACES.get(path) or path.removeprefix("terms.")


class ChangeForm(AgreementForm):
    """New terms of an agreement, from an open period on."""

    def __init__(self, *args: Any, starts: Sequence[tuple[date, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        for name in ("period", "starts_on", "ends_on", "partner"):
            self.fields.pop(name, None)
        self.fields["from_on"] = forms.ChoiceField(
            label=_("New terms hold from"),
            choices=[(day.isoformat(), name) for day, name in starts],
            help_text=_("Settled periods keep the terms they were settled by."),
        )
        self.fields["reason"] = forms.CharField(
            label=_("Why, for the versions’ history"), max_length=300, required=False
        )

    def change(self) -> Change:
        """The change of the valid form."""
        data = self.cleaned_data
        shared = self.kind == "shared_revenue"
        return Change(
            terms=self.terms(),
            parties=self.parties() if shared else None,
            from_on=date.fromisoformat(data["from_on"]),
            reason=data["reason"],
            settings={key: data[key] for key in ("name", "grace_days", "auto_approve")},
        )


@dataclass(frozen=True)
class Agreed:
    """An agreement with its newest terms, for a form's first values."""

    agreement: Agreement
    terms: Terms


def initial_of(agreed: Agreed) -> dict[str, Any]:
    """The form's values of an existing agreement."""
    row, found = agreed.agreement, agreed.terms
    values: dict[str, Any] = {
        "name": row.name,
        "grace_days": row.grace_days,
        "auto_approve": row.auto_approve,
        "source": found.source,
        "skus": ", ".join(found.goods.skus),
        "categories": ", ".join(found.goods.categories),
    }
    if isinstance(found, RoyaltyTerms):
        return values | _initial_royalty(found, row.currency)
    if isinstance(found, SharedTerms):
        return values | _initial_parts(row, found)
    return values | _initial_fee(found, row.currency)


def _initial_royalty(found: RoyaltyTerms, currency: str) -> dict[str, Any]:
    values: dict[str, Any] = {"rate": found.rate}
    for number, step in zip(STEPS, found.steps, strict=False):
        values[f"step_from_{number}"] = to_major(step.start, currency)
        values[f"step_rate_{number}"] = step.rate
    if found.guarantee:
        values["guarantee"] = to_major(found.guarantee.amount, currency)
        values["guarantee_per"] = found.guarantee.per
    return values


def _initial_parts(row: Agreement, found: SharedTerms) -> dict[str, Any]:
    values: dict[str, Any] = {"costs": found.costs}
    number = 0
    for party in row.parties.all():
        parts = found.parts.get(str(party.pk), 0)
        if party.enrollment_id is None:
            values["part_seller"] = parts
        elif number < len(PARTIES):
            number += 1
            values |= {f"party_{number}": str(party.enrollment_id), f"part_{number}": parts}
    return values


def _initial_fee(found: DistributionTerms, currency: str) -> dict[str, Any]:
    values: dict[str, Any] = {"fee_type": found.fee, "fee_rate": found.rate or None}
    if found.amount:
        values["fee_amount"] = to_major(found.amount, currency)
    if found.minimum:
        values["minimum"] = to_major(found.minimum, currency)
    return values


class EndForm(forms.Form):
    """The last day of an agreement."""

    ends_on = day_field(
        gettext_lazy("Last day"),
        help_text=gettext_lazy("The last period may be short; a guarantee is cut to its days."),
    )


class AdvanceForm(forms.Form):
    """An advance on royalties."""

    amount = money_field(gettext_lazy("Amount"))
    granted_on = day_field(gettext_lazy("Granted on"))
    pay = forms.BooleanField(
        label=gettext_lazy("Put it into the partner’s earnings now"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Leave it out where it was paid by another way already."),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)


class RefuseForm(forms.Form):
    """Why a figure does not count."""

    reason = forms.CharField(label=gettext_lazy("Why? The partner will read it."), max_length=500)


def parsed(kind: str, form: AgreementForm, parts: Mapping[str, int]) -> Terms:
    """Terms of a form as typed data; raises Unacceptable."""
    given = form.terms()
    return terms.parse(kind, {**given, "parts": parts} if kind == "shared_revenue" else given)


def _part_field(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=terms.MOST_PARTS)


def _codes(text: str) -> list[str]:
    return [one.strip() for one in text.replace("\n", ",").split(",") if one.strip()]


def _text(rate: Any) -> str:
    return "" if rate is None else str(rate)
