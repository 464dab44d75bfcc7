"""What is agreed with the partner: what to hand in until when, how it stands, what it paid."""

import uuid
from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from commissions import deliverable_selectors as selectors
from commissions.models import Brief, Deliverable
from commissions.services import deliverables as services
from commissions.services import looks
from portal import deliverable_words as words
from portal import statuses
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MarkupColumn, NameColumn, StatusColumn
from portal.downloads import kept_file
from portal.filters import ChoicesFilter, SearchFilter
from portal.listing import Empty, Listing
from portal.partner.deliverable_forms import HandInForm
from portal.partner.scope import partner_of, seat_of
from portal.refusals import try_on


def _url(brief: Brief) -> str:
    return reverse("partner:deliverables-brief", args=[brief.seller.slug, brief.pk])


def _progress(brief: Any) -> str:
    done = _("%(approved)d of %(pieces)d approved")
    return done % {"approved": brief.own_approved, "pieces": brief.pieces}


class BriefTable(tables.Table):
    """Briefs as the partner reads them."""

    title = NameColumn(
        gettext_lazy("Agreed"),
        url=_url,
        meta=lambda brief: f"{brief.program.name} · {brief.get_kind_display()}",
    )
    pays = MarkupColumn(
        gettext_lazy("Pays"), show=words.fee_words, plain=words.fee_words, label=True
    )
    progress = MarkupColumn(gettext_lazy("Pieces"), show=_progress, plain=_progress, label=True)
    due_on = DayColumn(gettext_lazy("Due"))
    state = StatusColumn(gettext_lazy("Status"), kind="own_brief")


class BriefFilters(django_filters.FilterSet):
    """Search and status."""

    q = SearchFilter("title", "description", hint=gettext_lazy("Title"))
    state = ChoicesFilter(
        field_name="state", label=gettext_lazy("Status"), choices=statuses.labels("own_brief")
    )

    class Meta:
        model = Brief
        fields: list[str] = []


BRIEFS = Listing(
    table=BriefTable,
    filters=BriefFilters,
    name="deliverables",
    default="-created_at",
    orders={"created_at": "id", "title": "title"},
    chips=("state", "own_brief", "state"),
)


@requires("portal.view", room="partner")
def deliverables(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """What is agreed with the partner."""
    empty = Empty(
        _("Nothing is agreed yet"),
        _("Posts, articles, events and placements that you are paid for stand here."),
        (),
        "checklist",
    )
    page = BRIEFS.show(request, selectors.briefs_for(seat_of(request).partner_id), empty=empty)
    return page.download or render(request, "partner/deliverables/list.html", {"page": page})


@requires("portal.view", room="partner")
def brief(request: HttpRequest, seller_slug: str, brief_id: uuid.UUID) -> HttpResponse:
    """One brief: its terms, the pieces handed in, and what they paid."""
    partner_id = seat_of(request).partner_id
    row = selectors.brief_for(partner_id, brief_id)
    rows = selectors.deliverables_for(partner_id).filter(brief=row).order_by("number")
    pieces = [
        {
            "piece": piece,
            "pays": words.pays_words(piece),
            "note": words.status_note(piece),
            "link": words.link_state(piece),
            "looks": [words.look_step(look) for look in selectors.looks_at(piece)[:1]],
        }
        for piece in rows
    ]
    may_hand_in = reader_of(request).may("portal.links") and row.ended_at is None
    context = {
        "brief": row,
        "fee": words.fee_words(row),
        "proof": words.proof_words(row),
        "stay": words.stay_words(row),
        "pieces": pieces,
        "may_hand_in": may_hand_in,
        "next_number": row.own_count + 1 if row.own_count < row.pieces else 0,
    }
    return render(request, "partner/deliverables/brief.html", context)


@requires("portal.links", room="partner")
def hand_in(request: HttpRequest, seller_slug: str, brief_id: uuid.UUID) -> HttpResponse:
    """Hand in the next piece."""
    partner = partner_of(request)
    row = selectors.brief_for(partner.pk, brief_id)
    form = HandInForm(request.POST or None, request.FILES or None, brief=row)

    def act() -> None:
        services.hand_in(brief=row, partner=partner, actor=actor_of(request), **form.cleaned_data)

    return _handed_in(request, form, row, act)


@requires("portal.links", room="partner")
def again(request: HttpRequest, seller_slug: str, deliverable_id: uuid.UUID) -> HttpResponse:
    """Hand in once more what was sent back."""
    piece = selectors.deliverable_for(seat_of(request).partner_id, deliverable_id)
    form = HandInForm(request.POST or None, request.FILES or None, brief=piece.brief, piece=piece)

    def act() -> None:
        services.hand_in_again(deliverable=piece, actor=actor_of(request), **form.cleaned_data)

    return _handed_in(request, form, piece.brief, act, piece)


@requires("portal.view", room="partner")
def file(request: HttpRequest, seller_slug: str, deliverable_id: uuid.UUID) -> HttpResponse:
    """The file that the partner handed in."""
    return kept_file(selectors.deliverable_for(seat_of(request).partner_id, deliverable_id))


@requires("portal.links", room="partner")
@require_POST
def look(request: HttpRequest, seller_slug: str, deliverable_id: uuid.UUID) -> HttpResponse:
    """Have the page looked at now, after the link was put right."""
    piece = selectors.deliverable_for(seat_of(request).partner_id, deliverable_id)
    looks.look_again(deliverable=piece)
    messages.info(request, _("We are looking at the page. Reload in a moment."))
    return HttpResponseRedirect(
        reverse("partner:deliverables-brief", args=[seller_slug, piece.brief_id])
    )


def _handed_in(
    request: HttpRequest,
    form: HandInForm,
    row: Brief,
    act: Any,
    piece: Deliverable | None = None,
) -> HttpResponse:
    """The form, or after it went through the brief again."""
    if request.method == "POST" and form.is_valid() and try_on(form, act):
        messages.success(request, _("Handed in. You hear from us when it is reviewed."))
        return HttpResponseRedirect(
            reverse("partner:deliverables-brief", args=[row.program.seller.slug, row.pk])
        )
    context = {
        "form": form,
        "brief": row,
        "piece": piece,
        "fee": words.fee_words(row),
        "proof": words.proof_words(row),
        "stay": words.stay_words(row),
    }
    status = 422 if form.is_bound else 200
    return render(request, "partner/deliverables/hand_in.html", context, status=status)
