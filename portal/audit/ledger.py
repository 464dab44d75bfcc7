"""The books: accounts, transfers, and whether they balance."""

import uuid
from collections.abc import Iterable
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from activity import jobs
from activity.models import Job
from ledger import checking, selectors
from ledger.models import Account, AccountKind, Transfer
from partners import selectors as partners
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MarkupColumn, MoneyColumn
from portal.filters import (
    ChoicesFilter,
    OnlyFilter,
    PartnerNameFilter,
    SearchFilter,
    SinceFilter,
    UntilFilter,
)
from portal.listing import Empty, Listing

KINDS = {
    "accrue": gettext_lazy("Earned or taken back"),
    "pending": gettext_lazy("Hold lifted, still pending"),
    "held": gettext_lazy("Held"),
    "payable": gettext_lazy("Free to pay"),
    "in_payout": gettext_lazy("Into a payout"),
    "paid": gettext_lazy("Paid"),
    "rejected": gettext_lazy("Rejected"),
    "reversed": gettext_lazy("Reversed"),
}
FAULTS_SHOWN = 20


def _names(ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, str]:
    wanted = {each for each in ids if each}
    return dict(partners.partners().filter(pk__in=wanted).values_list("pk", "name"))


def account_name(account: Account, names: dict[uuid.UUID, str]) -> str:
    """`Payable, Ngopi Pagi`; the seller's own account has no name behind."""
    kind = account.get_kind_display()
    return f"{kind}, {names.get(account.partner_id, '?')}" if account.partner_id else kind


def _account_cell(account: Any) -> SafeString:
    url = reverse("audit:transfers", args=[account.seller.slug])
    return format_html(
        '<a class="q title strong" href="{}?account={}">{}</a><div class="tiny dim">{}</div>',
        url,
        account.pk,
        account.get_kind_display(),
        account.owner,
    )


class AccountTable(tables.Table):
    """Accounts with their totals."""

    account = MarkupColumn(
        gettext_lazy("Account"),
        show=_account_cell,
        plain=lambda account: f"{account.get_kind_display()}, {account.owner}",
    )
    debits_minor = MoneyColumn(gettext_lazy("Debits"), currency="unit")
    credits_minor = MoneyColumn(gettext_lazy("Credits"), currency="unit")
    balance = MoneyColumn(gettext_lazy("Balance"), currency="unit", strong=True)

    def __init__(self, data: Any, **kwargs: Any) -> None:
        rows = list(data)
        names = _names(row.partner_id for row in rows)
        for row in rows:
            row.owner = names.get(row.partner_id, "?") if row.partner_id else _("Seller")
        super().__init__(rows, **kwargs)


class AccountFilters(django_filters.FilterSet):
    """Kind, partner and unit."""

    kind = ChoicesFilter(
        label=gettext_lazy("Kind"),
        all_label=gettext_lazy("All kinds"),
        choices=AccountKind.choices,
    )
    whose = PartnerNameFilter("partner_id")
    partner = OnlyFilter(partners.partner_name, field_name="partner_id")
    unit = ChoicesFilter(
        label=gettext_lazy("Unit"), all_label=gettext_lazy("All units"), choices=[]
    )

    class Meta:
        model = Account
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["unit"].extra["choices"] = [(u, u) for u in selectors.trial_balance()]


ACCOUNTS = Listing(
    table=AccountTable,
    filters=AccountFilters,
    name="accounts",
    default="account",
    orders={
        "account": "kind",
        "debits_minor": "debits_minor",
        "credits_minor": "credits_minor",
        "balance": "balance",
    },
)


@requires("ledger.view", room="audit")
def ledger(request: HttpRequest, seller_slug: str) -> HttpResponseBase:
    """The trial balance, and every account."""
    empty = Empty(
        _("No accounts yet"),
        _("The first commission opens the first two: its cost, and what is owed."),
    )
    page = ACCOUNTS.show(request, selectors.accounts().select_related("seller"), empty=empty)
    if page.download:
        return page.download
    context = {"page": page, "balances": trial_balance(), **_checked()}
    return render(request, "audit/ledger/accounts.html", context)


def trial_balance() -> list[dict[str, Any]]:
    """Per unit: each kind's balance and the sum, which is 0 when the books balance."""
    words = dict(AccountKind.choices)
    sums = selectors.sums_by_kind()
    return [
        {
            "unit": unit,
            "kinds": [
                (words[kind], by_kind[kind]) for kind in AccountKind.values if kind in by_kind
            ],
            "sum": sum(by_kind.values()),
        }
        for unit, by_kind in sums.items()
    ]


