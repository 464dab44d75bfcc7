"""Announcements in the partner's portal. Opening one is reading it."""

import uuid

import django_filters
import django_tables2 as tables
from django.db.models import Case, CharField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.announcements import selectors, services
from campaigns.models import Receipt
from portal import statuses
from portal.access import requires, user_of
from portal.columns import DayColumn, NameColumn, StatusColumn
from portal.filters import ChoicesFilter, SearchFilter
from portal.listing import Empty, Listing
from portal.partner.scope import partner_of, seat_of
from prm import rich_text


def _url(receipt: Receipt) -> str:
    slug = receipt.announcement.seller.slug
    return reverse("partner:news-detail", args=[slug, receipt.announcement_id])


class NewsTable(tables.Table):
    """One announcement a line."""

    title = NameColumn(
        gettext_lazy("What"),
        accessor="announcement__title",
        url=_url,
        meta=lambda receipt: rich_text.excerpt(receipt.announcement.source, 140),
    )
    created_at = DayColumn(gettext_lazy("When"), accessor="announcement__sent_at")
    state = StatusColumn(gettext_lazy("State"), kind="receipt")


class NewsFilters(django_filters.FilterSet):
    """Search and state."""

    q = SearchFilter("announcement__title", "announcement__source")
    state = ChoicesFilter(label=gettext_lazy("State"), choices=statuses.labels("receipt"))

    class Meta:
        model = Receipt
        fields: list[str] = []


NEWS = Listing(
    table=NewsTable,
    filters=NewsFilters,
    name="news",
    default="-created_at",
    orders={"created_at": "id"},
    chips=("state", "receipt", "state"),
)


def _with_state(rows: QuerySet[Receipt]) -> QuerySet[Receipt]:
    state = Case(
        When(read_at=None, then=Value("new")), default=Value("read"), output_field=CharField()
    )
    return rows.annotate(state=state)


@requires("portal.view", room="partner")
def news(request: HttpRequest, seller_slug: str) -> HttpResponseBase:
    """What the seller announced to this partner."""
    rows = selectors.received(seat_of(request).partner_id, user_of(request))
    empty = Empty(_("No news yet"), _("What the seller announces to you stands here."), (), "news")
    page = NEWS.show(request, _with_state(rows), empty=empty)
    return page.download or render(request, "partner/news/list.html", {"page": page})


@requires("portal.view", room="partner")
def detail(request: HttpRequest, seller_slug: str, announcement_id: uuid.UUID) -> HttpResponse:
    """One announcement; from now on it counts as read."""
    user = user_of(request)
    receipt = selectors.received_one(seat_of(request).partner_id, user, announcement_id)
    services.mark_read(announcement=receipt.announcement, partner=partner_of(request), user=user)
    return render(request, "partner/news/detail.html", {"announcement": receipt.announcement})
