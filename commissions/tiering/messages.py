"""Who is told of tiers: the people of a partner who rose, dropped, or begins to fall short."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from activity.services import Notice, record
from campaigns.models import Enrollment, Program, Tier, TierCause
from campaigns.services.placing import Shift
from commissions.tiering import words
from commissions.tiering.rules import Verdict
from partners.models import Member
from sellers.actors import SYSTEM
from sellers.models import User

People = Mapping[uuid.UUID, list[User]]


def tell(
    program: Program,
    moved: Sequence[Shift],
    warned: Sequence[tuple[Enrollment, Verdict]],
    tiers: Mapping[uuid.UUID, Tier],
) -> None:
    """Record every move and every beginning shortfall, and tell the partner's people.

    Needs the program's seller and the enrollments' partners.
    """
    rows = [one.enrollment for one in moved] + [row for row, _verdict in warned]
    people = _people({row.partner_id for row in rows})
    for one in moved:
        rises = one.cause == TierCause.REACHED
        verb = "enrollment.promoted" if rises else "enrollment.demoted"
        changes = {"tier": (words.name_of(one.before), words.name_of(one.after))}
        texts = [
            words.moved_news(program, one, _language(program, user))
            for user in people.get(one.enrollment.partner_id, [])
        ]
        _record(program, one.enrollment, verb, people, texts, changes=changes, detail=one.facts)
    for row, verdict in warned:
        tier = tiers[verdict.tier] if verdict.tier else None
        texts = [
            words.warning(program, tier, verdict, _language(program, user))
            for user in people.get(row.partner_id, [])
        ]
        detail = {"tier": words.name_of(tier), "falls_on": str(verdict.falls_on)}
        _record(program, row, "enrollment.tier_at_risk", people, texts, detail=detail)


def _language(program: Program, user: User) -> str:
    return user.language or program.seller.language


def _people(partner_ids: set[uuid.UUID]) -> People:
    """The active people of each partner; one query."""
    rows = Member.objects.filter(partner_id__in=partner_ids, is_active=True).select_related("user")
    found: dict[uuid.UUID, list[User]] = {}
    for row in rows.order_by("role", "id"):
        found.setdefault(row.partner_id, []).append(row.user)
    return found


def _record(
    program: Program,
    row: Enrollment,
    verb: str,
    people: People,
    texts: Sequence[tuple[str, str]],
    **what: Any,
) -> None:
    path = f"/{program.seller.slug}/portal/programs/"
    users = people.get(row.partner_id, [])
    record(
        seller=program.seller,
        actor=SYSTEM,
        verb=verb,
        object=row,
        label=f"{row.partner.name}, {program.name}",
        partner_id=row.partner_id,
        notify=[
            Notice([user], "partner", subject, body, path, mail=True)
            for user, (subject, body) in zip(users, texts, strict=True)
        ],
        **what,
    )
