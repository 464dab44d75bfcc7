"""The log of shop systems: every message, what became of it, and what a person can do about it."""

import uuid
from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from commissions.inbound import masking, selectors, services
from commissions.models import Arrival, SourceKind
from portal import source_words
from portal.access import actor_of, reader_of, requires
from portal.columns import MarkupColumn, StatusColumn
from portal.filters import ChoicesFilter, OnlyFilter, SearchFilter, SinceFilter, UntilFilter
from portal.listing import Empty, Listing
from portal.statuses import labels
from portal.templatetags import prm_figures


def _name_cell(arrival: Arrival) -> Any:
    return format_html(
        '<a class="q title strong" href="{}">{}</a><div class="tiny dim">{} · {}</div>',
        reverse("console:sources-message", args=[arrival.seller.slug, arrival.pk]),
        arrival.topic or _("Message"),
        arrival.source.name,
        prm_figures.moment(arrival.created_at),
    )


def _outcome_cell(arrival: Arrival) -> Any:
    booked = ", ".join(
        f"{source_words.BOOKED[row['kind']]} {row['label']}"
        for row in arrival.outcome
        if row["kind"] != "fact"
    )
    return booked or source_words.why(arrival) or "–"


class MessageTable(tables.Table):
    """One line per message, the newest first."""

    topic = MarkupColumn(
        gettext_lazy("Message"),
        show=_name_cell,
        plain=lambda arrival: arrival.topic,
        attrs={"td": {"class": "name-cell"}, "th": {}},
    )
    subject = MarkupColumn(
        gettext_lazy("About"),
        show=lambda arrival: format_html('<span class="mono">{}</span>', arrival.subject or "–"),
        plain=lambda arrival: arrival.subject,
        label=True,
    )
    outcome = MarkupColumn(
        gettext_lazy("Became"), show=_outcome_cell, plain=_outcome_cell, css="small", label=True
    )
    state = StatusColumn(gettext_lazy("State"), kind="arrival")


class MessageFilters(django_filters.FilterSet):
    """By what it says, its state, its source, its kind and its day."""

    q = SearchFilter(
        "topic", "subject", "delivery_id", "detail", hint=gettext_lazy("Order, event or id")
    )
    state = ChoicesFilter(label=gettext_lazy("State"), choices=labels("arrival"))
    kind = ChoicesFilter(
        field_name="source__kind", label=gettext_lazy("Shop system"), choices=SourceKind.choices
    )
    source = OnlyFilter(lambda key: selectors.source(key).name, field_name="source_id")
    since = SinceFilter("created_at")
    until = UntilFilter("created_at")

    class Meta:
        model = Arrival
        fields: list[str] = []


MESSAGES = Listing(
    table=MessageTable,
    filters=MessageFilters,
    name="messages",
    default="-topic",
    orders={"topic": "id"},
    chips=("state", "arrival", "state"),
)


@requires("sales.view", room="console")
def log(request: HttpRequest, seller_slug: str) -> HttpResponseBase:
    """What came from all shop systems."""
    rows: QuerySet[Arrival] = selectors.arrivals()
    empty = Empty(
        _("No messages yet"),
        _("Each message of a shop system stands here, with what became of it."),
        ((_("Shop systems"), reverse("console:sources", args=[seller_slug])),),
        "list-details",
    )
    page = MESSAGES.show(request, rows, empty=empty)
    return page.download or render(request, "console/sources/log.html", {"page": page})


@requires("sales.view", room="console")
def message(request: HttpRequest, seller_slug: str, arrival_id: uuid.UUID) -> HttpResponse:
    """One message: what it says, without persons, and what became of it."""
    arrival = selectors.arrival(arrival_id)
    reader = reader_of(request)
    body = bytes(arrival.body) if arrival.body is not None else None
    context = {
        "arrival": arrival,
        "why": source_words.why(arrival),
        "booked": [_booked(seller_slug, row) for row in arrival.outcome],
        "body": masking.laid_out(body) if body is not None else "",
        "size": len(body) if body is not None else None,
        "may_act": reader.may("sales.manage"),
        "may_adjust": reader.may("commissions.manage"),
        "can_repeat": body is not None
        and arrival.state != Arrival.State.PENDING
        and arrival.source.removed_at is None,
    }
    return render(request, "console/sources/message.html", context)


def _booked(seller_slug: str, row: dict[str, str]) -> dict[str, Any]:
    """One record that a message became, with the way to it."""
    url = ""
    if row["kind"] == "sale" and row["id"]:
        url = reverse("console:sales-detail", args=[seller_slug, row["id"]])
    elif row["kind"] == "refund":
        sale_id = selectors.sale_of_refund(row["id"])
        url = reverse("console:sales-detail", args=[seller_slug, sale_id]) if sale_id else ""
    return {
        "what": source_words.BOOKED[row["kind"]],
        "label": row["label"],
        "note": source_words.note(row["note"]),
        "url": url,
    }


@requires("sales.manage", room="console")
@require_POST
def again(request: HttpRequest, seller_slug: str, arrival_id: uuid.UUID) -> HttpResponse:
    """Process a message once more; what it became already is not made twice."""
    arrival = selectors.arrival(arrival_id)
    services.process_again(arrival=arrival, actor=actor_of(request))
    messages.success(request, _("It is in the queue again."))
    return redirect("console:sources-message", seller_slug, arrival.pk)


@requires("sales.manage", room="console")
@require_POST
def dismiss(request: HttpRequest, seller_slug: str, arrival_id: uuid.UUID) -> HttpResponse:
    """Say that somebody has dealt with it."""
    arrival = selectors.arrival(arrival_id)
    services.dismiss(arrival=arrival, actor=actor_of(request))
    messages.success(request, _("Noted: dealt with."))
    return redirect("console:sources-message", seller_slug, arrival.pk)
