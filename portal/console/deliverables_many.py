"""What staff do to many pieces at once, and how it went."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from commissions.models import Deliverable
from commissions.services import deliverables as services
from prm.errors import Refusal
from sellers.actors import Actor


@dataclass(frozen=True)
class Act:
    """What staff can do to several pieces at once."""

    label: str | Promise
    done: str | Promise
    icon: str
    needs_reason: bool
    run: Callable[[Deliverable, Actor, str], Any]
    consequences: tuple[str | Promise, ...]


ACTS: Final[dict[str, Act]] = {
    "approve": Act(
        gettext_lazy("Approve"),
        gettext_lazy("Approved"),
        "check",
        False,
        lambda piece, actor, why: services.approve_deliverable(deliverable=piece, actor=actor),
        (
            gettext_lazy("Each is paid its agreed fee, once."),
            gettext_lazy("Where a link is agreed we look at the page once more, and approve then."),
        ),
    ),
    "send_back": Act(
        gettext_lazy("Send back"),
        gettext_lazy("Sent back"),
        "arrow-back-up",
        True,
        lambda piece, actor, why: services.send_back(deliverable=piece, actor=actor, reason=why),
        (
            gettext_lazy("The partners read your reason and can hand in again."),
            gettext_lazy("Nothing is paid until you approve."),
        ),
    ),
}


@dataclass
class Tally:
    """What became of several pieces: done, waiting for a look at their link, left as they were."""

    done: int = 0
    looked_at: int = 0
    left: int = 0


def run_all(act: Act, pieces: list[Deliverable], actor: Actor, why: str) -> Tally:
    """Run the act on each; one that was decided meanwhile is left as it is."""
    tally = Tally()
    for piece in pieces:
        try:
            with transaction.atomic():
                row = act.run(piece, actor, why)
        except Refusal:
            tally.left += 1
            continue
        if row.agreed_at:
            tally.looked_at += 1
        else:
            tally.done += 1
    return tally


def tell(request: HttpRequest, act: Act, tally: Tally) -> None:
    """Say what became of the pieces."""
    if tally.done:
        said = ngettext("%(act)s: %(n)d piece.", "%(act)s: %(n)d pieces.", tally.done)
        messages.success(request, said % {"act": act.done, "n": tally.done})
    if tally.looked_at:
        said = ngettext(
            "%(n)d piece is approved when its link is found; we are looking at the page.",
            "%(n)d pieces are approved when their links are found; we are looking at the pages.",
            tally.looked_at,
        )
        messages.info(request, said % {"n": tally.looked_at})
    if tally.left:
        said = ngettext(
            "%(n)d piece stays as it is: its link was not found, or somebody else decided.",
            "%(n)d pieces stay as they are: no link was found, or somebody else decided.",
            tally.left,
        )
        messages.warning(request, said % {"n": tally.left})
