"""Pages that say what went wrong, in the room where it did, with a way on."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template import loader
from django.utils import translation
from django.utils.translation import gettext as _

from portal.shells import SHELLS
from prm.errors import Refusal
from sellers import selectors
from sellers.models import Staff
from sellers.reader import Reader
from sellers.roles import STAFF_PERMISSIONS

ROOM_OF_PATH = {"console": "console", "portal": "partner", "audit": "audit"}


class RefusalMiddleware:
    """Shows a refusal that a view let through as a page of its status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A page for refusals; everything else goes its way."""
        if not isinstance(exception, Refusal):
            return None
        return _page(request, exception.status, _title(exception.status), exception.message)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the browser sent what the product cannot read."""
    text = _("The browser sent something that could not be read. Go back and try again.")
    if isinstance(exception, BadRequest | SuspiciousOperation):
        text = _("The address or the form holds something that cannot be read.")
    return _page(request, 400, _title(400), text)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: says who has the right."""
    permission = str(exception) if isinstance(exception, PermissionDenied) else ""
    return _page(request, 403, _title(403), *_who_may(request, permission))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: unknown, or another's; both read the same."""
    return _page(
        request,
        404,
        _title(404),
        _("The address may be mistyped, or what stood here belongs to somebody else."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token has aged or is missing."""
    text = _("This form was open too long, or the browser refuses cookies. Load the page again.")
    return _page(request, 403, _("The form has expired"), text)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: without the database and without the shell, since either may be what broke."""
    with translation.override(translation.get_language() or "en"):
        text = loader.render_to_string("errors/broken.html")
    return HttpResponseServerError(text)


def _title(status: int) -> str:
    return {
        400: _("This cannot be read"),
        403: _("You have no right to do this"),
        404: _("There is nothing here"),
        409: _("This has changed meanwhile"),
        422: _("This cannot be accepted"),
    }.get(status, _("This was refused"))


def _page(request: HttpRequest, status: int, title: str, *lines: str) -> HttpResponse:
    room = _room(request)
    context: dict[str, Any] = {
        "shell": SHELLS.get(room, "public/base.html"),
        "status": status,
        "title": title,
        "lines": [line for line in lines if line],
    }
    if not room:
        context["seller"] = None
    if request.headers.get("HX-Request") == "true":
        return render(request, "errors/part.html", context, status=status)
    return render(request, "errors/page.html", context, status=status)


def _room(request: HttpRequest) -> str:
    """The room whose shell this reader may see, or ""."""
    reader: Reader | None = getattr(request, "reader", None)
    parts = request.path_info.strip("/").split("/")
    room = ROOM_OF_PATH.get(parts[1], "") if len(parts) > 1 else ""
    if reader is None or not room:
        return ""
    belongs = reader.seat if room == "partner" else reader.staff
    return room if belongs else ""


def _who_may(request: HttpRequest, permission: str) -> list[str]:
    reader: Reader | None = getattr(request, "reader", None)
    roles = [role for role, all_of_it in STAFF_PERMISSIONS.items() if permission in all_of_it]
    if reader is None or reader.staff is None or not roles:
        return [_("Ask the person who invited you.")]
    labels = dict(Staff.Role.choices)
    words = ", ".join(str(labels[role]) for role in roles)
    people = ", ".join(str(one.user) for one in selectors.people_in(roles)[:3])
    return [
        _("It takes one of these roles: %(roles)s.") % {"roles": words},
        _("Ask %(people)s.") % {"people": people} if people else "",
    ]
