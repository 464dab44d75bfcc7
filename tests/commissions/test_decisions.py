"""What staff decide about lines, many at once: one transaction, each once, the books whole."""

from datetime import timedelta

import pytest
from django.utils import timezone

from activity.models import Event
from commissions import reasons, services
from commissions.engine import previews
from commissions.inputs import RefundInput
from commissions.models import Commission
from commissions.rules.refunds import Returned
from commissions.services.bulk_decisions import MOST, Outcome, decide_many
from prm.errors import Conflict, NotFound, Unacceptable
from prm.ids import new_id
from tests.portal.market import Market, make_market
from tracking.models import Sale


@pytest.fixture(scope="module")
def market() -> Market:
    return make_market()


def _decide(
    market: Market, decision: str, *lines: Commission, reason: str = "", review: bool = False
) -> list[Outcome]:
    with market.team.scope():
        return decide_many(
            seller_id=market.team.id,
            decision=decision,
            ids=[line.pk for line in lines],
            actor=market.team.actor,
            reason=reason,
            review=review,
        )


def _events(market: Market, line: Commission) -> list[str]:
    with market.team.scope():
        rows = Event.objects.filter(object_id=line.pk).order_by("id")
        return list(rows.values_list("verb", flat=True))


def test_many_are_held_and_released_each_to_where_it_belongs(market: Market) -> None:
    young = market.line_of(market.sell(days_ago=1))
    old = market.line_of(market.sell(days_ago=30))
    market.refund(young.sale, 2_000)
    outcomes = _decide(market, "hold", young, old, reason="odd addresses")
    assert [one.changed for one in outcomes] == [True, True]
    with market.team.scope():
        beside = Commission.objects.get(reverses=young)
    assert {market.line(key.pk).status for key in (young, old, beside)} == {"held"}
    market.compute()
    _decide(market, "release", young, old)
    assert (market.line(young.pk).status, market.line(old.pk).status) == ("pending", "payable")
    assert market.line(beside.pk).status == "pending"
    assert _events(market, old)[-2:] == ["commission.held", "commission.released"]
    with market.team.scope():
        event = Event.objects.filter(object_id=old.pk, verb="commission.held").get()
    assert event.detail["together"] == 2
    market.compute()


def test_the_same_decision_twice_is_carried_out_once(market: Market) -> None:
    one, other = market.line_of(market.sell()), market.line_of(market.sell())
    _decide(market, "reject", one, reason="test order")
    outcomes = _decide(market, "reject", one, other, reason="test order")
    assert isinstance(outcomes[0].refusal, Conflict)
    assert outcomes[1].changed
    assert _events(market, one).count("commission.rejected") == 1
    assert market.line(other.pk).status == "rejected"
    market.compute()


def test_an_approval_given_already_changes_nothing() -> None:
    market = make_market(auto_approve=False)
    line = market.line_of(market.sell(days_ago=2))
    assert _decide(market, "approve", line)[0].changed
    assert not _decide(market, "approve", line)[0].changed
    assert _events(market, line).count("commission.approved") == 1
    assert (market.line(line.pk).status, market.line(line.pk).needs_approval) == ("pending", False)


def test_what_is_beside_a_line_and_what_is_unknown_is_left(market: Market) -> None:
    line = market.line_of(market.sell())
    market.refund(line.sale, 1_000)
    with market.team.scope():
        beside = Commission.objects.get(reverses=line)
    unknown = Commission(pk=new_id())
    outcomes = _decide(market, "hold", beside, unknown, reason="x")
    assert [type(one.refusal) for one in outcomes] == [Conflict, NotFound]
    with pytest.raises(Unacceptable):
        _decide(market, "hold", line)
    with pytest.raises(Unacceptable):
        _decide(market, "release", *[Commission(pk=new_id()) for _each in range(MOST + 1)])


def test_a_fraud_review_keeps_its_code_and_says_what_to_do(market: Market) -> None:
    line = market.line_of(market.sell())
    _decide(market, "hold", line, review=True)
    held = market.line(line.pk)
    assert held.reason == "fraud_review"
    assert reasons.stop_text(held).startswith("under review. Keep what shows")
    _decide(market, "release", line)
    _decide(market, "hold", line, reason="twelve orders from one address", review=True)
    words = reasons.stop_text(market.line(line.pk))
    assert words.startswith("under review: twelve orders from one address. Keep")


def test_a_hold_does_not_lose_the_reason_of_an_adjustment(market: Market) -> None:
    with market.team.scope():
        made = services.adjust(
            enrollment=market.rani.enrollment,
            amount_minor=500,
            currency="EUR",
            reason="missed in May",
            actor=market.team.actor,
        )
    _decide(market, "hold", made, reason="wait")
    _decide(market, "release", made)
    assert reasons.sentence(market.line(made.pk)).endswith(": missed in May")


def test_an_adjustment_is_undone_once_by_its_opposite(market: Market) -> None:
    def undo(amount: int) -> Commission:
        with market.team.scope():
            return services.adjust(
                enrollment=market.rani.enrollment,
                amount_minor=amount,
                currency="EUR",
                reason="Undone",
                actor=market.team.actor,
                undoes=made,
            )

    with market.team.scope():
        made = services.adjust(
            enrollment=market.rani.enrollment,
            amount_minor=700,
            currency="EUR",
            reason="by mistake",
            actor=market.team.actor,
        )
    with pytest.raises(Unacceptable):
        undo(-600)
    assert undo(-700).trace["adjustment"]["undoes"] == str(made.pk)
    with pytest.raises(Conflict):
        undo(-700)
    market.compute()


def test_points_are_adjusted_only_where_points_are_kept(market: Market) -> None:
    with market.team.scope(), pytest.raises(Unacceptable) as refused:
        services.adjust(
            enrollment=market.rani.enrollment,
            amount_minor=10,
            currency="PTS",
            reason="x",
            actor=market.team.actor,
        )
    assert refused.value.errors[0].field == "currency"


def test_what_a_refund_would_take_back_is_what_it_takes_back(market: Market) -> None:
    sale = market.sell(amount=9_999)
    market.refund(sale, 3_333)
    with market.team.scope():
        again = Sale.objects.get(pk=sale.pk)
        told = previews.takes_back(again, Returned(1_111))
    before = market.line_of(sale).reversed_minor
    market.refund(sale, 1_111)
    after = market.line_of(sale)
    assert [one.amount for one in told] == [after.reversed_minor - before]
    assert told[0].left == after.earned_minor - after.reversed_minor


def test_a_chargeback_is_told_by_its_name(market: Market) -> None:
    sale = market.sell(amount=10_000)
    with market.team.scope():
        services.take_refund(
            seller=market.team.seller,
            actor=market.team.actor,
            refund=RefundInput(
                external_id=f"CB-{sale.external_id}",
                sale_external_id=sale.external_id,
                amount=10_000,
                reason="chargeback",
                occurred_at=timezone.now() - timedelta(minutes=1),
            ),
        )
    market.compute()
    with market.team.scope():
        line = Commission.objects.get(sale=sale, kind="reversal")
        assert "was charged back by the customer’s bank" in reasons.sentence(line)
