"""Goals in the portal: how far, what is missing, whose names stand in a leaderboard."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import signed_in
from tests.commissions.goals_scene import Scene, make_scene


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def test_the_way_to_a_target_and_what_it_paid(scene: Scene) -> None:
    market = scene.market
    goal = scene.make(name="Harvest goal", description="Gayo is in.")
    market.sell(amount=24_000, days_ago=5)
    scene.work()
    rani = signed_in(market.rani.user)
    home = rani.get(market.team.url(room="portal")).text
    assert "Harvest goal" in home
    assert "EUR\u00a060.00 of sales more earn you EUR\u00a010.00." in home
    page = rani.get(market.team.url(f"goals/{goal.pk}/", room="portal")).text
    assert "Gayo is in." in page
    assert "At your pace so far" in page

    market.sell(amount=6_000, days_ago=4)
    scene.pass_days(goal, 10)
    scene.work()
    closed = rani.get(market.team.url("goals/", room="portal")).text
    assert "No goal is running" in closed
    assert "Bronze; EUR\u00a0200.00 to the next" in closed
    earnings = rani.get(market.team.url("earnings/", room="portal")).text
    assert "Bonus “Bronze”" in earnings


def test_names_stay_hidden_until_a_partner_agrees(scene: Scene) -> None:
    market = scene.market
    goal = scene.contest()
    market.sell(market.rani, amount=30_000, days_ago=5)
    market.sell(market.sekar, amount=40_000, days_ago=5)
    scene.work()
    url = market.team.url(f"goals/{goal.pk}/", room="portal")
    rani, sekar = signed_in(market.rani.user), signed_in(market.sekar.user)
    before = rani.get(url).text
    assert "Partner 1" in before
    assert market.sekar.partner.name not in before
    assert "Place 2" in before

    name_url = market.team.url("goals/name/", room="portal")
    answer = sekar.post(name_url, {"shown": "1", "goal": str(goal.pk)})
    assert answer.headers["Location"] == url
    assert market.sekar.partner.name in rani.get(url).text
    assert sekar.post(name_url, {"shown": "0", "goal": str(goal.pk)}).status_code == 302
    assert sekar.post(name_url, {"shown": "1"}).status_code == 302  # in general
    assert market.sekar.partner.name not in rani.get(url).text  # of this contest goes first


def test_a_goal_for_another_partner_is_not_found(scene: Scene) -> None:
    market = scene.market
    goal = scene.make(partner=market.sekar.partner, name="For Sekar alone")
    rani = signed_in(market.rani.user)
    assert rani.get(market.team.url(f"goals/{goal.pk}/", room="portal")).status_code == 404
    assert "For Sekar alone" not in rani.get(market.team.url("goals/", room="portal")).text
    draft = scene.make(live=False)
    assert rani.get(market.team.url(f"goals/{draft.pk}/", room="portal")).status_code == 404


def test_many_goals_are_counted_by_as_many_queries_as_one(scene: Scene) -> None:
    market = scene.market
    scene.make(metric="sales_amount", name="First")
    scene.contest(metric="sales_count", name="First contest")
    market.sell(amount=24_000, days_ago=5)
    scene.work()
    rani = signed_in(market.rani.user)
    url = market.team.url("goals/", room="portal")
    rani.get(url)
    with CaptureQueriesContext(connection) as few:
        rani.get(url)
    for metric in ("sales_amount", "sales_count", "new_customers", "clicks", "leads"):
        scene.make(metric=metric, name=f"Goal of {metric}")
    scene.contest(metric="quantity", name="Second contest")
    scene.work()
    with CaptureQueriesContext(connection) as many:
        page = rani.get(url)
    assert [card.progress.value for card in page.context["cards"] if card.is_contest] == [1, 1]
    assert len(page.context["cards"]) == 8
    assert len(many) == len(few)
