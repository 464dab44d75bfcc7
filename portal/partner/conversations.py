"""The partner's conversations with the seller."""

import uuid

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns import conversing
from commissions import reasons
from commissions import selectors as earnings
from partners.conversations import selectors
from partners.models import Conversation
from portal import conversations as pages
from portal import money_format, traces
from portal.access import actor_of, reader_of, requires, user_of
from portal.conversation_forms import OpenForm
from portal.conversations import PORTAL
from portal.downloads import kept_file
from portal.partner.scope import partner_of, seat_of
from portal.refusals import try_on
from portal.time_format import day_text


def _one(request: HttpRequest, conversation_id: uuid.UUID) -> Conversation:
    own = selectors.of_partner(seat_of(request).partner_id, user_of(request))
    return selectors.one(own, conversation_id)


@requires("portal.view", room="partner")
def conversations(request: HttpRequest, seller_slug: str) -> HttpResponseBase:
    """What this partner and the seller wrote to each other."""
    rows = selectors.of_partner(seat_of(request).partner_id, user_of(request))
    why = _("Ask your partner manager. Everybody of your company who signs in here can read it.")
    return pages.show_list(request, PORTAL, rows, why)


def _about_line(request: HttpRequest) -> dict[str, str]:
    """Subject and last lines of a message about one of the partner's own earnings lines."""
    wanted = request.GET.get("line", "")
    if not wanted or not reader_of(request).may("portal.earnings"):
        return {}
    try:
        line = earnings.lines_of(seat_of(request).partner_id).filter(pk=wanted).first()
    except ValidationError:  # no id at all
        return {}
    if line is None:
        return {}
    facts = [day_text(line.occurred_at), traces.title(line)]
    facts.append(money_format.plain(line.amount_minor, line.currency))
    text = f"\n\n{' · '.join(facts)}\n{reasons.sentence(line)}"
    return {"subject": traces.title(line)[:160], "text": text}


@requires("portal.view", room="partner")
def create(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Write to the partner manager."""
    partner = partner_of(request)
    initial = {
        "subject": request.GET.get("subject", "")[:160],
        "text": request.GET.get("text", "")[:2000],
        **_about_line(request),
    }
    form = OpenForm(request.POST or None, request.FILES or None, initial=initial)
    made: list[Conversation] = []

    def act() -> None:
        made.append(
            conversing.start(
                partner=partner,
                subject=form.cleaned_data["subject"],
                text=form.cleaned_data["text"],
                files=form.cleaned_data["attached"],
                side=PORTAL.side,
                actor=actor_of(request),
            )
        )

    if request.method == "POST" and form.is_valid() and try_on(form, act):
        return HttpResponseRedirect(pages.url_of(PORTAL, made[0]))
    context = {
        "form": form,
        "manager": partner.manager.user if partner.manager else None,
        "back": reverse("partner:conversations", args=[seller_slug]),
    }
    status = 422 if form.is_bound else 200
    return render(request, "partner/conversations/create.html", context, status=status)


@requires("portal.view", room="partner")
def detail(request: HttpRequest, seller_slug: str, conversation_id: uuid.UUID) -> HttpResponse:
    """One conversation, and the answer to it."""
    return pages.show_one(request, PORTAL, _one(request, conversation_id))


@requires("portal.view", room="partner")
def file(
    request: HttpRequest, seller_slug: str, conversation_id: uuid.UUID, file_id: uuid.UUID
) -> HttpResponse:
    """A file of a message."""
    found = selectors.file_of(_one(request, conversation_id), file_id)
    return kept_file(found, inline="inline" in request.GET)
