"""What the person was told in the partner portal."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST

from portal import mail_choices, notices
from portal.access import requires


@requires("portal.view", room="partner")
def notifications(request: HttpRequest, seller_slug: str) -> HttpResponseBase:
    """The list."""
    return notices.show(request, "partner")


@requires("portal.view", room="partner")
def mail(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """How he wants his mails."""
    return mail_choices.show(request, "partner")


@requires("portal.view", room="partner")
@require_POST
def read(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Mark all as read, or the chosen ones."""
    return notices.read(request, "partner")


@requires("portal.view", room="partner")
def detail(request: HttpRequest, seller_slug: str, notification_id: uuid.UUID) -> HttpResponse:
    """Open what a notification is about; it counts as read."""
    return notices.open_one(request, "partner", notification_id)
