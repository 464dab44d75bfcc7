"""Files of refunds, one row a refund of a sale that is named by its order number."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commissions.imports import cells
from commissions.imports.cells import Field, Unreadable
from commissions.imports.rows import Outcome, RowsRunner, Values, each
from commissions.imports.running import Kind
from commissions.inputs import RefundInput
from commissions.services import intake
from prm.money import MAX_MINOR, exponent, is_currency
from tracking.models import Sale

FIELDS = {
    "external_id": Field(
        gettext_lazy("Refund number"),
        ("externalid", "refundno", "refundnumber", "refundid", "refund", "creditnote", "number",
         "id", "nopengembalian"),
        required=True,
        help=gettext_lazy("Your own number of the refund. The same number counts once."),
    ),
    "sale": Field(
        gettext_lazy("Order number"),
        ("sale", "saleexternalid", "orderno", "ordernumber", "orderid", "order", "invoice",
         "invoiceno", "invoicenumber", "faktur", "pesanan"),
        required=True,
        help=gettext_lazy("The order that is refunded. It may come later than its refund."),
    ),
    "amount": Field(
        gettext_lazy("Amount"),
        ("amount", "total", "refundamount", "refunded", "value", "jumlah"),
        required=True,
        help=gettext_lazy("The part of the net that is given back, with or without a minus."),
    ),
    "occurred_at": Field(
        gettext_lazy("Date and time"),
        ("date", "refundedat", "refunddate", "occurredat", "datetime", "createdat", "time",
         "tanggal"),
        required=True,
        help=gettext_lazy("When it was refunded: 2026-11-19 10:30."),
    ),
    "reason": Field(
        gettext_lazy("Reason"),
        ("reason", "note", "comment", "alasan"),
        help=gettext_lazy("“chargeback” makes it a chargeback."),
    ),
    "currency": Field(
        gettext_lazy("Currency"),
        ("currency", "currencycode", "matauang"),
        help=gettext_lazy("A code like EUR; that of the order."),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Refund:
    """A refund as its row tells it, with the currency that its amount is in."""

    refund: RefundInput
    currency: str


class RefundsRunner(RowsRunner[Refund]):
    """Takes refunds as the API does; one before its sale waits for it."""

    fields = FIELDS
    lengths = {"reason": 200}

    def key(self, values: Values) -> str:
        """The refund's own number."""
        return values.get("external_id", "")

    def read(self, values: Values) -> Refund:
        """The refund, its amount in minor units."""
        currency = (values.get("currency") or self.plan.currency).upper()
        if not is_currency(currency):
            message = _("“%(code)s” is no currency. Use a code like EUR.")
            raise Unreadable("currency", message % {"code": currency[:10]})
        return Refund(
            RefundInput(
                external_id=values["external_id"],
                sale_external_id=values["sale"],
                amount=self._amount(values["amount"], currency),
                reason=values.get("reason", ""),
                occurred_at=self.moment(values["occurred_at"], "occurred_at"),
                source="import",
            ),
            currency,
        )

    def take_things(self, things: Sequence[Refund]) -> list[Outcome]:
        """Each through the service that the API calls."""
        orders = {one.refund.sale_external_id for one in things}
        known = Sale.objects.filter(external_id__in=orders)
        currencies = dict(known.values_list("external_id", "currency"))
        return each(things, lambda one: self._take(one, currencies))

    def _take(self, one: Refund, currencies: dict[str, str]) -> bool:
        wanted = currencies.get(one.refund.sale_external_id, one.currency)
        if wanted != one.currency:
            message = _("The order is in %(currency)s. Write the amount in it.")
            raise Unreadable("currency", message % {"currency": wanted})
        taken = intake.take_refund(seller=self.job.seller, refund=one.refund, actor=self.actor)
        if taken.created:
            self.report.add_net(one.currency, one.refund.total)
        return taken.created

    def _amount(self, text: str, currency: str) -> int:
        digits = exponent(currency)
        minor = abs(cells.number(text, "amount", comma=self.plan.comma)).scaleb(digits)
        if minor != minor.to_integral_value():
            message = _("%(currency)s has %(digits)d digits after the mark.")
            raise Unreadable("amount", message % {"currency": currency, "digits": digits})
        if not minor or minor > MAX_MINOR:
            raise Unreadable("amount", _("The amount must be above zero, and not too large."))
        return int(minor)


KIND = Kind(
    name="refunds",
    label=gettext_lazy("Refunds"),
    lead=gettext_lazy("What customers got back, each by the number of its order."),
    fields=FIELDS,
    options=("currency", "time_zone", "dates", "comma"),
    permission="sales.manage",
    scope="sales:write",
    runner=RefundsRunner,
    examples=(
        ("R-1001", "1001", "38.00", "2026-10-09 12:30", "Broken in the post", "EUR"),
        ("R-1002", "1002", "13.90", "2026-10-11 08:00", "", "EUR"),
    ),
    dates="occurred_at",
    amounts="amount",
)
