"""Who got an announcement and when he read it, as a list."""

import django_filters
import django_tables2 as tables
from django.db.models import Case, CharField, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy

from campaigns.models import Receipt
from portal import statuses
from portal.columns import DayColumn, NameColumn, StatusColumn, TextColumn
from portal.filters import ChoicesFilter, SearchFilter
from portal.listing import Listing


def _partner_url(receipt: Receipt) -> str:
    slug = receipt.announcement.seller.slug
    return reverse("console:partners-detail", args=[slug, receipt.partner_id])


class ReceiptTable(tables.Table):
    """One person a line."""

    partner = NameColumn(gettext_lazy("Partner"), accessor="partner__name", url=_partner_url)
    user = TextColumn(gettext_lazy("Person"), label=True)
    read_at = DayColumn(gettext_lazy("Read"), time=True)
    state = StatusColumn(gettext_lazy("State"), kind="receipt")


class ReceiptFilters(django_filters.FilterSet):
    """Search and state."""

    q = SearchFilter("partner__name", "user__name", hint=gettext_lazy("Partner or person"))
    state = ChoicesFilter(label=gettext_lazy("State"), choices=statuses.labels("receipt"))

    class Meta:
        model = Receipt
        fields: list[str] = []


RECEIPTS = Listing(
    table=ReceiptTable,
    filters=ReceiptFilters,
    name="receipts",
    default="partner",
    orders={"partner": "partner__name"},
    chips=("state", "receipt", "state"),
)


def with_state(rows: QuerySet[Receipt]) -> QuerySet[Receipt]:
    """The rows with `state`: "read" or "new"."""
    state = Case(
        When(read_at=None, then=Value("new")), default=Value("read"), output_field=CharField()
    )
    return rows.select_related("announcement__seller").annotate(state=state)
