"""Notification pages, the same in console and portal; each room's views call these."""

import uuid
from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from activity import notifications
from activity.models import Notification
from portal.access import reader_of, user_of
from portal.columns import DayColumn, MarkupColumn, StatusColumn
from portal.filters import ChoicesFilter, SearchFilter
from portal.listing import Empty, Listing
from portal.statuses import labels
from sellers.reader import SEAT_SESSION_KEY


def _told(notification: Notification) -> Any:
    url = reverse(
        f"{notification.room}:notifications-detail",
        args=[notification.seller.slug, notification.pk],
    )
    weight = "" if notification.read_at else " strong"
    title = notification.subject
    if notification.path:
        title = format_html('<a class="q title{}" href="{}">{}</a>', weight, url, title)
    else:
        title = format_html('<span class="{}">{}</span>', weight.strip(), title)
    if not notification.body:
        return title
    return format_html('{}<div class="tiny dim">{}</div>', title, notification.body)


class NoticeTable(tables.Table):
    """One line per notification."""

    subject = MarkupColumn(
        gettext_lazy("What"), show=_told, plain=lambda notification: notification.subject
    )
    created_at = DayColumn(gettext_lazy("When"), time=True)
    state = StatusColumn(gettext_lazy("State"), kind="notification")


class NoticeFilters(django_filters.FilterSet):
    """By words and state."""

    q = SearchFilter("subject", "body")
    state = ChoicesFilter(label=gettext_lazy("State"), choices=labels("notification"))

    class Meta:
        model = Notification
        fields: list[str] = []


NOTICES = Listing(
    table=NoticeTable,
    filters=NoticeFilters,
    name="notifications",
    default="-created_at",
    orders={"created_at": "created_at"},
    chips=("state", "notification", "state"),
)


def show(request: HttpRequest, room: str) -> HttpResponseBase:
    """The list of the person's notifications in `room`."""
    rows = notifications.with_state(user_of(request), room)
    empty = Empty(
        _("Nothing to tell you yet"),
        _("What needs you, and answers to what you did, will stand here and come by mail."),
        (),
        "bell",
    )
    page = NOTICES.show(request, rows, empty=empty)
    return page.download or render(request, f"{room}/notifications.html", {"page": page})


def read(request: HttpRequest, room: str) -> HttpResponse:
    """Mark all of them as read."""
    count = notifications.mark_read(user_of(request), room)
    messages.success(
        request,
        ngettext("%(count)d notification is read.", "%(count)d notifications are read.", count)
        % {"count": count},
    )
    return redirect(f"{room}:notifications", _slug(request))


def _take_seat(request: HttpRequest, found: Notification) -> None:
    """Who acts for several partners of a seller goes on in the one that this is about."""
    partner_id = found.event.partner_id
    if found.room == "partner" and any(
        seat.partner_id == partner_id for seat in reader_of(request).seats
    ):
        request.session[SEAT_SESSION_KEY] = str(partner_id)


def open_one(request: HttpRequest, room: str, notification_id: uuid.UUID) -> HttpResponse:
    """Mark one as read and go to what it is about."""
    user = user_of(request)
    found = notifications.one(user, room, notification_id)
    if found is None:
        raise Http404
    notifications.mark_read(user, room, only=found.pk)
    _take_seat(request, found)
    if found.path and url_has_allowed_host_and_scheme(found.path, allowed_hosts=None):
        return redirect(found.path)
    return redirect(f"{room}:notifications", _slug(request))


def _slug(request: HttpRequest) -> str:
    return reader_of(request).seller.slug
