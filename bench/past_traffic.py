"""A year of clicks, sales and earnings of a seller, written by SQL so that it is quick.

Clicks go into their table, and their sums are made by the very statements of the shipper; sums of
sales and earnings by the rebuild of the product. Triggers and keys are not checked meanwhile.
"""

import os
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import psycopg2

from bench.measure import make_seller
from campaigns import services as campaigns
from commissions import services, totals
from commissions.services.rulebook import RuleInput
from partners import services as partners
from partners.models import Partner
from sellers.actors import Actor
from sellers.models import Seller, User
from sellers.scope import seller_scope
from tracking.models import Link
from tracking.shipping import sums

PARTNERS: Final = 200
LINKS: Final = 2_000
CLICKS_A_SALE: Final = 100
DAYS: Final = 365
MONTHS: Final = 13
DIVIDED: Final = ("sub1", "country", "device", "host")

# Few links have most clicks, as everywhere: the first 8 %, the last half of them 20 %.
_LINK: Final = "(%(links)s * power(random(), 3))::int %% %(links)s"
_ID: Final = """
    (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7'
     || substr(md5(n::text || %(mark)s), 1, 19))::uuid
"""
_CLICKS: Final = f"""
    INSERT INTO tracking_click (id, at, seller_id, link_id, destination, address, visitor, agent,
        device, country, referrer, bot_reason, sub1, sub2, sub3, sub4, sub5)
    SELECT {_ID}, at, %(seller)s, l.id, '', '198.18.1.0', '', 'Mozilla/5.0 (X11; Linux x86_64)',
           (ARRAY['desktop', 'mobile', 'tablet'])[1 + n %% 3],
           (ARRAY['ID', 'SG', 'MY', 'DE', 'NL', ''])[1 + n %% 6],
           'https://blog' || n %% 8 || '.example/', CASE WHEN n %% 20 = 0 THEN 'agent' ELSE '' END,
           (ARRAY['bio', 'story', 'blog', ''])[1 + n %% 4], '', '', '', ''
    FROM (
        SELECT n, %(from)s::timestamptz + n * %(every)s::interval AS at, {_LINK} AS place
        FROM generate_series(%(first)s::bigint, %(last)s::bigint) n OFFSET 0
    ) g JOIN bench_links l USING (place)
"""
_LINKS: Final = """
    CREATE TEMP TABLE bench_links AS
    SELECT l.id, e.id AS enrollment_id, e.partner_id, e.program_id,
           row_number() OVER (ORDER BY l.id) - 1 AS place
    FROM tracking_link l JOIN campaigns_enrollment e ON e.id = l.enrollment_id
    WHERE l.seller_id = %(seller)s
"""
_SUMMED: Final = """
    SELECT link_id, (at AT TIME ZONE 'UTC')::date AS day, 'c' AS kind, bot_reason, sub1, country,
           device, split_part(referrer, '/', 3) AS host
    FROM tracking_click
    WHERE seller_id = '{seller}' AND at >= '{since}' AND at < '{until}'
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
               {_LINK} AS place
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
           false, s.occurred_at + interval '14 days', 1, '', '{}'
    FROM tracking_sale s
    CROSS JOIN (SELECT id FROM commissions_ruleversion WHERE seller_id = %(seller)s LIMIT 1) v
    WHERE s.seller_id = %(seller)s
"""
_ACCOUNTS: Final = """
    INSERT INTO ledger_account (id, created_at, seller_id, kind, partner_id, unit, guarded,
        debits_minor, credits_minor)
    SELECT gen_random_uuid(), now(), seller_id, status, partner_id, currency, false, 0,
           sum(amount_minor)
    FROM commissions_commission WHERE seller_id = %(seller)s GROUP BY 3, 4, 5, 6
"""


@dataclass(frozen=True)
class Past:
    """A seller with a year behind him; `person` is of `partner`, who has half as much again as the
    average: 0.8 % of the clicks."""

    seller: Seller
    owner: User
    partner: Partner
    person: User


def make_past(clicks: int) -> Past:
    """A seller of PARTNERS partners with LINKS links, so many clicks and a sale each hundred."""
    seller, actor = make_seller()
    person = User.objects.create_user(f"{uuid.uuid4().hex[:12]}@example.com")
    with seller_scope(seller.pk):
        _make_partners(seller, actor)
    _write(seller, clicks)
    totals.rebuild(seller)
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


def _write(seller: Seller, clicks: int) -> None:
    now = datetime.now(UTC)
    since = now - timedelta(days=DAYS)
    values: dict[str, Any] = {
        "seller": str(seller.pk), "mark": uuid.uuid4().hex[:8], "links": LINKS, "from": since,
        "every": timedelta(days=DAYS) / clicks, "first": 1, "last": clicks - 1,
    }  # fmt: skip
    server = psycopg2.connect(os.environ["PRM_BENCH_POSTGRES"])
    with server, server.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET work_mem = '256MB'")
        cursor.execute("SET synchronous_commit = off")
        cursor.execute(_LINKS, values)
        cursor.execute(_CLICKS, values)
        cursor.execute(_SALES, values)
        cursor.execute(_LINES, values)
        cursor.execute(_ACCOUNTS, values)
    for month in range(MONTHS):
        _add_sums(server, seller, since, month)
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    server.close()


def _add_sums(server: Any, seller: Seller, since: datetime, month: int) -> None:
    """The sums of one stretch of the year, as the shipper adds those of its rows."""
    day = since.replace(hour=0, minute=0, second=0, microsecond=0)
    step = timedelta(days=DAYS // (MONTHS - 1))
    source = _SUMMED.format(
        seller=seller.pk, since=day + month * step, until=day + (month + 1) * step
    )
    with server, server.cursor() as cursor:
        cursor.execute(sums.TABLES)
        cursor.execute(f"{sums.ALL_LINKS} WHERE l.seller_id = %s", [str(seller.pk)])
        cursor.execute(sums.summing(source, DIVIDED))
        sums.add(cursor)
