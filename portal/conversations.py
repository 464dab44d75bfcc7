"""Conversations, the same in console and portal; each room's views call these."""

from dataclasses import dataclass
from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import conversing
from partners.conversations import selectors, services
from partners.models import Conversation, Message, Side
from portal import statuses
from portal.access import actor_of, reader_of, user_of
from portal.columns import DayColumn, NameColumn, StatusColumn, TextColumn
from portal.conversation_forms import MessageForm
from portal.downloads import SAFE_INLINE
from portal.filters import ChoicesFilter
from portal.listing import Empty, Listing
from portal.refusals import try_on


@dataclass(frozen=True)
class Room:
    """Where the reader is, and on whose side he writes."""

    name: str
    side: str


CONSOLE = Room("console", Side.SELLER)
PORTAL = Room("partner", Side.PARTNER)


def url_of(room: Room, conversation: Conversation) -> str:
    """The address of a conversation in a room."""
    return reverse(
        f"{room.name}:conversations-detail", args=[conversation.seller.slug, conversation.pk]
    )


class SaidFilter(django_filters.CharFilter):
    """Every word must occur in the subject, the partner's name, or one of the messages."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Search"),
            widget=forms.TextInput(
                attrs={"type": "search", "placeholder": gettext_lazy("Words of a message")}
            ),
            max_length=200,
        )

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        for word in (value or "").split()[:8]:
            said = Message.objects.filter(conversation=OuterRef("pk"), text__icontains=word)
            qs = qs.filter(
                Q(subject__icontains=word) | Q(partner__name__icontains=word) | Exists(said)
            )
        return qs


class ConversationFilters(django_filters.FilterSet):
    """Search and state."""

    q = SaidFilter()
    state = ChoicesFilter(label=gettext_lazy("State"), choices=statuses.labels("conversation"))

    class Meta:
        model = Conversation
        fields: list[str] = []


def _start(conversation: Any) -> str:
    text = " ".join((conversation.last_text or "").split())
    return text if len(text) <= 120 else text[:119] + "…"


def _table(room: Room) -> type[tables.Table]:
    class ConversationTable(tables.Table):
        """One conversation a line."""

        subject = NameColumn(
            gettext_lazy("Subject"), url=lambda row: url_of(room, row), meta=_start
        )
        if room.side == Side.SELLER:
            partner = TextColumn(gettext_lazy("Partner"), accessor="partner__name", label=True)
        last_message_at = DayColumn(gettext_lazy("Last message"), time=True)
        state = StatusColumn(gettext_lazy("State"), kind="conversation")

    return ConversationTable


def _listing(room: Room) -> Listing:
    return Listing(
        table=_table(room),
        filters=ConversationFilters,
        name="conversations",
        default="-last_message_at",
        orders={"last_message_at": "last_message_at", "subject": "subject"},
        chips=("state", "conversation", "state"),
    )


LISTINGS = {room.name: _listing(room) for room in (CONSOLE, PORTAL)}


def show_list(
    request: HttpRequest, room: Room, rows: QuerySet[Conversation], why: str
) -> HttpResponseBase:
    """The list; an empty one says `why` there are conversations and begins the first."""
    new = reverse(f"{room.name}:conversations-create", args=[reader_of(request).seller.slug])
    empty = Empty(_("No conversations yet"), why, ((_("Write a message"), new),), "messages")
    page = LISTINGS[room.name].show(request, rows, empty=empty)
    template = f"{room.name}/conversations/list.html"
    return page.download or render(request, template, {"page": page, "new_url": new})


def show_one(request: HttpRequest, room: Room, conversation: Conversation) -> HttpResponse:
    """The thread, which counts as read from now on, and the answer to it."""
    form = MessageForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and try_on(form, lambda: _answer(
        request, room, conversation, form
    )):  # fmt: skip
        return HttpResponseRedirect(f"{url_of(room, conversation)}#answer")
    if request.method == "GET":
        services.mark_read(conversation=conversation, user=user_of(request), side=room.side)
    context = {
        "conversation": conversation,
        "said": selectors.thread(conversation),
        "seen": list(selectors.readers(conversation, room.side)[:5]),
        "own_side": str(room.side),
        "inline_types": SAFE_INLINE,
        "file_url": f"{room.name}:conversations-file",
        "form": form,
        "may_write_help": reader_of(request).may("materials.manage"),
    }
    status = 422 if form.is_bound else 200
    return render(request, f"{room.name}/conversations/detail.html", context, status=status)


def _answer(
    request: HttpRequest, room: Room, conversation: Conversation, form: MessageForm
) -> None:
    conversing.say(
        conversation=conversation,
        text=form.cleaned_data["text"],
        files=form.cleaned_data["attached"],
        side=room.side,
        actor=actor_of(request),
    )
