"""Deliverables: handed in with proof, sent back, declined, approved; approved, each pays once."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.core.files.base import ContentFile, File
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity import work
from activity.services import record
from campaigns import uploads
from campaigns.models import Enrollment
from campaigns.selectors import active_enrollment
from commissions import deliverable_rules
from commissions.models import Brief, CommissionKind, Deliverable, Occasion
from commissions.models.deliverables import DeliverableStatus
from commissions.services.occasions import OccasionInput, Settled, bring, pay_once
from partners.models import Partner
from partners.notices import Text, notices_to
from partners.selectors import staff_to_tell, users_of
from prm.errors import Conflict, NotFound, Unacceptable
from prm.validation import checked_url, require_valid
from sellers.actors import Actor

Status, Link = Deliverable.Status, Deliverable.Link
LOOKS: Final = "backlinks"
"""The kind of work that looks at links."""
ONE_PAGE_ONE_PIECE: Final = frozenset({Brief.Kind.POST, Brief.Kind.ARTICLE})


@transaction.atomic
def hand_in(
    *,
    brief: Brief,
    partner: Partner,
    actor: Actor,
    url: str = "",
    note: str = "",
    file: "File[Any] | None" = None,
) -> Deliverable:
    """Hand in the partner's next piece of a brief, with the proof that it asks for.

    Raises NotFound for another partner's brief, Conflict when the brief has ended or every piece
    is handed in, Unacceptable by the field (`url`, `file`, `note`).
    """
    enrollment = _enrollment(brief, partner)
    taken = Deliverable.objects.filter(brief=brief, partner=partner)
    number = (taken.aggregate(last=Max("number"))["last"] or 0) + 1
    if number > brief.pieces:
        raise Conflict(_("Every piece of this brief is handed in."), code="complete")
    row = Deliverable(
        seller_id=brief.seller_id,
        brief=brief,
        enrollment=enrollment,
        partner=partner,
        number=number,
        handed_in_at=timezone.now(),
    )
    _put(row, url, note, file)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        message = _("Somebody of yours has just handed this piece in.")
        raise Conflict(message, code="state") from error
    _after_hand_in(row, actor, {"status": ("", row.status)})
    return row


@transaction.atomic
def hand_in_again(
    *,
    deliverable: Deliverable,
    actor: Actor,
    url: str = "",
    note: str = "",
    file: "File[Any] | None" = None,
) -> Deliverable:
    """Hand in once more what was sent back; a file kept from before may stay as it is.

    Raises Conflict unless it was sent back, Unacceptable by the field.
    """
    row = locked(deliverable.pk)
    _enrollment(row.brief, row.partner)
    before = (row.url, row.file_name)
    _require(row, {Status.SENT_BACK})
    _put(row, url, note, file)
    row.status, row.reason = Status.SUBMITTED, ""
    row.times += 1
    row.handed_in_at = timezone.now()
    row.misses, row.live_since = 0, None
    row.save()
    changes: dict[str, tuple[object, object]] = {"status": ("sent_back", row.status)}
    changes |= {"url": (before[0], row.url)} if before[0] != row.url else {}
    changes |= {"file_name": (before[1], row.file_name)} if before[1] != row.file_name else {}
    _after_hand_in(row, actor, changes)
    return row


@transaction.atomic
def approve_deliverable(
    *, deliverable: Deliverable, actor: Actor, anyway: bool = False, reason: str = ""
) -> Deliverable:
    """Approve a piece, which pays it once.

    Where a link was agreed and was not seen in the last minutes, it is looked at once more first:
    the piece comes back still submitted, with `agreed_at`, and is approved when the link is found.
    `anyway` approves without the link, with a reason. Raises Conflict when somebody else decided
    meanwhile, Unacceptable where the link was just not found or the reason is missing.
    """
    row = locked(deliverable.pk)
    _require(row, {Status.SUBMITTED})
    if anyway and not reason.strip():
        message = _("Say why it is approved without its link.")
        raise Unacceptable(message, field="reason", code="required")
    if row.brief.backlink and not anyway:
        recent = deliverable_rules.fresh(row.looked_at, timezone.now())
        if recent and row.link_state in (Link.MISSING, Link.UNREACHABLE):
            message = _("The link was not found on the page. Send it back, or approve it anyway.")
            raise Unacceptable(message, field="link", code="link_not_found")
        if not recent or row.link_state != Link.LIVE:
            return _agree(row, actor)
    return complete_approval(row, actor, reason if anyway else "")


@transaction.atomic
def send_back(*, deliverable: Deliverable, actor: Actor, reason: str) -> Deliverable:
    """Ask for a better piece: it may be handed in again. Raises Conflict, Unacceptable `reason`."""
    return _refuse(
        deliverable,
        actor,
        {Status.SUBMITTED},
        Status.SENT_BACK,
        reason,
        gettext_lazy("%(title)s came back to you"),
    )


@transaction.atomic
def decline(*, deliverable: Deliverable, actor: Actor, reason: str) -> Deliverable:
    """Refuse a piece for good; it pays nothing. Raises Conflict, Unacceptable `reason`."""
    return _refuse(
        deliverable,
        actor,
        {Status.SUBMITTED, Status.SENT_BACK},
        Status.DECLINED,
        reason,
        gettext_lazy("%(title)s was declined"),
    )


def complete_approval(row: Deliverable, actor: Actor, reason: str = "") -> Deliverable:
    """Approve the locked row and pay it, in the caller's transaction."""
    now = timezone.now()
    until = None
    if row.brief.backlink:
        until = deliverable_rules.watch_until(row.live_since, row.brief.live_days, now)
    row.fee_minor = fee_of(row)
    move(
        row,
        Status.APPROVED,
        decided_at=now,
        decided_by=actor.user,
        reason=reason.strip(),
        agreed_at=None,
        agreed_by={},
        fee_minor=row.fee_minor,
        occasion=_pay(row, actor, now),
        watch_until=until,
        next_look_at=deliverable_rules.next_watch(until, now),
    )
    _record_decision(row, actor, "approved", gettext_lazy("%(title)s is approved"))
    return row


