"""A seller's programs as anybody may read them."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from campaigns import kinds, selectors
from campaigns.models import Application, Program
from campaigns.models.programs import HoldFrom
from portal import money_format
from portal.access import public, reader_of
from portal.earning_lines import earning_lines


@public
def front(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """A seller's bare address leads to its programs."""
    return HttpResponseRedirect(reverse("program-list", args=[seller_slug]))


@public
def programs(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Every open program of the seller."""
    rows = [
        (program, kinds.kind_of(program.kind), earning_lines(program))
        for program in selectors.open_programs()[:50]
    ]
    return render(request, "public/programs/list.html", {"programs": rows})


@public
def program(request: HttpRequest, seller_slug: str, program_slug: str) -> HttpResponse:
    """One program: what it pays, its terms, and the way in."""
    found = selectors.public_program(program_slug)
    return render(request, "public/programs/detail.html", program_context(request, found))


def program_context(request: HttpRequest, found: Program) -> dict[str, Any]:
    """What is told of a program, and where this reader stands with it."""
    reader = reader_of(request)
    mine = selectors.latest_application(found, reader.user) if reader.user else None
    enrolled = reader.seat is not None and selectors.is_enrolled(found, reader.seat.partner_id)
    waiting = mine is not None and mine.status == Application.Status.SUBMITTED
    kind = kinds.kind_of(found.kind)
    return {
        "program": found,
        "kind": kind,
        "by_links": kinds.LINKS in kind.rooms and found.window_days > 0,
        "by_brief": kinds.DELIVERABLES in kind.rooms,
        "by_agreement": kinds.SETTLEMENTS in kind.rooms,
        "from_payment": found.hold_from == HoldFrom.PAYMENT,
        "earnings": earning_lines(found),
        "minimum": [money_format.plain(v, k) for k, v in sorted(found.minimum_payout.items())],
        "mine": mine,
        "enrolled": enrolled,
        "waiting": waiting,
        "open": found.status == Program.Status.OPEN,
        "apply_url": reverse("program-apply", args=[found.seller.slug, found.slug]),
    }
