"""Points expire once, exactly what is left of them, and members are told before."""

from datetime import timedelta

import pytest
from django.utils import timezone

from activity.models import Notification
from commissions import services as commissions
from commissions.loyalty import expiry, selectors, services
from commissions.models import Commission, LoyaltySettings
from commissions.reasons import settled
from commissions.services.rulebook import RuleInput
from ledger.selectors import balances
from prm.errors import Unacceptable
from tests.commissions.loyalty.scene import Club, ago, join, make_club


@pytest.fixture
def club() -> Club:
    return make_club()


def expired(club: Club) -> list[int]:
    """Amounts of what was written off, oldest first."""
    with club.team.scope():
        rows = Commission.objects.filter(kind="expiry", partner=club.partner)
        return list(rows.order_by("id").values_list("amount_minor", flat=True))


def test_what_is_left_of_old_points_goes_once(club: Club) -> None:
    club.live(1)
    club.earn(100, days_ago=50)
    club.earn(40, days_ago=3)
    club.redeem(club.reward(30))  # takes care of what is due first
    assert expired(club) == [-100]
    assert club.spendable() == 10
    club.run()
    club.run()
    assert expired(club) == [-100]


def test_the_daily_pass_may_run_any_number_of_times(club: Club) -> None:
    club.earn(100, days_ago=50)
    club.redeem(club.reward(30))
    other = join(club)
    club.earn(70, days_ago=90, member=other)
    club.live(1)
    for _ in range(3):
        club.run()
    assert expired(club) == [-70]
    assert (club.spendable(), club.spendable(other)) == (0, 0)
    with club.team.scope():
        line = Commission.objects.get(kind="expiry", partner=club.partner)
        words = settled.words_of(line)
        text = str(words.reason(line, "partner"))
        assert text == "70\u00a0beans expired, because they were not used within 1 month."
        assert words.title(line) == "Expired points"
        assert words.bill(line) == [("Left of 1 earning", -70)]
        assert line.occurred_at <= timezone.now()


def test_without_a_life_nothing_expires(club: Club) -> None:
    club.live(None)
    club.earn(100, days_ago=999)
    club.run()
    assert (expired(club), club.spendable()) == ([], 100)


def test_a_refund_of_expired_points_costs_nothing(club: Club) -> None:
    club.live(1)
    old = club.earn(100, days_ago=50)
    club.earn(40, days_ago=3)
    club.run()
    club.take_back(old, 60)
    with club.team.scope():
        assert balances(club.partner.pk)[0].payable == -20  # until the daily pass or a redemption
    club.run()
    assert expired(club) == [-100, 60]
    assert club.spendable() == 40
    with club.team.scope():
        line = Commission.objects.get(kind="expiry", amount_minor=60)
        assert "had expired before" in str(settled.words_of(line).reason(line, "partner"))


def test_points_that_come_back_start_anew(club: Club) -> None:
    club.earn(100, days_ago=50)
    found = club.redeem(club.reward(100))
    club.live(1)
    with club.team.scope():
        services.cancel(redemption=found, actor=club.team.actor, reason="Sold out")
        line = Commission.objects.get(kind="redemption", amount_minor=100)
        assert str(settled.words_of(line).reason(line, "partner")).endswith(
            "because it was cancelled: Sold out"
        )
    club.run()
    assert (expired(club), club.spendable()) == ([], 100)


def test_a_longer_life_does_not_wake_what_is_gone(club: Club) -> None:
    club.live(1)
    club.earn(100, days_ago=50)
    club.run()
    club.live(24)
    club.run()
    assert (expired(club), club.spendable()) == ([-100], 0)


def told(club: Club) -> list[str]:
    """What the member was told."""
    with club.team.scope():
        rows = Notification.objects.filter(user=club.user, event__verb="points.expiring")
        return list(rows.order_by("id").values_list("subject", flat=True))


def test_a_member_is_told_once_for_each_point_and_distance(club: Club) -> None:
    club.live(2, remind=(30, 7))
    club.earn(100, days_ago=40)  # goes in about 20 days
    club.earn(10, days_ago=57)  # goes in about 4 days
    club.earn(5)
    club.run()
    club.run()
    assert told(club) == ["110\u00a0beans expire soon"]
    club.earn(1, days_ago=56)  # inside both windows already told
    club.run()
    assert len(told(club)) == 1


def test_reminders_reach_each_point_as_its_time_comes(club: Club) -> None:
    settings = club.live(2, remind=(30, 7))
    club.earn(100, days_ago=40)
    with club.team.scope():
        member = club.member
        has = selectors.standing_of(member)
        (first,) = expiry.windows(has, settings, {}, timezone.now())
        assert (first[0], first[2]) == (30, 100)
        later = timezone.now() + timedelta(days=16)
        (second,) = expiry.windows(has, settings, {30: first[1]}, later)
        assert (second[0], second[2]) == (7, 100)
        assert expiry.windows(has, settings, {30: first[1], 7: second[1]}, later) == []


def test_settings_want_both_names(club: Club) -> None:
    with club.team.scope(), pytest.raises(Unacceptable, match="both names"):
        services.change_settings(program=club.program, actor=club.team.actor, point_name="bean")
    with club.team.scope(), pytest.raises(Unacceptable):
        services.change_settings(program=club.program, actor=club.team.actor, expire_months=0)
    with club.team.scope():
        assert not LoyaltySettings.objects.exists()


def test_points_by_a_rule_are_lots_that_refunds_lower(club: Club) -> None:
    """The engine's own lines: 2 points for each euro, a refund of a half, then their end."""
    with club.team.scope():
        commissions.create_rule(
            program=club.program,
            rule=RuleInput(
                "Two points for each euro",
                {"type": "points", "rate": "2"},
                adds=True,
                valid_from=ago(400),
            ),
            actor=club.team.actor,
        )
    club.live(1)
    sale = club.buy(10, days_ago=5)
    assert club.spendable() == 100
    club.redeem(club.reward(80))
    club.give_back(sale, 5, 2_500)
    assert club.spendable() == -30
    old = club.buy(10, days_ago=60)
    club.run()
    with club.team.scope():
        line = Commission.objects.get(kind="expiry")
        # What was used is laid over the oldest points, whenever they came to be known.
        assert line.amount_minor == -20
        assert Commission.objects.get(sale=old, currency="PTS").amount_minor == 100
    assert club.spendable() == 50
