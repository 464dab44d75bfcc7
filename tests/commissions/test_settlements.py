"""Agreements, what is reported for them, and their settlements, through the services."""

from datetime import date, time
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from activity import work
from commissions import reasons
from commissions.inputs import LineInput, RefundLine
from commissions.models import Agreement, Commission, Settlement
from commissions.reasons import settled
from commissions.settlements import agreements, settling, sold
from commissions.settlements.checks import Change
from commissions.settlements.terms import Goods
from prm.errors import Conflict, Unacceptable
from sellers.scope import maintenance_scope
from tests.commissions.settling import Scene, make_scene

Q1, Q2, Q3 = date(2026, 2, 10), date(2026, 5, 10), date(2026, 8, 10)
EIGHT = {"rate": "8"}
SPLIT = {"source": "both"}


def plain(text: object) -> str:
    return str(text).replace("\xa0", " ")


def said(scene: Scene, audience: str = reasons.STAFF) -> str:
    """The sentence of the newest line of earnings."""
    with scene.team.scope():
        line = Commission.objects.latest("id")
        return plain(reasons.sentence(line, audience))


def test_a_royalty_recoups_its_advance_and_says_so() -> None:
    scene = make_scene()
    agreement = scene.agree(terms=EIGHT, starts_on=date(2026, 7, 1))
    with scene.team.scope():
        agreements.grant_advance(
            agreement=agreement,
            amount_minor=300_000,
            granted_on=date(2026, 7, 1),
            actor=scene.team.actor,
        )
    assert plain(said(scene)).startswith("Advance of EUR 3,000.00 on royalties of")
    scene.sell(Q3, 4_200_000)
    number = scene.sell(Q3, 20_000)
    scene.refund(number, 20_000, date(2026, 9, 30))
    scene.refund(scene.sell(Q3, 100_000), 100_000, date(2026, 9, 29))
    scene.refund(scene.sell(Q3, 200_000), 80_000, date(2026, 10, 1))
    settlement = scene.settle(agreement)
    first = "2026-07-01"
    assert scene.lines_of(settlement) == {
        ("royalty", first): 352_000,
        ("recouped", first): -300_000,
    }
    assert scene.earned() == [300_000, 52_000]
    assert said(scene) == (
        "8 % of net sales of EUR 44,000.00 in Q3 2026 is EUR 3,520.00; EUR 3,000.00 of it recouped"
        " the advance, EUR 520.00 is paid; EUR 0.00 of the advance is left."
    )
    with scene.team.scope():
        line = Commission.objects.latest("id")
        words = settled.words_of(line)
        assert words.title(line) == "Licence of the bird · Q3 2026"
        assert words.bill(line) == [("Royalty", 352_000), ("Set against the advance", -300_000)]
        assert (line.status, line.kind) == ("payable", "settlement")
        assert sum(amount for _label, amount in words.bill(line)) == line.amount_minor


def test_days_are_those_of_the_sellers_time_zone() -> None:
    scene = make_scene()
    agreement = scene.agree(terms=EIGHT)
    scene.sell(date(2026, 4, 1), 10_000, at=time(0, 30))  # still 31 March in UTC
    scene.sell(date(2026, 3, 31), 50_000, at=time(23, 30))
    assert scene.lines_of(scene.settle(agreement)) == {("royalty", "2026-01-01"): 4_000}
    assert scene.lines_of(scene.settle(agreement)) == {("royalty", "2026-04-01"): 800}


def test_what_comes_late_goes_into_the_next_period_with_its_reason() -> None:
    scene = make_scene()
    agreement = scene.agree(terms=EIGHT, period="month")
    number = scene.sell(date(2026, 1, 5), 100_000)
    assert scene.settle(agreement).total_minor == 8_000
    scene.refund(number, 25_000, date(2026, 1, 31))
    scene.sell(date(2026, 1, 20), 5_000)
    scene.sell(date(2026, 2, 3), 10_000)
    february = scene.settle(agreement)
    assert scene.lines_of(february) == {
        ("royalty", "2026-02-01"): 800,
        ("royalty", "2026-01-01"): -1_600,
    }
    assert scene.earned() == [8_000, -800]
    assert "; EUR −16.00 corrects earlier periods, whose figures came late" in said(scene)
    assert scene.lines_of(scene.settle(agreement)) == {("royalty", "2026-03-01"): 0}


