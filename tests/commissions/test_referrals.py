"""A friend gets his reward once, the shop can honour it, and a full refund voids it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.models import Program
from commissions import services as commissions
from commissions.engine import holds, refunds, sales
from commissions.inputs import CustomerInput, RefundInput, SaleInput
from commissions.models import Commission, FriendReward, FriendTerms
from commissions.referrals import selectors, services, steps
from prm.errors import Conflict, Unacceptable
from sellers.scope import maintenance_scope
from tests.cast import token
from tests.commissions.shared import sell_shared
from tests.portal.market import Market, make_market
from tracking.models import Sale


@dataclass
class Circle:
    """A market whose program is for referrals: friends buy through Rani's link."""

    market: Market

    def terms(self, **changes: Any) -> FriendTerms:
        """What a friend gets: a voucher of EUR 5, at once, unless changed."""
        values = {"kind": "voucher", "amount": 500, "moment": "at_once", **changes}
        with self.market.team.scope():
            return services.change_terms(
                program=self.market.program, actor=self.market.team.actor, **values
            )

    def buy(self, customer: str = "", amount: int = 4_000) -> Sale:
        """A friend's purchase a moment ago, and what the system does about it."""
        team = self.market.team
        with team.scope():
            sale = commissions.take_sale(
                seller=team.seller,
                actor=team.actor,
                sale=SaleInput(
                    external_id=f"F-{token()}",
                    currency="EUR",
                    amount=amount,
                    link=self.market.rani.link.code,
                    customer=CustomerInput(external_id=customer or f"C-{token()}"),
                    occurred_at=timezone.now(),
                ),
            ).sale
        self.run()
        return sale

    def refund(self, sale: Sale, amount: int) -> None:
        """Money back, and what the system does about it."""
        team = self.market.team
        with team.scope():
            commissions.take_refund(
                seller=team.seller,
                actor=team.actor,
                refund=RefundInput(f"R-{token()}", sale.external_id, amount=amount),
            )
        self.run()

    def run(self) -> None:
        """The engine and the step, twice: the second time nothing happens."""
        sales.step(self.market.team.id)
        refunds.step(self.market.team.id)
        holds.step(self.market.team.id)
        for _ in range(2):
            steps.step(self.market.team.id)

    def rewards(self) -> list[FriendReward]:
        """All of them, oldest first."""
        with self.market.team.scope():
            return list(selectors.rewards().order_by("id"))


@pytest.fixture
def circle() -> Circle:
    market = make_market()
    with market.team.scope():
        Program.objects.filter(pk=market.program.pk).update(kind="referral")
    return Circle(market)


def test_a_friend_gets_it_once(circle: Circle) -> None:
    circle.terms()
    sale = circle.buy("Ann")
    circle.buy("Ann")
    circle.buy("Ben")
    first, second = circle.rewards()
    assert (first.sale_id, first.kind, first.amount, first.currency) == (
        sale.pk,
        "voucher",
        500,
        "EUR",
    )
    assert first.code != second.code
    assert len(first.code) == 11
    assert (first.status, first.partner_id) == ("granted", circle.market.rani.partner.pk)


def test_with_the_hold_it_waits_for_it(circle: Circle) -> None:
    circle.terms(moment="payable")
    circle.buy("Ann")
    assert circle.rewards() == []
    with circle.market.team.scope():
        Commission.objects.update(payable_at=timezone.now() - timedelta(seconds=1))
    circle.run()
    assert len(circle.rewards()) == 1


@pytest.mark.parametrize(
    ("changes", "amount", "count"),
    [
        ({"minimum_minor": 4_000}, 4_000, 1),
        ({"minimum_minor": 4_001}, 4_000, 0),
        ({"kind": "none"}, 4_000, 0),
        ({"kind": "points", "amount": 50}, 4_000, 1),
        ({"kind": "credit"}, 4_000, 1),
    ],
)
def test_what_counts(circle: Circle, changes: dict[str, Any], amount: int, count: int) -> None:
    circle.terms(**changes)
    circle.buy("Ann", amount)
    assert len(circle.rewards()) == count


def test_purchases_before_the_terms_and_of_nobody_known_get_nothing(circle: Circle) -> None:
    circle.buy("Ann")
    circle.terms()
    circle.run()
    circle.market.sell(days_ago=0)
    circle.run()
    assert circle.rewards() == []


