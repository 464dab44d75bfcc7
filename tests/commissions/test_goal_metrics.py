"""Every metric counted from the database, with numbers worked by hand."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commissions import services as commissions
from commissions.goals import metrics
from commissions.goals.metrics import Stretch
from commissions.inputs import CustomerInput, LineInput, SaleInput
from commissions.models import Brief, Deliverable, Goal
from commissions.services.occasions import OccasionInput, bring
from tests.cast import token
from tests.commissions.goals_scene import Scene, make_scene
from tests.portal.market import Market, Side
from tests.tracking.clicks import MACHINE, PERSON, click
from tracking.models import Sale

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def scene() -> Scene:
    """Ten days of selling: what counts, what came back, and what must not count."""
    scene = make_scene()
    market, rani, sekar = scene.market, scene.market.rani, scene.market.sekar
    beans = [
        LineInput(quantity=3, unit_amount=1_000, sku="BEAN"),
        LineInput(quantity=1, unit_amount=2_000, sku="CUP"),
    ]
    goods = market.sell(rani, lines=beans, days_ago=5)  # 50.00, 4 items
    refund_line(scene, goods)  # one bean back, 10.00
    gone = market.sell(rani, amount=4_000, days_ago=4)
    scene.refund(gone, 4_000, days_ago=3)  # refunded whole
    market.sell(rani, amount=700, days_ago=4, currency="USD")
    market.sell(rani, amount=9_999, days_ago=20)  # before
    sale_of(market, rani, "ann", 1_000, days_ago=15)
    sale_of(market, rani, "ann", 1_000, days_ago=5)  # not new
    sale_of(market, rani, "bob", 1_000, days_ago=5)
    sale_of(market, sekar, "bob", 1_000, days_ago=2)  # new with rani
    sale_of(market, sekar, "cyd", 2_500, days_ago=2)
    own = sale_of(market, rani, "dee", 8_000, days_ago=2)
    market.compute()
    with market.team.scope():
        Sale.objects.filter(pk=own.pk).update(outcome=Sale.Outcome.SELF_PURCHASE)
        for number, days in enumerate((5, 4, 12)):
            bring(
                enrollment=rani.enrollment,
                occasion=OccasionInput(
                    "lead", f"lead:{number}", "Lead", timezone.now() - days * DAY
                ),
            )
    for agent, days in ((PERSON, 5), (PERSON, 5), (MACHINE, 5), (PERSON, 12)):
        click(rani.link, at=timezone.now() - days * DAY, agent=agent)
    pieces(scene, sekar)
    return scene


def pieces(scene: Scene, side: Side) -> None:
    """Four pieces: approved, approved and taken back, approved before, and not decided."""
    now = timezone.now()
    with scene.market.team.scope():
        brief = Brief.objects.create(
            seller_id=scene.market.team.id,
            program=scene.market.program,
            title="Posts",
            pieces=4,
            amount_minor=500,
        )
        decided: list[dict[str, Any]] = [
            {"status": "approved", "decided_at": now - 5 * DAY},
            {"status": "approved", "decided_at": now - 5 * DAY, "taken_back_at": now - DAY},
            {"status": "approved", "decided_at": now - 15 * DAY},
            {"status": "submitted"},
        ]
        for number, fields in enumerate(decided, start=1):
            Deliverable.objects.create(
                seller_id=scene.market.team.id,
                brief=brief,
                enrollment=side.enrollment,
                partner=side.partner,
                number=number,
                handed_in_at=now - 16 * DAY,
                **fields,
            )


def sale_of(market: Market, side: Side, customer: str, amount: int, *, days_ago: float) -> Sale:
    """A sale to a known customer, not computed yet."""
    with market.team.scope():
        return commissions.take_sale(
            seller=market.team.seller,
            actor=market.team.actor,
            sale=SaleInput(
                external_id=f"C-{token()}",
                currency="EUR",
                amount=amount,
                link=side.link.code,
                customer=CustomerInput(external_id=customer),
                occurred_at=timezone.now() - days_ago * DAY,
            ),
        ).sale


def refund_line(scene: Scene, sale: Sale) -> None:
    """One of the beans back, four days ago."""
    scene.refund(sale, 1_000, days_ago=4)
    with scene.market.team.scope():
        refund = sale.refunds.get()
        refund.lines = [{"sku": "BEAN", "quantity": 1, "amount": 1_000}]
        refund.save()


def stretch(scene: Scene, metric: str, *, until: datetime | None) -> Stretch:
    """The ten days up to now."""
    now = timezone.now()
    goal = Goal(seller_id=scene.market.team.id, program=scene.market.program)
    members = metrics.audience(goal).values("partner_id")
    return Stretch(scene.market.program, metric, now - 10 * DAY, now, until, members)


# metric, what Rani and Sekar have net of refunds, and gross
COUNTED: list[tuple[str, tuple[int, int], tuple[int, int]]] = [
    # 50.00 - 10.00 and 10.00 twice; the whole refund, dollars and his own purchase do not count
    ("sales_amount", (6_000, 3_500), (11_000, 3_500)),
    ("sales_count", (4, 2), (5, 2)),  # goods, dollars, ann, bob; gross also the one refunded
    ("quantity", (6, 2), (8, 2)),  # 4 - 1 beans and cups, and one each of the three others
    ("new_customers", (1, 1), (1, 1)),  # bob; cyd
    ("leads", (2, 0), (2, 0)),
    ("clicks", (2, 0), (2, 0)),
    # 10 %: 5.00 - 1.00, 4.00 - 4.00, 1.00, 1.00, and 8.00 of what he bought himself
    ("commission_amount", (1_400, 350), (1_900, 350)),
    ("deliverables", (0, 1), (0, 2)),  # approved in the ten days; net, one was taken back
]


@pytest.mark.parametrize(("metric", "net", "gross"), COUNTED)
def test_each_metric(
    scene: Scene, metric: str, net: tuple[int, int], gross: tuple[int, int]
) -> None:
    market = scene.market
    for until, expected in ((timezone.now(), net), (None, gross)):
        with market.team.scope(), CaptureQueriesContext(connection) as queries:
            found = metrics.measure(stretch(scene, metric, until=until))
        values: Any = tuple(found.get(side.partner.pk, 0) for side in (market.rani, market.sekar))
        assert values == expected
        texts = [one["sql"] for one in queries]
        counting = [one for one in texts if "tracking_" in one or "commissions_" in one]
        assert len(counting) <= 2


def test_a_refund_after_the_day_of_closing_does_not_count(scene: Scene) -> None:
    before = timezone.now() - 4.5 * DAY
    with scene.market.team.scope():
        found = metrics.measure(stretch(scene, "sales_amount", until=before))
    assert found[scene.market.rani.partner.pk] == 11_000
