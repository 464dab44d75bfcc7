"""Points leave when a member asks, once, and come back when it is cancelled."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.models import Enrollment, Tier
from commissions.loyalty import redeeming, selectors, services
from commissions.models import LoyaltyReward, Redemption, VoucherCode
from commissions.reasons import settled
from payouts import services as payouts
from prm.errors import Conflict, Unacceptable
from tests.commissions.loyalty.scene import Club, join, make_club
from tests.payouts.scene import at_once


@pytest.fixture
def club() -> Club:
    return make_club()


def test_points_leave_at_asking_and_the_line_says_for_what(club: Club) -> None:
    club.live(None)
    club.earn(250)
    reward = club.reward(100, stock=3)
    found = club.redeem(reward)
    assert (found.status, found.cost) == ("asked", 100)
    assert club.spendable() == 150
    with club.team.scope():
        line = found.line
        assert (line.kind, line.amount_minor, line.currency) == ("redemption", -100, "PTS")
        words = settled.words_of(line).reason(line, "partner")
        assert str(words) == f"100\u00a0beans used for “{reward.name}”."
        assert LoyaltyReward.objects.get(pk=reward.pk).stock == 2
        services.fulfil(redemption=found, actor=club.team.actor)
        with pytest.raises(Conflict):
            services.cancel(redemption=found, actor=club.team.actor, reason="Too late")
    assert club.spendable() == 150


def test_a_cancelled_one_gives_points_and_stock_back(club: Club) -> None:
    club.earn(100)
    reward = club.reward(100, stock=1)
    found = club.redeem(reward)
    with club.team.scope():
        with pytest.raises(Unacceptable):
            services.cancel(redemption=found, actor=club.team.actor, reason=" ")
        services.cancel(redemption=found, actor=club.team.actor, reason="Broken in transport")
        assert LoyaltyReward.objects.get(pk=reward.pk).stock == 1
    assert club.spendable() == 100
    assert club.redeem(reward).status == "asked"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"cost": 101}, "1 point"),
        ({"stock": 0}, "None is left"),
        ({"available_from": timezone.now() + timedelta(days=1)}, "not on offer"),
        ({"available_until": timezone.now() - timedelta(days=1)}, "not on offer"),
        ({"kind": "voucher"}, "None is left"),
    ],
)
def test_what_cannot_be_had(club: Club, fields: dict[str, Any], why: str) -> None:
    club.earn(100)
    reward = club.reward(**{"cost": 100, **fields})
    with pytest.raises(Conflict, match=why):
        club.redeem(reward)
    assert club.spendable() == 100


def test_a_member_has_his_share_and_his_tier(club: Club) -> None:
    club.earn(1000)
    reward = club.reward(100, per_member=1)
    first = club.redeem(reward)
    with pytest.raises(Conflict, match="share"):
        club.redeem(reward)
    with club.team.scope():
        services.cancel(redemption=first, actor=club.team.actor, reason="Wrong size")
    club.redeem(reward)
    with club.team.scope():
        gold = Tier.objects.create(
            seller=club.team.seller, program=club.program, key="gold", name="Gold", rank=2
        )
    better = club.reward(100, tier=gold)
    with pytest.raises(Conflict, match="Gold"):
        club.redeem(better)
    with club.team.scope():
        Enrollment.objects.filter(pk=club.member.pk).update(tier=gold)
    club.redeem(better)


def test_each_code_of_a_voucher_is_handed_out_once(club: Club) -> None:
    club.earn(1000)
    reward = club.reward(100, kind="voucher", codes=["AAA", "BBB", " AAA ", ""])
    found = [club.redeem(reward) for _ in range(2)]
    assert [one.code for one in found] == ["AAA", "BBB"]
    assert {one.status for one in found} == {"fulfilled"}
    with pytest.raises(Conflict, match="None is left"):
        club.redeem(reward)
    assert club.spendable() == 800
    with club.team.scope():
        assert services.add_codes(reward=reward, codes=["BBB", "CCC"], actor=club.team.actor) == 1
    assert club.redeem(reward).code == "CCC"


def test_a_refund_after_spending_leaves_a_debt_that_blocks(club: Club) -> None:
    line = club.earn(100)
    reward = club.reward(100)
    club.redeem(reward)
    club.take_back(line, 60)
    assert club.spendable() == -60
    club.earn(100)
    with pytest.raises(Conflict, match="60"):
        club.redeem(reward)
    club.earn(60)
    club.redeem(reward)
    assert club.spendable() == 0


def in_scope(club: Club, act: Callable[..., Any], **values: Any) -> Callable[[], Any]:
    """The call in a scope of its own, for another thread."""

    def run() -> Any:
        with club.team.scope():
            return act(**values)

    return run


def two_tabs(club: Club, reward: LoyaltyReward) -> list[Any]:
    """The same member asks twice at once."""
    return at_once(
        *(
            in_scope(
                club,
                services.redeem,
                enrollment=club.member,
                reward=reward,
                actor=club.team.actor,
            )
            for _ in range(2)
        )
    )


def test_two_tabs_spend_the_points_once(club: Club, rounds: int) -> None:
    reward = club.reward(100)
    for _ in range(rounds):
        club.earn(100)
        results = two_tabs(club, reward)
        assert [type(one) for one in results if isinstance(one, Exception)] == [Conflict]
        assert club.spendable() == 0


def test_without_the_lock_two_tabs_would_spend_them_twice(
    club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shows that the race is real: both read before either writes."""
    both_read = threading.Barrier(2)

    def read_only(member: Enrollment) -> Enrollment:
        rows = Enrollment.objects.select_related("program__seller", "partner", "tier")
        return rows.get(pk=member.pk)

    def meet(member: Enrollment) -> int:
        found = selectors.standing_of(member).spendable
        both_read.wait(10)
        return found

    club.earn(100)
    reward = club.reward(100)
    monkeypatch.setattr(redeeming, "lock_member", read_only)
    monkeypatch.setattr(redeeming, "_spendable", meet)
    results = two_tabs(club, reward)
    assert all(isinstance(one, Redemption) for one in results)
    assert club.spendable() == -100


