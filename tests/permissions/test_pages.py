"""Every page x every role: the answer that the table of permissions says, and no other."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
import pytest
from django.test import Client

from sellers.models import User
from sellers.roles import PARTNER_PERMISSIONS, STAFF_PERMISSIONS
from tests.cast import make_user, signed_in, stranger
from tests.permissions.outside import OUTSIDE
from tests.permissions.routes import ROLES, other_routes, seller_routes
from tests.permissions.table import PAGES
from tests.permissions.world import World, make_world

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
NOBODYS = "00000000-0000-7000-8000-000000000000"
SIGN_IN = "/accounts/login/"


@pytest.fixture(scope="module")
def world() -> World:
    """A seller with one of everything."""
    return make_world()


@pytest.fixture(scope="module")
def other() -> World:
    """Another seller with one of everything."""
    return make_world("Kopi Lain")


def address(pattern: str, world: World, user: User, *, ids: World | None = None) -> str:
    """A route's address at `world`'s seller for `user`, with the ids of `ids` or its own."""
    things = (ids or world).ids
    values = {**things, "seller_slug": world.team.seller.slug, "version": 1, "form": "svg"}
    values |= {"token": "over", "size": 192}
    values |= {"act": "hold", "notification_id": world.news.get(user, NOBODYS)}
    if ids is not None:
        values["notification_id"] = ids.news[ids.team.owner]
    if "/commissions/" in pattern or "/earnings/" in pattern:
        values["line_id"] = things["commission_id"]
    if "/people/" in pattern or "/partners/" in pattern:
        values["invitation_id"] = things["member_invitation_id"]
    return "/" + PARAMETER.sub(lambda found: str(values[found.group(1)]), pattern)


def ask(client: Client, path: str) -> int:
    """The status of a GET. Permission is decided before the method: 405 is an open door."""
    client.raise_request_exception = False
    return client.get(path).status_code


def ask_hard(client: Client, path: str) -> int:
    """The status of a GET, or of an empty POST where the address takes only that."""
    status = ask(client, path)
    return client.post(path).status_code if status == 405 else status


def test_the_table_names_every_page_and_no_other() -> None:
    declared = {name: (view.room, view.permission) for name, _pattern, view in seller_routes()}
    assert declared == PAGES


def test_the_table_names_every_address_outside_sellers() -> None:
    ours = {name for name, _pattern, view in other_routes() if not _is_library(view)}
    assert ours == OUTSIDE


def _is_library(view: object) -> bool:
    module = getattr(view, "__module__", "")
    return module.split(".")[0] in ("allauth", "django")


def test_roles_hold_what_the_table_says() -> None:
    held = {
        **STAFF_PERMISSIONS,
        **{f"partner_{role}": found for role, found in PARTNER_PERMISSIONS.items()},
    }
    for role, permissions in held.items():
        assert permissions == {name for name, roles in ROLES.items() if role in roles}, role


@pytest.mark.slow
def test_each_role_opens_what_it_may_and_nothing_else(world: World) -> None:
    clients = {role: signed_in(user) for role, user in world.people.items()}
    wrong = []
    for name, pattern, _view in seller_routes():
        room, permission = PAGES[name]
        if permission == "public":
            continue
        for role, client in clients.items():
            status = ask(client, address(pattern, world, world.people[role]))
            belongs = role.startswith("partner_") == (room == "partner")
            if role in ROLES[permission]:
                good = status not in (403, 404) and status < 500
            else:
                good = status == (403 if belongs else 404)
            if not good:
                wrong.append((name, role, status))
    assert not wrong, "\n".join(map(str, wrong))


def test_strangers_find_nothing_and_nobody_is_asked_to_sign_in(world: World) -> None:
    otto = make_user("Otto Outsider")
    outsider, nobody = signed_in(otto), stranger()
    for name, pattern, _view in seller_routes():
        if PAGES[name][1] == "public":
            continue
        path = address(pattern, world, otto)
        assert ask(outsider, path) == 404, name
        answer = nobody.get(path)
        assert answer.status_code == 302, name
        assert answer["Location"].startswith(SIGN_IN), name


def leaks(world: World, other: World, *, only: str = "") -> list[tuple[str, str, int]]:
    """Addresses at which `world`'s people get at `other`'s things by their ids.

    `only` is what the names of the addresses to be tried begin with.
    """
    people = {"owner": world.team.owner, "partner": world.admin}
    clients = {role: signed_in(user) for role, user in people.items()}
    found = []
    for name, pattern, _view in seller_routes():
        foreign = set(PARAMETER.findall(pattern)) & set(other.ids)
        if not foreign or not name.startswith(only):
            continue
        role = "partner" if PAGES[name][0] == "partner" else "owner"
        status = ask_hard(clients[role], address(pattern, world, people[role], ids=other))
        if status != 404:
            found.append((name, role, status))
    return found


@contextmanager
def without_policy(table: str) -> Iterator[None]:
    """`table` as it would be had row security been forgotten."""
    owner = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
    owner.autocommit = True
    with owner.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        try:
            yield
        finally:
            cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            owner.close()


def test_another_sellers_ids_lead_nowhere(world: World, other: World) -> None:
    assert not leaks(world, other)


def test_a_missing_policy_would_be_caught(world: World, other: World) -> None:
    # partners are read together with their seller, whom row security keeps as well
    with without_policy("partners_partner"), without_policy("sellers_seller"):
        found = leaks(world, other, only="console:partners")
        assert "console:partners-detail" in {name for name, _role, _status in found}
    assert not leaks(world, other, only="console:partners")
