"""Sales and refunds as they are handed in, checked for meaning but not yet stored."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from prm.errors import FieldError, Unacceptable
from prm.json_text import canonical
from prm.money import MAX_MINOR, is_currency

AHEAD = timedelta(minutes=5)
EARLIEST_YEAR = 1990


@dataclass(frozen=True)
class LineInput:
    """One product sold. Money in minor units; `discount` for the whole line, `cost` per unit.

    `net` overrides quantity x unit_amount - discount where prices are finer than minor units
    (an import); then `unit_price` keeps the price as it was written.
    """

    quantity: int
    unit_amount: int = 0
    discount: int = 0
    cost: int | None = None
    sku: str = ""
    category: str = ""
    name: str = ""
    net: int | None = None
    unit_price: str = ""

    @property
    def net_amount(self) -> int:
        """What the line brought, after discount, before tax."""
        return (
            self.net if self.net is not None else self.quantity * self.unit_amount - self.discount
        )

    def as_json(self) -> dict[str, Any]:
        """JSON form with `net`, without what is empty."""
        row = {k: v for k, v in vars(self).items() if v is not None and v != ""}
        return {**row, "net": self.net_amount}


@dataclass(frozen=True)
class CustomerInput:
    """Who bought."""

    external_id: str = ""
    email: str = ""
    country: str = ""


@dataclass(frozen=True)
class SaleInput:
    """A sale as handed in. `amount` is net; without it the lines are summed.

    Credit: `partner` (id) named by the seller, `link` (code), `click_token` or several
    `click_tokens`, `coupon`; what the customer is known by counts too. `program` (id) is needed
    where a named partner is in several; without a partner only its candidates count.
    `charge_number` counts the charges of `subscription_id` from 1; later ones stay with whom the
    first was credited to.
    """

    external_id: str
    currency: str
    amount: int | None = None
    lines: list[LineInput] = field(default_factory=list)
    tax: int = 0
    shipping: int = 0
    customer: CustomerInput = CustomerInput()
    click_token: str = ""
    click_tokens: list[str] = field(default_factory=list)
    link: str = ""
    partner: str = ""
    program: str = ""
    coupon: str = ""
    subscription_id: str = ""
    charge_number: int | None = None
    occurred_at: datetime | None = None
    paid_at: datetime | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    source: str = "api"

    @property
    def net(self) -> int:
        """Net amount in minor units."""
        return self.amount if self.amount is not None else sum(x.net_amount for x in self.lines)


@dataclass(frozen=True)
class LeadInput:
    """A lead or a sign-up as handed in; credit as of a sale."""

    external_id: str
    kind: str = "lead"
    customer: CustomerInput = CustomerInput()
    click_token: str = ""
    click_tokens: list[str] = field(default_factory=list)
    link: str = ""
    partner: str = ""
    program: str = ""
    coupon: str = ""
    occurred_at: datetime | None = None
    metadata: dict[str, Any] = field(default_factory=dict)

    subscription_id = ""
    charge_number: int | None = None


@dataclass(frozen=True)
class RefundLine:
    """What came back of one product; `amount` in minor units."""

    sku: str
    quantity: int
    amount: int


@dataclass(frozen=True)
class RefundInput:
    """A refund of a sale, named by its external id. `amount` is part of the sale's net."""

    external_id: str
    sale_external_id: str
    amount: int | None = None
    lines: list[RefundLine] = field(default_factory=list)
    reason: str = ""
    occurred_at: datetime | None = None
    source: str = "api"

    @property
    def total(self) -> int:
        """What came back, in minor units."""
        return self.amount if self.amount is not None else sum(x.amount for x in self.lines)


@dataclass(frozen=True)
class CreditNoteInput:
    """Money given back to no single sale: takes commission back at the rule of its own date."""

    external_id: str
    currency: str
    lines: list[LineInput]
    partner: str = ""
    program: str = ""
    occurred_at: datetime | None = None
    reason: str = ""
    source: str = "import"

    @property
    def total(self) -> int:
        """What was given back, positive, in minor units."""
        return sum(line.net_amount for line in self.lines)


def fingerprint(item: SaleInput | RefundInput | CreditNoteInput | LeadInput) -> str:
    """Hash of the input's content, to tell a repeat from another sale under the same id."""
    return hashlib.sha256(canonical({**vars(item), "source": ""})).hexdigest()


