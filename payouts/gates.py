"""What stops a partner from being paid, whatever he earned: read for a draft, at its approval, and
again when the money goes.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from campaigns import onboarding
from campaigns.models.onboarding import Gate
from commissions.screening.selectors import under_review, waiting
from partners.models import Partner
from payouts import rules
from payouts.models import Batch, BatchItem, BatchLine, PayoutMethod


@dataclass(frozen=True)
class Gates:
    """What stops partners now. `methods` has the account in force of those who have one."""

    methods: dict[uuid.UUID, PayoutMethod]
    stops: dict[uuid.UUID, str]
    unfinished: set[tuple[uuid.UUID, uuid.UUID]]

    def of(self, partner: Partner, programs: Iterable[uuid.UUID]) -> str:
        """The key in rules.REASONS of what stops a partner who earned in `programs`, or ""."""
        return rules.why_stopped(
            status=partner.status,
            method=self.stops.get(partner.pk, ""),
            unfinished=any((partner.pk, program) in self.unfinished for program in programs),
        )


@dataclass(frozen=True)
class Stopped:
    """An approved line that may not be paid now; `reason` is a key of rules.REASONS."""

    line: BatchLine
    reason: str


def read(partners: Iterable[Partner]) -> Gates:
    """The gates of these partners; the number of statements does not grow with theirs."""
    known = list(partners)
    accounts = _accounts_of({partner.pk for partner in known})
    active = {partner.pk for partner in known if partner.status == Partner.Status.ACTIVE}
    return Gates(
        methods={key: method for key, (method, _stop) in accounts.items() if method},
        stops={key: stop for key, (_method, stop) in accounts.items() if stop},
        unfinished=onboarding.closed_to(active, Gate.PAYOUTS) if active else set(),
    )


def stopped(batch: Batch, lines: Sequence[BatchLine]) -> list[Stopped]:
    """Which lines of an approved batch may not be paid now, and why.

    Read besides what a draft looks at: an account other than the one approved, and reviews that
    were opened since, of the partner himself or of a sale that the line pays.
    """
    if not lines:
        return []
    shut = read(line.partner for line in lines)
    items = BatchItem.objects.filter(line__in=lines, is_current=True)
    programs: defaultdict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for line_id, program in items.order_by().values_list("line", "commission__program").distinct():
        programs[line_id].add(program)
    held = _reviewed(batch, items)
    found = []
    for line in lines:
        reason = shut.of(line.partner, programs[line.pk])
        if not reason and line.pk in held:
            reason = rules.HELD
        now = shut.methods.get(line.partner_id)
        if not reason and now is not None and now.pk != line.method_id:
            reason = rules.OTHER_METHOD
        if reason:
            found.append(Stopped(line, reason))
    return found


def _reviewed(batch: Batch, items: QuerySet[BatchItem]) -> set[uuid.UUID]:
    """The lines of which a review keeps something, by its sale or by the partner himself."""
    of_sale = waiting().filter(
        created_at__gt=batch.approved_at,
        sale=OuterRef("commission__sale"),
        partner=OuterRef("commission__partner"),
    )
    kept = items.filter(Q(under_review("commission__")) | Q(Exists(of_sale)))
    return set(kept.order_by().values_list("line_id", flat=True))


def current_methods(partner_ids: set[uuid.UUID]) -> dict[uuid.UUID, PayoutMethod]:
    """The confirmed payout method of each partner that has one; it may still be held."""
    rows = PayoutMethod.objects.filter(
        partner_id__in=partner_ids, replaced_at=None, confirmed_at__isnull=False
    )
    return {row.partner_id: row for row in rows}


def _accounts_of(
    partner_ids: Iterable[uuid.UUID],
) -> dict[uuid.UUID, tuple[PayoutMethod | None, str]]:
    """Of each partner the account in force, and why no payout may use it now (rules.REASONS)."""
    wanted, now = set(partner_ids), timezone.now()
    current, asked = {}, set()
    for row in PayoutMethod.objects.filter(partner_id__in=wanted, replaced_at=None):
        if row.confirmed_at:
            current[row.partner_id] = row
        else:
            asked.add(row.partner_id)
    return {
        one: (
            current.get(one),
            rules.why_not_there(
                usable_at=current[one].usable_at if one in current else None,
                requested=one in asked,
                now=now,
            ),
        )
        for one in wanted
    }
