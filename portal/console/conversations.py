"""Conversations with partners in the seller's console."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns import conversing
from partners import selectors as partners
from partners.conversations import selectors, services
from partners.models import Conversation
from portal import conversations as pages
from portal.access import actor_of, requires, user_of
from portal.conversation_forms import OpenWithForm
from portal.conversations import CONSOLE
from portal.downloads import kept_file
from portal.refusals import try_on
from prm.errors import NotFound


def _one(request: HttpRequest, conversation_id: uuid.UUID) -> Conversation:
    return selectors.one(selectors.conversations(user_of(request), CONSOLE.side), conversation_id)


@requires("partners.manage", room="console")
def conversations(request: HttpRequest, seller_slug: str) -> HttpResponseBase:
    """All conversations with partners."""
    rows = selectors.conversations(user_of(request), CONSOLE.side)
    why = _("Messages between you and one partner, with files. Both sides hear of them by mail.")
    return pages.show_list(request, CONSOLE, rows, why)


@requires("partners.manage", room="console")
def create(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Write to a partner."""
    form = OpenWithForm(
        request.POST or None, request.FILES or None, initial={"partner": _named(request)}
    )
    made: list[Conversation] = []

    def act() -> None:
        made.append(
            conversing.start(
                partner=form.chosen(),
                subject=form.cleaned_data["subject"],
                text=form.cleaned_data["text"],
                files=form.cleaned_data["attached"],
                side=CONSOLE.side,
                actor=actor_of(request),
            )
        )

    if request.method == "POST" and form.is_valid() and try_on(form, act):
        return HttpResponseRedirect(pages.url_of(CONSOLE, made[0]))
    context = {"form": form, "back": reverse("console:conversations", args=[seller_slug])}
    status = 422 if form.is_bound else 200
    return render(request, "console/conversations/create.html", context, status=status)


def _named(request: HttpRequest) -> str:
    """The name of the partner whose page asked for the form."""
    try:
        return partners.partner_by_id(uuid.UUID(request.GET.get("partner", ""))).name
    except (ValueError, NotFound):
        return ""


@requires("partners.manage", room="console")
def detail(request: HttpRequest, seller_slug: str, conversation_id: uuid.UUID) -> HttpResponse:
    """One conversation, and the answer to it."""
    return pages.show_one(request, CONSOLE, _one(request, conversation_id))


@requires("partners.manage", room="console")
@require_POST
def close(request: HttpRequest, seller_slug: str, conversation_id: uuid.UUID) -> HttpResponse:
    """Nothing waits in it any more."""
    found = _one(request, conversation_id)
    services.close_conversation(conversation=found, actor=actor_of(request))
    messages.success(request, _("Closed. A new message opens it again."))
    return HttpResponseRedirect(pages.url_of(CONSOLE, found))


@requires("partners.manage", room="console")
def file(
    request: HttpRequest, seller_slug: str, conversation_id: uuid.UUID, file_id: uuid.UUID
) -> HttpResponse:
    """A file of a message."""
    found = selectors.file_of(_one(request, conversation_id), file_id)
    return kept_file(found, inline="inline" in request.GET)
