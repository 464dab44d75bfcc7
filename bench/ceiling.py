"""What the engine is held against: set-based SQL by hand, and the plain way with objects."""

import uuid
from datetime import timedelta
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from activity.models import Event
from bench.market import Market
from campaigns.models import Enrollment
from commissions.models import Commission, RuleVersion
from ledger.models import Account, Transfer
from prm.money import percent_of, round_half_up
from sellers.scope import seller_scope
from tracking.models import Sale

# One statement computes a percent-and-flat rule set and writes the very rows of the engine: line
# with its trace, transfer, tallies, the sale's state. Ids are made by the database.
_SET_BASED = """
    WITH rules AS (
        SELECT DISTINCT ON (e.id) e.id AS enrollment_id, v.id AS version_id, r.id AS rule_id,
               v.name, v.number, v.valid_from, v.reward, p.hold_days,
               p.auto_approve_commissions AS approved, r.partner_id IS NOT NULL AS own
        FROM campaigns_enrollment e
        JOIN campaigns_program p ON p.id = e.program_id
        JOIN commissions_rule r ON r.program_id = p.id
             AND (r.partner_id IS NULL OR r.partner_id = e.partner_id)
        JOIN commissions_ruleversion v ON v.rule_id = r.id
        ORDER BY e.id, r.partner_id IS NULL, r.priority DESC, r.id
    ), lines AS (
        INSERT INTO commissions_commission (id, created_at, seller_id, kind, program_id, partner_id,
            enrollment_id, sale_id, rule_version_id, occurred_at, base_minor, amount_minor,
            earned_minor, reversed_minor, currency, status, needs_approval, payable_at, moves,
            reason, trace)
        SELECT uuidv7(), now(), s.seller_id, 'commission', s.program_id, s.partner_id,
               s.enrollment_id, s.id, r.version_id, s.occurred_at, s.amount_minor, a.amount,
               a.amount, 0, s.currency, 'pending', NOT r.approved,
               s.occurred_at + r.hold_days * interval '1 day', 0, '',
               jsonb_build_object(
                   'credit', s.attribution,
                   'rule', jsonb_build_object('id', r.rule_id, 'name', r.name, 'version', r.number,
                       'valid_from', r.valid_from, 'event', 'sale', 'others', '[]'::jsonb,
                       'scope', CASE WHEN r.own THEN 'partner' ELSE 'program' END),
                   'amount', jsonb_build_object('type', r.reward ->> 'type',
                       'rate', r.reward ->> 'rate', 'base', s.amount_minor, 'base_of', 'net',
                       'exact', a.exact::text, 'rounded', a.amount, 'final', a.amount,
                       'net', s.amount_minor, 'tax', s.tax_minor, 'shipping', s.shipping_minor))
        FROM tracking_sale s
        JOIN rules r ON r.enrollment_id = s.enrollment_id
        CROSS JOIN LATERAL (
            SELECT CASE WHEN r.reward ->> 'type' = 'percent'
                        THEN s.amount_minor * (r.reward ->> 'rate')::numeric / 100
                        ELSE least((r.reward ->> 'amount')::numeric, s.amount_minor) END AS exact
        ) e
        CROSS JOIN LATERAL (SELECT e.exact, round(e.exact)::bigint AS amount) a
        WHERE s.state = 'pending'
        RETURNING id, sale_id, program_id, partner_id, occurred_at, base_minor, amount_minor
    ), transfers AS (
        INSERT INTO ledger_transfer (id, created_at, seller_id, key, kind, debit_id, credit_id,
            amount_minor, unit, at, partner_id, source_type, source_id, note)
        SELECT uuidv7(), now(), %(seller)s, 'commission:' || l.id || ':accrue', 'accrue', d.id,
               c.id, l.amount_minor, 'EUR', l.occurred_at, l.partner_id, 'commission', l.id, ''
        FROM lines l
        JOIN ledger_account d ON d.kind = 'expense' AND d.unit = 'EUR'
        JOIN ledger_account c ON c.kind = 'pending' AND c.unit = 'EUR'
             AND c.partner_id = l.partner_id
    ), tallies AS (
        INSERT INTO commissions_tally AS t (id, created_at, seller_id, program_id, partner_id,
            currency, grain, starts_on, sales_minor, sales_count, quantity, leads, clicks,
            commission_minor)
        SELECT uuidv7(), now(), %(seller)s, program_id, partner_id, 'EUR', grain, starts_on,
               sum(base_minor), count(*), count(*), 0, 0, sum(amount_minor)
        FROM lines
        CROSS JOIN LATERAL (VALUES ('day', occurred_at::date),
                                   ('month', date_trunc('month', occurred_at)::date))
             grains(grain, starts_on)
        GROUP BY program_id, partner_id, grain, starts_on
        ON CONFLICT (seller_id, program_id, partner_id, currency, grain, starts_on) DO UPDATE SET
            sales_minor = t.sales_minor + EXCLUDED.sales_minor,
            sales_count = t.sales_count + EXCLUDED.sales_count,
            quantity = t.quantity + EXCLUDED.quantity,
            commission_minor = t.commission_minor + EXCLUDED.commission_minor
    )
    UPDATE tracking_sale SET state = 'computed', outcome = 'earned'
    FROM lines WHERE tracking_sale.id = lines.sale_id
"""


