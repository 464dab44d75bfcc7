"""One search over what the console lists: partners, sales, links and payouts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from partners import selectors as partners
from payouts.models import BatchLine
from portal.access import reader_of, requires
from portal.link_address import link_words
from portal.money_format import plain
from portal.order_search import of_sales
from portal.time_format import day_text
from tracking import selectors as tracking

SHOWN = 5
LONGEST = 200


@dataclass(frozen=True)
class Hit:
    """One thing found."""

    title: str
    meta: str
    url: str


@dataclass(frozen=True)
class Group:
    """What was found of one kind, and the list that shows all of it."""

    label: str
    icon: str
    hits: list[Hit]
    more: bool
    url: str


@requires("home.view", room="console")
def search(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Everything the reader may see that has the words, by kind."""
    words = request.GET.get("q", "").strip()[:LONGEST]
    found = [group for group in _groups(request, seller_slug, words) if group.hits]
    context = {"words": words, "found": found}
    return render(request, "console/search.html", context)


def _groups(request: HttpRequest, slug: str, words: str) -> Iterator[Group]:
    if not words:
        return
    reader = reader_of(request)
    query = "?" + urlencode({"q": words})
    if reader.may("partners.view"):
        url = reverse("console:partners", args=[slug]) + query
        yield _group(_("Partners"), "users", _partners(words), url)
    if reader.may("sales.view"):
        url = reverse("console:sales", args=[slug]) + query
        yield _group(_("Sales"), "shopping-cart", _sales(words), url)
    if reader.may("partners.view"):
        url = reverse("console:links", args=[slug]) + query
        yield _group(_("Links"), "link", _links(words), url)
    if reader.may("payouts.view"):
        url = reverse("console:payouts", args=[slug])
        yield _group(_("Payouts"), "wallet", _payouts(words), url)


def _group(label: str, icon: str, hits: list[Hit], url: str) -> Group:
    return Group(label, icon, hits[:SHOWN], len(hits) > SHOWN, url)


def _found(rows: QuerySet[Any], words: str, *fields: str) -> QuerySet[Any]:
    """Rows that have every word in one of the fields; one more than is shown."""
    for word in words.split()[:8]:
        anywhere = Q()
        for field in fields:
            anywhere |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(anywhere)
    return rows[: SHOWN + 1]


def _partners(words: str) -> list[Hit]:
    rows = partners.partners().select_related("seller").order_by("name", "id")
    found = _found(rows, words, "name", "email", "external_id", "website")
    return [
        Hit(
            one.name,
            " · ".join(filter(None, (str(one.get_status_display()), one.email))),
            reverse("console:partners-detail", args=[one.seller.slug, one.pk]),
        )
        for one in found
    ]


def _sales(words: str) -> list[Hit]:
    rows = tracking.sales().order_by("-occurred_at", "-id")
    return [
        Hit(
            sale.external_id,
            " · ".join(
                filter(
                    None,
                    (
                        day_text(sale.occurred_at),
                        sale.partner.name if sale.partner else "",
                        plain(sale.amount_minor, sale.currency),
                    ),
                )
            ),
            reverse("console:sales-detail", args=[sale.seller.slug, sale.pk]),
        )
        for sale in rows.filter(of_sales(words))[: SHOWN + 1]
    ]


def _links(words: str) -> list[Hit]:
    rows = tracking.links().order_by("-created_at", "-id")
    found = _found(rows, words, "label", "code", "destination", "enrollment__partner__name")
    return [
        Hit(
            str(link),
            f"{link_words(link)} · {link.enrollment.partner.name}",
            reverse("console:links", args=[link.seller.slug]) + "?" + urlencode({"q": link.code}),
        )
        for link in found
    ]


def _payouts(words: str) -> list[Hit]:
    rows = BatchLine.objects.exclude(status=BatchLine.Status.DROPPED).select_related(
        "partner", "batch", "seller"
    )
    found = _found(rows.order_by("-batch__created_at", "reference"), words, "reference")
    return [
        Hit(
            line.reference,
            f"{line.partner.name} · {plain(line.amount_minor, line.batch.currency)}",
            reverse("console:payouts-line", args=[line.seller.slug, line.batch_id, line.pk]),
        )
        for line in found
    ]