def _proof_link(row: Any) -> SafeString | str:
    """The way to the proof of the line that a transfer accrues."""
    if row.kind != "accrue" or not row.key.startswith("commission:"):
        return ""
    url = reverse("audit:proof", args=[row.seller.slug, row.source_id])
    return format_html('<a class="tiny" href="{}">{}</a>', url, _("Proof of the line"))


class TransferTable(tables.Table):
    """Transfers: from where, to where, how much."""

    at = DayColumn(gettext_lazy("Took effect"), time=True)
    what = MarkupColumn(
        gettext_lazy("What"),
        show=lambda row: format_html(
            '<span class="strong">{}</span><div class="mono tiny dim break">{}</div>{}',
            KINDS.get(row.kind, row.kind),
            row.key,
            _proof_link(row),
        ),
        plain=lambda row: f"{row.kind} {row.key}",
    )
    source = MarkupColumn(
        gettext_lazy("From (debit)"),
        show=lambda row: row.debit_name,
        plain=lambda row: row.debit_name,
        label=True,
    )
    target = MarkupColumn(
        gettext_lazy("To (credit)"),
        show=lambda row: row.credit_name,
        plain=lambda row: row.credit_name,
        label=True,
    )
    amount_minor = MoneyColumn(gettext_lazy("Amount"), currency="unit", strong=True)

    def __init__(self, data: Any, **kwargs: Any) -> None:
        rows = list(data)
        names = _names(row.partner_id for row in rows)
        for row in rows:
            row.debit_name = account_name(row.debit, names)
            row.credit_name = account_name(row.credit, names)
        super().__init__(rows, **kwargs)


class TransferFilters(django_filters.FilterSet):
    """Key, kind, partner, account and period."""

    q = SearchFilter("key", hint=gettext_lazy("Key or id"))
    kind = ChoicesFilter(
        label=gettext_lazy("What"),
        all_label=gettext_lazy("Everything"),
        choices=list(KINDS.items()),
    )
    whose = PartnerNameFilter("partner_id")
    partner = OnlyFilter(partners.partner_name, field_name="partner_id")
    account = django_filters.UUIDFilter(label=gettext_lazy("Account"), method="filter_account")
    since = SinceFilter("at")
    until = UntilFilter("at")

    class Meta:
        model = Transfer
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["account"].extra["widget"] = (
            self.filters["q"]
            .extra["widget"]
            .__class__(attrs={"placeholder": gettext_lazy("Account's id")})
        )

    def filter_account(
        self, rows: QuerySet[Transfer], name: str, value: uuid.UUID
    ) -> QuerySet[Transfer]:
        """Either side."""
        return rows.filter(Q(debit_id=value) | Q(credit_id=value))


TRANSFERS = Listing(
    table=TransferTable,
    filters=TransferFilters,
    name="transfers",
    default="-at",
    orders={"at": "at", "amount_minor": "amount_minor"},
)


@requires("ledger.view", room="audit")
def transfers(request: HttpRequest, seller_slug: str) -> HttpResponseBase:
    """Every transfer."""
    empty = Empty(_("No transfers yet"), _("Each move of money is one row here, and stays."))
    page = TRANSFERS.show(request, selectors.transfers(), empty=empty)
    return page.download or render(request, "audit/ledger/transfers.html", {"page": page})


@requires("ledger.view", room="audit")
@require_POST
def check(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Compare the books with themselves and with the records behind them; itself an entry."""
    checking.start(seller=reader_of(request).seller, actor=actor_of(request))
    return HttpResponseRedirect(reverse("audit:ledger", args=[seller_slug]))


@requires("ledger.view", room="audit")
def work(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """How far the check is; the part of the page that asks for itself."""
    context = _checked()
    response = render(request, "audit/ledger/work.html", context)
    if not context["is_open"]:
        response["HX-Refresh"] = "true"
    return response


def _checked() -> dict[str, Any]:
    """The newest check of the books: how far it is, or what it found."""
    job = jobs.newest(checking.JOB_KIND)
    found = job.result if job and job.status == Job.Status.DONE else {}
    count = found.get("count", 0)
    words = ngettext("%(n)d fault was found.", "%(n)d faults were found.", count)
    return {
        "job": job,
        "is_open": job is not None and job.status in jobs.OPEN,
        "fault_words": words % {"n": count} if count else "",
        "faults": found.get("faults", [])[:FAULTS_SHOWN],
    }