def test_a_change_of_terms_leaves_settled_periods_alone() -> None:
    scene = make_scene()
    agreement = scene.agree(terms=EIGHT)
    scene.sell(Q1, 10_000)
    scene.settle(agreement)
    with scene.team.scope():
        change = Change(terms={"rate": "10"}, reason="Agreed anew")
        agreements.change_agreement(agreement=agreement, change=change, actor=scene.team.actor)
    scene.sell(Q2, 10_000)
    scene.sell(Q1, 10_000)  # late: by the terms of its own period
    assert scene.lines_of(scene.settle(agreement)) == {
        ("royalty", "2026-04-01"): 1_000,
        ("royalty", "2026-01-01"): 800,
    }
    change = Change(terms={"rate": "1"}, from_on=date(2026, 1, 1))
    with scene.team.scope(), pytest.raises(Unacceptable) as refused:
        agreements.change_agreement(agreement=agreement, change=change, actor=scene.team.actor)
    assert refused.value.errors[0].field == "from_on"


def test_a_period_is_settled_once_and_in_order() -> None:
    scene = make_scene()
    agreement = scene.agree(terms=EIGHT)
    scene.sell(Q1, 10_000)
    first, second = scene.draft(agreement), scene.draft(agreement)
    with scene.team.scope(), pytest.raises(Conflict):
        settling.approve(settlement=second, actor=scene.team.actor)
    scene.approve(first)
    with scene.team.scope(), pytest.raises(Conflict):
        settling.approve(settlement=first, actor=scene.team.actor)
    scene.approve(second)
    assert scene.earned() == [800]


def test_figures_that_moved_since_they_were_seen_are_not_approved() -> None:
    scene = make_scene()
    agreement = scene.agree(terms=EIGHT)
    draft = scene.draft(agreement)
    scene.sell(Q1, 10_000)
    with scene.team.scope(), pytest.raises(Conflict) as refused:
        settling.approve(settlement=draft, actor=scene.team.actor, seen=draft.digest)
    assert "changed" in str(refused.value)
    with scene.team.scope():
        fresh = settling.refresh(settlement=draft)
        settling.approve(settlement=fresh, actor=scene.team.actor, seen=fresh.digest)
    assert scene.earned() == [800]


