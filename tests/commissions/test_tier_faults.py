"""Tiers that cannot be evaluated: what waits for them, and what does not."""

import pytest
from django.utils import timezone

from activity import work
from campaigns.models import TierClock
from commissions import services as commissions
from commissions.models import Commission
from commissions.services.intake import ENGINE
from commissions.services.rulebook import RuleInput
from commissions.tiering import evaluation, selectors
from tests.commissions.tier_scene import Ladder, make_ladder


@pytest.fixture
def ladder() -> Ladder:
    """Gold from 900.00 of sales a quarter."""
    found = make_ladder()
    found.tier("gold", 3, 90_000, grace_days=30)
    return found


def test_an_evaluation_that_breaks_off_holds_up_only_what_its_tiers_decide(
    ladder: Ladder, monkeypatch: pytest.MonkeyPatch
) -> None:
    market, team = ladder.market, ladder.market.team
    engine = next(kind for kind in work.kinds() if kind.name == ENGINE)

    def broken(program: object, *_others: object) -> None:
        raise RuntimeError("the figures are gone")

    def fails() -> None:
        with team.scope():
            TierClock.objects.update(due_at=timezone.now())
        engine.step(team.id)
        with team.scope():
            clock = TierClock.objects.get(program=market.program)
            assert "the figures are gone" in clock.error
            assert clock.due_at is not None
            assert clock.due_at > timezone.now(), "tried again later"

    with monkeypatch.context() as patch:
        patch.setattr(evaluation, "_evaluate_day", broken)
        fails()
        paid = ladder.sell(10_000, "2025-05-10")
        assert market.line_of(paid).amount_minor == 1_000, "no rule looks at tiers"
        with team.scope():
            commissions.create_rule(
                program=market.program,
                rule=RuleInput("Gold", {"type": "percent", "rate": "20", "base": "net"}),
                actor=team.actor,
                tier=selectors.tiers_of(market.program).get(key="gold"),
            )
        fails()
        waits = ladder.sell(10_000, "2025-05-11")
        with team.scope():
            assert not Commission.objects.filter(sale=waits).exists()
            assert engine.waiting(), "it is not forgotten"
    with team.scope():
        TierClock.objects.update(due_at=timezone.now())
    engine.step(team.id)
    assert market.line_of(waits).amount_minor == 1_000
    with team.scope():
        assert TierClock.objects.get(program=market.program).error == ""
