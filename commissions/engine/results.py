"""What a run found, gathered event by event and written at the end."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from django.conf import settings
from django.db import connection

from campaigns.models.programs import SelfPurchase
from commissions.engine.reading import OCCASION, SALE, Source, World
from commissions.engine.remembering import Growth
from commissions.engine.traces import Writer
from commissions.engine.writing import OWN_PURCHASE, Batch, NewLine, commission_line
from commissions.models import CommissionStatus
from commissions.rules import Computed, Earned, Event
from partners.models import Member, Partner
from tracking.models import Customer, Sale
from tracking.rules import email_hash

Outcome = Sale.Outcome
_DONE: Final = {
    SALE: "UPDATE tracking_sale SET state = 'computed', outcome = %s, error = '' "
    "WHERE id = ANY(%s::uuid[])",
    OCCASION: "UPDATE commissions_occasion SET state = 'computed', outcome = %s, error = '' "
    "WHERE id = ANY(%s::uuid[])",
}
_BAR: Final = """
    UPDATE tracking_saleshare s SET barred = true
    FROM unnest(%s::uuid[], %s::uuid[]) AS own(sale, partner)
    WHERE s.sale_id = own.sale AND s.partner_id = own.partner
"""


class Results:
    """The lines, tallies and outcomes of one batch of claimed events."""

    def __init__(self, seller_id: uuid.UUID, world: World, claimed: Sequence[Source]) -> None:
        self.world = world
        self.batch = Batch(seller_id)
        self.growth = Growth()
        self.writer = Writer()
        self.outcomes: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        self._own = _own_purchases(claimed)
        self._barred: list[tuple[str, str]] = []

    def is_credited(self, source: Source) -> bool:
        """Whether an event may earn; else its outcome says why not."""
        if source.event is None or source.enrollment is None:
            self._end(source, Outcome.NO_PARTNER)
            return False
        bars = source.enrollment.program.self_purchase == SelfPurchase.NOTHING
        if bars and self._is_all_own(source, source.event):
            self._end(source, Outcome.SELF_PURCHASE)
            return False
        return True

    def _is_all_own(self, source: Source, event: Event) -> bool:
        """Whether the buyer is all who is credited; of a shared event, his part is barred."""
        if not event.shares:
            return (source.id, event.member.partner) in self._own
        for share in event.shares:
            if (source.id, share.member.partner) in self._own:
                share.barred = True
                self._barred.append((source.id, share.member.partner))
        return all(share.barred for share in event.shares)

    def no_rule(self, source: Source) -> None:
        """An event of a program without any rule; it counts all the same."""
        if source.event is not None:
            self.growth.count(source.event)
        self._end(source, Outcome.NO_RULE)

    def add(self, source: Source, computed: Computed) -> None:
        """What a new event earned."""
        event = source.event
        if event is None:
            return
        self.growth.count(event)
        ids: dict[int, str] = {}
        for earned in computed.earned:
            trace = self.writer.of(earned, event, source.attribution)
            on = ids[id(earned.of)] if earned.of else None
            line = commission_line(source, earned, trace, on)
            ids[id(earned)] = line.id
            self._hold_own(source, earned, line)
            self.batch.lines.append(line)
            self.growth.pay(earned.rule, event, line.partner, line.amount, line.currency)
            self.growth.earn(event, line.partner, line.amount, line.currency)
        self._end(source, _outcome(computed))

    def write(self) -> None:
        """Everything, in one transaction that the caller has opened.

        Keys are checked before tallies and transfers are written: those take the locks that other
        batches of the seller wait for, until this one commits.
        """
        for (table, outcome), ids in self.outcomes.items():
            with connection.cursor() as cursor:
                cursor.execute(_DONE[table], [outcome, ids])
        if self._barred:
            with connection.cursor() as cursor:
                cursor.execute(_BAR, [list(column) for column in zip(*self._barred, strict=True)])
        self.batch.write_lines()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        self.growth.write(self.batch.seller_id)
        self.batch.post()

    def _end(self, source: Source, outcome: str) -> None:
        self.outcomes[source.table, outcome].append(source.id)

    def _hold_own(self, source: Source, earned: Earned, line: NewLine) -> None:
        enrollment = source.enrollment
        holds = enrollment and enrollment.program.self_purchase == SelfPurchase.HOLD
        seller = (earned.of or earned).member.partner
        if holds and (source.id, seller) in self._own:
            line.status, line.reason = CommissionStatus.HELD, OWN_PURCHASE


def _outcome(computed: Computed) -> str:
    if computed.earned:
        return Outcome.EARNED
    if computed.limited:
        return Outcome.LIMIT
    return Outcome.NOTHING if computed.had_rule else Outcome.NO_RULE


def _own_purchases(claimed: Iterable[Source]) -> set[tuple[str, str]]:
    """Events with the credited partners whose own people bought."""
    buyers = {source.customer for source in claimed if source.customer and source.event}
    if not buyers:
        return set()
    credited = [
        (source, partner)
        for source in claimed
        if source.event and source.customer
        for partner in _credited(source.event)
    ]
    own = _mailboxes({partner for _source, partner in credited})
    known = {mailbox for found in own.values() for mailbox in found}
    rows = Customer.objects.filter(pk__in=buyers, email_hash__in=known)
    hashes = {str(pk): mailbox for pk, mailbox in rows.values_list("pk", "email_hash")}
    return {
        (source.id, partner)
        for source, partner in credited
        if source.customer in hashes and hashes[source.customer] in own.get(partner, ())
    }


def _credited(event: Event) -> Iterable[str]:
    if not event.shares:
        return (event.member.partner,)
    return {share.member.partner for share in event.shares}


def _mailboxes(partner_ids: set[str]) -> Mapping[str, set[str]]:
    rows = [
        *Partner.objects.filter(pk__in=partner_ids).values_list("pk", "email"),
        *Member.objects.filter(partner_id__in=partner_ids).values_list("partner", "user__email"),
    ]
    found: defaultdict[str, set[str]] = defaultdict(set)
    for partner_id, email in rows:
        hashed = email_hash(email, settings.SECRET_KEY)
        if hashed:
            found[str(partner_id)].add(hashed)
    return found
