"""Every Nth free: paid once for each full card, taken back where a refund undoes it."""

import pytest

from commissions import services as commissions
from commissions.loyalty import services, steps
from commissions.models import Commission, FullCard, StampCard
from commissions.reasons import settled
from prm.errors import Conflict, Unacceptable
from sellers.scope import maintenance_scope
from tests.commissions.loyalty.scene import Club, ago, make_club


@pytest.fixture
def club() -> Club:
    return make_club()


def card(club: Club, **fields: object) -> StampCard:
    """A card that counts since long ago."""
    values = {
        "name": "Every third",
        "counts": "items",
        "every": 3,
        "gift": "cheapest",
        "starts_at": ago(100),
        **fields,
    }
    with club.team.scope():
        return services.create_card(program=club.program, actor=club.team.actor, **values)  # type: ignore[arg-type]


def paid(club: Club) -> list[tuple[int, str]]:
    """Amounts and currencies that cards gave and took, oldest first."""
    with club.team.scope():
        rows = Commission.objects.filter(kind="bonus").order_by("id")
        return list(rows.values_list("amount_minor", "currency"))


def test_the_cheapest_of_three_is_paid_once(club: Club) -> None:
    card(club)
    club.buy(2, price=500, days_ago=5)
    club.buy(2, price=300, days_ago=4)
    for _ in range(3):
        steps.step(club.team.id)
        club.run()
    assert paid(club) == [(300, "EUR")]
    with club.team.scope():
        line = Commission.objects.get(kind="bonus")
        text = str(settled.words_of(line).reason(line, "partner"))
        assert text == "The cheapest of 3 is free, because card 1 of “Every third” is full."
        assert settled.words_of(line).title(line) == "Stamp card Every third"
        assert settled.words_of(line).bill(line) == []


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"gift": "average"}, [(433, "EUR")]),
        ({"gift": "fixed", "amount": 700}, [(700, "EUR")]),
        ({"gift": "points", "amount": 50}, [(50, "PTS")]),
        ({"counts": "purchases", "every": 2}, [(600, "EUR")]),
        ({"category": "tea"}, []),
        ({"skus": ["cup"]}, []),
        ({"every": 2, "skus": ["bag"]}, [(500, "EUR"), (300, "EUR")]),
        ({"starts_at": ago(1)}, []),
    ],
)
def test_what_a_full_card_earns(
    club: Club, fields: dict[str, object], wanted: list[tuple[int, str]]
) -> None:
    club.buy(2, price=500, days_ago=5)
    club.buy(2, price=300, days_ago=4)
    card(club, **fields)
    club.run()
    assert paid(club) == wanted


def test_a_refund_undoes_the_card_and_says_why(club: Club) -> None:
    card(club)
    sale = club.buy(2, days_ago=5)
    club.buy(1, days_ago=4)
    club.run()
    club.give_back(sale, 1, 500)
    steps.step(club.team.id)
    club.run()
    assert paid(club) == [(500, "EUR"), (-500, "EUR")]
    with club.team.scope():
        back = Commission.objects.get(kind="bonus", amount_minor=-500)
        assert str(settled.words_of(back).reason(back, "partner")) == (
            "Takes back the reward of card 1, because after a refund “Every third” has fewer than "
            "3 on it."
        )
        assert FullCard.objects.get().undone_at is not None
    club.buy(1, price=200)
    club.run()
    club.run()
    assert paid(club) == [(500, "EUR"), (-500, "EUR"), (200, "EUR")]


def test_what_is_taken_back_within_the_hold_ends_with_it(club: Club) -> None:
    waits = make_club(hold_days=30)
    card(waits)
    sale = waits.buy(3, days_ago=5)
    waits.run()
    waits.give_back(sale, 3, 1500)
    waits.run()
    with waits.team.scope():
        lines = list(Commission.objects.filter(kind="bonus").order_by("id"))
        assert [line.status for line in lines] == ["pending", "pending"]
        assert lines[0].payable_at == lines[1].payable_at
        assert sum(line.amount_minor for line in lines) == 0


def test_a_held_reward_is_taken_back_where_it_is(club: Club) -> None:
    card(club)
    sale = club.buy(3, days_ago=5)
    club.run()
    with club.team.scope():
        line = Commission.objects.get(kind="bonus")
    with club.team.scope():
        commissions.hold_commission(commission=line, actor=club.team.actor, reason="Odd")
    club.give_back(sale, 3, 1500)
    club.run()
    with club.team.scope():
        statuses = set(Commission.objects.filter(kind="bonus").values_list("status", flat=True))
        assert statuses == {"held"}


def test_vouchers_are_handed_out_while_there_are_codes(club: Club) -> None:
    reward = club.reward(100, kind="voucher", codes=["FREE-1"])
    card(club, gift="voucher", reward=reward)
    club.buy(6, days_ago=5)
    club.run()
    with club.team.scope():
        assert list(FullCard.objects.values_list("code", flat=True)) == ["FREE-1"]
        services.add_codes(reward=reward, codes=["FREE-2"], actor=club.team.actor)
    club.run()
    with club.team.scope():
        codes = FullCard.objects.order_by("number").values_list("code", flat=True)
        assert list(codes) == ["FREE-1", "FREE-2"]


def test_an_ended_card_counts_no_more_but_keeps_what_it_gave(club: Club) -> None:
    made = card(club)
    club.buy(3, days_ago=5)
    club.run()
    with club.team.scope():
        services.end_card(card=made, actor=club.team.actor)
        with pytest.raises(Conflict):
            services.end_card(card=made, actor=club.team.actor)
    club.buy(3, days_ago=-0.001)
    club.run()
    assert paid(club) == [(500, "EUR")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"every": 1},
        {"gift": "fixed", "amount": 0},
        {"gift": "voucher"},
        {"gift": "gold"},
    ],
)
def test_a_card_that_makes_no_sense_is_refused(club: Club, wrong: dict[str, object]) -> None:
    with pytest.raises(Unacceptable):
        card(club, **wrong)


def test_the_quick_look_finds_new_sales_by_itself(club: Club) -> None:
    card(club)
    club.run()
    club.buy(3, days_ago=5)
    assert club.team.id in set(waiting())
    steps.step(club.team.id)
    assert paid(club) == [(500, "EUR")]
    assert club.team.id not in set(waiting())


def waiting() -> list[object]:
    """Sellers with work, as the sweeper asks for them."""
    with maintenance_scope():
        return list(steps.waiting())
