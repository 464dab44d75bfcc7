"""The partner's statement: the very transfers of a period, with what was owed before and after."""

import uuid
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ledger import selectors
from ledger.models import Transfer
from ledger.selectors import OWED
from portal.access import requires
from portal.columns import DayColumn, MarkupColumn, MoneyColumn
from portal.filters import ChoicesFilter
from portal.listing import Empty, Listing
from portal.partner.scope import partner_of
from portal.partner.statement_periods import Period, chosen_period, periods
from portal.partner.statement_words import Words

SHOWN = (("", gettext_lazy("Changes only")), ("all", gettext_lazy("Every move")))


def _what(transfer: Any) -> SafeString:
    return format_html(
        '<span class="strong">{}</span><span class="why m0">{}</span>',
        transfer.words.title,
        transfer.words.sentence,
    )


class StatementTable(tables.Table):
    """Transfers with their effect on what is owed, and the sum after each."""

    at = DayColumn(gettext_lazy("Date"), time=True)
    what = MarkupColumn(
        gettext_lazy("What, and why"),
        show=_what,
        plain=lambda transfer: f"{transfer.words.title}. {transfer.words.sentence}",
        attrs={"td": {"class": "w-half"}, "th": {"class": "w-half"}},
    )
    effect = MoneyColumn(pgettext_lazy("difference", "Change"), currency="unit")
    balance = MoneyColumn(gettext_lazy("Owed to you after"), currency="unit", strong=True)

    def __init__(self, data: Any, **kwargs: Any) -> None:
        rows = list(data)
        Words.put_on(rows)
        put_balances(rows)
        super().__init__(rows, **kwargs)


def put_balances(rows: list[Any]) -> None:
    """Give each row its `effect` on what is owed and the `balance` after it.

    A page shows a stretch of the statement: it starts from what was owed before its first.
    """
    if not rows:
        return
    in_order = sorted(rows, key=lambda row: (row.at, row.pk))
    balance = selectors.owed_before_transfer(in_order[0].partner_id, in_order[0])
    for row in in_order:
        effect = selectors.effect_on_owed(row)
        row.effect = effect or None  # a move between his own accounts changes nothing
        balance += effect
        row.balance = balance


class StatementFilters(django_filters.FilterSet):
    """Which transfers: those that changed the sum, or all."""

    shown = ChoicesFilter(
        label=gettext_lazy("Show"),
        all_label=SHOWN[0][1],
        choices=SHOWN[1:],
        method="filter_shown",
    )

    class Meta:
        model = Transfer
        fields: list[str] = []

    def filter_shown(self, rows: QuerySet[Transfer], name: str, value: str) -> QuerySet[Transfer]:
        """Nothing to leave out: the view does that when nothing was chosen."""
        return rows


STATEMENT = Listing(
    table=StatementTable,
    filters=StatementFilters,
    name="statement",
    default="at",
    orders={"at": "at"},
    size=100,
    keep=("period", "currency"),
)


@requires("portal.earnings", room="partner")
def statements(request: HttpRequest, seller_slug: str) -> HttpResponseBase:
    """Opening, every transfer with its reason, closing; of one period and currency."""
    partner = partner_of(request)
    currencies = selectors.currencies_of(partner.pk)
    currency = chosen_currency(request, currencies, partner.seller.currency)
    choices = periods(selectors.first_at(partner.pk))
    period = chosen_period(request.GET.get("period", ""), choices)
    rows = moves(partner.pk, currency, period)
    if request.GET.get("shown") != "all":
        rows = changes(rows)
    page = STATEMENT.show(request, rows, empty=_empty(period.label, seller_slug))
    if page.download:
        return page.download
    context = {
        "page": page,
        "partner": partner,
        "currency": currency,
        "currencies": currencies,
        "periods": choices,
        "period": period,
        "sums": selectors.movement(partner.pk, currency, period.start, period.end),
    }
    return render(request, "partner/statements/statement.html", context)


def moves(partner_id: uuid.UUID, currency: str, period: Period) -> QuerySet[Transfer]:
    """A partner's transfers of a period in one currency."""
    rows = selectors.transfers_of(partner_id)
    return rows.filter(unit=currency, at__gte=period.start, at__lt=period.end)


def changes(rows: QuerySet[Transfer]) -> QuerySet[Transfer]:
    """Those that changed what is owed, without moves between the partner's own accounts."""
    return rows.exclude(Q(credit__kind__in=OWED) & Q(debit__kind__in=OWED))


def chosen_currency(request: HttpRequest, currencies: list[str], usual: str) -> str:
    """The currency that the address names, else the usual one, of those that there are; or ""."""
    wanted = (request.GET.get("currency", ""), usual, *currencies)
    return next((code for code in wanted if code in currencies), "")


def _empty(label: str, seller_slug: str) -> Empty:
    return Empty(
        _("Nothing moved in %(period)s") % {"period": label},
        _("Each commission, refund and payout stands here in the period in which it happened."),
        ((_("See your earnings"), reverse("partner:earnings", args=[seller_slug])),),
        "file-text",
    )
