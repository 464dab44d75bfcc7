"""Rules and their versions: written once, each for its part of the partners."""

from datetime import timedelta
from typing import Any

import psycopg2
import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from activity.models import Event
from campaigns import services as campaigns
from commissions import services
from commissions.models import RuleVersion
from commissions.services.rulebook import RuleInput, content_of
from prm.errors import Conflict, Malformed, Refusal, Unacceptable
from sellers.scope import maintenance_scope
from tests.campaigns.scene import make_partner, make_program
from tests.cast import Team, make_team
from tests.portal.market import make_market
from tests.superuser import superuser

TEN = {"type": "percent", "rate": "10"}


@pytest.fixture(scope="module")
def team() -> Team:
    """A seller with one person in each role."""
    return make_team()


def made(team: Team, program: Any = None, **fields: Any) -> RuleVersion:
    """A rule with its first version; needs the seller's scope."""
    scope = {name: fields.pop(name) for name in SCOPES if name in fields}
    content = RuleInput(**{"name": "Ten", "reward": TEN, **fields})
    return services.create_rule(
        program=program or make_program(team), rule=content, actor=team.actor, **scope
    )


SCOPES = ("partner", "group", "campaign", "tier")


def refusal_of(team: Team, *args: Any, **fields: Any) -> dict[str, str]:
    """{field: code} of what refuses the rule."""
    with pytest.raises(Refusal) as caught:
        made(team, *args, **fields)
    return {one.field: one.code for one in caught.value.errors}


def test_a_version_keeps_every_part_in_its_stored_form(team: Team) -> None:
    with team.scope():
        version = made(
            team,
            reward={"type": "percent", "rate": "7.50", "base": "gross"},
            conditions={"all": [{"field": "sku", "op": "eq", "value": "A"}]},
            brackets={
                "metric": "sales_amount",
                "window": "month",
                "mode": "slab",
                "steps": [{"from": 100, "rate": "8.0"}],
            },
            duration={"months": 12},
            limits=[{"per": "sale", "amount": 500}],
            adds=True,
        )
        kept = RuleVersion.objects.get(pk=version.pk)
    assert kept.reward == {"type": "percent", "rate": "7.5", "base": "gross"}
    assert kept.conditions == {"all": [{"field": "sku", "op": "eq", "value": "A"}]}
    assert kept.brackets is not None
    assert kept.brackets["steps"] == [{"from": 100, "rate": "8"}]
    assert kept.duration == {"months": 12}
    assert kept.limits == [{"per": "sale", "window": "sale", "amount": 500}]
    assert (kept.adds, kept.override_level, kept.event) == (True, None, "sale")


def test_a_level_goes_with_commissions(team: Team) -> None:
    with team.scope():
        assert made(team, event="commission", override_level=2).override_level == 2
        assert refusal_of(team, override_level=2) == {"override": "unfit_event"}
        assert refusal_of(team, event="commission") == {"override": "missing_override"}


def test_a_wrong_shape_is_malformed_and_a_wrong_value_unacceptable(team: Team) -> None:
    with team.scope():
        with pytest.raises(Malformed):
            made(team, reward={"type": "percent", "rate": 10})
        with pytest.raises(Unacceptable):
            made(team, reward={"type": "percent", "rate": "101"})


def test_a_rule_is_for_one_part_of_its_program(team: Team) -> None:
    with team.scope():
        program, other = make_program(team), make_program(team)
        partner = make_partner(team, program)
        parts: dict[str, Any] = {}
        foreign: dict[str, Any] = {"partner": make_partner(team, other)}
        for place, into in ((program, parts), (other, foreign)):
            into["tier"] = campaigns.create_tier(
                program=place, actor=team.actor, key="gold", name="Gold", rank=2
            )
            into["group"] = campaigns.create_group(program=place, actor=team.actor, name="Cafés")
            into["campaign"] = campaigns.create_campaign(
                program=place, actor=team.actor, name="Spring", starts_on=timezone.localdate()
            )
        parts["partner"] = partner
        for name, one in parts.items():
            assert getattr(made(team, program, **{name: one}).rule, name) == one
        codes = {"partner": "not_enrolled"}
        for name, one in foreign.items():
            code = codes.get(name, "other_program")
            assert refusal_of(team, program, **{name: one}) == {f"scope.{name}": code}
        two = {"partner": partner, "tier": parts["tier"]}
        assert refusal_of(team, program, **two) == {"scope": "one_scope"}


