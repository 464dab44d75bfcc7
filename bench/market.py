"""A seller with partners, rules and as many sales as wanted, written by SQL so that it is quick."""

import os
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg2
from django.db import connection

from bench.measure import make_seller
from campaigns import services as campaigns
from campaigns.models import Program
from commissions import services
from commissions.engine import recounting
from commissions.services.rulebook import RuleInput
from partners import services as partners
from partners.models import Partner
from sellers.actors import Actor
from sellers.models import Seller
from sellers.scope import seller_scope

START = datetime(2023, 1, 1, tzinfo=UTC)
PARTNERS = 40
SIMPLE: list[dict[str, Any]] = [
    {"name": "All sales", "reward": {"type": "percent", "rate": "7.5"}},
]
MIXED: list[dict[str, Any]] = [
    {
        "name": "All sales",
        "reward": {"type": "percent", "rate": "5"},
        "brackets": {
            "metric": "sales_amount",
            "window": "month",
            "mode": "marginal",
            "steps": [{"from": 500_000, "rate": "7"}, {"from": 2_000_000, "rate": "9"}],
        },
    },
    {
        "name": "Larger orders",
        "reward": {"type": "flat", "amount": 150},
        "conditions": {"all": [{"field": "amount", "op": "gte", "value": 2200}]},
        "limits": [{"per": "partner", "window": "month", "amount": 5_000_000}],
        "adds": True,
    },
    {
        "name": "Recruiter",
        "event": "commission",
        "override_level": 1,
        "reward": {"type": "percent", "rate": "10"},
    },
]
_SALES = """
    INSERT INTO tracking_sale (id, created_at, seller_id, external_id, fingerprint, source,
        program_id, partner_id, enrollment_id, currency, amount_minor, tax_minor, shipping_minor,
        lines, attribution, metadata, coupon, subscription_id, country, occurred_at, refunded_minor,
        state, outcome, error, is_shared)
    SELECT (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint + n / 10), 12, '0')
            || '7' || substr(md5(n::text || %(mark)s), 1, 19))::uuid, now(), %(seller)s,
           %(mark)s || n, '', 'bench', e.program_id, e.partner_id, e.id, 'EUR',
           1990 + n %% 700, 0, 0, '[]',
           '{"method": "partner", "why": "named_by_seller"}', '{}', '', '', '',
           %(from)s + n * %(every)s, 0, %(state)s, %(outcome)s, '', false
    FROM generate_series(1, %(count)s) n
    JOIN (SELECT id, program_id, partner_id, row_number() OVER (ORDER BY id) - 1 AS place
          FROM campaigns_enrollment WHERE program_id = %(program)s) e
      ON e.place = n %% %(partners)s
"""


@dataclass(frozen=True)
class Market:
    """A seller of the bench."""

    seller: Seller
    actor: Actor
    program: Program
    next_at: datetime

    def sell(self, count: int) -> None:
        """So many sales, waiting for the engine, after all before."""
        with seller_scope(self.seller.pk), connection.cursor() as cursor:
            cursor.execute(_SALES, self._values(count, self.next_at, "pending"))

    def _values(self, count: int, since: datetime, state: str) -> dict[str, Any]:
        return {
            "seller": self.seller.pk,
            "program": self.program.pk,
            "mark": f"{uuid.uuid4().hex[:8]}-",
            "from": since,
            "every": timedelta(seconds=1),
            "count": count,
            "partners": PARTNERS,
            "state": state,
            "outcome": "earned" if state == "computed" else "",
        }


def make_market(rules: list[dict[str, Any]], past: int = 0) -> Market:
    """A new seller with PARTNERS partners, half of them recruited, and `past` computed sales."""
    seller, actor = make_seller()
    with seller_scope(seller.pk):
        program = campaigns.create_program(
            seller=seller, actor=actor, name="Bench", slug="bench", currency="EUR",
            landing_url="https://shop.example/", terms="None.",
        )  # fmt: skip
        for content in rules:
            rule = RuleInput(**content, valid_from=START)
            services.create_rule(program=program, rule=rule, actor=actor)
        recruiter: Partner | None = None
        for number in range(PARTNERS):
            partner = partners.create_partner(seller=seller, actor=actor, name=f"P{number}")
            campaigns.enroll(program=program, partner=partner, actor=actor)
            if recruiter is not None and number % 2:
                Partner.objects.filter(pk=partner.pk).update(recruited_by=recruiter)
            recruiter = partner
        if rules is SIMPLE:
            own = RuleInput("Agreed", {"type": "flat", "amount": 250}, valid_from=START)
            for one in Partner.objects.order_by("id")[:5]:
                services.create_rule(program=program, rule=own, actor=actor, partner=one)
    market = Market(seller, actor, program, START + timedelta(seconds=past + 1))
    if past:
        _load_past(market, past)
    return market


def _load_past(market: Market, past: int) -> None:
    """Sales of before with a line and a transfer each, as the engine would have left them.

    Written by the owner of the server without checks, which would take an hour.
    """
    values = market._values(past, START, "computed")
    server = psycopg2.connect(os.environ["PRM_BENCH_POSTGRES"])
    with server, server.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(_SALES, values)
        cursor.execute(_PAST_LINES, values)
        cursor.execute(_PAST_TRANSFERS, values)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")
    server.close()
    with seller_scope(market.seller.pk):
        recounting.recount_tallies(market.seller.pk, [market.program.pk])


_PAST_LINES = """
    INSERT INTO commissions_commission (id, created_at, seller_id, kind, program_id, partner_id,
        enrollment_id, sale_id, rule_version_id, occurred_at, base_minor, amount_minor,
        earned_minor, reversed_minor, currency, status, needs_approval, payable_at, moves, reason,
        trace)
    SELECT s.id, s.created_at, s.seller_id, 'commission', s.program_id, s.partner_id,
           s.enrollment_id, s.id, v.id, s.occurred_at, s.amount_minor, s.amount_minor / 20,
           s.amount_minor / 20, 0, 'EUR', 'payable', false, s.occurred_at, 1, '',
           jsonb_build_object('credit', s.attribution, 'amount', jsonb_build_object('rate', '5'))
    FROM tracking_sale s
    CROSS JOIN (SELECT v.id FROM commissions_ruleversion v WHERE v.seller_id = %(seller)s
                ORDER BY v.id LIMIT 1) v
    WHERE s.seller_id = %(seller)s
"""
_PAST_TRANSFERS = """
    INSERT INTO ledger_transfer (id, created_at, seller_id, key, kind, debit_id, credit_id,
        amount_minor, unit, at, partner_id, source_type, source_id, note)
    SELECT c.id, c.created_at, c.seller_id, 'commission:' || c.id || ':accrue', 'accrue', a.id,
           b.id, c.amount_minor, 'EUR', c.occurred_at, c.partner_id, 'commission', c.id, ''
    FROM commissions_commission c
    CROSS JOIN (VALUES (gen_random_uuid(), gen_random_uuid())) ids(debit, credit)
    CROSS JOIN LATERAL (SELECT ids.debit AS id) a CROSS JOIN LATERAL (SELECT ids.credit AS id) b
    WHERE c.seller_id = %(seller)s
"""