def set_based(market: Market) -> None:
    """Everything that waits, in one statement and one transaction."""
    with seller_scope(market.seller.pk):
        for kind, partner in [("expense", None), *(("pending", one) for one in _partners())]:
            Account.objects.get_or_create(
                seller_id=market.seller.pk, kind=kind, partner_id=partner, unit="EUR"
            )
    with seller_scope(market.seller.pk), connection.cursor() as cursor:
        cursor.execute(_SET_BASED, {"seller": market.seller.pk})


def _partners() -> list[uuid.UUID]:
    found = Sale.objects.values_list("partner_id", flat=True).distinct()
    return [one for one in found if one is not None]


def plain(market: Market) -> None:
    """Objects one by one, a transaction for each sale, as one would write it first."""
    while _plain_step(market):
        pass


def _plain_step(market: Market) -> bool:
    seller_id = market.seller.pk
    with seller_scope(seller_id):
        waiting = Sale.objects.filter(state="pending").order_by("occurred_at")
        sale = waiting.select_for_update(skip_locked=True).first()
        if sale is None:
            return False
        enrollment = Enrollment.objects.get(sales=sale)
        program = enrollment.program
        rules = RuleVersion.objects.filter(
            rule__program=program, event="sale", valid_from__lte=sale.occurred_at
        ).select_related("rule")
        own = [one for one in rules if one.rule.partner_id in (None, sale.partner_id)]
        version = min(own, key=lambda one: (one.rule.partner_id is None, one.rule.pk))
        rate = Decimal(version.reward.get("rate") or 0)
        exact = percent_of(sale.amount_minor, rate) or Decimal(version.reward["amount"])
        line = Commission.objects.create(
            seller_id=seller_id,
            program=program,
            partner_id=enrollment.partner_id,
            enrollment=enrollment,
            sale=sale,
            rule_version=version,
            occurred_at=sale.occurred_at,
            base_minor=sale.amount_minor,
            amount_minor=round_half_up(exact),
            earned_minor=round_half_up(exact),
            currency=sale.currency,
            payable_at=sale.occurred_at + timedelta(days=program.hold_days),
            trace={
                "credit": sale.attribution,
                "rule": {"id": str(version.rule_id), "name": version.name, "others": []},
                "amount": {"rate": str(rate), "base": sale.amount_minor, "exact": str(exact)},
            },
        )
        sides = [
            Account.objects.get_or_create(
                seller_id=seller_id, kind=kind, partner_id=partner, unit=sale.currency
            )[0]
            for kind, partner in (("expense", None), ("pending", sale.partner_id))
        ]
        Transfer.objects.create(
            seller_id=seller_id,
            key=f"commission:{line.pk}:accrue",
            kind="accrue",
            debit=sides[0],
            credit=sides[1],
            amount_minor=line.amount_minor,
            unit=sale.currency,
            at=sale.occurred_at,
            partner_id=sale.partner_id,
            source_type="commission",
            source_id=line.pk,
        )
        Event.objects.create(
            seller_id=seller_id,
            at=timezone.now(),
            verb="commission.earned",
            actor_kind="system",
            actor_label="system",
            object_type="commissions.commission",
            object_id=line.pk,
            object_label=sale.external_id,
            partner_id=sale.partner_id,
        )
        sale.state, sale.outcome = Sale.State.COMPUTED, Sale.Outcome.EARNED
        sale.save(update_fields=["state", "outcome"])
    return True