def test_a_tier_that_a_condition_names_must_be_there(team: Team) -> None:
    with team.scope():
        program = make_program(team)
        campaigns.create_tier(program=program, actor=team.actor, key="gold", name="Gold", rank=2)
        leaf = {"field": "partner.tier", "op": "in", "value": ["gold", "glod"]}
        wrong = refusal_of(team, program, conditions={"all": [{"none": [leaf]}]})
        assert wrong == {"conditions.all[0].none[0].value[1]": "unknown"}
        made(team, program, conditions={"all": [{**leaf, "value": ["gold"]}]})


def test_a_change_is_the_next_version_and_says_only_what_differs(team: Team) -> None:
    with team.scope():
        first = made(team, duration={"months": 3})
        content = content_of(first)
        same = services.change_rule(rule=first.rule, content=content, actor=team.actor)
        assert same == first, "nothing differs, nothing is written"
        longer = RuleInput("Ten", TEN, duration={"months": 6}, reason="Longer")
        second = services.change_rule(rule=first.rule, content=longer, actor=team.actor)
        assert (second.number, second.duration, second.reason) == (2, {"months": 6}, "Longer")
        assert RuleVersion.objects.get(pk=first.pk).duration == {"months": 3}
        event = Event.objects.get(verb="rule.changed", object_id=first.rule_id)
        assert event.changes == {"duration": [{"months": 3}, {"months": 6}]}


def test_versions_follow_one_another_in_time(team: Team) -> None:
    later = timezone.now() + timedelta(days=3)
    with team.scope():
        first = made(team, valid_from=later)
        for starts in (None, later, later - timedelta(days=1)):
            content = RuleInput("Nine", {**TEN, "rate": "9"}, valid_from=starts)
            with pytest.raises(Unacceptable) as caught:
                services.change_rule(rule=first.rule, content=content, actor=team.actor)
            assert [one.code for one in caught.value.errors] == ["before_last_version"]


def test_a_rule_that_ended_takes_no_version(team: Team) -> None:
    with team.scope():
        first = made(team)
        services.end_rule(rule=first.rule, actor=team.actor)
        with pytest.raises(Conflict):
            services.end_rule(rule=first.rule, actor=team.actor)
        content = RuleInput("Nine", {**TEN, "rate": "9"})
        with pytest.raises(Conflict):
            services.change_rule(rule=first.rule, content=content, actor=team.actor)


def test_the_past_is_open_until_something_has_earned() -> None:
    market = make_market()
    past = timezone.now() - timedelta(days=10)
    with market.team.scope():
        made(market.team, market.program, valid_from=past)
    market.sell(days_ago=1)
    with market.team.scope():
        wrong = refusal_of(market.team, market.program, valid_from=past)
    assert wrong == {"valid_from": "in_the_past"}


SQL = {
    "a version's reward": "UPDATE commissions_ruleversion SET reward = '{}' WHERE id = %(version)s",
    "a version": "DELETE FROM commissions_ruleversion WHERE id = %(version)s",
    "all versions": "TRUNCATE commissions_ruleversion CASCADE",
    "whom it is for": "UPDATE commissions_rule SET priority = 9 WHERE id = %(rule)s",
    "that it ended": "UPDATE commissions_rule SET ended_at = NULL WHERE id = %(rule)s",
}


@pytest.fixture(scope="module")
def ended(team: Team) -> dict[str, str]:
    """An ended rule and its version, by id."""
    with team.scope():
        version = made(team)
        services.end_rule(rule=version.rule, actor=team.actor)
    return {"version": str(version.pk), "rule": str(version.rule_id)}


@pytest.mark.parametrize("sql", SQL.values(), ids=SQL.keys())
@pytest.mark.parametrize("as_maintenance", [False, True])
def test_nobody_rewrites_what_a_rule_said(
    team: Team, ended: dict[str, str], sql: str, as_maintenance: bool
) -> None:
    scope = maintenance_scope if as_maintenance else team.scope
    kept = r"append-only|is kept as it is|permission denied"
    with pytest.raises(DatabaseError, match=kept), scope():
        connection.cursor().execute(sql, ended)


@pytest.mark.parametrize("sql", SQL.values(), ids=SQL.keys())
def test_not_even_the_owner_of_the_tables(ended: dict[str, str], sql: str) -> None:
    with superuser() as cursor:
        cursor.execute("SET session_replication_role = origin")
        with pytest.raises(psycopg2.Error, match=r"append-only|is kept as it is"):
            cursor.execute(sql, ended)
        cursor.connection.rollback()


def test_without_the_guard_it_could_be_rewritten(ended: dict[str, str]) -> None:
    """The control: the same statements hit their row where triggers are off."""
    for name in ("a version's reward", "whom it is for", "that it ended"):
        with superuser() as cursor:
            cursor.execute(SQL[name], ended)
            assert cursor.rowcount == 1
            cursor.connection.rollback()
