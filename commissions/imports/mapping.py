"""What the columns of a file of sales mean, and one row of it read."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commissions.imports import cells as written
from commissions.imports.cells import NAME_LIMIT, TEXT_LIMIT, Field, Problem, Unreadable
from prm.money import MAX_MINOR, exponent, is_currency

COUPON_LIMIT = 60
MAX_QUANTITY = 10**9

__all__ = ["FIELDS", "Line", "Plan", "Problem", "Reader", "Unreadable", "guess"]

FIELDS: Final[dict[str, Field]] = {
    "invoice": Field(
        gettext_lazy("Invoice or order number"),
        ("invoiceno", "invoice", "invoicenumber", "orderno", "ordernumber", "orderid", "order",
         "faktur", "nofaktur", "pesanan"),
        required=True,
        help=gettext_lazy("Rows of one number are one order."),
    ),
    "date": Field(
        gettext_lazy("Date and time"),
        ("invoicedate", "date", "orderdate", "datetime", "soldat", "occurredat", "createdat",
         "time", "tanggal"),
        required=True,
        help=gettext_lazy("When it was sold: 2026-11-19 10:30. Without a time, the day begins."),
    ),
    "unit_price": Field(
        gettext_lazy("Unit price"),
        ("unitprice", "price", "unitamount", "amount", "total", "harga", "hargasatuan"),
        required=True,
        help=gettext_lazy("Before tax, of one piece."),
    ),
    "quantity": Field(
        gettext_lazy("Quantity"), ("quantity", "qty", "units", "count", "jumlah", "kuantitas"),
        help=gettext_lazy("1 where no column says it."),
    ),
    "discount": Field(
        gettext_lazy("Discount of the line"), ("discount", "linediscount", "diskon", "potongan")
    ),
    "sku": Field(
        gettext_lazy("Article number"),
        ("stockcode", "sku", "articleno", "article", "itemcode", "productcode", "productid",
         "kodebarang"),
    ),
    "name": Field(
        gettext_lazy("Article name"),
        ("description", "productname", "itemname", "product", "item", "name", "namabarang"),
    ),
    "category": Field(gettext_lazy("Category"), ("category", "productcategory", "kategori")),
    "customer": Field(
        gettext_lazy("Customer number"),
        ("customerid", "customerno", "customernumber", "customer", "buyerid", "pelanggan"),
    ),
    "country": Field(
        gettext_lazy("Customer's country"), ("country", "countrycode", "shipcountry", "negara"),
        help=gettext_lazy("Two letters or a name: DE, Germany."),
    ),
    "partner": Field(
        gettext_lazy("Partner"),
        ("partner", "partnerid", "affiliate", "affiliateid", "reseller", "agent", "mitra"),
        help=gettext_lazy("The partner's name or id, where you know who brought the sale."),
    ),
    "coupon": Field(
        gettext_lazy("Coupon"),
        ("coupon", "couponcode", "discountcode", "promocode", "voucher", "vouchercode", "kupon"),
    ),
    "currency": Field(gettext_lazy("Currency"), ("currency", "currencycode", "matauang"),
        help=gettext_lazy("A code like EUR.")),
}  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """How a file's rows are read. `columns` is {field: column name}.

    `program` is the program's id, "" for none; `ignored` lists partner values that name no partner.
    `dates` says what a date like 1/2/2026 begins with; `comma` is true where 1,5 means 1.5.
    """

    columns: Mapping[str, str]
    program: str = ""
    currency: str = ""
    time_zone: str = "UTC"
    credit_prefix: str = ""
    dates: str = "year"
    comma: bool = False
    create_partners: bool = False
    ignored: Sequence[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For keeping beside the file."""
        return asdict(self)


@dataclass(frozen=True)
class Line:
    """One row, read. `price` and `discount` in minor units, not yet rounded; signs as written."""

    row: int
    invoice: str
    moment: datetime
    quantity: int
    price: Decimal
    price_text: str
    discount: Decimal
    sku: str
    name: str
    category: str
    customer: str
    country: str
    partner: str
    coupon: str
    currency: str


