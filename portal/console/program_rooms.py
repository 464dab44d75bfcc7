"""The rooms that a program's kind gives it, as cards: what is there, how much, and the way in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns import kinds
from campaigns.kinds import Words
from campaigns.models import Program
from commissions import deliverable_selectors as deliverables
from commissions.goals import selectors as goals
from commissions.loyalty import selectors as loyalty
from commissions.referrals import selectors as referrals
from commissions.settlements import selectors as settlements
from portal import navigation
from tracking import selectors as tracking


@dataclass(frozen=True)
class Room:
    """One card."""

    title: Words
    icon: str
    words: Words
    counts: list[str]
    url: str


@dataclass(frozen=True)
class _Door:
    """How a room is entered: page, permission, and what is counted in one program."""

    title: Words
    icon: str
    words: Words
    url_name: str
    permission: str
    counts: Callable[[Program], list[str]]
    query: Callable[[Program], dict[str, str]] = lambda program: {"program": str(program.pk)}


def rooms_of(request: HttpRequest, program: Program) -> list[Room]:
    """The program's rooms that the reader may enter, in the registry's order."""
    kind = kinds.kind_of(program.kind)
    found = []
    for name in kinds.ROOMS:
        door = _DOORS[name]
        if name not in kind.rooms or not navigation.permitted(request, door.permission):
            continue
        url = navigation.address(door.url_name, program.seller.slug)
        if url:
            query = urlencode(door.query(program))
            address = f"{url}?{query}" if query else url
            found.append(Room(door.title, door.icon, door.words, door.counts(program), address))
    return found


def _links(program: Program) -> list[str]:
    count = tracking.links().filter(enrollment__program=program).count()
    return [ngettext("%(n)d link", "%(n)d links", count) % {"n": count}]


def _deliverables(program: Program) -> list[str]:
    asked = deliverables.briefs().filter(program=program, ended_at=None).count()
    waiting = deliverables.deliverables().filter(brief__program=program, status="submitted").count()
    return [
        ngettext("%(n)d open brief", "%(n)d open briefs", asked) % {"n": asked},
        ngettext("%(n)d piece to review", "%(n)d pieces to review", waiting) % {"n": waiting},
    ]


def _settlements(program: Program) -> list[str]:
    count = settlements.agreements().filter(program=program).count()
    if not count:
        return [_("no agreement yet")]
    return [ngettext("%(n)d agreement", "%(n)d agreements", count) % {"n": count}]


def _points(program: Program) -> list[str]:
    members = loyalty.member_count(program)
    rewards = loyalty.rewards().filter(program=program, withdrawn_at=None).count()
    return [
        ngettext("%(n)d member", "%(n)d members", members) % {"n": members},
        ngettext("%(n)d reward", "%(n)d rewards", rewards) % {"n": rewards},
    ]


def _friends(program: Program) -> list[str]:
    count = referrals.rewards().filter(program=program).count()
    return [ngettext("%(n)d friend rewarded", "%(n)d friends rewarded", count) % {"n": count}]


def _goals(program: Program) -> list[str]:
    count = goals.goals().filter(program=program).count()
    return [ngettext("%(n)d goal", "%(n)d goals", count) % {"n": count}]


def _by_name(program: Program) -> dict[str, str]:
    return {"q": program.name}


_DOORS: Final[dict[str, _Door]] = {
    kinds.LINKS: _Door(
        gettext_lazy("Links"),
        "link",
        gettext_lazy("What partners send visitors with."),
        "console:links",
        "partners.view",
        _links,
    ),
    kinds.DELIVERABLES: _Door(
        gettext_lazy("Deliverables"),
        "checklist",
        gettext_lazy("What partners hand in, with proof; approved, it pays."),
        "console:deliverables",
        "programs.view",
        _deliverables,
    ),
    kinds.SETTLEMENTS: _Door(
        gettext_lazy("Agreements"),
        "scale",
        gettext_lazy("Who gets which part, settled by period."),
        "console:settlements-agreements",
        "commissions.view",
        _settlements,
        _by_name,
    ),
    kinds.POINTS: _Door(
        gettext_lazy("Points and rewards"),
        "award",
        gettext_lazy("What members collect, and what it buys."),
        "console:loyalty",
        "programs.view",
        _points,
    ),
    kinds.REFERRAL: _Door(
        gettext_lazy("Friends’ rewards"),
        "gift",
        gettext_lazy("What friends got for their first purchase."),
        "console:friends",
        "programs.view",
        _friends,
    ),
    kinds.GOALS: _Door(
        gettext_lazy("Goals"),
        "target-arrow",
        gettext_lazy("Bonuses for those who reach a target."),
        "console:goals",
        "programs.view",
        _goals,
    ),
}
