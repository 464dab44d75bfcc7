"""Deciding many applications at once."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns import application_selectors, selectors, services
from campaigns.models import Application
from partners.duplicates import is_strong
from portal.access import actor_of, reader_of
from portal.console.application_forms import RejectForm
from portal.listing import Listing
from prm.errors import Refusal

MOST = 200
NAMED = 8


def decide_chosen(request: HttpRequest, listing: Listing) -> HttpResponse:
    """The posted list: approve at once, or ask for one reason and reject.

    Who looks like a partner by more than his name is not approved with the rest.
    """
    reader_of(request).require("partners.manage", room="console")
    chosen = listing.chosen(request, selectors.applications())
    waiting = list(chosen.filter(status=Application.Status.SUBMITTED)[: MOST + 1])
    act = request.POST.get("act", "")
    back = HttpResponseRedirect(request.path)
    if act not in {"approve", "reject"} or not waiting:
        messages.warning(request, _("None of the chosen applications waits for an answer."))
        return back
    more, waiting = len(waiting) > MOST, waiting[:MOST]
    form = RejectForm(request.POST if "reason" in request.POST else None)
    if act == "reject" and not form.is_valid():
        return _ask_reason(request, waiting, form)
    if act == "approve":
        waiting = _without_look_alikes(request, waiting)
    done = sum(_decided(request, application, act, form) for application in waiting)
    _say(request, act, done, len(waiting) - done)
    if more:
        words = _("%(n)d go at once; the others still wait. Decide on them in the same way.")
        messages.warning(request, words % {"n": MOST})
    return back


def _without_look_alikes(request: HttpRequest, waiting: list[Application]) -> list[Application]:
    alike = [row for row in waiting if _is_alike(row)]
    if alike:
        text = ngettext(
            "%(names)s looks like a partner you have. Decide on that one by itself.",
            "%(names)s look like partners you have. Decide on each of them by itself.",
            len(alike),
        )
        messages.warning(request, text % {"names": _names(alike)})
    return [row for row in waiting if not _is_alike(row)]


def _is_alike(application: Application) -> bool:
    return any(is_strong(sign["kind"]) for one in application.look_alikes for sign in one["signs"])


def _decided(request: HttpRequest, application: Application, act: str, form: RejectForm) -> bool:
    actor = actor_of(request)
    try:
        if act == "approve":
            services.approve_application(application=application, actor=actor)
        else:
            services.reject_application(application=application, actor=actor, **form.values())
    except Refusal:
        # Somebody else was faster, or the partner is suspended: the rest goes on.
        return False
    return True


def _say(request: HttpRequest, act: str, done: int, left: int) -> None:
    words = {
        "approve": ngettext("%(n)d application approved.", "%(n)d applications approved.", done),
        "reject": ngettext("%(n)d application rejected.", "%(n)d applications rejected.", done),
    }
    messages.success(request, words[act] % {"n": done})
    if left:
        text = ngettext("%(n)d had moved on meanwhile.", "%(n)d had moved on meanwhile.", left)
        messages.warning(request, text % {"n": left})


def _names(applications: Sequence[Application]) -> str:
    names = ", ".join(application.partner.name for application in applications[:NAMED])
    short = len(applications) <= NAMED
    return names if short else _("%(names)s and others") % {"names": names}


def _ask_reason(request: HttpRequest, waiting: list[Application], form: RejectForm) -> HttpResponse:
    count = len(waiting)
    context = {
        "title": ngettext("Reject %(n)d application?", "Reject %(n)d applications?", count)
        % {"n": count},
        "consequences": [
            _names(waiting),
            _("Each applicant gets a mail with your reason and the day he may apply again."),
            _("Answers and decision stay on file."),
        ],
        "act": _("Reject %(n)d") % {"n": count},
        "back": request.path,
        "form": form,
        "reasons": application_selectors.reasons_given(),
        "chosen": [str(application.pk) for application in waiting],
    }
    return render(request, "console/applications/reject_many.html", context)