def test_codes_of_a_list_go_out_once_and_the_rest_waits(circle: Circle) -> None:
    circle.terms(from_list=True)
    with circle.market.team.scope():
        program, actor = circle.market.program, circle.market.team.actor
        assert services.add_codes(program=program, codes=["ONE", "ONE", " "], actor=actor) == 1
    circle.buy("Ann")
    circle.buy("Ben")
    assert [one.code for one in circle.rewards()] == ["ONE"]
    with circle.market.team.scope():
        assert selectors.free_codes(program) == 0
        services.add_codes(program=program, codes=["TWO"], actor=actor)
    circle.run()
    assert [one.code for one in circle.rewards()] == ["ONE", "TWO"]


def test_the_shop_uses_it_once(circle: Circle) -> None:
    circle.terms()
    sale = circle.buy("Ann")
    (reward,) = circle.rewards()
    with circle.market.team.scope():
        actor = circle.market.team.actor
        used = services.use(reward=reward, actor=actor, order="KN-7")
        assert (used.status, used.used_order) == ("used", "KN-7")
        with pytest.raises(Conflict):
            services.use(reward=reward, actor=actor)
        with pytest.raises(Conflict):
            services.cancel(reward=reward, actor=actor, reason="Too late")
    circle.refund(sale, 4_000)
    assert circle.rewards()[0].status == "used"


def test_a_full_refund_voids_it_and_a_part_does_not(circle: Circle) -> None:
    circle.terms()
    sale = circle.buy("Ann")
    circle.refund(sale, 1_000)
    assert circle.rewards()[0].status == "granted"
    circle.refund(sale, 3_000)
    (reward,) = circle.rewards()
    assert (reward.status, reward.reason) == ("cancelled", "refunded")


def test_a_rejected_commission_voids_it(circle: Circle) -> None:
    circle.terms()
    sale = circle.buy("Ann")
    with circle.market.team.scope():
        line = Commission.objects.get(sale=sale)
        commissions.reject_commission(
            commission=line, actor=circle.market.team.actor, reason="Fraud"
        )
    circle.run()
    (reward,) = circle.rewards()
    assert (reward.status, reward.reason) == ("cancelled", "rejected")


def test_terms_that_make_no_sense_are_refused(circle: Circle) -> None:
    with pytest.raises(Unacceptable):
        circle.terms(amount=0)
    with pytest.raises(Unacceptable):
        circle.terms(kind="gold")
    with circle.market.team.scope(), pytest.raises(Unacceptable):
        services.add_codes(
            program=circle.market.program, codes=["x" * 81], actor=circle.market.team.actor
        )


def test_the_sweeper_asks_for_it_only_now_and_then(circle: Circle) -> None:
    def waits() -> bool:
        with maintenance_scope():
            return circle.market.team.id in set(steps.waiting())

    assert not waits()
    circle.terms()
    assert waits()
    steps.step(circle.market.team.id)
    assert not waits()


def test_friends_have_no_names(circle: Circle) -> None:
    circle.terms()
    sale = circle.buy("Ann")
    with circle.market.team.scope():
        lines = list(selectors.referred(circle.market.rani.partner.pk))
        (friend,) = selectors.friends(lines)
        assert friend.bought_at == sale.occurred_at
        assert friend.reward == circle.rewards()[0]


def test_a_purchase_that_two_brought_is_one_purchase_of_the_friend(circle: Circle) -> None:
    """His own minimum and reward look at all that he bought, whoever is credited."""
    market = circle.market
    circle.terms(minimum_minor=3_000)
    sale = sell_shared(
        market, [(market.rani, 1), (market.sekar, 1)], 4_000, days_ago=0, email="friend@a.example"
    )
    circle.run()
    with market.team.scope():
        earned = Commission.objects.filter(sale=sale).values_list("amount_minor", flat=True)
        assert list(earned) == [200, 200]
    (reward,) = circle.rewards()
    assert (reward.amount, reward.status) == (500, "granted")
    circle.refund(sale, 2_000)
    assert [one.status for one in circle.rewards()] == ["granted"]
    circle.refund(sale, 2_000)
    assert [one.status for one in circle.rewards()] == ["cancelled"]
