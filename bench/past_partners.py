"""A seller with many partners and a year behind him: sales with their lines, clicks in sums only.

Few partners have most of both, as everywhere. Sums of sales, results by link and standings are made
by the product; those of clicks are written, since the clicks themselves are not read by any page.
"""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import Sum

from bench.measure import make_seller, settle
from bench.past_clicks import LINKS, PLACE, Year, connected
from bench.past_traffic import CLICKS_A_SALE, DAYS, write_sales
from campaigns import services as campaigns
from campaigns.models import Enrollment, Program
from commissions import services, totals
from commissions.engine import sales as engine
from commissions.inputs import SaleInput
from commissions.models import Commission
from commissions.performance import standings
from commissions.services.rulebook import RuleInput
from partners import services as partners
from partners.models import Partner
from sellers.actors import Actor
from sellers.models import Seller, Staff, User
from sellers.scope import seller_scope
from tracking.models import Link, SellerDay

CLICKS_A_DAY: Final = 5
"""So many clicks at once of a partner's day, before days are joined."""
MANAGED: Final = 5
BATCH: Final = 2_000
COUNTRIES: Final = ("ID", "SG", "MY", "DE", "NL", "")

_DAYS: Final = f"""
    CREATE TEMP TABLE bench_days AS
    SELECT l.id AS link_id, l.partner_id, l.program_id, d.day, d.clicks
    FROM (
        SELECT place, day, count(*) * %(each)s AS clicks
        FROM (
            SELECT {PLACE} AS place, %(from)s::date + (random() * (%(days)s - 1))::int AS day
            FROM generate_series(1, %(clicks)s::bigint / %(each)s)
        ) g GROUP BY 1, 2
    ) d JOIN bench_links l USING (place)
"""
_LINK_DAYS: Final = """
    INSERT INTO tracking_linkday (seller_id, link_id, day, clicks, bots, visitors, impressions)
    SELECT %(seller)s, link_id, day, clicks, 0, clicks, 0 FROM bench_days
"""
_PARTNER_DAYS: Final = """
    INSERT INTO tracking_partnerday (seller_id, partner_id, program_id, dimension, day, value,
        clicks, bots, visitors, impressions)
    SELECT %(seller)s, partner_id, program_id, w.dimension, day, w.value, clicks, 0, clicks, 0
    FROM bench_days
    CROSS JOIN LATERAL (VALUES ('', ''), ('program', program_id::text),
        ('country', (%(countries)s::text[])[1 + abs(hashtext(link_id::text || day)) %% 6])
    ) w(dimension, value)
"""
_SELLER_DAYS: Final = """
    INSERT INTO tracking_sellerday (seller_id, dimension, day, value, clicks, bots, visitors,
        impressions)
    SELECT seller_id, dimension, day, value, sum(clicks), 0, sum(visitors), 0
    FROM tracking_partnerday WHERE seller_id = %(seller)s GROUP BY 1, 2, 3, 4
"""
_MONTHS: Final = """
    INSERT INTO tracking_partnermonth (seller_id, day, program_id, partner_id, clicks, bots,
        visitors, impressions)
    SELECT %(seller)s, date_trunc('month', day)::date, program_id, partner_id, sum(clicks), 0,
           sum(clicks), 0
    FROM bench_days GROUP BY 2, 3, 4
"""


@dataclass(frozen=True)
class Crowd:
    """A seller, his owner, and the partner with most sales, whose portal `person` reads."""

    seller: Seller
    owner: User
    partner: Partner
    person: User


def make_crowd(count: int, sales: int, clicks: int) -> Crowd:
    """So many partners with a link each, and a year of so many sales and clicks."""
    since = datetime.now(UTC) - timedelta(days=DAYS)
    seller, actor = make_seller()
    with seller_scope(seller.pk):
        _make_partners(seller, actor, count)
    trace = _real_trace(seller, actor)
    write_sales(Year(seller, sales * CLICKS_A_SALE, count, since, DAYS), trace)
    _write_clicks(seller, count, clicks, since)
    totals.rebuild(seller)
    settle()
    while standings.step(seller.pk):
        pass
    settle()
    return _crowd(seller, actor)


def _make_partners(seller: Seller, actor: Actor, count: int) -> None:
    program = campaigns.create_program(
        seller=seller, actor=actor, name="Bench", slug="bench", currency="EUR",
        landing_url="https://shop.example/", terms="None.",
    )  # fmt: skip
    since = datetime.now(UTC) - timedelta(days=DAYS + 1)
    rule = RuleInput("All", {"type": "percent", "rate": "5"}, valid_from=since)
    services.create_rule(program=program, rule=rule, actor=actor)
    program = campaigns.open_program(program=program, actor=actor)
    for first in range(0, count, BATCH):
        _add(seller, program, range(first, min(first + BATCH, count)))


def _add(seller: Seller, program: Program, numbers: range) -> None:
    """Partners with an enrollment and a link each, without their trail."""
    manager = Staff.objects.get(seller=seller)
    found = Partner.objects.bulk_create(
        Partner(
            seller=seller, name=f"Partner {number}", email=f"p{number}@partner.example",
            status=Partner.Status.ACTIVE, country=COUNTRIES[number % len(COUNTRIES)],
            manager=None if number % MANAGED else manager,
        )
        for number in numbers
    )  # fmt: skip
    enrolled = Enrollment.objects.bulk_create(
        Enrollment(seller=seller, program=program, partner=one, status=Enrollment.Status.ACTIVE)
        for one in found
    )
    Link.objects.bulk_create(
        Link(
            seller=seller, enrollment=one, code=uuid.uuid4().hex[:16], label="Page",
            destination="https://shop.example/", sub1="blog",
        )
        for one in enrolled
    )  # fmt: skip


def _real_trace(seller: Seller, actor: Actor) -> str:
    """The trace of a line that the engine made of a sale by a link, as JSON text."""
    with seller_scope(seller.pk):
        code = Link.objects.values_list("code", flat=True)[0]
        sale = SaleInput(external_id="first", currency="EUR", amount=2_000, link=code)
        services.take_sale(seller=seller, sale=sale, actor=actor)
    engine.step(seller.pk)
    with seller_scope(seller.pk):
        return json.dumps(Commission.objects.get().trace)


def _write_clicks(seller: Seller, links: int, clicks: int, since: datetime) -> None:
    values: dict[str, Any] = {
        "seller": str(seller.pk), "links": links, "from": since.date(), "days": DAYS,
        "clicks": clicks, "each": CLICKS_A_DAY, "countries": list(COUNTRIES),
    }  # fmt: skip
    with connected() as server, server.cursor() as cursor:
        for statement in (LINKS, _DAYS, _LINK_DAYS, _PARTNER_DAYS, _SELLER_DAYS, _MONTHS):
            cursor.execute(statement, values)
    with seller_scope(seller.pk):
        whole = SellerDay.objects.filter(dimension="").aggregate(n=Sum("clicks"))["n"]
    if whole != clicks // CLICKS_A_DAY * CLICKS_A_DAY:
        raise RuntimeError(f"Of {clicks} clicks the sums tell {whole}")


def _crowd(seller: Seller, actor: Actor) -> Crowd:
    person = User.objects.create_user(f"{uuid.uuid4().hex[:12]}@{settings.ALLOWED_HOSTS[0]}.test")
    with seller_scope(seller.pk):
        partner = Link.objects.order_by("id")[0].enrollment.partner
        partners.add_member(partner=partner, user=person, role="admin", actor=actor)
        owner = User.objects.get(staff__seller=seller)
    return Crowd(seller, owner, partner, person)
