"""Claims of missing sales: filed, asked about, answered; the clock; crediting beside the engine."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone, translation

from activity.models import Event, Notification
from commissions import reasons, selectors, services
from commissions.claims import answering, clock, filing
from commissions.claims import selectors as claims
from commissions.claims.terms import Clock, resumed
from commissions.claims.terms import clock as clock_of
from commissions.engine import refunds, sales
from commissions.inputs import RefundInput, SaleInput
from commissions.models import Claim, Commission
from ledger import checks
from prm.errors import Conflict, Unacceptable
from sellers.scope import seller_scope
from tests.cast import token
from tests.commissions.claiming import claim, sale_of_nobody
from tests.commissions.shared import sell_shared
from tests.portal.market import Market, make_market
from tests.tracking.clicks import PERSON, click
from tracking.models import Refund, Sale

NBSP = "\u00a0"


@pytest.fixture(scope="module")
def market() -> Market:
    """A program with two partners; each test has orders of its own."""
    return make_market()


def now_of(market: Market, row: Claim) -> Any:
    with market.team.scope():
        return claims.claim_by_id(row.pk)


def lines_of(market: Market, sale: Sale) -> list[int]:
    with market.team.scope():
        rows = Commission.objects.filter(sale=sale).order_by("id")
        return list(rows.values_list("amount_minor", flat=True))


# Filing


def test_a_claim_is_numbered_and_tells_the_manager(market: Market) -> None:
    first, second = claim(market), claim(market, market.sekar)
    assert second.number == first.number + 1
    assert second.due_at - second.created_at < timedelta(days=14, seconds=5)
    with market.team.scope():
        told = Notification.objects.filter(path__endswith=f"claims/{first.pk}/")
        assert {one.room for one in told} == {"console"}
        event = Event.objects.get(verb="claim.filed", object_id=first.pk)
        assert event.detail["order"] == first.order


def test_one_order_is_claimed_once_by_each_until_it_is_withdrawn(market: Market) -> None:
    order = f"KN-{token()} A"
    first = claim(market, order=order)
    with pytest.raises(Conflict, match=f"claim {first.number}"):
        claim(market, order=f" {order.lower()} ")
    claim(market, market.sekar, order=order)
    with market.team.scope():
        filing.withdraw(claim=first, actor=market.team.actor)
    assert claim(market, order=order).number > first.number


def test_what_is_wrong_is_named_by_the_field(market: Market) -> None:
    with pytest.raises(Unacceptable) as refusal:
        claim(
            market,
            order=" ",
            bought_on=timezone.localdate() + timedelta(days=3),
            amount_minor=-1,
            currency="XXY",
            statement="",
        )
    fields = [error.field for error in refusal.value.errors]
    assert fields == ["order", "bought_on", "amount", "currency", "statement"]


def test_what_is_credited_to_him_already_is_no_missing_sale(market: Market) -> None:
    own = market.sell(market.rani)
    shared = sell_shared(market, [(market.sekar, 3), (market.rani, 1)])
    for sale in (own, shared):
        with pytest.raises(Unacceptable) as refusal:
            claim(market, order=sale.external_id)
        assert refusal.value.errors[0].code == "yours"
    assert claim(market, market.sekar, order=own.external_id).status == "open"


# Asking and the clock


def test_the_clock_stands_while_the_partner_is_asked(market: Market) -> None:
    row = claim(market)
    with market.team.scope():
        answering.ask(claim=row, text="Which shop?", actor=market.team.actor)
        Claim.objects.filter(pk=row.pk).update(
            asked_at=timezone.now() - timedelta(days=3), due_at=timezone.now() - timedelta(days=1)
        )
    assert now_of(market, row).state == "asked"
    assert clock_stood_still(market, row)
    before = now_of(market, row)
    with market.team.scope():
        filing.answer(claim=row, text="The one in Bonn", actor=market.team.actor)
    after = now_of(market, row)
    assert (after.state, after.asked_at) == ("open", None)
    moved = after.due_at - before.due_at
    assert timedelta(days=3) <= moved < timedelta(days=3, minutes=5)
    assert after.remind_at - before.remind_at == moved
    with market.team.scope():
        told = [(one.by_partner, one.text) for one in claims.messages(row)]
    assert told == [(False, "Which shop?"), (True, "The one in Bonn")]


def clock_stood_still(market: Market, row: Claim) -> bool:
    """Whether nobody hears of it although its time has passed."""
    clock.step(market.team.id)
    found = now_of(market, row)
    return (found.reminded_at, found.escalated_at) == (None, None)


def test_the_seller_is_reminded_once_and_the_owner_told_when_it_is_late(market: Market) -> None:
    row = claim(market)
    now = timezone.now()
    with market.team.scope():
        Claim.objects.filter(pk=row.pk).update(remind_at=now - timedelta(minutes=1))
    for _round in range(2):
        clock.step(market.team.id)
    assert now_of(market, row).reminded_at is not None
    with market.team.scope():
        Claim.objects.filter(pk=row.pk).update(due_at=now - timedelta(minutes=1))
    assert now_of(market, row).state == "overdue"
    for _round in range(2):
        clock.step(market.team.id)
    with market.team.scope():
        verbs = Event.objects.filter(object_id=row.pk).order_by("id").values_list("verb", flat=True)
        assert list(verbs) == ["claim.filed", "claim.reminded", "claim.overdue", "claim.escalated"]
        late = Notification.objects.filter(
            path__endswith=f"claims/{row.pk}/", subject__contains="overdue"
        )
        assert market.team.owner in {one.user for one in late}
        assert market.rani.user in {one.user for one in late if one.room == "partner"}


def test_the_reminder_comes_two_days_or_half_of_the_time_before() -> None:
    filed = timezone.now()
    assert clock_of(filed, 14) == Clock(filed + timedelta(days=14), filed + timedelta(days=12))
    assert clock_of(filed, 1) == Clock(filed + timedelta(days=1), filed + timedelta(hours=12))
    stood = Clock(filed, filed)
    assert resumed(stood, filed, filed - timedelta(seconds=1)) == stood


# Answers


def test_a_sale_of_nobody_is_credited_and_explains_itself(market: Market) -> None:
    sale = sale_of_nobody(market)
    row = claim(market, order=sale.external_id)
    click(market.rani.link, at=timezone.now() - timedelta(days=4), agent=PERSON)
    with market.team.scope():
        known = claims.known_of(row)
        assert (known.state, known.sale) == ("nobody", sale)
        assert [(link.code, link.clicks) for link in known.links] == [(market.rani.link.code, 1)]
        answering.credit(claim=row, actor=market.team.actor)
    market.compute()
    assert lines_of(market, sale) == [1_000]
    done = now_of(market, row)
    assert (done.status, done.outcome, done.sale_id) == ("accepted", "credited", sale.pk)
    with market.team.scope():
        line = selectors.lines().get(sale=sale)
        assert [one.pk for one in claims.paid_by(done)] == [line.pk]
    with translation.override("en"):
        said = reasons.sentence(line).replace(NBSP, " ")
    assert said == f"10 % of EUR 100.00, because your claim {row.number} was accepted."
    with market.team.scope(), pytest.raises(Conflict):
        answering.credit(claim=row, actor=market.team.actor)


def test_refunds_that_came_before_are_taken_off_afterwards(market: Market) -> None:
    sale = sale_of_nobody(market)
    market.refund(sale, 2_500)
    market.refund(sale, 500)
    assert lines_of(market, sale) == []
    row = claim(market, order=sale.external_id)
    with market.team.scope():
        answering.credit(claim=row, actor=market.team.actor)
        assert set(Refund.objects.filter(sale=sale).values_list("state", flat=True)) == {"pending"}
    market.compute()
    assert sorted(lines_of(market, sale)) == [-250, -50, 1_000]
    with market.team.scope():
        assert Sale.objects.get(pk=sale.pk).refunded_minor == 3_000


def test_a_refund_that_came_before_its_sale_waits_for_it_all_the_same(market: Market) -> None:
    order = f"KN-{token()}"
    with market.team.scope():
        services.take_refund(
            seller=market.team.seller,
            actor=market.team.actor,
            refund=RefundInput(external_id=f"R-{token()}", sale_external_id=order, amount=1_000),
        )
    row = claim(market, order=order)
    with market.team.scope():
        sale = SaleInput(order, "EUR", amount=10_000, occurred_at=timezone.now())
        answering.record_sale(claim=row, sale=sale, actor=market.team.actor)
    market.compute()
    done = now_of(market, row)
    assert done.outcome == "recorded"
    with market.team.scope():
        stored = Sale.objects.get(pk=done.sale_id)
    assert sorted(lines_of(market, stored)) == [-100, 1_000]
    credit = stored.attribution
    assert (credit["method"], credit["claim"]) == ("claim", row.number)


def test_what_somebody_has_is_not_taken_away_but_goodwill_may_be_given(market: Market) -> None:
    sale = market.sell(market.sekar)
    row = claim(market, order=sale.external_id)
    with market.team.scope():
        assert claims.known_of(row).state == "another"
        with pytest.raises(Conflict, match="another partner"):
            answering.credit(claim=row, actor=market.team.actor)
        with pytest.raises(Conflict, match="known by now"):
            answering.record_sale(
                claim=row, sale=SaleInput("x", "EUR", amount=1), actor=market.team.actor
            )
        done = answering.give_goodwill(
            claim=row, amount_minor=500, currency="EUR", reason="Sorry", actor=market.team.actor
        )
        assert done.adjustment_id is not None
        line = selectors.lines().get(pk=done.adjustment_id)
        assert (line.amount_minor, line.partner) == (500, market.rani.partner)
        assert f"Claim {row.number}: Sorry" in reasons.sentence(line)
        assert Sale.objects.get(pk=sale.pk).partner == market.sekar.partner
        assert checks.faults() == []


def test_an_unknown_order_has_nothing_to_credit_and_a_decline_needs_its_reason(
    market: Market,
) -> None:
    row = claim(market)
    with market.team.scope():
        assert claims.known_of(row).state == "unknown"
        with pytest.raises(Conflict, match="No sale of this order"):
            answering.credit(claim=row, actor=market.team.actor)
        with pytest.raises(Unacceptable):
            answering.decline(claim=row, reason=" ", actor=market.team.actor)
        done = answering.decline(claim=row, reason="Not ours, 100%", actor=market.team.actor)
    assert (done.status, done.reason) == ("declined", "Not ours, 100%")
    with market.team.scope():
        with pytest.raises(Conflict):
            answering.ask(claim=row, text="And?", actor=market.team.actor)
        with pytest.raises(Conflict):
            filing.withdraw(claim=row, actor=market.team.actor)
        with pytest.raises(Conflict):
            filing.answer(claim=row, text="Hm", actor=market.team.actor)


def test_nothing_is_credited_to_a_partner_who_is_suspended() -> None:
    market = make_market()
    sale = sale_of_nobody(market)
    row = claim(market, order=sale.external_id)
    with market.team.scope():
        market.rani.partner.status = "suspended"
        market.rani.partner.save(update_fields=["status"])
        with pytest.raises(Conflict, match="not active"):
            answering.credit(claim=row, actor=market.team.actor)
        assert Sale.objects.get(pk=sale.pk).partner is None


# Beside the engine


def test_two_answers_at_once_credit_the_sale_once() -> None:
    market = make_market()
    sale = sale_of_nobody(market)
    rows = [claim(market, side, order=sale.external_id) for side in (market.rani, market.sekar)]
    start = threading.Barrier(2)
    ends: list[str] = []

    def answer(row: Claim) -> None:
        start.wait()
        try:
            with seller_scope(market.team.id):
                answering.credit(claim=row, actor=market.team.actor)
            ends.append("credited")
        except Conflict:
            ends.append("refused")

    threads = [threading.Thread(target=answer, args=[row]) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["credited", "refused"]
    market.compute()
    assert lines_of(market, sale) == [1_000]


def test_a_refund_in_hand_is_waited_for_by_trying_again() -> None:
    market = make_market()
    sale = sale_of_nobody(market)
    market.refund(sale, 1_000)
    row = claim(market, order=sale.external_id)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with seller_scope(market.team.id), transaction.atomic():
            list(Refund.objects.filter(sale=sale).select_for_update())
            held.set()
            done.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    try:
        with market.team.scope():
            with pytest.raises(Conflict, match="Try again in a moment"):
                answering.credit(claim=row, actor=market.team.actor)
            assert Sale.objects.get(pk=sale.pk).partner is None
    finally:
        done.set()
        thread.join()
    with market.team.scope():
        answering.credit(claim=row, actor=market.team.actor)
    market.compute()
    assert sorted(lines_of(market, sale)) == [-100, 1_000]


def test_a_refund_is_not_computed_before_its_credited_sale() -> None:
    """It was listed while the sale stood computed, and comes up after it was credited."""
    market = make_market()
    sale = sale_of_nobody(market)
    with market.team.scope():
        refund = services.take_refund(
            seller=market.team.seller,
            actor=market.team.actor,
            refund=RefundInput(
                external_id=f"R-{token()}", sale_external_id=sale.external_id, amount=1_000
            ),
        ).refund
    row = claim(market, order=sale.external_id)
    with market.team.scope():
        answering.credit(claim=row, actor=market.team.actor)
    refunds.compute_alone(market.team.id, refund.pk, lambda one: refunds._compute(one, books={}))
    with market.team.scope():
        assert Refund.objects.get(pk=refund.pk).state == "pending"
    sales.step(market.team.id)
    market.compute()
    assert sorted(lines_of(market, sale)) == [-100, 1_000]
