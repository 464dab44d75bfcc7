"""Lists: pages that fit together, and as many queries for 30 rows as for 3."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.caller import Caller
from tests.api.routes import ROUTES
from tests.api.scene import LANDING, Scene, make_program, make_scene
from tests.api.things import filled, make_things
from tests.cast import token


@pytest.fixture(scope="module")
def scene() -> Scene:
    """Thirty partners, the scene's own among them."""
    made = make_scene()
    for number in range(29):
        made.api.made("partners", {"name": f"Number {number:02}"})
    return made


def walk(api: Caller, path: str, **query: Any) -> list[list[str]]:
    """Ids of every page, from the first on by `next`."""
    pages = [api.get(path, **query).body]
    while pages[-1]["next"]:
        pages.append(api.call("GET", pages[-1]["next"]).body)
    return [[row["id"] for row in page["results"]] for page in pages]


@pytest.mark.parametrize("order", ["-created_at", "created_at"])
def test_pages_hold_every_row_once_in_order(scene: Scene, order: str) -> None:
    pages = walk(scene.api, "partners", limit=7, order=order)
    assert [len(page) for page in pages] == [7, 7, 7, 7, 2]
    ids = [row for page in pages for row in page]
    assert ids == sorted(ids, reverse=order.startswith("-"))
    assert len(set(ids)) == 30


def test_pages_lead_back(scene: Scene) -> None:
    pages = walk(scene.api, "partners", limit=7)
    page = scene.api.get("partners", limit=7).body
    assert page["previous"] is None
    forth = [page]
    while forth[-1]["next"]:
        forth.append(scene.api.call("GET", forth[-1]["next"]).body)
    back = [forth[-1]]
    while back[-1]["previous"]:
        back.append(scene.api.call("GET", back[-1]["previous"]).body)
    ids = [[row["id"] for row in found["results"]] for found in reversed(back)]
    assert ids == pages


def test_a_row_that_comes_meanwhile_moves_no_page() -> None:
    scene = make_scene()
    for number in range(4):
        scene.api.made("partners", {"name": f"Before {number}"})
    first = scene.api.get("partners", limit=2).body
    scene.api.made("partners", {"name": "Meanwhile"})
    second = scene.api.call("GET", first["next"]).body
    seen = [row["name"] for row in first["results"] + second["results"]]
    assert seen == ["Before 3", "Before 2", "Before 1", "Before 0"]


def test_the_limit_and_filters_stay_in_the_links(scene: Scene) -> None:
    page = scene.api.get("partners", limit=3, status="active").body
    assert "limit=3" in page["next"]
    assert "status=active" in page["next"]


def test_sales_are_in_order_of_their_own_time() -> None:
    scene = make_scene()
    for day in (3, 1, 2, 2):
        scene.sell(occurred_at=f"2026-01-0{day}T00:00:00Z")
    pages = walk(scene.api, "sales", limit=1, order="occurred_at")
    days = [scene.api.get(f"sales/{row}").body["occurred_at"][9] for page in pages for row in page]
    assert days == ["1", "2", "2", "3"]
    found = scene.api.get("sales", **{"from": "2026-01-02T00:00:00Z", "to": "2026-01-03T00:00:00Z"})
    assert len(found.body["results"]) == 2


def more_rows(scene: Scene) -> None:
    """One more row in every list."""
    partner = scene.api.made("partners", {"name": token()})
    enrollment = scene.api.made(
        f"partners/{partner['id']}/enrollments", {"program": scene.program["id"]}
    )
    link = scene.api.made("links", {"enrollment": enrollment["id"], "destination": LANDING})
    program = make_program(scene.api)
    scene.api.made(f"partners/{scene.partner['id']}/enrollments", {"program": program["id"]})
    reward = {"type": "flat", "amount": 5}
    scene.api.made(f"programs/{scene.program['id']}/rules", {"name": "More", "reward": reward})
    scene.api.patch(f"rules/{scene.rule['id']}", {"name": token()})
    customer = {"external_id": token(), "country": "DE"}
    scene.sell(1_000, link=link["code"], customer=customer)


def test_lists_need_no_more_queries_for_more_rows() -> None:
    scene, ids = make_things()
    lists = [r for r in ROUTES if r.method == "GET" and not r.query]

    def counts() -> dict[str, int]:
        found = {}
        for route in lists:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                answer = scene.api.get(filled(route.path, ids))
            assert answer.status == 200
            found[route.path] = len(queries)
        return found

    def grow(rows: int, more: Callable[[], object]) -> None:
        for _row in range(rows):
            more()
        scene.compute()

    grow(2, lambda: more_rows(scene))
    counts()  # the first call of the day also notes the key's use
    few = counts()
    grow(12, lambda: more_rows(scene))
    sale = ids["sale_id"]
    for _number in range(10):
        refund = {"external_id": token(), "amount": 1}
        scene.api.made(f"sales/{sale}/refunds", refund)
    scene.compute()
    assert counts() == few
    assert max(few.values()) <= 20, few