def test_two_members_and_the_last_one(club: Club, rounds: int) -> None:
    other = join(club)
    for kind, fields in (("gift", {"stock": 1}), ("voucher", {"codes": ["ONLY"]})):
        for _ in range(rounds):
            club.earn(100)
            club.earn(100, member=other)
            reward = club.reward(100, kind=kind, **fields)
            results = at_once(
                *(
                    in_scope(
                        club,
                        services.redeem,
                        enrollment=member,
                        reward=reward,
                        actor=club.team.actor,
                    )
                    for member in (club.member, other)
                )
            )
            lost = [type(one) for one in results if isinstance(one, Exception)]
            assert lost == [Conflict], (kind, results)
    with club.team.scope():
        codes = VoucherCode.objects.exclude(handed_at=None)
        assert codes.count() == rounds
        assert not LoyaltyReward.objects.filter(stock__lt=0).exists()


def test_payouts_never_take_points(club: Club) -> None:
    """The control: the same balance in money is drafted."""
    club.earn(100_000)
    with club.team.scope(), pytest.raises(Unacceptable):
        payouts.draft_batch(
            seller=club.team.seller,
            currency="PTS",
            cutoff=timezone.now(),
            actor=club.team.actor,
        )
    club.buy(price=100_000)
    with club.team.scope():
        payouts.set_payout_method(
            partner=club.partner,
            kind="paypal",
            name="Rani",
            account="rani@example.com",
            actor=club.team.actor,
        )
        batch = payouts.draft_batch(
            seller=club.team.seller,
            currency="EUR",
            cutoff=timezone.now(),
            actor=club.team.actor,
        )
        assert batch.lines.get().amount_minor == 5000
    assert club.spendable() == 100_000
