"""Drafting payout batches, keeping drafts true, dropping them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.services import record
from commissions.engine import holds
from commissions.models import Commission
from commissions.reasons import amount_text
from commissions.screening import stopping
from commissions.screening.selectors import under_review
from partners.notices import notices_to
from payouts import gates, rules, selectors
from payouts.models import Batch, BatchItem, BatchLine
from payouts.selectors import Candidate
from payouts.services import method_events, money
from prm.errors import Conflict, NotAllowed, Unacceptable
from prm.ids import new_id
from prm.money import is_currency
from sellers.actors import SYSTEM, Actor
from sellers.models import ApiKey, Seller, User

CHUNK = 2000
NOTHING_HELD: Final[Mapping[uuid.UUID, int]] = {}


@transaction.atomic
def draft_batch(*, seller: Seller, currency: str, cutoff: datetime, actor: Actor) -> Batch:
    """A draft with one line for each partner who is due: all free payable lines up to `cutoff`.

    The lines stay payable; being in the draft is the claim that keeps other batches off. Who has
    money and gets no line stands in `left_out`. Raises Unacceptable for an unknown currency,
    Conflict when that currency has a draft already or nobody is due.
    """
    if not is_currency(currency):
        raise Unacceptable(_("Use a currency code like EUR."), field="currency", code="unknown")
    person = person_behind(actor)
    _one_at_a_time(seller)
    _refuse_second_draft(currency)
    stopping.hold_the_rest(seller.pk)
    # Lines are payable at the very instant, whether or not a worker has come by.
    holds.end_due(seller.pk, currency, cutoff)
    found = selectors.candidates(currency, cutoff)
    paid = [each for each in found if not each.reason]
    if not paid:
        raise Conflict(
            _("Nobody is due in %(currency)s up to this moment.") % {"currency": currency},
            code="nothing_to_pay",
        )
    batch = _create(seller, currency, cutoff, person, [c for c in found if c.reason])
    lines = _claim(batch, paid)
    _record_draft(batch, lines, actor)
    _tell_left_out(seller, currency, found, actor)
    return batch


@transaction.atomic
def refresh_draft(*, batch: Batch, actor: Actor = SYSTEM) -> Batch:
    """Bring a draft up to what has happened since: it can only sink.

    What was reversed, held or otherwise taken away leaves, and all of a partner whom a review
    stops; what takes back joins; a partner who is no longer due is dropped. A batch past its draft
    is returned as it is.
    """
    locked = lock(batch)
    if locked.status == Batch.Status.DRAFT:
        refresh(locked, actor)
    return locked


@transaction.atomic
def cancel_batch(*, batch: Batch, actor: Actor) -> Batch:
    """Drop a draft, or an approved batch of which nothing went out; its lines are free again.

    Raises Conflict once its file was taken or a line of it was paid or sent back.
    """
    locked = lock(batch)
    was, now = locked.status, timezone.now()
    lines = list(_all_of_it(locked))
    if was == Batch.Status.APPROVED:
        money.move_out(money.locked_commissions(lines), to=Commission.Status.PAYABLE, at=now)
    BatchItem.objects.filter(line__batch=locked, is_current=True).update(is_current=False)
    BatchLine.objects.filter(pk__in=[line.pk for line in lines]).update(
        status=BatchLine.Status.DROPPED, ended_at=now
    )
    move(locked, Batch.Status.CANCELLED)
    record(
        seller=locked.seller,
        actor=actor,
        verb="payout.cancelled",
        object=locked,
        changes={"status": (was, "cancelled")},
    )
    return locked


def _all_of_it(batch: Batch) -> QuerySet[BatchLine]:
    """The lines of a batch that can be dropped as a whole. Raises Conflict for another."""
    lines = BatchLine.objects.filter(batch=batch).exclude(status=BatchLine.Status.DROPPED)
    if batch.status != Batch.Status.APPROVED:
        require(batch, Batch.Status.DRAFT)
    elif batch.exported_at or lines.exclude(status=BatchLine.Status.APPROVED).exists():
        raise Conflict(
            _("Some of this batch has gone out. Return what the bank sends back."), code="gone_out"
        )
    return lines


def person_behind(actor: Actor) -> User:
    """The person who answers for an act: himself, or who made the API key.

    Raises NotAllowed where there is none: payouts need two people.
    """
    user = actor.user
    if user is None and actor.kind == "key":
        key = ApiKey.objects.filter(pk=actor.id).select_related("created_by").first()
        user = key.created_by if key else None
    if user is None:
        raise NotAllowed(_("Payouts need a person who answers for them."), code="no_person")
    return user


def lock(batch: Batch) -> Batch:
    """The batch's row, locked: acts on one batch come one after the other."""
    return Batch.objects.select_for_update(of=("self",)).select_related("seller").get(pk=batch.pk)


