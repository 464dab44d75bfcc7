"""Changing a link, in the console and in the portal alike."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.access import actor_of
from portal.link_terms import LinkChangeForm
from portal.refusals import try_on
from tracking import services
from tracking.models import Link


def change(request: HttpRequest, link: Link, *, template: str, back: str) -> HttpResponse:
    """The form, or back to where the link is shown once it is changed."""
    form = LinkChangeForm(request.POST or None, link=link)
    actor = actor_of(request)

    def act() -> None:
        services.change_link(link=link, actor=actor, **form.changes)

    if request.method == "POST" and form.is_valid() and try_on(form, act):
        messages.success(request, _("%(link)s is changed.") % {"link": link})
        return HttpResponseRedirect(back)
    context = {"form": form, "link": link, "back": back}
    return render(request, template, context, status=422 if form.errors else 200)
