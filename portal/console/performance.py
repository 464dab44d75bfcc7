"""Performance in the console: partners compared, and one partner with what stands behind him."""

import uuid
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commissions.models import Standing
from commissions.performance import facts, selectors, standings
from partners import selectors as partners
from partners.models import Partner
from portal import money_format, statuses
from portal import performance_words as words
from portal.access import reader_of, requires
from portal.columns import DayColumn, MarkupColumn, MoneyColumn, NameColumn, NumberColumn
from portal.columns import StatusColumn as Status
from portal.filters import ChoicesFilter, SearchFilter, named_choices
from portal.listing import Empty, Listing, Page
from portal.performance import PerformancePage
from portal.templatetags import prm_figures, prm_states
from prm.money import to_major

REVIEWS_SHOWN = 12
CHARTED = 10


def _url(row: Standing) -> str:
    return reverse("console:performance-partner", args=[row.partner.seller.slug, row.partner_id])


def _manager(row: Standing) -> str:
    return str(row.partner.manager.user) if row.partner.manager else ""


def _against(row: Standing) -> Any:
    return prm_figures.delta(row.amount_minor, row.before_minor, currency=row.currency)


def _against_plain(row: Standing) -> Any:
    return "" if row.change is None else row.change / 10


def _score(row: Standing) -> Any:
    bar = prm_states.progress(row.score, 100, _("Engagement"))
    return format_html('<span class="row-x">{}<span class="num">{}</span></span>', bar, row.score)


def _review(row: Any) -> Any:
    if row.review_on is None:
        return "–"
    late = row.review_on <= timezone.localdate()
    css = "warn-t" if late else ""
    return format_html('<span class="{}">{}</span>', css, prm_figures.day(row.review_on))


class StandingTable(tables.Table):
    """Partners side by side, of 30 days."""

    partner = NameColumn(gettext_lazy("Partner"), url=_url, meta=_manager)
    health = Status(gettext_lazy("Health"), kind="health")
    amount_minor = MoneyColumn(gettext_lazy("Net sales"))
    change = MarkupColumn(
        gettext_lazy("Against before"), show=_against, plain=_against_plain, css="r hide-s"
    )
    sales = NumberColumn(gettext_lazy("Sales"))
    clicks = NumberColumn(gettext_lazy("Clicks"))
    score = MarkupColumn(
        gettext_lazy("Engagement"), show=_score, plain=lambda row: row.score, label=True
    )
    last_sale_on = DayColumn(gettext_lazy("Last sale"))
    review_on = MarkupColumn(
        gettext_lazy("Next review"), show=_review, plain=lambda row: row.review_on or "", label=True
    )


class StandingFilters(django_filters.FilterSet):
    """Search, health, manager, and whether a review is due."""

    q = SearchFilter("partner__name", "partner__email", hint=gettext_lazy("Partner"))
    health = ChoicesFilter(label=gettext_lazy("Health"), choices=statuses.labels("health"))
    manager = ChoicesFilter(
        label=gettext_lazy("Manager"),
        all_label=gettext_lazy("All managers"),
        choices=[],
        field_name="partner__manager",
    )
    review = ChoicesFilter(
        label=gettext_lazy("Review"),
        all_label=gettext_lazy("Reviewed or not"),
        choices=[("due", gettext_lazy("Review due")), ("never", gettext_lazy("Never reviewed"))],
        method="filter_review",
    )

    class Meta:
        model = Standing
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = ((staff.pk, str(staff.user)) for staff in partners.managers())
        self.filters["manager"].extra["choices"] = named_choices(people)

    def filter_review(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Partners whose next review has come, or who never had one."""
        if value == "due":
            return rows.filter(review_on__lte=timezone.localdate())
        return rows.filter(partner__reviews=None)


STANDINGS = Listing(
    table=StandingTable,
    filters=StandingFilters,
    name="performance",
    default="-amount_minor",
    orders={
        "partner": "partner__name",
        "amount_minor": "amount_minor",
        "change": "change",
        "sales": "sales",
        "clicks": "clicks",
        "score": "score",
        "last_sale_on": "last_sale_on",
    },
    chips=("health", "health", "health"),
)


@requires("partners.view", room="console")
def performance(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Partners of a manager, or all, side by side; the chart shows those of the page."""
    why = _("Every night each partner's last 30 days are put beside the 30 before.")
    acts = ((_("Partners"), reverse("console:partners", args=[seller_slug])),)
    empty = Empty(_("Nobody to compare yet"), why, acts, "chart-line")
    page = STANDINGS.show(request, selectors.standings(), empty=empty)
    if page.download:
        return page.download
    shown = page.slice.rows
    context = {
        "page": page,
        "chart": _chart(shown),
        "as_of": shown[0].as_of if shown else None,
        "mine_url": _mine(request, page),
    }
    return render(request, "console/performance/list.html", context)


def _mine(request: HttpRequest, page: Page) -> str:
    """The list of the reader's own partners, where he looks after some and they are not shown."""
    staff = reader_of(request).staff
    if staff is None or request.GET.get("manager") == str(staff.pk):
        return ""
    return page.url(keep_position=False, manager=str(staff.pk))


def _chart(rows: list[Standing]) -> dict[str, Any] | None:
    """Net sales now and before of the first rows in one currency; None where none sold."""
    currency = next((row.currency for row in rows if row.amount_minor or row.before_minor), "")
    charted = [row for row in rows if row.currency == currency][:CHARTED]
    if not charted or not currency:
        return None
    series = (
        (_("Last 30 days"), [row.amount_minor for row in charted]),
        (_("The 30 days before"), [row.before_minor for row in charted]),
    )
    return {
        "currency": currency,
        "data": {
            "labels": [row.partner.name for row in charted],
            "series": [
                {"name": name, "values": [float(to_major(one, currency)) for one in values]}
                for name, values in series
            ],
        },
    }


@requires("partners.view", room="console")
def partner(request: HttpRequest, seller_slug: str, partner_id: uuid.UUID) -> HttpResponse:
    """One partner: results, engagement, health, reviews and what was agreed."""
    reader = reader_of(request)
    one = partners.partner_by_id(partner_id)
    page = PerformancePage(
        request, reader.seller, one, room="console", money=reader.may("commissions.view")
    )
    if page.download:
        return page.download
    standing = _standing_now(one)
    context = {
        "partner": one,
        "page": page,
        "standing": standing,
        "health": standing.get_health_display(),
        "why": words.why(standing),
        "parts": words.parts(standing),
        "reviews": list(selectors.reviews_of(one.pk)[:REVIEWS_SHOWN]),
        "actions": list(selectors.open_actions_of(one.pk)),
        "may_review": reader.may("partners.manage"),
        "today": timezone.localdate(),
        "score_words": _("%(n)s of 100") % {"n": money_format.number(standing.score)},
    }
    return render(request, "console/performance/partner.html", context)


def _standing_now(one: Partner) -> Standing:
    """How he stands as of the last full day, whether or not it was noted already."""
    day = standings.last_full_day(one.seller)
    found = facts.facts_of([one.pk], day, one.seller.time_zone)[one.pk]
    now = standings.standing(one.seller, one.pk, found)
    noted = selectors.standing_of(one.pk)
    if noted is not None and noted.health == now.health:
        now.since_on = noted.since_on
    return now
