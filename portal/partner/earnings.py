"""The partner's earnings: every line with the reason for its amount."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import selectors as campaigns
from commissions import reasons, selectors
from commissions.models import Commission
from commissions.selectors import Tile
from ledger import selectors as ledger
from portal import money_format, traces
from portal.access import reader_of, requires
from portal.columns import DayColumn, MarkupColumn, MoneyColumn, StatusColumn
from portal.commission_cells import (
    KINDS,
    DigitsColumn,
    ask_act,
    by_kind,
    copy_act,
    kind_word,
    proof_act,
    shown_sum,
    shown_words,
    status_note,
    what_cell,
)
from portal.filters import ChoicesFilter, SearchFilter, SinceFilter, UntilFilter, named_choices
from portal.listing import Empty, Listing, Page
from portal.partner.home_cards.money import next_payout
from portal.partner.links import seat_of
from portal.partner.statement_periods import periods
from portal.statuses import labels
from prm.money import LOYALTY_POINTS
from sellers.reader import Reader


class EarningTable(tables.Table):
    """Lines of earnings as the partner reads them."""

    occurred_at = DayColumn(
        gettext_lazy("Date"), time=True, attrs={"td": {"class": "num"}, "th": {"class": "num"}}
    )
    what = MarkupColumn(
        gettext_lazy("What, and why this amount"),
        show=lambda line: what_cell(line, reasons.PARTNER),
        plain=lambda line: f"{traces.title(line)}. {reasons.sentence(line)}",
        attrs={"td": {"class": "w-half"}, "th": {"class": "w-half"}},
        footer=shown_words,
    )
    kind = MarkupColumn(
        gettext_lazy("Kind"),
        show=kind_word,
        plain=kind_word,
        attrs={"td": {"class": "d-none"}, "th": {"class": "d-none"}, "tf": {"class": "d-none"}},
    )
    base_minor = DigitsColumn(gettext_lazy("Base"))
    rate = MarkupColumn(
        gettext_lazy("Rate"), show=reasons.rate_text, plain=reasons.rate_text, css="r", label=True
    )
    amount_minor = MoneyColumn(gettext_lazy("Commission"), strong=True, footer=shown_sum)
    status = StatusColumn(gettext_lazy("Status"), kind="commission", note=status_note)


class EarningFilters(django_filters.FilterSet):
    """Search, status, kind, program, period, and the currency, which is always one."""

    q = SearchFilter(
        "sale__external_id",
        "refund__external_id",
        "sale__link__code",
        "sale__link__label",
        "sale__coupon",
        "reason",
        hint=gettext_lazy("Order, link, coupon"),
        within=Q(on=None),  # an order that a recruit brought is not the recruiter's to find
    )
    status = ChoicesFilter(label=gettext_lazy("Status"), choices=labels("commission"))
    kind = ChoicesFilter(
        label=gettext_lazy("Kind"),
        all_label=gettext_lazy("All kinds"),
        choices=KINDS,
        method="filter_kind",
    )
    program = ChoicesFilter(
        label=gettext_lazy("Program"), all_label=gettext_lazy("All programs"), choices=[]
    )
    since = SinceFilter("occurred_at")
    until = UntilFilter("occurred_at")

    class Meta:
        model = Commission
        fields: list[str] = []

    def __init__(self, *args: Any, programs: list[tuple[Any, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(programs) < 2:
            del self.filters["program"]
        else:
            self.filters["program"].extra["choices"] = named_choices(programs)

    def filter_kind(
        self, rows: QuerySet[Commission], name: str, value: str
    ) -> QuerySet[Commission]:
        """Lines of one kind."""
        return by_kind(rows, value)


EARNINGS = Listing(
    table=EarningTable,
    filters=EarningFilters,
    name="earnings",
    default="-occurred_at",
    orders={"occurred_at": "occurred_at", "amount_minor": "amount_minor"},
    chips=("status", "commission", "status"),
    open_template="components/opened_trace.html",
    keep=("currency",),
)


@requires("portal.earnings", room="partner")
def earnings(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Tiles, and every line of one currency with its reason; an opened line shows its trace."""
    partner_id = seat_of(reader_of(request))
    tiles = selectors.tiles(partner_id)
    currency = _currency(request, tiles)
    money = sorted(code for code in tiles if code != LOYALTY_POINTS)
    programs = [(one.program_id, one.program.name) for one in campaigns.enrollments_of(partner_id)]
    page = EARNINGS.show(
        request,
        selectors.lines_of(partner_id).filter(currency=currency),
        empty=_empty(seller_slug),
        filter_kwargs={"programs": programs},
    )
    if page.download:
        return page.download
    context = {
        "page": page,
        "currency": currency,
        "currencies": [(code, _address(request, code)) for code in money],
        "points_url": _address(request, LOYALTY_POINTS) if LOYALTY_POINTS in tiles else "",
        "of_points": currency == LOYALTY_POINTS,
        "tiles": _tiles(tiles.get(currency, {}), currency, len(tiles) > 1),
        "trace": opened(page, reasons.PARTNER),
        "paper": _last_month(reader_of(request), currency),
        "next_payout": next_payout(reader_of(request).seller),
    }
    return render(request, "partner/earnings/list.html", context)


