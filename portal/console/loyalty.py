"""Loyalty in the console: what a program owes in points, and how points live."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.models import Program
from commissions.loyalty import selectors, services, words
from portal import points_words
from portal.access import actor_of, reader_of, requires
from portal.console.loyalty_forms import CardForm, PointsForm, points_initial
from portal.refusals import try_on

MONTHS = 12


@requires("programs.view", room="console")
def loyalty(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """The program that keeps points; a choice where there are several."""
    programs = selectors.summaries()
    if len(programs) == 1:
        address = reverse("console:loyalty-detail", args=[seller_slug, programs[0].pk])
        return HttpResponseRedirect(address)
    return render(request, "console/loyalty/programs.html", {"programs": programs})


@requires("programs.view", room="console")
def detail(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """Points of one program: owed, earned, used, expired by month; its stamp cards."""
    program = selectors.program_by_id(program_id)
    settings = selectors.settings_of(program)
    months = selectors.months_of(program, _starts(timezone.localtime()))
    cards = [
        (card, points_words.counts_text(card), points_words.gift_text(card))
        for card in selectors.cards_of(program)
    ]
    context = {
        "program": program,
        "settings": settings,
        "names": words.names_of(settings),
        "owed": selectors.outstanding(program),
        "members": selectors.member_count(program),
        "month": months[-1],
        "chart": _chart(months),
        "cards": cards,
        "waiting": selectors.waiting().count(),
        "rewards": selectors.rewards().filter(program=program, state="active").count(),
        "may_manage": reader_of(request).may("programs.manage"),
        "crumbs": crumbs(seller_slug),
    }
    return render(request, "console/loyalty/detail.html", context)


@requires("programs.manage", room="console")
def settings(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """How points are called and how long they live."""
    program = selectors.program_by_id(program_id)
    now = selectors.settings_of(program)
    form = PointsForm(request.POST or None, initial=points_initial(now))
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form,
            lambda: services.change_settings(
                program=program, actor=actor_of(request), **form.cleaned_data
            ),
        )
    ):
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(_home(seller_slug, program))
    context = {"form": form, "program": program, "crumbs": crumbs(seller_slug, program)}
    status = 422 if request.method == "POST" else 200
    return render(request, "console/loyalty/settings.html", context, status=status)


@requires("programs.manage", room="console")
def card_new(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """Start a stamp card."""
    program = selectors.program_by_id(program_id)
    form = CardForm(request.POST or None, program=program)
    if request.method == "POST" and form.is_valid():
        values = form.values()
        if form.is_valid() and try_on(
            form,
            lambda: services.create_card(program=program, actor=actor_of(request), **values),
        ):
            messages.success(request, _("The card counts from now on."))
            return HttpResponseRedirect(_home(seller_slug, program))
    context = {"form": form, "program": program, "crumbs": crumbs(seller_slug, program)}
    status = 422 if request.method == "POST" else 200
    return render(request, "console/loyalty/card.html", context, status=status)


@requires("programs.manage", room="console")
@require_POST
def card_end(request: HttpRequest, seller_slug: str, card_id: uuid.UUID) -> HttpResponse:
    """What is bought from now on counts no more."""
    card = selectors.card_by_id(card_id)
    services.end_card(card=card, actor=actor_of(request))
    messages.success(request, _("%(card)s counts no more. Full cards stay.") % {"card": card.name})
    return HttpResponseRedirect(_home(seller_slug, card.program))


def crumbs(seller_slug: str, program: Program | None = None) -> list[dict[str, str]]:
    """The way back."""
    found = [{"label": _("Loyalty"), "url": reverse("console:loyalty", args=[seller_slug])}]
    if program is not None:
        found.append({"label": program.name, "url": _home(seller_slug, program)})
    return found


def _home(seller_slug: str, program: Program) -> str:
    return reverse("console:loyalty-detail", args=[seller_slug, program.pk])


def _starts(now: datetime) -> list[datetime]:
    """First instants of this month and the eleven before, oldest first."""
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    count = first.year * 12 + first.month - 1
    return [
        first.replace(year=(count - back) // 12, month=(count - back) % 12 + 1)
        for back in range(MONTHS - 1, -1, -1)
    ]


def _chart(months: list[selectors.Month]) -> dict[str, Any]:
    return {
        "labels": [date_format(one.start, "M Y") for one in months],
        "series": [
            {"name": _("Earned"), "values": [one.earned for one in months]},
            {"name": _("Used"), "values": [-one.used for one in months]},
            {"name": _("Expired"), "values": [-one.expired for one in months]},
        ],
    }
