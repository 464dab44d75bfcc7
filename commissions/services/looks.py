"""Looking at handed-in pages for the agreed link: claimed, fetched outside any transaction, noted.

A look is claimed by moving `next_look_at` ahead, so that two workers do not ask the same page; a
worker that dies leaves the piece to be looked at again when the claim is over.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity import work
from activity.services import Notice, record
from commissions import backlinks, deliverable_rules
from commissions.models import Deliverable, LinkLook
from commissions.services import deliverables
from partners.notices import Text, notices_to
from partners.selectors import staff_to_tell, users_of
from prm.errors import Conflict
from prm.outbound import MAX_HOPS, Fetched, OutboundError, fetch
from sellers.actors import SYSTEM, Actor
from sellers.models import User
from sellers.scope import seller_scope
from tracking.models import Link

CLAIM: Final = timedelta(minutes=10)
PAUSE: Final = timedelta(minutes=1)
"""Between looks that people ask for: nobody's page is worn out through us."""
State, Status = Deliverable.Link, Deliverable.Status


@dataclass(frozen=True)
class Seen:
    """What a look found; `facts` are for the words: {code, http, href, rel, moved_to}."""

    result: str
    facts: dict[str, Any]


def waiting() -> Iterable[uuid.UUID]:
    """Sellers with a link to look at now."""
    due = Deliverable.objects.filter(next_look_at__lte=timezone.now())
    return set(due.values_list("seller_id", flat=True).distinct())


def step(seller_id: uuid.UUID) -> bool:
    """Look at one page and note it; whether there may be more."""
    with seller_scope(seller_id):
        claimed = _claim()
        if claimed is None:
            return False
        targets = _targets(claimed)
        claim = claimed.next_look_at
    seen = look(claimed.url, targets)
    with seller_scope(seller_id):
        row = deliverables.locked(claimed.pk)
        # Handed in again, decided or looked at meanwhile: what was seen is not of this any more.
        if row.next_look_at == claim and row.url == claimed.url:
            note_look(row, seen)
    return True


def look(url: str, targets: Iterable[backlinks.Target]) -> Seen:
    """Ask the page and search it for a link to one of the targets. Never in a transaction."""
    try:
        page = fetch(url, hops=MAX_HOPS)
    except OutboundError as error:
        return Seen(State.UNREACHABLE, {"code": error.code, "detail": error.detail[:200]})
    facts: dict[str, Any] = {"http": page.status}
    if page.hops:
        facts["moved_to"] = page.url[:500]
    if page.status != 200:
        gone = page.status in (401, 403, 404, 410, 451)
        return Seen(State.MISSING if gone else State.UNREACHABLE, {**facts, "code": "status"})
    return _searched(page, targets, facts)


def note_look(row: Deliverable, seen: Seen) -> None:
    """Keep a look and do what follows from it: complete an approval, tell of a lost link."""
    now = timezone.now()
    approved = row.status == Status.APPROVED
    after = deliverable_rules.after_look(
        result=seen.result,
        misses=row.misses,
        approved=approved,
        until=row.watch_until,
        now=now,
    )
    LinkLook.objects.create(
        seller_id=row.seller_id,
        deliverable=row,
        url=row.url,
        result=seen.result,
        facts=seen.facts,
    )
    row.link_state, row.looked_at = seen.result, now
    row.misses, row.next_look_at = after.misses, after.next_at
    found = seen.result == State.LIVE
    row.live_since = (row.live_since or now) if found else row.live_since
    row.save(update_fields=["link_state", "looked_at", "misses", "next_look_at", "live_since"])
    if row.agreed_at is not None:
        _complete(row, found=found)
    elif approved and after.lost and row.lost_at is None:
        _lost(row)
    elif approved and found and row.lost_at is not None:
        _back(row)


@transaction.atomic
def look_again(*, deliverable: Deliverable) -> Deliverable:
    """Have the link looked at now, by the worker. Raises Conflict where there is none to look for.

    Nothing changes by asking, so the trail is not told who did.
    """
    row = deliverables.locked(deliverable.pk)
    if row.looked_at and timezone.now() - row.looked_at < PAUSE:
        raise Conflict(_("It was looked at just now. Try again in a minute."), code="too_soon")
    if not row.brief.backlink or row.status == Status.DECLINED:
        raise Conflict(_("No link is agreed for this piece."), code="no_backlink")
    row.next_look_at = timezone.now()
    row.save(update_fields=["next_look_at"])
    work.nudge(deliverables.LOOKS, row.seller_id)
    return row


