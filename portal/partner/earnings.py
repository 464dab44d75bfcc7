"""The partner's earnings: every line with the reason for its amount."""

from typing import Any

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
from portal import traces
from portal.access import reader_of, requires
from portal.columns import DayColumn, MarkupColumn, MoneyColumn, StatusColumn
from portal.commission_cells import (
    KINDS,
    DigitsColumn,
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
from portal.partner.links import seat_of
from portal.statuses import labels
from prm.money import LOYALTY_POINTS


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
        "reason",
        hint=gettext_lazy("Order, link"),
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
    }
    return render(request, "partner/earnings/list.html", context)


def opened(page: Page, audience: str) -> traces.Trace | None:
    """The trace of the row that `?open=` names, when it is on this page."""
    line = next((row for row in page.slice.rows if str(row.pk) == page.open_id), None)
    if line is None:
        return None
    acts = copy_act(traces.of(line, audience).text)
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
        ("taken_back", _("Taken back"), "kind=back"),
        ("paid", _("Paid"), "status=paid"),
    )
    rest = f"&currency={currency}" if several else ""
    return [
        {"label": label, "tile": places.get(name, Tile()), "url": f"?{query}{rest}"}
        for name, label, query in (words[:-1] if points else words)
    ]


def _empty(seller_slug: str) -> Empty:
    return Empty(
        _("No earnings yet"),
        _("Each sale that comes through you stands here, with the reason for its amount."),
        ((_("Make a link"), reverse("partner:links-new", args=[seller_slug])),),
        "coins",
    )