def require(batch: Batch, status: str) -> None:
    """Raises Conflict unless the batch is in `status`."""
    if batch.status != status:
        raise Conflict(
            _("This batch is %(status)s; that cannot be done now.")
            % {"status": Batch.Status(batch.status).label.lower()},
            code="wrong_status",
        )


def move(batch: Batch, to: str, **values: object) -> None:
    """The change of status itself: conditional, so that it happens once whoever else tries."""
    if to not in Batch.TRANSITIONS[batch.status]:
        require(batch, to)
    hit = Batch.objects.filter(pk=batch.pk, status=batch.status).update(status=to, **values)
    if hit != 1:
        raise Conflict(_("Somebody else was quicker. Look at the batch again."), code="state")
    batch.status = to
    for name, value in values.items():
        setattr(batch, name, value)


def _one_at_a_time(seller: Seller) -> None:
    """Drafting reads what is free and then claims it; two at once would read the same."""
    Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)


def _refuse_second_draft(currency: str) -> None:
    present = selectors.open_draft(currency)
    if present is not None:
        raise Conflict(
            _("Batch %(number)s in %(currency)s is still a draft. Approve or cancel it first.")
            % {"number": present.number, "currency": currency},
            code="draft_exists",
        )


def _create(
    seller: Seller, currency: str, cutoff: datetime, person: User, left_out: list[Candidate]
) -> Batch:
    prefix = rules.number_prefix(timezone.now().astimezone(ZoneInfo(seller.time_zone)))
    place = Batch.objects.filter(number__startswith=prefix).count()
    try:
        with transaction.atomic():
            return Batch.objects.create(
                seller=seller,
                number=prefix + rules.letters(place),
                currency=currency,
                cutoff=cutoff,
                drafted_by=person,
                left_out=[each.as_json() for each in left_out],
            )
    except IntegrityError as error:
        raise Conflict(
            _("Somebody else drafted a batch in this moment."), code="draft_exists"
        ) from error


def _claim(batch: Batch, paid: list[Candidate]) -> list[BatchLine]:
    """One line per partner, and in it every free line of his up to the cutoff."""
    lines = {
        each.partner.pk: BatchLine(
            id=new_id(),
            seller_id=batch.seller_id,
            batch=batch,
            partner=each.partner,
            method=each.method,
            amount_minor=each.amount_minor,
            reference=f"{batch.number}-{place:03d}",
        )
        for place, each in enumerate(paid, 1)
    }
    BatchLine.objects.bulk_create(lines.values())
    free = (
        selectors.free_lines(batch.currency)
        .filter(partner_id__in=lines, payable_at__lte=batch.cutoff)
        .order_by("id")
    )
    _add_items(lines, list(free.values_list("id", "partner_id")))
    # What became payable between reading and claiming is in: the amount is what was claimed.
    _settle_amounts(batch, list(lines.values()))
    return [line for line in lines.values() if line.status == BatchLine.Status.DRAFT]


def _add_items(
    lines: dict[uuid.UUID, BatchLine], commissions: list[tuple[uuid.UUID, uuid.UUID]]
) -> None:
    rows = (
        BatchItem(seller_id=line.seller_id, line=line, commission_id=commission_id)
        for commission_id, partner_id in commissions
        for line in (lines[partner_id],)
    )
    while chunk := list(islice(rows, CHUNK)):
        BatchItem.objects.bulk_create(chunk)


def _record_draft(batch: Batch, lines: list[BatchLine], actor: Actor) -> None:
    total = sum(line.amount_minor for line in lines)
    record(
        seller=batch.seller,
        actor=actor,
        verb="payout.drafted",
        object=batch,
        detail={
            "partners": len(lines),
            "amount_minor": total,
            "currency": batch.currency,
            "cutoff": batch.cutoff.isoformat(),
            "left_out": len(batch.left_out),
        },
        notify=notices_to(
            selectors.approvers(batch),
            seller=batch.seller,
            room="console",
            subject=gettext_lazy("Payout batch %(number)s waits for your approval"),
            body=gettext_lazy("%(who)s drafted it for %(count)s partners."),
            values={"number": batch.number, "who": actor.label, "count": len(lines)},
            path=f"/{batch.seller.slug}/console/payouts/{batch.pk}/",
        ),
    )


