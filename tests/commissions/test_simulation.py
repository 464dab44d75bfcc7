"""Rules tried on past sales: they come to what the engine pays, and can be put in force."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from activity import jobs
from activity.models import Job
from commissions import services
from commissions.models import Rule, RuleVersion, Simulation, SimulationLine
from commissions.services.rulebook import RuleInput
from commissions.simulation import comparing, selectors
from commissions.simulation import services as simulation
from commissions.simulation.candidates import Candidate
from prm.errors import Conflict, Refusal, Unacceptable
from tests.commissions.simulated import ALL_SALES, BEANS, DAYS, RULES, Shop, day_of

HIGHER = {"type": "percent", "rate": "7.5", "base": "net"}
BEANS_THEN = {
    "brackets": {
        "metric": "sales_amount",
        "window": "previous_month",
        "mode": "slab",
        "steps": [{"from": 60_000, "rate": "11"}, {"from": 200_000, "rate": "14"}],
    },
    "limits": [{"per": "customer", "window": "month", "amount": 1_200}],
}
FILTERS = RuleInput(
    "Filters",
    {"type": "per_unit", "amount": 120},
    conditions={"all": [{"field": "category", "op": "eq", "value": "Filters"}]},
)


@pytest.fixture(scope="module")
def shop() -> Shop:
    """A shop whose rules never change."""
    shop = Shop()
    shop.sell()
    return shop


def test_under_todays_rules_it_comes_to_what_the_engine_paid(shop: Shop) -> None:
    made = shop.run(shop.change("All sales", reward=HIGHER))
    assert made.job.status == Job.Status.DONE
    assert made.sales == 300
    assert shop.sums(made, "now") == shop.earned()
    assert shop.sums(made, "then") != shop.earned()


def test_a_period_within_history_starts_from_what_stood_before_it(shop: Shop) -> None:
    made = shop.run(shop.change("All sales", reward=HIGHER), days=41)
    assert shop.sums(made, "now") == shop.earned(41)


def test_under_other_rules_it_comes_to_what_a_seller_with_those_earns(shop: Shop) -> None:
    made = shop.run(
        shop.change("All sales", reward=HIGHER),
        shop.change("Beans by the month", **BEANS_THEN),
        Candidate(rule=shop.versions["New customers"].rule, ends=True),
        Candidate(FILTERS),
    )
    higher = RuleInput(**{**vars(ALL_SALES), "reward": HIGHER})
    beans = RuleInput(**{**vars(BEANS), **BEANS_THEN})
    others = tuple(rule for rule in RULES if rule.name in {"Recruits", "Points"})
    fresh = Shop((higher, beans, *others, FILTERS))
    fresh.sell()
    assert shop.sums(made, "then") == fresh.earned()


def test_what_was_killed_half_way_and_run_again_comes_to_the_same(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = shop.run(shop.change("Beans by the month", **BEANS_THEN))
    monkeypatch.setattr(comparing, "CHUNK", 40)
    half = shop.start(shop.change("Beans by the month", **BEANS_THEN))
    _kill_after(monkeypatch, 3)
    with pytest.raises(KeyboardInterrupt):
        simulation.step(shop.team.id)
    monkeypatch.undo()
    monkeypatch.setattr(comparing, "CHUNK", 40)
    stopped = shop.read(half)
    assert stopped.job.status == Job.Status.RUNNING
    assert 0 < stopped.job.position < 300
    assert simulation.step(shop.team.id)
    again = shop.read(half)
    assert (again.totals, again.moves, again.sales) == (whole.totals, whole.moves, whole.sales)
    assert shop.sums(again, "then") == shop.sums(whole, "then")


def _kill_after(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    whole = comparing.Comparer.chunks

    def some(self: comparing.Comparer) -> Iterator[int]:
        for number, done in enumerate(whole(self)):
            if number == count:
                raise KeyboardInterrupt
            yield done

    monkeypatch.setattr(comparing.Comparer, "chunks", some)


def test_it_says_who_gains_and_what_pays_instead(shop: Shop) -> None:
    made = shop.run(Candidate(rule=shop.versions["Beans by the month"].rule, ends=True))
    with shop.team.scope():
        euros, points, dollars = selectors.sums_of(made)
        largest = selectors.largest(made, "EUR")
        lines = SimulationLine.objects.filter(simulation=made, currency="EUR")
        net = sum(line.sales for line in lines)
    assert (euros.currency, points.currency, dollars.currency) == ("EUR", "PTS", "USD")
    assert net == euros.sales
    assert euros.difference == sum(line.difference_minor for line in largest) < 0
    assert euros.gain + euros.lose + euros.same == len(largest) == 4
    assert points.difference == 0
    pairs = {(move["from"], move["to"]) for move in made.moves}
    assert pairs == {("Beans by the month", "All sales")}


def publish(shop: Shop, made: Simulation, **fields: object) -> list[RuleVersion]:
    with shop.team.scope():
        given = {"valid_from": None, "reason": "Tried", **fields}
        return simulation.publish(simulation=shop.read(made), actor=shop.team.actor, **given)  # type: ignore[arg-type]


def test_publishing_makes_the_versions_and_happens_once() -> None:
    shop = Shop()
    made = shop.run(
        shop.change("All sales", reward=HIGHER),
        Candidate(rule=shop.versions["Points"].rule, ends=True),
        Candidate(FILTERS, scope={"partner": shop.partners["Kopi Kita"]}, priority=3),
    )
    soon = timezone.now() + timedelta(days=3)
    changed, new = publish(shop, made, valid_from=soon)
    with shop.team.scope():
        assert (changed.number, changed.reward, changed.valid_from) == (2, HIGHER, soon)
        assert (changed.reason, changed.author) == ("Tried", shop.team.owner)
        assert (new.number, new.name, new.rule.priority) == (1, "Filters", 3)
        assert new.rule.partner == shop.partners["Kopi Kita"]
        assert Rule.objects.get(pk=shop.versions["Points"].rule_id).ended_at == soon
    with pytest.raises(Conflict, match="published already"):
        publish(shop, made)


def test_a_rule_that_changed_since_is_not_published_over() -> None:
    shop = Shop()
    made = shop.run(shop.change("All sales", reward=HIGHER), Candidate(FILTERS))
    with shop.team.scope():
        content = shop.change("All sales", reward={**HIGHER, "rate": "1"}).content
        assert content
        rule = shop.versions["All sales"].rule
        services.change_rule(rule=rule, content=content, actor=shop.team.actor)
    with pytest.raises(Conflict, match="“All sales” was changed since"):
        publish(shop, made)
    with shop.team.scope():
        assert not RuleVersion.objects.filter(name="Filters").exists()
        assert Simulation.objects.get(pk=made.pk).published_at is None


def test_publishing_in_the_past_or_before_it_is_done_is_refused() -> None:
    shop = Shop((ALL_SALES,))
    made = shop.start(Candidate(FILTERS))
    with pytest.raises(Conflict, match="not done yet"):
        publish(shop, made)
    simulation.step(shop.team.id)
    with pytest.raises(Unacceptable) as refusal:
        publish(shop, made, valid_from=timezone.now() - timedelta(hours=1))
    assert refusal.value.errors[0].field == "valid_from"


def test_candidates_that_cannot_pay_are_refused_by_their_paths(shop: Shop) -> None:
    rule = shop.versions["All sales"].rule
    with shop.team.scope():
        ended = services.create_rule(program=shop.program, rule=FILTERS, actor=shop.team.actor).rule
        services.end_rule(rule=ended, actor=shop.team.actor)
        ended.refresh_from_db()
    bad = RuleInput("Bad", {"type": "percent", "rate": "130"})
    with pytest.raises(Refusal) as refusal:
        shop.start(
            Candidate(bad),
            shop.change("All sales"),
            Candidate(rule=rule, ends=True),
            Candidate(rule=ended, ends=True),
        )
    assert [error.field for error in refusal.value.errors] == [
        "rules[0].reward.rate",
        "rules[1].reward",
        "rules[2].rule",
        "rules[3].rule",
    ]
    with pytest.raises(Unacceptable):
        shop.start()
    for since, until, name in ((1, 2, "to"), (1, -1, "to"), (2000, 0, "from")):
        with pytest.raises(Unacceptable) as refused, shop.team.scope():
            simulation.start_simulation(
                program=shop.program,
                candidates=[Candidate(FILTERS)],
                since=day_of(since),
                until=day_of(until),
                actor=shop.team.actor,
            )
        assert refused.value.errors[0].field == name


def test_what_cannot_be_computed_ends_failed_and_says_so(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = shop.start(Candidate(FILTERS))

    def broken(self: comparing.Comparer) -> Iterator[int]:
        yield 1
        raise RuntimeError("no more memory")

    monkeypatch.setattr(comparing.Comparer, "chunks", broken)
    for _attempt in range(jobs.MAX_ATTEMPTS):
        with pytest.raises(RuntimeError):
            simulation.step(shop.team.id)
    monkeypatch.undo()
    assert shop.read(made).job.status == Job.Status.FAILED
    assert not simulation.step(shop.team.id)


def test_the_same_rules_run_again_over_other_days(shop: Shop) -> None:
    first = shop.run(shop.change("All sales", reward=HIGHER), Candidate(FILTERS), days=20)
    with shop.team.scope():
        second = simulation.run_again(
            simulation=shop.read(first),
            since=day_of(DAYS),
            until=day_of(0),
            actor=shop.team.actor,
        )
    simulation.step(shop.team.id)
    assert shop.read(second).candidates == first.candidates
    assert shop.read(second).sales == 300
    assert first.sales < 300
