"""The reader's language: kept on the log-in, and in a cookie for pages before signing in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.views.decorators.http import require_POST

from portal.preferences import back_address
from sellers.models import User


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language and go back to the page."""
    wanted = request.POST.get("language", "")
    response = HttpResponseRedirect(back_address(request))
    if wanted not in dict(settings.LANGUAGES):
        return response
    if isinstance(request.user, User):
        request.user.language = wanted
        request.user.save(update_fields=["language"])
    translation.activate(wanted)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        wanted,
        max_age=365 * 24 * 3600,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )
    return response
