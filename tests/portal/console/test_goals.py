"""Goals in the console: drafted in a form, looked at before, made live, followed, ended."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commissions.goals import selectors
from commissions.models import Goal
from tests.cast import signed_in
from tests.commissions.goals_scene import BRONZE, Scene, local_today, make_scene

OPTIONS = {"net_of_refunds": "on", "grace_days": ""}


@pytest.fixture(scope="module")
def scene() -> Scene:
    return make_scene()


@pytest.fixture
def owner(scene: Scene) -> Client:
    return signed_in(scene.market.team.owner)


def goal_form(**changes: str) -> dict[str, str]:
    """A posted goal with one target; rows that are empty still send their choice."""
    rows = {f"step_{number}_type": "flat" for number in range(1, 6)}
    return {
        "name": "Ten tables",
        "description": "",
        "audience": "all",
        "metric": "sales_amount",
        "window": "month",
        "starts_on": local_today().isoformat(),
        "ends_on": "",
        "pays_all": "highest",
        "timing": "end",
        "step_1_from": "300",
        "step_1_amount": "12.50",
        **rows,
        **OPTIONS,
        **changes,
    }


def newest(scene: Scene) -> Goal:
    with scene.market.team.scope():
        return selectors.goal_by_id(Goal.objects.latest("id").pk)


def test_a_goal_from_form_to_end(scene: Scene, owner: Client) -> None:
    market = scene.market
    market.sell(amount=30_000, days_ago=0.01)
    answer = owner.post(market.team.url("goals/new/"), goal_form())
    assert answer.status_code == 302, answer.text
    url = answer.headers["Location"]
    goal = newest(scene)
    (step,) = goal.versions.all()[0].steps
    assert step == {"name": "", "from": 30_000, "reward": {"type": "flat", "amount": 1_250}}

    assert "Had it run before" in owner.get(url).text
    changed = goal_form(step_2_from="500", step_2_type="percent", step_2_amount="7.5")
    assert owner.post(f"{url}edit/", changed).status_code == 302
    assert "12.50" in owner.get(f"{url}edit/").text
    assert "2 partners see it" in owner.get(f"{url}publish/").text
    assert owner.post(f"{url}publish/").status_code == 302
    scene.work()

    page = owner.get(url).text
    assert market.rani.partner.name in page
    assert "EUR\u00a0300.00" in page
    assert "EUR\u00a0200.00 to the next" in page
    search = owner.get(f"{url}?q=nobody").text
    assert "Clear" in search or "without" in search.lower()
    assert market.rani.partner.name in owner.get(f"{url}?export=csv").getvalue().decode()
    assert "Ten tables" in owner.get(market.team.url("goals/?shown_state=live")).text
    assert owner.post(f"{url}count/").status_code == 302

    assert "New targets and rewards hold from the period" in owner.get(f"{url}edit/").text
    live = {"name": "Ten tables", "description": "", "pays_all": "highest", "timing": "end"}
    rows = {key: value for key, value in changed.items() if key.startswith("step_")}
    again = owner.post(f"{url}edit/", {**live, **rows, **OPTIONS, "step_1_amount": "20"})
    assert again.status_code == 302
    assert "Version 2, periods from" in owner.get(url).text

    assert "runs to its end and is paid as promised" in owner.get(f"{url}end/").text
    assert owner.post(f"{url}end/").status_code == 302
    assert owner.post(f"{url}end/").status_code == 409


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"step_1_from": "0"}, "step_1_from", "Give a target above zero."),
        ({"step_1_amount": "0.001"}, "step_1_amount", "At most two decimals."),
        ({"step_1_type": "points", "step_1_amount": "1.5"}, "step_1_amount", "whole number"),
        (
            {"step_3_from": "200", "step_3_amount": "20"},
            "step_3_from",
            "Each target must be higher than the one before.",
        ),
        ({"step_1_type": "percent", "timing": "at_once"}, "timing", "pay it then"),
        ({"window": "fixed"}, "ends_on", "Give the last day."),
        ({"step_1_from": "", "step_1_amount": ""}, "step_1_from", "at least one target"),
    ],
)
def test_mistakes_stand_by_their_field(
    scene: Scene, owner: Client, changes: dict[str, str], field: str, message: str
) -> None:
    answer = owner.post(scene.market.team.url("goals/new/"), goal_form(**changes))
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert message in " ".join(errors[field]), errors


def test_a_contest_with_names_for_staff(scene: Scene, owner: Client) -> None:
    market = scene.market
    market.sell(amount=30_000, days_ago=0.01)
    prizes = {f"prize_{number}_amount": "" for number in range(1, 9)}
    form = goal_form(name="Best of the month", unit="money", minimum="")
    form |= {**prizes, "prize_1_amount": "50", "prize_2_amount": "30"}
    answer = owner.post(market.team.url("goals/new/?kind=contest"), form)
    assert answer.status_code == 302, answer.context["form"].errors
    url = answer.headers["Location"]
    owner.post(f"{url}publish/")
    scene.work()
    page = owner.get(url).text
    assert "Leaderboard as it stands" in page
    assert market.rani.partner.name in page
    assert "EUR\u00a050.00" in page


def test_what_a_closed_period_paid(scene: Scene, owner: Client) -> None:
    market = scene.market
    goal = scene.make(name="Short push", metric="sales_count", steps=[{**BRONZE, "from": 1}])
    market.sell(days_ago=5)
    scene.pass_days(goal, 10)
    scene.work()
    page = owner.get(market.team.url(f"goals/{goal.pk}/")).text
    paid = page[page.index("Paid by it") : page.index("What happened")]
    assert market.rani.partner.name in paid
    assert "EUR\u00a010.00" in paid
    assert "Target reached" not in page


def test_a_draft_is_thrown_away(scene: Scene, owner: Client) -> None:
    goal = scene.make(live=False, name="A bad idea")
    url = scene.market.team.url(f"goals/{goal.pk}/")
    assert owner.post(f"{url}delete/").status_code == 302
    assert owner.get(url).status_code == 404


def test_an_empty_list_leads_to_the_first_goal() -> None:
    market = make_scene().market
    page = signed_in(market.team.owner).get(market.team.url("goals/")).text
    assert "No goals yet" in page
    assert "Set a goal" in signed_in(market.team.owner).get(market.team.url("goals/new/")).text


def test_whose_commission_it_is_stays_with_who_may_see_it(scene: Scene) -> None:
    market = scene.market
    goal = scene.make(name="Commission goal", metric="commission_amount")
    market.sell(amount=30_000, days_ago=1)
    scene.work()
    url = market.team.url(f"goals/{goal.pk}/")
    assert market.rani.partner.name in signed_in(market.team.finance).get(url).text
    hidden = signed_in(market.team.marketer).get(url).text
    assert market.rani.partner.name not in hidden
    assert "Who earned how much is for others" in hidden


def test_the_page_asks_as_much_for_many_partners(scene: Scene, owner: Client) -> None:
    goal = scene.make(name="Counted", metric="sales_count")
    url = scene.market.team.url(f"goals/{goal.pk}/")
    counts = []
    for side in (scene.market.rani, scene.market.sekar):
        scene.market.sell(side, days_ago=1)
        scene.look(goal)
        with CaptureQueriesContext(connection) as queries:
            owner.get(url)
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 1