def check_sale(sale: SaleInput) -> None:
    """Raise Unacceptable with every fault found."""
    faults = _currency_faults(sale.currency) + _time_faults(sale.occurred_at, "occurred_at")
    faults += _time_faults(sale.paid_at, "paid_at")
    for name, value in (("tax", sale.tax), ("shipping", sale.shipping)):
        faults += _amount_faults(value, name)
    if sale.charge_number is not None and not sale.subscription_id:
        message = _("Name the subscription that this is a charge of.")
        faults.append(FieldError("charge.subscription_id", "required", message))
    for index, line in enumerate(sale.lines):
        faults += _line_faults(line, f"lines[{index}]")
    if sale.amount is None and not sale.lines:
        faults.append(FieldError("amount", "required", _("Give an amount or lines.")))
    elif not faults:
        faults += _amount_faults(sale.net, "amount")
    total = sum(line.net_amount for line in sale.lines)
    if sale.amount is not None and sale.lines and sale.amount != total:
        message = _("The lines add up to %(total)d, not %(amount)d.")
        faults.append(
            FieldError("amount", "mismatch", message % {"total": total, "amount": sale.amount})
        )
    _raise(faults)


def check_lead(lead: LeadInput) -> None:
    """Raise Unacceptable with every fault found."""
    _raise(_time_faults(lead.occurred_at, "occurred_at"))


def check_refund(refund: RefundInput) -> None:
    """Raise Unacceptable with every fault found."""
    faults = _time_faults(refund.occurred_at, "occurred_at")
    for index, line in enumerate(refund.lines):
        faults += _amount_faults(line.amount, f"lines[{index}].amount")
    if refund.amount is None and not refund.lines:
        faults.append(FieldError("amount", "required", _("Give an amount or lines.")))
    elif not faults:
        faults += _amount_faults(refund.total, "amount", least=1)
    total = sum(line.amount for line in refund.lines)
    if refund.amount is not None and refund.lines and refund.amount != total:
        message = _("The lines add up to %(total)d, not %(amount)d.")
        faults.append(
            FieldError("amount", "mismatch", message % {"total": total, "amount": refund.amount})
        )
    _raise(faults)


def check_credit_note(note: CreditNoteInput) -> None:
    """Raise Unacceptable with every fault found."""
    faults = _currency_faults(note.currency) + _time_faults(note.occurred_at, "occurred_at")
    for index, line in enumerate(note.lines):
        faults += _line_faults(line, f"lines[{index}]")
    if not note.lines:
        faults.append(FieldError("lines", "required", _("A credit note needs lines.")))
    _raise(faults)


def _raise(faults: list[FieldError]) -> None:
    if faults:
        raise Unacceptable(faults[0].message, errors=faults)


def _currency_faults(code: str) -> list[FieldError]:
    if is_currency(code):
        return []
    message = _("%(code)s is no ISO 4217 currency. Use a code like EUR.") % {"code": code[:10]}
    return [FieldError("currency", "unknown_currency", message)]


def _amount_faults(value: int, name: str, least: int = 0) -> list[FieldError]:
    if value < least:
        message = _("The amount must be at least %(least)d.") % {"least": least}
        return [FieldError(name, "too_small", message)]
    if value > MAX_MINOR:
        return [FieldError(name, "too_large", _("The amount is too large."))]
    return []


def _line_faults(line: LineInput, where: str) -> list[FieldError]:
    amounts = (line.unit_amount, line.discount, line.cost or 0, line.net_amount)
    if 1 <= line.quantity <= MAX_MINOR and min(amounts) >= 0 and max(amounts) <= MAX_MINOR:
        return []
    faults = _amount_faults(line.quantity, f"{where}.quantity", least=1)
    faults += _amount_faults(line.unit_amount, f"{where}.unit_amount")
    faults += _amount_faults(line.discount, f"{where}.discount")
    faults += _amount_faults(line.cost or 0, f"{where}.cost")
    if not faults and line.net_amount < 0:
        message = _("The discount is larger than the line.")
        faults.append(FieldError(f"{where}.discount", "too_large", message))
    return faults or _amount_faults(line.net_amount, where)


def _time_faults(moment: datetime | None, name: str) -> list[FieldError]:
    if moment is None:
        return []
    if moment.year < EARLIEST_YEAR:
        return [FieldError(name, "too_early", _("The date is before 1990."))]
    if moment > timezone.now() + AHEAD:
        return [FieldError(name, "in_the_future", _("The date lies in the future."))]
    return []