class Reader:
    """Reads rows by a plan; keeps what repeats (dates, prices, quantities)."""

    def __init__(self, plan: Plan, header: Sequence[str]) -> None:
        place = {name: index for index, name in enumerate(header)}
        self.header = list(header)
        self._plan = plan
        self._at = {key: place[name] for key, name in plan.columns.items() if name in place}
        self._zone = ZoneInfo(plan.time_zone)
        self._moments: dict[str, datetime] = {}
        self._numbers: dict[str, Decimal] = {}
        self._scales: dict[str, int] = {}

    def invoice(self, cells: Sequence[str]) -> str:
        """The invoice number of a row, "" where it has none."""
        return self._cell(cells, "invoice")

    def raw(self, cells: Sequence[str]) -> dict[str, str]:
        """A row as it came, for reports."""
        return {
            name: cell.replace("\x00", "")[:NAME_LIMIT]
            for name, cell in zip(self.header, cells, strict=False)
        }

    def line(self, row: int, cells: Sequence[str]) -> Line:
        """A row as a line. Raises Unreadable with the first field that is wrong."""
        if "\x00" in "".join(cells):
            raise Unreadable("", _("The row has a zero character in it."))
        cell = self._cell
        currency = (cell(cells, "currency") or self._plan.currency).upper()
        price_text = self._needed(cells, "unit_price")
        discount = cell(cells, "discount")
        return Line(
            row=row,
            invoice=self._short(self._needed(cells, "invoice"), "invoice"),
            moment=self._moment(self._needed(cells, "date")),
            quantity=self._quantity(cells),
            price=self._amount(price_text, "unit_price", currency),
            price_text=price_text,
            discount=self._amount(discount, "discount", currency) if discount else Decimal(0),
            sku=self._short(cell(cells, "sku"), "sku"),
            name=cell(cells, "name")[:NAME_LIMIT],
            category=self._short(cell(cells, "category"), "category"),
            customer=self._short(cell(cells, "customer"), "customer"),
            country=cell(cells, "country"),
            partner=self._short(cell(cells, "partner"), "partner"),
            coupon=cell(cells, "coupon")[:COUPON_LIMIT],
            currency=currency,
        )

    def _cell(self, cells: Sequence[str], key: str) -> str:
        index = self._at.get(key)
        return cells[index].strip() if index is not None and index < len(cells) else ""

    def _needed(self, cells: Sequence[str], key: str) -> str:
        value = self._cell(cells, key)
        if not value:
            raise Unreadable(key, _("The cell is empty."))
        return value

    def _short(self, value: str, key: str) -> str:
        if len(value) > TEXT_LIMIT:
            message = _("Longer than %(limit)d characters.") % {"limit": TEXT_LIMIT}
            raise Unreadable(key, message)
        return value

    def _quantity(self, cells: Sequence[str]) -> int:
        if "quantity" not in self._at:
            return 1
        text = self._needed(cells, "quantity")
        value = self._number(text, "quantity")
        if value != value.to_integral_value() or abs(value) > MAX_QUANTITY:
            raise Unreadable("quantity", _("“%(text)s” is no whole number.") % {"text": text[:40]})
        return int(value)

    def _amount(self, text: str, key: str, currency: str) -> Decimal:
        value = self._number(text, key)
        if currency not in self._scales:
            if not is_currency(currency):
                message = _("“%(code)s” is no currency. Use a code like EUR.")
                raise Unreadable("currency", message % {"code": currency[:10]})
            self._scales[currency] = exponent(currency)
        minor = value.scaleb(self._scales[currency])
        if abs(minor) > MAX_MINOR:
            raise Unreadable(key, _("The amount is too large."))
        return minor

    def _number(self, text: str, key: str) -> Decimal:
        known = self._numbers.get(text)
        if known is None:
            known = self._numbers[text] = written.number(text, key, comma=self._plan.comma)
        return known

    def _moment(self, text: str) -> datetime:
        known = self._moments.get(text)
        if known is None:
            known = written.moment(text, self._plan.dates)
            if known.tzinfo is None:
                known = known.replace(tzinfo=self._zone)
            self._moments[text] = known
        return known


def guess(header: Sequence[str]) -> dict[str, str]:
    """{field: column} of a file of sales, by what its columns are called."""
    return written.guess(header, FIELDS)