def opened(page: Page, audience: str) -> traces.Trace | None:
    """The trace of the row that `?open=` names, when it is on this page."""
    line = next((row for row in page.slice.rows if str(row.pk) == page.open_id), None)
    if line is None:
        return None
    acts = copy_act(traces.of(line, audience).text)
    acts += ask_act(
        f"{reverse('partner:conversations-create', args=[line.seller.slug])}?line={line.pk}"
    )
    acts += proof_act(reverse("partner:earnings-proof", args=[line.seller.slug, line.pk]))
    return traces.of(line, audience, acts=acts)


def _currency(request: HttpRequest, tiles: dict[str, dict[str, Tile]]) -> str:
    """The wanted one, else that with most lines; points, which are no money, come last."""
    wanted = request.GET.get("currency", "")
    if wanted in tiles:
        return wanted
    lines = {code: sum(tile.lines for tile in places.values()) for code, places in tiles.items()}
    most = sorted(tiles, key=lambda code: (code == LOYALTY_POINTS, -lines[code], code))
    return most[0] if most else ""


def _address(request: HttpRequest, currency: str) -> str:
    return f"{request.path}?currency={currency}"


def _tiles(places: dict[str, Tile], currency: str, several: bool) -> list[dict[str, Any]]:
    """Label, sum, lines and the address of the rows behind, of each place that money can be in."""
    points = currency == LOYALTY_POINTS  # used, and never paid out
    words = (
        ("pending", _("Pending"), "status=pending"),
        ("payable", _("To use now") if points else _("Payable"), "status=payable"),
        ("held", _("Held"), "status=held"),
        ("taken_back", _("Reversed"), "kind=back"),
        ("paid", _("Paid"), "status=paid"),
    )
    rest = f"&currency={currency}" if several else ""
    return [
        {
            "name": name,
            "label": label,
            "tile": places.get(name, Tile()),
            "url": f"?{query}{rest}",
            "share": _share(places) if name == "taken_back" else "",
        }
        for name, label, query in (words[:-1] if points else words)
    ]


def _share(places: dict[str, Tile]) -> str:
    """`1.2 %`: how much of all that was earned went back; "" where nothing did."""
    back = -places.get("taken_back", Tile()).amount
    rest = sum(
        tile.amount for name, tile in places.items() if name not in ("taken_back", "rejected")
    )
    earned = rest + back
    if back <= 0 or earned <= 0:
        return ""
    return money_format.percent(Decimal(back) * 100 / earned, 1)


def _last_month(reader: Reader, currency: str) -> dict[str, str]:
    """Label and address of the statement of the month before; {} before the partner's first."""
    if not currency or currency == LOYALTY_POINTS:
        return {}
    found = [one for one in periods(ledger.first_at(seat_of(reader))) if len(one.key) > 4]
    if len(found) < 2:
        return {}
    address = reverse("partner:statements-paper", args=[reader.seller.slug])
    words = urlencode({"period": found[1].key, "currency": currency})
    return {"label": found[1].label, "url": f"{address}?{words}"}


def _empty(seller_slug: str) -> Empty:
    return Empty(
        _("No earnings yet"),
        _("Each sale that comes through you stands here, with the reason for its amount."),
        ((_("Make a link"), reverse("partner:links-new", args=[seller_slug])),),
        "coins",
    )
