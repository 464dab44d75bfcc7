"""Each room shows what its reader may open, and marks where he is."""

from collections.abc import Collection
from types import SimpleNamespace

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import resolve

from campaigns import kinds
from portal import navigation
from tests.permissions.table import PAGES


class Reads:
    """A reader with exactly these permissions."""

    def __init__(self, *permissions: str) -> None:
        self.permissions = permissions

    def may(self, permission: str) -> bool:
        return permission in self.permissions


def at(path: str, *permissions: str) -> HttpRequest:
    request = RequestFactory().get(path)
    request.reader = Reads(*permissions)  # type: ignore[attr-defined]
    request.resolver_match = resolve(path)
    return request


def labels(request: HttpRequest, room: str = "console", **counts: int) -> list[str]:
    groups = navigation.shown(room, request, "kopi", counts)
    return [str(item.entry.label) for group in groups for item in group.entries]


def test_only_what_the_reader_may_open() -> None:
    request = at("/kopi/console/partners/", "partners.view")
    assert "Partners" in labels(request)
    assert "Payouts" not in labels(request)
    assert "Settings" not in labels(request)


def test_a_group_without_entries_falls_away() -> None:
    request = at("/kopi/console/partners/", "partners.view")
    groups = [str(group.label) for group in navigation.shown("console", request, "kopi", {})]
    assert "Money" not in groups


@pytest.mark.parametrize(
    ("view_name", "current"),
    [
        ("console:partners", True),
        ("console:partners-detail", True),
        ("console:applications-detail", True),
        ("console:partnership", False),
        ("console:programs", False),
        ("", False),
    ],
)
def test_current_entry_by_url_name(view_name: str, current: bool) -> None:
    entry = navigation.Entry(
        "Partners", "users", "console:partners", also=("console:applications",)
    )
    assert navigation.is_current(entry, view_name) is current


def test_counts_stand_only_where_somebody_waits() -> None:
    request = at("/kopi/console/partners/", "partners.view", "partners.manage")
    found = {
        str(item.entry.label): item.count
        for group in navigation.shown("console", request, "kopi", {"applications": 3, "home": 0})
        for item in group.entries
    }
    assert found["Partners"] == 3
    assert found.get("Home") is None


def test_an_entry_of_a_room_needs_a_program_that_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = (
        navigation.Entry("Partners", "users", "console:partners"),
        navigation.Entry("Points", "award", "console:programs", room_of="points"),
    )
    monkeypatch.setitem(navigation.ROOMS, "console", (navigation.Group("", entries),))
    request = at("/kopi/console/partners/")

    def found(rooms: Collection[str] | None) -> list[str]:
        groups = navigation.shown("console", request, "kopi", {}, rooms)
        return [str(item.entry.label) for group in groups for item in group.entries]

    assert found({"links"}) == ["Partners"]
    assert found({"links", "points"}) == ["Partners", "Points"]
    assert found(None) == ["Partners", "Points"]


@pytest.mark.parametrize(
    ("rooms", "tabs"),
    [
        ({"links", "goals"}, ["Home", "Links", "Materials", "Earnings"]),
        ({"links", "deliverables"}, ["Home", "Links", "Deliverables", "Earnings"]),
        ({"points"}, ["Home", "Materials", "Points", "Earnings"]),
        ({"settlements"}, ["Home", "Materials", "Earnings", "Settlements"]),
        (set(), ["Home", "Materials", "Earnings"]),
    ],
)
def test_the_phones_tabs_follow_the_partners_programs(rooms: set[str], tabs: list[str]) -> None:
    permissions = ("portal.view", "portal.links", "portal.materials", "portal.earnings")
    request = at("/kopi/portal/", *permissions)
    groups = navigation.shown("partner", request, "kopi", {}, rooms)
    found = [str(item.entry.label) for group in groups for item in group.entries if item.tab]
    assert found == tabs


def test_the_wide_bar_has_room_for_what_is_used_most() -> None:
    permissions = ("portal.view", "portal.links", "portal.materials", "portal.earnings")
    request = at("/kopi/portal/profile/", *permissions)
    (group,) = navigation.shown("partner", request, "kopi", {"unread": 3, "news": 1}, {"links"})
    bar = [str(item.entry.label) for item in group.entries if item.bar]
    assert bar[:4] == ["Home", "Links", "Performance", "Materials"]
    assert len(bar) <= navigation.MOST_IN_BAR
    away = [str(item.entry.label) for item in group.tucked_away]
    assert "Notifications" in away
    assert "Profile" not in away, "the current page stands in the bar"
    assert {*bar, *away, "Profile"} == {str(item.entry.label) for item in group.entries}
    assert group.waiting == 3


def test_the_wide_bar_never_holds_more_than_fit() -> None:
    request = at("/kopi/portal/")
    request.reader = None  # type: ignore[attr-defined]
    (group,) = navigation.shown("partner", request, "kopi", {})
    assert sum(item.bar for item in group.entries) == navigation.MOST_IN_BAR


@pytest.mark.parametrize("room", navigation.ROOMS)
def test_every_entry_of_a_room_names_one_that_kinds_have(room: str) -> None:
    named = {entry.room_of for group in navigation.ROOMS[room] for entry in group.entries}
    assert named <= {"", navigation.FIRST_STEPS, *kinds.ROOMS}


@pytest.mark.parametrize("room", navigation.ROOMS)
def test_every_page_belongs_to_one_entry(room: str) -> None:
    entries = [entry for group in navigation.ROOMS[room] for entry in group.entries]
    for name in (name for name, (its_room, _may) in PAGES.items() if its_room == room):
        current = [entry for entry in entries if navigation.is_current(entry, name)]
        assert len(current) == 1 or name == "console:search", name


@pytest.mark.parametrize("room", navigation.ROOMS)
def test_every_entry_leads_somewhere(room: str) -> None:
    for group in navigation.ROOMS[room]:
        for entry in group.entries:
            assert navigation.address(entry.url_name, "kopi"), entry.url_name


def test_a_room_without_pages_is_no_address() -> None:
    assert navigation.address("console:nowhere", "kopi") == ""


def test_without_a_reader_nothing_is_held_back() -> None:
    assert navigation.permitted(SimpleNamespace(), "payouts.view")  # type: ignore[arg-type]
