"""A year of clicks, sales and earnings of sellers, written by SQL so that it is quick.

Sums of sales and earnings are made by the rebuild of the product. Triggers and keys are not checked
meanwhile.
"""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bench import past_clicks
from bench.measure import make_seller
from bench.past_clicks import LINKS as LINK_PLACES
from bench.past_clicks import PLACE, Year, connected
from campaigns import services as campaigns
from commissions import services, totals
from commissions.services.rulebook import RuleInput
from partners import services as partners
from partners.models import Partner
from sellers.actors import Actor
from sellers.models import Seller, User
from sellers.scope import seller_scope
from tracking.models import Link

PARTNERS: Final = 200
LINKS: Final = 2_000
CLICKS_A_SALE: Final = 100
DAYS: Final = 365

_ID: Final = """
    (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7'
     || substr(md5(n::text || %(mark)s), 1, 19))::uuid
"""
_SALES: Final = f"""
    INSERT INTO tracking_sale (id, created_at, seller_id, external_id, fingerprint, source,
        program_id, partner_id, enrollment_id, link_id, currency, amount_minor, tax_minor,
        shipping_minor, lines, attribution, metadata, coupon, subscription_id, country,
        occurred_at, refunded_minor, state, outcome, error, is_shared)
    SELECT {_ID}, now(), %(seller)s, %(mark)s || n, '', 'bench', l.program_id, l.partner_id,
           l.enrollment_id, l.id, 'EUR', 1990 + n %% 700, 0, 0, '[]',
           '{{"method": "click", "why": "last_click"}}', '{{}}', '', '', '', at, 0, 'computed',
           'earned', '', false
    FROM (
        SELECT n, %(from)s::timestamptz + n * %(every)s::interval * {CLICKS_A_SALE} AS at,
               {PLACE} AS place
        FROM generate_series(%(first)s::bigint, %(last)s::bigint / {CLICKS_A_SALE}) n OFFSET 0
    ) g JOIN bench_links l USING (place)
"""
_LINES: Final = """
    INSERT INTO commissions_commission (id, created_at, seller_id, kind, program_id, partner_id,
        enrollment_id, sale_id, rule_version_id, occurred_at, base_minor, amount_minor,
        earned_minor, reversed_minor, currency, status, needs_approval, payable_at, moves, reason,
        trace)
    SELECT s.id, s.created_at, s.seller_id, 'commission', s.program_id, s.partner_id,
           s.enrollment_id, s.id, v.id, s.occurred_at, s.amount_minor, s.amount_minor / 20,
           s.amount_minor / 20, 0, 'EUR',
           CASE WHEN s.occurred_at > now() - interval '14 days' THEN 'pending'
                WHEN s.occurred_at > now() - interval '45 days' THEN 'payable' ELSE 'paid' END,
           false, s.occurred_at + interval '14 days', 1, '', %(trace)s::jsonb
    FROM tracking_sale s
    CROSS JOIN (SELECT id FROM commissions_ruleversion WHERE seller_id = %(seller)s LIMIT 1) v
    WHERE s.seller_id = %(seller)s AND s.source = 'bench'
"""
_ACCOUNTS: Final = """
    INSERT INTO ledger_account (id, created_at, seller_id, kind, partner_id, unit, guarded,
        debits_minor, credits_minor)
    SELECT gen_random_uuid(), now(), seller_id, status, partner_id, currency, false, 0,
           sum(amount_minor)
    FROM commissions_commission WHERE seller_id = %(seller)s GROUP BY 3, 4, 5, 6
    ON CONFLICT DO NOTHING
"""
# The months of clicks, which had theirs, are in another schema.
_OWN_TABLES: Final = """
    SELECT string_agg(oid::regclass::text, ', ') FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""


@dataclass(frozen=True)
class Past:
    """A seller with a year behind him; `person` is of `partner`, who has half as much again as the
    average: 0.8 % of the clicks."""

    seller: Seller
    owner: User
    partner: Partner
    person: User


def make_pasts(*sizes: int) -> list[Past]:
    """For each size a seller of PARTNERS partners with LINKS links, so many clicks, and a sale
    each hundred."""
    since = datetime.now(UTC) - timedelta(days=DAYS)
    years = []
    owners = []
    for clicks in sizes:
        seller, actor = make_seller()
        with seller_scope(seller.pk):
            _make_partners(seller, actor)
        years.append(Year(seller, clicks, LINKS, since, DAYS))
        owners.append(actor)
    past_clicks.write(years)
    for year in years:
        write_sales(year)
        totals.rebuild(year.seller)
    with connected() as server, server.cursor() as cursor:
        cursor.execute(_OWN_TABLES)
        cursor.execute(f"VACUUM ANALYZE {cursor.fetchone()[0]}")
    return [_past(year.seller, actor) for year, actor in zip(years, owners, strict=True)]


def _past(seller: Seller, actor: Actor) -> Past:
    person = User.objects.create_user(f"{uuid.uuid4().hex[:12]}@example.com")
    with seller_scope(seller.pk):
        partner = Link.objects.order_by("id")[LINKS // 10].enrollment.partner
        partners.add_member(partner=partner, user=person, role="admin", actor=actor)
        owner = User.objects.get(staff__seller=seller)
    return Past(seller, owner, partner, person)


def _make_partners(seller: Seller, actor: Actor) -> None:
    program = campaigns.create_program(
        seller=seller, actor=actor, name="Bench", slug="bench", currency="EUR",
        landing_url="https://shop.example/", terms="None.",
    )  # fmt: skip
    since = datetime.now(UTC) - timedelta(days=DAYS + 1)
    rule = RuleInput("All", {"type": "percent", "rate": "5"}, valid_from=since)
    services.create_rule(program=program, rule=rule, actor=actor)
    campaigns.open_program(program=program, actor=actor)
    rows: list[Link] = []
    for number in range(PARTNERS):
        partner = partners.create_partner(seller=seller, actor=actor, name=f"Partner {number}")
        enrollment = campaigns.enroll(program=program, partner=partner, actor=actor)
        rows += [
            Link(
                seller=seller, enrollment=enrollment, code=uuid.uuid4().hex[:16],
                label=f"Page {place}", destination="https://shop.example/",
            )
            for place in range(LINKS // PARTNERS)
        ]  # fmt: skip
    Link.objects.bulk_create(rows)


def write_sales(year: Year, trace: str = "{}") -> None:
    """A sale for each hundred clicks of a year, with a line each and the accounts behind them.

    `trace` stands on every line; pages that say why a line was earned need a real one.
    """
    values: dict[str, Any] = {
        "seller": str(year.seller.pk), "mark": uuid.uuid4().hex[:8], "links": year.links,
        "from": year.since, "every": year.every, "first": 1, "last": year.clicks - 1,
        "trace": trace,
    }  # fmt: skip
    with connected() as server, server.cursor() as cursor:
        for statement in (LINK_PLACES, _SALES, _LINES, _ACCOUNTS):
            cursor.execute(statement, values)