def fee_of(row: Deliverable) -> int | None:
    """What the piece pays in minor units of the program's currency; None where rules decide."""
    brief = row.brief
    return deliverable_rules.piece_fee(
        fee=brief.fee, amount_minor=brief.amount_minor, pieces=brief.pieces, number=row.number
    )


def locked(deliverable_id: uuid.UUID) -> Deliverable:
    """The piece with all that its decisions read, locked until the transaction ends."""
    rows = Deliverable.objects.select_related(
        "brief__program__seller", "enrollment__program", "partner", "seller", "occasion"
    )
    return rows.select_for_update(of=("self",)).get(pk=deliverable_id)


def move(row: Deliverable, to: str, **fields: Any) -> None:
    """Change the status of the row, which must still be as it was read. Raises Conflict."""
    if to not in Deliverable.TRANSITIONS[row.status]:
        raise _decided(row)
    hit = Deliverable.objects.filter(pk=row.pk, status=row.status).update(status=to, **fields)
    if hit != 1:
        raise _decided(row)
    for name, value in {"status": to, **fields}.items():
        setattr(row, name, value)


def _enrollment(brief: Brief, partner: Partner) -> Enrollment:
    if brief.partner_id not in (None, partner.pk):
        raise NotFound("brief")
    enrollment = active_enrollment(brief.program, partner)
    if enrollment is None or partner.status != Partner.Status.ACTIVE:
        raise Conflict(_("Only active partners of the program can hand in."), code="not_enrolled")
    if brief.ended_at is not None:
        raise Conflict(_("This brief has ended; nothing more can be handed in."), code="ended")
    return enrollment


def _put(row: Deliverable, url: str, note: str, file: "File[Any] | None") -> None:
    """The proof into the row. Raises Unacceptable by the field."""
    row.url = checked_url(url, "url") if url.strip() else ""
    row.note = note.strip()
    if row.brief.needs_url and not row.url:
        message = _("Give the address at which the piece can be seen.")
        raise Unacceptable(message, field="url", code="required")
    require_valid(row, only={"url", "note"})
    _refuse_known_page(row)
    if file is not None:
        _attach(row, file)
    elif row.brief.needs_file and not row.file:
        message = _("Add a PDF or a picture as proof.")
        raise Unacceptable(message, field="file", code="required")
    row.link_state = Link.WAITING if row.brief.backlink else ""
    row.next_look_at = timezone.now() if row.brief.backlink else None
    row.looked_at = None


def _refuse_known_page(row: Deliverable) -> None:
    """The same post is not paid twice."""
    if not row.url or row.brief.kind not in ONE_PAGE_ONE_PIECE:
        return
    same = Deliverable.objects.filter(url=row.url, brief__program_id=row.brief.program_id)
    if same.exclude(pk=row.pk).exclude(status=Status.DECLINED).exists():
        message = _("This page was handed in already. Each piece needs a page of its own.")
        raise Unacceptable(message, field="url", code="known")


def _attach(row: Deliverable, file: "File[Any]") -> None:
    kept = uploads.checked_proof(file)
    row.file_name, row.content_type, row.size = kept.name, kept.content_type, len(kept.content)
    ending = kept.name.rpartition(".")[2]
    # Nobody's words in the path: the name people see is kept beside it.
    row.file.save(f"{row.pk}-{row.times}.{ending}", ContentFile(kept.content), save=False)