def _claim() -> Deliverable | None:
    now = timezone.now()
    rows = Deliverable.objects.select_related("brief").filter(next_look_at__lte=now)
    row = rows.order_by("next_look_at", "id").select_for_update(skip_locked=True, of=("self",))
    found = row.first()
    if found is None:
        return None
    found.next_look_at = now + CLAIM
    found.save(update_fields=["next_look_at"])
    return found


def _targets(row: Deliverable) -> list[backlinks.Target]:
    """The agreed target, and the partner's own links of the program, which lead to the seller."""
    codes = Link.objects.filter(enrollment_id=row.enrollment_id, disabled_at=None)
    own = [f"{settings.BASE_URL}/r/{code}" for code in codes.values_list("code", flat=True)[:200]]
    return [backlinks.target_of(text) for text in [row.brief.backlink, *own]]


def _searched(page: Fetched, targets: Iterable[backlinks.Target], facts: dict[str, Any]) -> Seen:
    if not page.is_html:
        return Seen(State.MISSING, {**facts, "code": "no_page", "type": page.content_type[:80]})
    found = backlinks.find(page.text, page.url, targets)
    if found is None:
        return Seen(State.MISSING, {**facts, "code": "too_long" if page.cut else "no_link"})
    return Seen(State.LIVE, {**facts, "href": found.url[:500], "rel": list(found.rel)})


def _complete(row: Deliverable, *, found: bool) -> None:
    """Approve what was agreed on, or tell who approved it that the link is not there."""
    actor = _who_agreed(row)
    if found:
        deliverables.complete_approval(row, actor)
        return
    row.agreed_at, row.agreed_by = None, {}
    row.save(update_fields=["agreed_at", "agreed_by"])
    users = [actor.user] if actor.user else staff_to_tell(row.partner)
    record(
        seller=row.seller,
        actor=SYSTEM,
        verb="deliverable.not_approved",
        object=row,
        partner_id=row.partner_id,
        notify=_to_staff(row, users, gettext_lazy("%(title)s is not approved: no link found")),
    )


def _who_agreed(row: Deliverable) -> Actor:
    who = row.agreed_by
    user = User.objects.filter(pk=who["id"]).first() if who["kind"] == "person" else None
    return Actor(who["kind"], who["id"], who["label"], user, who["address"])


def _lost(row: Deliverable) -> None:
    row.lost_at = timezone.now()
    row.save(update_fields=["lost_at"])
    subject = gettext_lazy("The link of %(title)s is gone")
    people = notices_to(
        users_of(row.partner),
        seller=row.seller,
        room="partner",
        subject=subject,
        body=gettext_lazy("It was agreed to stay. Put it back, or the fee may be taken back."),
        values={"title": str(row)},
        path=f"/{row.seller.slug}/portal/deliverables/{row.brief_id}/",
    )
    staff = _to_staff(row, staff_to_tell(row.partner), subject)
    _record(row, "deliverable.link_lost", [*people, *staff])


def _back(row: Deliverable) -> None:
    row.lost_at = None
    row.save(update_fields=["lost_at"])
    subject = gettext_lazy("The link of %(title)s is back")
    staff = _to_staff(row, staff_to_tell(row.partner), subject)
    _record(row, "deliverable.link_back", staff)


def _record(row: Deliverable, verb: str, notices: Iterable[Notice]) -> None:
    record(
        seller=row.seller,
        actor=SYSTEM,
        verb=verb,
        object=row,
        partner_id=row.partner_id,
        detail={"url": row.url},
        notify=notices,
    )


def _to_staff(row: Deliverable, users: Iterable[User], subject: Text) -> list[Notice]:
    return list(
        notices_to(
            users,
            seller=row.seller,
            room="console",
            subject=subject,
            values={"title": f"{row} · {row.partner.name}"},
            path=f"/{row.seller.slug}/console/deliverables/{row.pk}/",
        )
    )
