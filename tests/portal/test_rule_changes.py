"""A change of a rule in the trail reads as the rule does."""

from activity.models import Event
from commissions import services
from commissions.services.rulebook import RuleInput
from portal.verbs import told
from tests.campaigns.scene import make_program
from tests.cast import make_team

NBSP = "\u00a0"


def test_the_trail_tells_in_words_what_changed() -> None:
    team = make_team()
    ten = {"type": "percent", "rate": "10"}
    big = {"all": [{"field": "amount", "op": "gte", "value": 5_000}]}
    with team.scope():
        program = make_program(team)
        first = RuleInput("All", ten, conditions=big, duration={"months": 3})
        version = services.create_rule(program=program, rule=first, actor=team.actor)
        second = RuleInput("Everything", {**ten, "rate": "12"}, adds=True, reason="Harvest")
        services.change_rule(rule=version.rule, content=second, actor=team.actor)
        shown = told(Event.objects.get(verb="rule.changed", object_id=version.rule_id))
    assert shown.reason == "Harvest"
    assert [
        (one.field, one.before.replace(NBSP, " "), one.after.replace(NBSP, " "))
        for one in shown.changes
    ] == [
        ("Name", "All", "Everything"),
        ("Worth", "worth at least EUR 50.00", "–"),
        ("Pays", "pay 10 % of net", "pay 12 % of net"),
        ("How long", "for 3 months from the customer’s first commission", "–"),
        ("Bonus", "–", "on top of the rule that wins"),
    ]


def test_a_first_status_is_no_change() -> None:
    filed = Event(verb="claim.filed", changes={"status": ("", "open")})
    assert told(filed).changes == []
    (answered,) = told(Event(verb="claim.answered", changes={"status": ("asked", "open")})).changes
    assert answered.before != "–"