def test_of_two_who_approve_at_once_one_wins() -> None:
    scene = make_scene()
    agreement = scene.agree(terms=EIGHT)
    scene.sell(Q1, 10_000)
    draft, barrier, outcomes = scene.draft(agreement), Barrier(2), []

    def act() -> None:
        barrier.wait()
        try:
            with scene.team.scope():
                settling.approve(settlement=draft, actor=scene.team.actor)
            outcomes.append("won")
        except Conflict:
            outcomes.append("lost")
        finally:
            connection.close()

    people = [Thread(target=act) for _ in range(2)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert sorted(outcomes) == ["lost", "won"]
    assert scene.earned() == [800]


def test_a_worker_drafts_what_is_over_and_approves_where_agreed() -> None:
    scene = make_scene()
    scene.sell(Q1, 10_000)
    scene.agree(terms=EIGHT, auto_approve=True, ends_on=date(2026, 6, 30))
    with maintenance_scope():
        assert scene.team.id in set(settling.KIND.waiting())
    for _ in range(2):  # a second run changes nothing
        work.drain(settling.WORK, scene.team.id)
        with scene.team.scope():
            rows = Settlement.objects.order_by("starts_on")
            assert [one.status for one in rows] == ["approved", "approved"]
    assert scene.earned() == [800]
    with maintenance_scope():
        assert scene.team.id not in set(settling.KIND.waiting())
    with scene.team.scope():
        agreement = Agreement.objects.get()
        assert agreement.look_at is not None
        assert agreement.look_at > timezone.now()


def test_grace_keeps_a_worker_waiting_but_not_a_person() -> None:
    scene = make_scene()
    agreement = scene.agree(terms=EIGHT, starts_on=date(2026, 10, 1), period="month", grace_days=90)
    work.drain(settling.WORK, scene.team.id)
    with scene.team.scope():
        assert not Settlement.objects.exists()
    assert scene.draft(agreement).starts_on == date(2026, 10, 1)
    with scene.team.scope(), pytest.raises(Unacceptable):
        settling.draft_next(agreement=agreement, actor=scene.team.actor)


def test_what_comes_after_the_end_has_a_settlement_of_its_own() -> None:
    scene = make_scene()
    agreement = scene.agree(terms=EIGHT, ends_on=date(2026, 3, 31), auto_approve=True)
    number = scene.sell(Q1, 10_000)
    work.drain(settling.WORK, scene.team.id)
    assert scene.earned() == [800]
    scene.refund(number, 10_000, date(2026, 5, 1))
    with scene.team.scope():
        Agreement.objects.update(look_at=timezone.now())
    work.drain(settling.WORK, scene.team.id)
    assert scene.earned() == [800, -800]
    assert "because figures came after they were settled" in said(scene)
    with scene.team.scope():
        late = Settlement.objects.latest("starts_on")
        assert (late.late, late.agreement_id) == (True, agreement.pk)


def test_goods_are_counted_by_code_and_category_and_refunds_in_part() -> None:
    scene = make_scene()
    agreement = scene.agree(terms={**EIGHT, "goods": {"skus": ["CUP"], "categories": ["books"]}})
    lines = [
        LineInput(quantity=2, unit_amount=5_000, sku="CUP"),
        LineInput(quantity=1, unit_amount=3_000, sku="B1", category="books"),
        LineInput(quantity=1, unit_amount=7_000, sku="TEE"),
    ]
    number = scene.sell(Q1, lines=lines)
    other = scene.sell(Q1, lines=lines)
    scene.sell(Q1, 99_900)  # without lines nothing says what it was
    scene.refund(number, 0, Q1, [RefundLine("CUP", 1, 5_000), RefundLine("TEE", 1, 7_000)])
    scene.refund(other, 3_333, Q1)
    scene.refund(other, 16_667, Q1)
    with scene.team.scope():
        goods = Goods(("CUP",), ("books",))
        found = sold.by_month(agreement, goods, date(2026, 3, 31), None)[date(2026, 2, 1)]
    assert (found.sold, found.refunded, found.units, found.units_back) == (26_000, 18_000, 6, 4)


def test_a_joint_venture_shares_revenue_and_cost() -> None:
    scene = make_scene("joint_venture")
    agreement = scene.agree(terms=SPLIT, name="Roastery", starts_on=date(2026, 3, 1))
    scene.sell(date(2026, 3, 10), 900_000)
    scene.sell(date(2026, 3, 10), 100_000, by=scene.sekar)
    scene.enter(agreement, "cost", date(2026, 3, 9), None, amount_minor=150_000)
    scene.enter(agreement, "cost", date(2026, 3, 9), scene.rani, amount_minor=50_000)
    scene.settle(agreement)
    assert scene.earned() == [370_000]
    assert said(scene, reasons.PARTNER) == (
        "Your part, 40 of 100, of revenue of EUR 10,000.00 less cost of EUR 2,000.00 in Q1 2026 is"
        " EUR 3,200.00; cost borne of EUR 500.00 is given back; EUR 3,700.00 in all."
    )


def test_a_loss_is_a_negative_line_that_is_carried() -> None:
    scene = make_scene("joint_venture")
    agreement = scene.agree(terms=SPLIT)
    scene.enter(agreement, "cost", Q1, None, amount_minor=100_000)
    scene.settle(agreement)
    assert scene.earned() == [-40_000]


def test_co_branding_needs_its_products() -> None:
    scene = make_scene("co_branding")
    with pytest.raises(Unacceptable) as refused:
        scene.agree(terms={"costs": False})
    assert refused.value.errors[0].field == "terms.goods"
    agreement = scene.agree(terms={"costs": False, "goods": {"skus": ["CUP"]}})
    scene.sell(Q1, lines=[LineInput(quantity=3, unit_amount=1_000, sku="CUP")])
    scene.settle(agreement)
    assert scene.earned() == [1_200]
    assert "of revenue of EUR 30.00 in Q1 2026 is EUR 12.00." in said(scene)


def test_distribution_pays_for_what_moves() -> None:
    scene = make_scene("distribution")
    terms = {"source": "both", "fee": {"type": "per_unit", "amount": 50}, "minimum": 5_000}
    agreement = scene.agree(terms=terms)
    scene.sell(Q1, lines=[LineInput(quantity=30, unit_amount=10)])
    scene.enter(agreement, "units", Q1, scene.rani, quantity=20)
    scene.settle(agreement)
    assert scene.earned() == [5_000]
    assert said(scene) == (
        "50 units at EUR 0.50 each in Q1 2026: EUR 25.00; EUR 25.00 tops it up to the minimum of"
        " EUR 50.00; EUR 50.00 in all."
    )


# What is reported
