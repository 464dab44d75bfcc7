"""The trail's hash chain: in order, complete, and telling of every change."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from activity import chain, work
from activity.models import ChainLink, Event
from activity.services import record
from prm.ids import lowest_id_at, made_at, new_id
from sellers.scope import maintenance_scope
from tests.cast import Team, make_team
from tests.payouts.scene import at_once
from tests.superuser import superuser


@pytest.fixture(autouse=True)
def _seal_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "SETTLE", timedelta(seconds=-1))


@pytest.fixture
def team() -> Team:
    team = make_team()
    happen(team, 5)
    return team


def happen(team: Team, times: int = 1) -> None:
    with team.scope():
        for number in range(times):
            record(
                seller=team.seller,
                actor=team.actor,
                verb="seller.changed",
                object=team.seller,
                changes={"name": ("Kopi", f"Kopi “{number}”")},
                detail={"rate": 7.5, "nested": {"b": [1, None], "a": True}},
            )


def seal(team: Team) -> None:
    while chain.step(team.id):
        pass


def checked(team: Team) -> chain.Result:
    with team.scope():
        return chain.verify()


def test_every_event_gets_the_next_place_in_order(team: Team) -> None:
    seal(team)
    with team.scope():
        events = list(Event.objects.order_by("id").values_list("id", flat=True))
        links = list(ChainLink.objects.order_by("place").values_list("place", "event_id"))
        assert links == list(enumerate(events, 1))
    result = checked(team)
    assert (result.whole, result.checked, result.waiting) == (True, len(events), 0)
    happen(team)
    assert checked(team).waiting == 1
    seal(team)
    assert checked(team).checked == len(events) + 1


def test_batches_join_without_a_seam(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "BATCH", 2)
    seal(team)
    assert checked(team).whole
    assert checked(team).waiting == 0


def test_fresh_events_settle_before_they_are_sealed(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "SETTLE", timedelta(minutes=1))
    seal(team)
    assert checked(team).checked == 0


def test_an_event_committed_late_is_still_sealed(team: Team) -> None:
    """Its id is lower than the newest sealed one: it takes the next free place."""
    early = lowest_id_at(made_at(new_id()) - timedelta(minutes=5))
    seal(team)
    with team.scope():
        Event.objects.create(
            id=uuid.UUID(int=early.int | 1),
            seller=team.seller,
            at=made_at(early),
            verb="seller.changed",
            actor_kind="system",
            actor_label="system",
            object_type="sellers.seller",
            object_id=team.id,
            object_label="late",
        )
    with maintenance_scope():
        assert team.id in chain.waiting()
    seal(team)
    with maintenance_scope():
        assert team.id not in chain.waiting()
    with team.scope():
        last = ChainLink.objects.select_related("event").latest("place")
        assert last.event.object_label == "late"
    assert checked(team).whole


def test_an_event_slipped_in_long_after_is_reported_not_sealed(team: Team) -> None:
    seal(team)
    with superuser() as cursor:
        cursor.execute(
            "INSERT INTO activity_event SELECT (jsonb_populate_record(e, jsonb_build_object("
            "'id', '01000000-0000-7000-8000-000000000000'))).* "
            "FROM activity_event e WHERE seller_id = %s LIMIT 1",
            [str(team.id)],
        )
    seal(team)
    result = checked(team)
    assert (result.whole, result.late, result.broken_at) == (False, 1, None)
    with superuser() as cursor:
        cursor.execute(
            "DELETE FROM activity_event WHERE id = '01000000-0000-7000-8000-000000000000'"
        )


def test_workers_at_once_make_one_chain(team: Team) -> None:
    happen(team, 20)
    results = at_once(*[lambda: chain.step(team.id)] * 4)
    assert results == [False] * 4
    result = checked(team)
    assert result.whole
    assert result.waiting == 0


def test_the_worker_seals_through_the_queue(team: Team) -> None:
    with maintenance_scope():
        assert team.id in chain.waiting()
    assert work.drain(chain.KIND, team.id) >= 1
    with maintenance_scope():
        assert team.id not in chain.waiting()
    assert checked(team).whole


# Append-only


@pytest.mark.parametrize("table", ["activity_event", "activity_chainlink", "ledger_transfer"])
@pytest.mark.parametrize(
    "sql", ["UPDATE {} SET created_at = now()", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
@pytest.mark.parametrize("as_maintenance", [False, True])
def test_history_cannot_be_rewritten(
    team: Team, table: str, sql: str, as_maintenance: bool
) -> None:
    seal(team)
    scope: Callable[[], Any] = maintenance_scope if as_maintenance else team.scope
    with pytest.raises(DatabaseError, match=r"permission denied|append-only"), scope():
        connection.cursor().execute(sql.format(table))


@pytest.mark.parametrize("table", ["activity_event", "activity_chainlink", "ledger_transfer"])
def test_not_even_by_the_owner_of_the_tables(team: Team, table: str) -> None:
    """Grants do not bind the owner; the trigger does."""
    with superuser() as cursor:
        cursor.execute("SET session_replication_role = origin")
        with pytest.raises(psycopg2.Error, match="append-only"):
            cursor.execute(f"UPDATE {table} SET created_at = now()")
        cursor.connection.rollback()


# Tampering that only a superuser can do is found

TAMPERINGS = {
    "content": "UPDATE activity_event SET actor_label = 'somebody else' WHERE id = %(event)s",
    "changes": "UPDATE activity_event SET changes = jsonb_build_object(1, 2) WHERE id = %(event)s",
    "content with a new hash": "UPDATE activity_chainlink SET hash = repeat('a', 64) "
    "WHERE event_id = %(event)s",
    "event taken out": "DELETE FROM activity_event WHERE id = %(event)s",
    "link taken out": "DELETE FROM activity_chainlink WHERE event_id = %(event)s",
    "place moved": "UPDATE activity_chainlink SET place = 999 WHERE event_id = %(event)s",
}


@pytest.mark.parametrize("sql", TAMPERINGS.values(), ids=TAMPERINGS.keys())
def test_tampering_is_found_at_its_place(team: Team, sql: str) -> None:
    seal(team)
    with team.scope():
        event = ChainLink.objects.get(place=4).event_id
    assert checked(team).whole
    with superuser() as cursor:
        cursor.execute(sql, {"event": str(event)})
    result = checked(team)
    assert not result.whole
    assert result.broken_at == 4
    with pytest.raises(CommandError, match="1 of 1"):
        call_command("verify_trail", seller=team.seller.slug, stdout=StringIO(), stderr=StringIO())


def test_a_rewritten_end_is_found_by_a_head_kept_elsewhere(team: Team) -> None:
    seal(team)
    noted = checked(team).head
    with superuser() as cursor:
        cursor.execute(
            "DELETE FROM activity_chainlink WHERE seller_id = %s AND place >= 4", [str(team.id)]
        )
    seal(team)  # whoever cuts the end can also have it made again
    happen(team)
    out = StringIO()
    call_command("verify_trail", seller=team.seller.slug, stdout=out)
    assert "whole" in out.getvalue()
    with superuser() as cursor:
        cursor.execute(
            "UPDATE activity_event SET object_label = 'x' WHERE seller_id = %s", [str(team.id)]
        )
        cursor.execute("DELETE FROM activity_chainlink WHERE seller_id = %s", [str(team.id)])
    seal(team)
    assert checked(team).whole
    err = StringIO()
    with pytest.raises(CommandError):
        call_command(
            "verify_trail",
            seller=team.seller.slug,
            head=f"{noted.place}:{noted.hash}",
            stdout=StringIO(),
            stderr=err,
        )
    assert "does not hold" in err.getvalue()


def test_the_command_says_what_is_whole(team: Team) -> None:
    seal(team)
    out = StringIO()
    call_command("verify_trail", seller=team.seller.slug, stdout=out)
    head = checked(team).head
    assert f"{team.seller.slug}: whole, {head.place} places, head {head.place}:{head.hash}" in (
        out.getvalue()
    )
    with pytest.raises(CommandError, match="no seller"):
        call_command("verify_trail", seller="nobody-here", stdout=StringIO())


def test_a_link_cannot_be_made_twice(team: Team) -> None:
    seal(team)
    with team.scope():
        link = ChainLink.objects.get(place=2)
    for changes in ({"place": 9999}, {"event_id": new_id()}):
        copy = ChainLink(
            **{
                "seller_id": link.seller_id,
                "place": link.place,
                "event_id": link.event_id,
                "previous_hash": link.hash,
                "hash": link.hash,
                **changes,
            }
        )
        with pytest.raises(DatabaseError), team.scope(), transaction.atomic():
            copy.save(force_insert=True)
