"""The link at the end of a mail: how often such mails come, without signing in.

A mail program's one click is a POST with `List-Unsubscribe=One-Click` (RFC 8058) and without a
cookie: the signed address alone says whose mails end. Opening the page changes nothing, because
programs that look at links open them too.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from activity import preferences
from activity.mail_kinds import label_of
from activity.models import MailPreference
from activity.preferences import Choice
from prm.errors import Refusal
from sellers.models import Seller, User
from sellers.scope import seller_scope


@dataclass(frozen=True)
class Shown:
    """What the page says: whose mails, of which kinds, how they come now."""

    seller: Seller
    user: User
    labels: list[str]
    mode: str


@never_cache
@csrf_exempt  # the address is signed for one person; a form of another site does not know it
def choice(request: HttpRequest, token: str) -> HttpResponse:
    """The page and its answer; 404 for an address that was not made here."""
    try:
        found = preferences.choice_of(token)
        if request.method == "POST":
            return _take(request, found, token)
        shown = _shown(found)
    except Refusal:
        return render(request, "public/mail_choice_unknown.html", status=404)
    context = {
        "shown": shown,
        "modes": MailPreference.Mode.choices,
        "saved": "saved" in request.GET,
    }
    return render(request, "public/mail_choice.html", context)


def _take(request: HttpRequest, found: Choice, token: str) -> HttpResponse:
    if request.POST.get("List-Unsubscribe") == "One-Click":
        preferences.follow(found, MailPreference.Mode.NEVER)
        return HttpResponse(_("You get no more of these mails."), content_type="text/plain")
    preferences.follow(found, request.POST.get("mode", ""))
    return HttpResponseRedirect(f"{reverse('mail-choice', args=[token])}?saved")


def _shown(found: Choice) -> Shown:
    with seller_scope(found.seller_id):
        seller = Seller.objects.get(pk=found.seller_id)
        user = User.objects.get(pk=found.user_id)
        kinds = preferences.kinds_of(found, user)
    return Shown(
        seller=seller,
        user=user,
        labels=[str(label_of(kind)) for kind in kinds],
        mode=next(iter(kinds.values()), MailPreference.Mode.NEVER),
    )
