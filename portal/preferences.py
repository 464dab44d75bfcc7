"""A reader's own choices, kept in cookies so that the first byte of a page already follows them."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

THEMES = ("auto", "light", "dark")
_COOKIE = "theme"
_YEAR = 365 * 24 * 3600


def chosen_theme(request: HttpRequest) -> str:
    """`auto`, `light` or `dark`; anything else in the cookie counts as auto."""
    value = request.COOKIES.get(_COOKIE, "")
    return value if value in THEMES else "auto"


def back_address(request: HttpRequest) -> str:
    """Where the reader came from: the form's `next` if on this host, else the front page."""
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return "/"


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme for a year and go back to the page."""
    wanted = request.POST.get("theme", "")
    if wanted not in THEMES:
        return HttpResponseBadRequest(_("There is no such theme."))
    response = HttpResponseRedirect(back_address(request))
    response.set_cookie(
        _COOKIE, wanted, max_age=_YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )  # fmt: skip
    return response
