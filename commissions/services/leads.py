"""Taking leads and sign-ups: once each, credited to a partner, queued for the rules."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from activity import work
from activity.services import Entry, record_many
from commissions import crediting
from commissions.inputs import LeadInput, check_lead, fingerprint
from commissions.models import Occasion
from commissions.services import customers, intake
from sellers.actors import Actor
from sellers.models import Seller


@dataclass(frozen=True)
class TakenLead:
    """A lead as stored; `created` is False for a repeat."""

    lead: Occasion
    created: bool


def take_lead(*, seller: Seller, lead: LeadInput, actor: Actor) -> TakenLead:
    """Store a lead or sign-up once and queue it for the rules of its event.

    The same content again returns the stored one. Raises Conflict for other content under the
    same `external_id`, Unacceptable for a partner or link that is not known.
    """
    check_lead(lead)
    mark, key = fingerprint(lead), f"lead:{lead.external_id}"
    known = _known(key, mark, lead.external_id)
    if known is not None:
        return TakenLead(known, created=False)
    occurred_at = lead.occurred_at or timezone.now()
    found = crediting.find(seller, lead, occurred_at)
    try:
        with transaction.atomic():
            row = Occasion(
                seller=seller,
                kind=lead.kind,
                key=key,
                label=lead.external_id,
                fingerprint=mark,
                enrollment_id=found.enrollment_id,
                program_id=found.program_id,
                partner_id=found.partner_id,
                customer=customers.made(seller, [lead.customer]).of(lead.customer),
                link_id=found.link_id,
                currency=found.currency,
                attribution=found.decision.as_json(),
                metadata=lead.metadata,
                country=lead.customer.country,
                occurred_at=occurred_at,
            )
            row.save(force_insert=True)
            crediting.keep(seller, [(row, found)])
            entry = Entry(
                verb=f"{lead.kind}.recorded",
                object=row,
                label=row.label,
                partner_id=row.partner_id,
            )
            record_many(seller_id=seller.pk, actor=actor, entries=[entry])
            work.nudge(intake.ENGINE, seller.pk)
    except IntegrityError:
        known = _known(key, mark, lead.external_id)
        if known is None:
            raise
        return TakenLead(known, created=False)
    return TakenLead(row, created=True)


def _known(key: str, mark: str, external_id: str) -> Occasion | None:
    row = Occasion.objects.filter(key=key).first()
    if row is not None and row.fingerprint != mark:
        raise intake.taken_already(external_id)
    return row