def _tell_left_out(seller: Seller, currency: str, found: list[Candidate], actor: Actor) -> None:
    """Whom only the three days of a changed account keep out hears of it before others are paid."""
    for one in found:
        if one.reason == rules.NEW_METHOD and one.method is not None:
            one.partner.seller = seller
            amount = amount_text(one.amount_minor, currency)
            method_events.left_out(one.partner, one.method, amount, actor)


@dataclass
class _Now:
    """What a draft's line comes to after the changes."""

    total: int
    programs: set[uuid.UUID]


def refresh(batch: Batch, actor: Actor) -> None:
    """The work of `refresh_draft` on a locked draft."""
    lines = list(
        BatchLine.objects.filter(batch=batch, status=BatchLine.Status.DRAFT)
        .select_related("partner", "method")
        .order_by("id")
    )
    before = sum(line.amount_minor for line in lines)
    current = BatchItem.objects.filter(line__in=lines, is_current=True)
    stopped = Q(commission__status=Commission.Status.HELD) | Q(under_review("commission__"))
    held = current.filter(stopped).values_list("line__partner_id").order_by()
    held_sums = dict(held.annotate(sum=Sum("commission__amount_minor")))
    current.filter(stopped | ~Q(commission__status=Commission.Status.PAYABLE)).update(
        is_current=False
    )
    _let_negatives_join(batch, lines)
    dropped = _settle_amounts(batch, lines, held_sums)
    after = sum(line.amount_minor for line in lines if line.status == BatchLine.Status.DRAFT)
    if (before, dropped) == (after, []):
        return
    record(
        seller=batch.seller,
        actor=actor,
        verb="payout.lowered",
        object=batch,
        changes={"amount_minor": (before, after)},
        detail={"currency": batch.currency, "dropped": [line.partner.name for line in dropped]},
    )


def _let_negatives_join(batch: Batch, lines: list[BatchLine]) -> None:
    by_partner = {line.partner_id: line for line in lines}
    of_items = Q(reverses__payout_items__line__batch=batch, reverses__payout_items__is_current=True)
    joining = (
        selectors.free_lines(batch.currency)
        .filter(of_items | Q(payable_at__lte=batch.cutoff))
        .filter(amount_minor__lt=0, partner_id__in=by_partner)
        .order_by("id")
    )
    _add_items(by_partner, list(joining.values_list("id", "partner_id")))


def _settle_amounts(
    batch: Batch, lines: list[BatchLine], held: Mapping[uuid.UUID, int] = NOTHING_HELD
) -> list[BatchLine]:
    """New amounts and methods; the lines of partners who are no longer due, dropped.

    `held` is what left a partner's line just now because somebody must decide about it first.
    """
    now = _sums(lines)
    minimums = selectors.minimums_of({p for one in now.values() for p in one.programs})
    shut = gates.read(line.partner for line in lines)
    dropped = []
    for line in lines:
        one = now.get(line.pk, _Now(0, set()))
        method = shut.methods.get(line.partner_id)
        least = rules.minimum([minimums[p] for p in one.programs], batch.currency)
        reason = rules.why_left_out(
            status=line.partner.status,
            total=one.total,
            minimum=least,
            gate=shut.of(line.partner, one.programs),
        )
        was = (line.amount_minor, line.method_id)
        line.amount_minor, line.method = one.total, method
        if reason == rules.NOTHING_OWED and line.partner_id in held:
            reason, line.amount_minor = rules.HELD, held[line.partner_id]
        if reason:
            _drop(batch, line, reason, least)
            dropped.append(line)
        elif was != (line.amount_minor, line.method_id):
            line.save(update_fields=["amount_minor", "method"])
    if dropped:
        batch.save(update_fields=["left_out"])
    return dropped


def _drop(batch: Batch, line: BatchLine, reason: str, least: int) -> None:
    line.status, line.reason, line.ended_at = BatchLine.Status.DROPPED, reason, timezone.now()
    line.save(update_fields=["amount_minor", "method", "status", "reason", "ended_at"])
    BatchItem.objects.filter(line=line, is_current=True).update(is_current=False)
    out = Candidate(line.partner, line.amount_minor, 0, least, line.method, reason)
    batch.left_out = [*batch.left_out, out.as_json()]


def _sums(lines: list[BatchLine]) -> dict[uuid.UUID, _Now]:
    rows = (
        BatchItem.objects.filter(line__in=lines, is_current=True)
        .values("line_id", "commission__program_id")
        .annotate(sum=Sum("commission__amount_minor"))
    )
    found: dict[uuid.UUID, _Now] = {}
    for row in rows.order_by():
        one = found.setdefault(row["line_id"], _Now(0, set()))
        one.total += int(row["sum"])
        one.programs.add(row["commission__program_id"])
    return found
