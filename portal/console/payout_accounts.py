"""Payout accounts of all partners: which are on hold after a change, since when and until when."""

import django_filters
import django_tables2 as tables
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from payouts import selectors
from payouts.models import PayoutMethod
from portal.access import requires
from portal.columns import DayColumn, MarkupColumn, NameColumn, StatusColumn
from portal.filters import ChoicesFilter, SearchFilter
from portal.listing import Empty, Listing
from portal.statuses import labels
from portal.time_format import moment_text


def _partner_url(method: PayoutMethod) -> str:
    return reverse("console:partners-detail", args=[method.seller.slug, method.partner_id])


def _until(method: PayoutMethod) -> str:
    return moment_text(method.until) if method.until else "–"  # type: ignore[attr-defined]


def _asker(method: PayoutMethod) -> str:
    return str(method.requested_by) if method.requested_by else str(_("Your team"))


class AccountTable(tables.Table):
    """One line for each account in force or asked for."""

    partner = NameColumn(
        gettext_lazy("Partner"),
        accessor="partner__name",
        url=_partner_url,
        meta=lambda method: method.name,
    )
    account = MarkupColumn(
        gettext_lazy("Account"),
        show=lambda method: method.shown,
        plain=lambda method: method.shown,
        label=True,
    )
    asker = MarkupColumn(gettext_lazy("Entered by"), show=_asker, plain=_asker, label=True)
    since = DayColumn(gettext_lazy("Since"), time=True)
    until = MarkupColumn(gettext_lazy("Until"), show=_until, plain=_until, label=True)
    state = StatusColumn(gettext_lazy("Status"), kind="account")


class AccountFilters(django_filters.FilterSet):
    """Search and state."""

    q = SearchFilter(
        "partner__name", "name", "account_tail", hint=gettext_lazy("Partner or holder")
    )
    state = ChoicesFilter(label=gettext_lazy("Status"), choices=labels("account"))

    class Meta:
        model = PayoutMethod
        fields: list[str] = []


ACCOUNTS = Listing(
    table=AccountTable,
    filters=AccountFilters,
    name="payout-accounts",
    default="-since",
    orders={"since": "since", "partner": "partner__name"},
    chips=("state", "account", "state"),
)


@requires("payouts.view", room="console")
def accounts(request: HttpRequest, seller_slug: str) -> HttpResponseBase:
    """Every account, with those that payouts do not use yet."""
    empty = Empty(
        _("No payout accounts yet"),
        _("Partners enter theirs in the portal; you can enter one by the API."),
        (),
        "wallet",
    )
    page = ACCOUNTS.show(request, selectors.methods_by_state(), empty=empty)
    return page.download or render(request, "console/payouts/accounts.html", {"page": page})