def _after_hand_in(
    row: Deliverable, actor: Actor, changes: Mapping[str, tuple[object, object]]
) -> None:
    seller = row.brief.program.seller
    record(
        seller=seller,
        actor=actor,
        verb="deliverable.handed_in",
        object=row,
        partner_id=row.partner_id,
        changes=changes,
        detail={"url": row.url, "file_name": row.file_name, "times": row.times},
        notify=notices_to(
            staff_to_tell(row.partner),
            seller=seller,
            room="console",
            subject=gettext_lazy("%(partner)s handed in %(title)s"),
            body=gettext_lazy("Look at the proof, then approve it or send it back."),
            values={"partner": row.partner.name, "title": str(row)},
            path=f"/{seller.slug}/console/deliverables/{row.pk}/",
        ),
    )
    if row.next_look_at is not None:
        work.nudge(LOOKS, row.seller_id)


def _agree(row: Deliverable, actor: Actor) -> Deliverable:
    """Note who approved it, and have the link looked at once more."""
    now = timezone.now()
    who = {"kind": actor.kind, "id": actor.id, "label": actor.label, "address": actor.address}
    hit = Deliverable.objects.filter(pk=row.pk, status=Status.SUBMITTED, agreed_at=None).update(
        agreed_at=now, agreed_by=who, next_look_at=now, misses=0
    )
    if hit != 1:
        message = _("%(name)s has approved it already; its link is being looked at.")
        raise Conflict(message % {"name": row.agreed_by.get("label", "")}, code="agreed")
    row.agreed_at, row.agreed_by, row.next_look_at = now, who, now
    record(
        seller=row.seller,
        actor=actor,
        verb="deliverable.agreed",
        object=row,
        partner_id=row.partner_id,
    )
    work.nudge(LOOKS, row.seller_id)
    return row


def _pay(row: Deliverable, actor: Actor, now: datetime) -> Occasion:
    """Queue it for the rules, or write its agreed fee; once, whoever asks how often."""
    brief = row.brief
    occasion = OccasionInput(
        kind=Occasion.Kind.DELIVERABLE,
        key=f"deliverable:{row.pk}",
        label=str(row),
        occurred_at=now,
        metadata={"kind": brief.kind, "brief": str(brief.pk)},
    )
    if row.fee_minor is None:
        return bring(enrollment=row.enrollment, occasion=occasion)
    facts = {
        "what": "deliverable",
        "title": brief.title,
        "number": row.number,
        "pieces": brief.pieces,
        "fee": brief.fee,
        "agreed_minor": brief.amount_minor,
    }
    settled = Settled(CommissionKind.SETTLEMENT, row.fee_minor, facts)
    pay_once(enrollment=row.enrollment, occasion=occasion, settled=settled, actor=actor)
    return Occasion.objects.get(key=occasion.key)


def _refuse(
    deliverable: Deliverable,
    actor: Actor,
    allowed: set[str],
    to: DeliverableStatus,
    reason: str,
    subject: Text,
) -> Deliverable:
    if not reason.strip():
        raise Unacceptable(_("Say why. The partner will read it."), field="reason", code="required")
    row = locked(deliverable.pk)
    _require(row, allowed)
    move(
        row,
        to,
        decided_at=timezone.now(),
        decided_by=actor.user,
        reason=reason.strip()[:500],
        agreed_at=None,
        agreed_by={},
        next_look_at=None,
    )
    _record_decision(row, actor, to.value, subject)
    return row


def _record_decision(row: Deliverable, actor: Actor, verb: str, subject: Text) -> None:
    seller = row.seller
    record(
        seller=seller,
        actor=actor,
        verb=f"deliverable.{verb}",
        object=row,
        partner_id=row.partner_id,
        changes={"status": (Status.SUBMITTED.value, row.status)},
        detail={"reason": row.reason} if row.reason else {},
        notify=notices_to(
            users_of(row.partner),
            seller=seller,
            room="partner",
            subject=subject,
            body=row.reason.replace("%", "%%") if row.status != Status.APPROVED else "",
            values={"title": str(row)},
            path=f"/{seller.slug}/portal/deliverables/{row.brief_id}/",
        ),
    )


def _require(row: Deliverable, allowed: set[str]) -> None:
    if row.status not in allowed:
        raise _decided(row)


def _decided(row: Deliverable) -> Conflict:
    message = _("This piece is %(status)s; that cannot be done now.")
    status = Status(row.status).label.lower()
    return Conflict(message % {"status": status}, code="wrong_status")
