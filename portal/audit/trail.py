"""The trail: everything that happened, in order, with its place in the chain."""

from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from activity import chain, jobs, selectors, verifying
from activity.models import Event
from partners import selectors as partners
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MarkupColumn
from portal.filters import (
    ChoicesFilter,
    OnlyFilter,
    PartnerNameFilter,
    SinceFilter,
    UntilFilter,
)
from portal.listing import Empty, Listing
from portal.money_format import number
from portal.verb_words import WORDS
from portal.verbs import objects_name, told, words

SHORTEST_HASH = 4
HISTORY_SHOWN = 8


def _what(event: Any) -> SafeString:
    detail = told(event)
    return format_html(
        '<span class="strong">{}</span><div class="tiny dim">{}{}</div>',
        detail.title,
        detail.who,
        f", {event.address}" if event.address else "",
    )


def _object(event: Event) -> SafeString:
    url = f"{reverse('audit:trail', args=[event.seller.slug])}?object={event.object_id}"
    return format_html(
        '<a class="q" href="{}">{}</a><div class="tiny dim">{}</div>',
        url,
        event.object_label or str(event.object_id)[:8],
        objects_name(event.object_type),
    )


def _short(hash_: str | None) -> str:
    return f"{hash_[:4]}…{hash_[-4:]}" if hash_ else "–"


def _place(event: Any) -> SafeString:
    if event.place is None:
        return format_html('<span class="dim">{}</span>', _("soon"))
    return format_html('<span class="mono num">{}</span>', number(event.place))


class TrailTable(tables.Table):
    """Place, what and who, object, hash."""

    place = MarkupColumn(
        gettext_lazy("Place"), show=_place, plain=lambda event: event.place, css="num"
    )
    at = DayColumn(gettext_lazy("When"), time=True)
    what = MarkupColumn(
        gettext_lazy("What and who"),
        show=_what,
        plain=lambda event: f"{words(event.verb)} · {told(event).who}",
    )
    thing = MarkupColumn(
        gettext_lazy("Object"),
        show=_object,
        plain=lambda event: f"{event.object_type} {event.object_id} {event.object_label}",
    )
    hash = MarkupColumn(
        gettext_lazy("Hash"),
        show=lambda event: format_html('<span class="mono tiny">{}</span>', _short(event.hash)),
        plain=lambda event: event.hash or "",
        css="r hide-s",
    )


class TrailFilters(django_filters.FilterSet):
    """Words, place or hash; what; partner; object; period."""

    q = django_filters.CharFilter(
        label=gettext_lazy("Search"),
        method="filter_words",
        max_length=200,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": gettext_lazy("Object, person, place or hash")}
        ),
    )
    verb = ChoicesFilter(
        label=gettext_lazy("What"), all_label=gettext_lazy("Everything"), choices=[]
    )
    whose = PartnerNameFilter("partner_id")
    partner = OnlyFilter(partners.partner_name, field_name="partner_id")
    object = django_filters.UUIDFilter(
        field_name="object_id",
        label=gettext_lazy("Object"),
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("Object's id")}),
    )
    since = SinceFilter("at")
    until = UntilFilter("at")

    class Meta:
        model = Event
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        verbs = sorted(((verb, str(text)) for verb, text in WORDS.items()), key=lambda p: p[1])
        self.filters["verb"].extra["choices"] = verbs

    def filter_words(self, rows: QuerySet[Event], name: str, value: str) -> QuerySet[Event]:
        """Every word: in the object's or person's name, or a place, or the start of a hash."""
        for word in value.split()[:8]:
            found = Q(object_label__icontains=word) | Q(actor_label__icontains=word)
            plain = word.replace(",", "").replace(".", "")
            if plain.isdecimal() and len(plain) < 18:
                found |= Q(links__place=int(plain))
            if len(word) >= SHORTEST_HASH and not set(word.lower()) - set("0123456789abcdef"):
                found |= Q(links__hash__startswith=word.lower())
            rows = rows.filter(found)
        return rows


TRAIL = Listing(
    table=TrailTable,
    filters=TrailFilters,
    name="trail",
    default="-at",
    orders={"at": "id"},
    open_template="audit/trail/opened.html",
)


@requires("trail.view", room="audit")
def trail(request: HttpRequest, seller_slug: str) -> HttpResponseBase:
    """Everything that happened."""
    empty = Empty(
        _("Nothing happened yet"), _("Every act of people, programs and the system stands here.")
    )
    page = TRAIL.show(request, selectors.trail().select_related("seller"), empty=empty)
    if page.download:
        return page.download
    context = {"page": page, "check": check_context(), **_opened(page.slice.rows, page.open_id)}
    return render(request, "audit/trail/list.html", context)


def _opened(rows: list[Any], open_id: str) -> dict[str, Any]:
    """What the opened row shows: before and after, the rest, and its object's history."""
    event = next((row for row in rows if str(row.pk) == open_id), None)
    if event is None:
        return {}
    return {
        "opened": told(event, every_change=True),
        "facts": sorted((key.replace("_", " "), value) for key, value in event.detail.items()),
        "history": _history(event),
        "object_name": objects_name(event.object_type),
    }


def _history(event: Any) -> list[tuple[Any, Any]]:
    """What else happened to the object. A payout account is a new object with every change."""
    same = Q(object_id=event.object_id)
    if event.object_type == "payouts.payoutmethod":
        same |= Q(object_type=event.object_type, partner_id=event.partner_id)
    found = selectors.trail().filter(same).exclude(pk=event.pk)
    return [(each, told(each)) for each in found[:HISTORY_SHOWN]]


@requires("trail.view", room="audit")
@require_POST
def verify(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Have the chain computed anew. Who checked, and what was found, is itself an entry."""
    verifying.start(seller=reader_of(request).seller, actor=actor_of(request))
    return HttpResponseRedirect(reverse("audit:home", args=[seller_slug]))


@requires("trail.view", room="audit")
def work(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """How far the verification is; the part of the page that asks for itself."""
    check = check_context()
    response = render(request, "audit/trail/work.html", {"check": check})
    if not check["is_open"]:
        response["HX-Refresh"] = "true"
    return response


def check_context() -> dict[str, Any]:
    """What was found when the chain was last verified, where its head is, how far a check is."""
    last, job = selectors.last_check(), jobs.newest(verifying.JOB_KIND)
    return {
        "last": last,
        "result": last.detail if last else None,
        "head": chain.head(),
        "job": job,
        "is_open": job is not None and job.status in jobs.OPEN,
    }
