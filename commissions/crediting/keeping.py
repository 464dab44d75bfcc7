"""What is kept of a decision beside the sale: shares, the customer's clicks, his bond."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q

from campaigns.models import Enrollment
from commissions.crediting.finding import Found, bound_until
from commissions.crediting.naming import member_of
from commissions.models import Occasion
from prm.ids import new_id
from sellers.models import Seller
from tracking.attribution import Decision, Part
from tracking.models import Bond, Link, Sale, SaleShare, Touch
from tracking.sharing import Counted, share_rows

Kept = tuple[Sale | Occasion, Found]

_BIND = """
    INSERT INTO tracking_bond
        (id, created_at, seller_id, program_id, customer_id, enrollment_id, since, until)
    SELECT id, now(), %s, program, customer, enrollment, since, until
    FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::timestamptz[],
                %s::timestamptz[]) AS t(id, program, customer, enrollment, since, until)
    ON CONFLICT (seller_id, customer_id, program_id) DO UPDATE SET
        enrollment_id = EXCLUDED.enrollment_id, since = EXCLUDED.since, until = EXCLUDED.until
    WHERE tracking_bond.until <= EXCLUDED.since
"""


def keep(seller: Seller, rows: Sequence[Kept]) -> None:
    """Write what goes with saved sales and leads: at most one statement of each kind.

    A customer's click is kept once. The first bond stays until it ends, whoever comes meanwhile.
    """
    shares = [share for row, found in rows for share in _shares(row, found)]
    if shares:
        SaleShare.objects.bulk_create(shares)
    touches = [touch for row, found in rows for touch in _touches(seller, row, found)]
    if touches:
        Touch.objects.bulk_create(touches, ignore_conflicts=True)
    _bind(seller, [(row, found) for row, found in rows if row.customer_id and found.decision.binds])


def bind(seller: Seller, sale: Sale, enrollment: Enrollment) -> None:
    """Bind the customer of a sale that is credited afterwards, as one that names its partner does.

    Nothing happens without a customer or where the program binds nobody, nor while any bond of the
    same customer holds, also where he is known by his mailbox alone. `enrollment` has its program
    and partner at hand.
    """
    member = member_of(enrollment)
    if sale.customer is None or member.terms.binding == "none":
        return
    same = Q(customer=sale.customer)
    if sale.customer.email_hash:
        same |= Q(customer__email_hash=sale.customer.email_hash)
    at = sale.occurred_at
    lasting = Q(until=None) | Q(until__gt=at)
    held = Bond.objects.filter(same, lasting, program=enrollment.program, since__lte=at)
    if not held.exists():
        decision = Decision("partner", "partner_named", member, binds=True)
        _bind(seller, [(sale, Found(decision))])


def _shares(row: Sale | Occasion, found: Found) -> Iterable[SaleShare]:
    if not isinstance(row, Sale) or not found.decision.is_shared:
        return []
    return share_rows(row, [_counted(part) for part in found.decision.parts])


def _counted(part: Part) -> Counted:
    member = part.member
    enrollment = Enrollment(pk=member.enrollment, partner_id=member.partner)
    return Counted(enrollment, Link(pk=part.link) if part.link else None, part.weight)


def _touches(seller: Seller, row: Sale | Occasion, found: Found) -> Iterable[Touch]:
    if row.customer_id is None:
        return []
    return [
        Touch(
            seller=seller,
            customer_id=row.customer_id,
            link_id=click.link,
            click_id=click.click,
            at=click.at,
        )
        for click in found.named_clicks
    ]


def _bind(seller: Seller, rows: Sequence[Kept]) -> None:
    """Bind customers who are not bound yet, in order of key so that two batches do not lock."""
    zone = ZoneInfo(seller.time_zone)
    bonds: dict[tuple[str, str], tuple[str, datetime, datetime | None]] = {}
    for row, found in rows:
        member = found.decision.member
        if member is not None:
            since = row.occurred_at.astimezone(zone)
            key = (str(row.customer_id), member.terms.program)
            end = bound_until(member, since)
            bonds.setdefault(key, (member.enrollment, row.occurred_at, end))
    if not bonds:
        return
    ordered = sorted(bonds.items())
    with connection.cursor() as cursor:
        cursor.execute(
            _BIND,
            [
                seller.pk,
                [new_id() for _each in ordered],
                [program for (_customer, program), _bond in ordered],
                [customer for (customer, _program), _bond in ordered],
                [enrollment for _key, (enrollment, _since, _until) in ordered],
                [since for _key, (_enrollment, since, _until) in ordered],
                [until for _key, (_enrollment, _since, until) in ordered],
            ],
        )
