"""The board: prospects by stage, what each waits for, and the next step as a button."""

import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns import prospect_selectors as fits
from campaigns.models import ProspectInvitation
from partners import prospect_selectors as selectors
from partners.models import Prospect, ProspectStage
from portal import statuses
from portal.access import reader_of, requires
from portal.console.partners import country_name
from portal.console.prospects import can_invite, detail_url, moves_of, platforms_line
from portal.filters import named_choices

MOST_CARDS: Final = 12
COLUMNS: Final = (
    (ProspectStage.FOUND, _("Look closer, then talk or invite.")),
    (ProspectStage.TALKING, _("Somebody of you is in touch.")),
    (ProspectStage.INVITED, _("The personal link is out.")),
    (ProspectStage.APPLIED, _("Your answer is due.")),
    (ProspectStage.JOINED, _("Works with you now.")),
)
ASIDE: Final = (ProspectStage.REJECTED, ProspectStage.DROPPED)


@dataclass(frozen=True)
class Card:
    """One prospect on the board."""

    prospect: Prospect
    url: str
    country: str
    platforms: str
    score: int | None
    invitation: ProspectInvitation | None
    moves: list[tuple[str, str]]
    may_invite: bool


@dataclass(frozen=True)
class Column:
    """One stage: how many are in it, its newest cards, and where the rest is."""

    stage: str
    label: str | Promise
    lead: str | Promise
    count: int
    cards: list[Card]
    url: str


@requires("partners.view", room="console")
def board(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Prospects by stage; `program` chooses whose fit is shown and sorted by."""
    program, manager = request.GET.get("program", ""), request.GET.get("manager", "")
    rows = fits.with_fit(selectors.prospects(), program)
    people = named_choices((one.pk, str(one.user)) for one in selectors.lookers())
    if manager in dict(people):
        rows = rows.filter(manager_id=uuid.UUID(manager))
    may_manage = reader_of(request).may("partners.manage")
    counts = selectors.stage_counts(rows)
    list_url = reverse("console:prospects", args=[seller_slug])
    found = {stage: _newest(rows, stage) for stage, _lead in COLUMNS if counts.get(stage)}
    ids = [one.pk for several in found.values() for one in several]
    invitations = fits.open_invitations(ids)
    columns = [
        Column(
            stage,
            statuses.look("prospect", stage).label,
            lead,
            counts.get(stage, 0),
            [_card(one, invitations, may_manage) for one in found.get(stage, [])],
            f"{list_url}?stage={stage}",
        )
        for stage, lead in COLUMNS
    ]
    aside = [
        (statuses.look("prospect", stage).label, counts[stage], f"{list_url}?stage={stage}")
        for stage in ASIDE
        if counts.get(stage)
    ]
    context = {
        "columns": columns,
        "aside": aside,
        "any": bool(counts),
        "programs": named_choices((row.program_id, row.program.name) for row in fits.profiles()),
        "program": program,
        "people": people,
        "manager": manager,
        "may_manage": may_manage,
        "most": MOST_CARDS,
    }
    return render(request, "console/prospects/board.html", context)


def _newest(rows: QuerySet[Prospect], stage: str) -> list[Prospect]:
    return list(rows.filter(stage=stage).order_by("-stage_at", "-id")[:MOST_CARDS])


def _card(prospect: Any, invitations: dict[Any, ProspectInvitation], may_manage: bool) -> Card:
    invited = prospect.stage == ProspectStage.INVITED
    return Card(
        prospect=prospect,
        url=detail_url(prospect),
        country=country_name(prospect.country),
        platforms=platforms_line(prospect),
        score=prospect.fit_score,
        invitation=invitations.get(prospect.pk) if invited else None,
        moves=moves_of(prospect) if may_manage and not invited else [],
        may_invite=may_manage and not invited and can_invite(prospect),
    )
