"""From the spool to the table: torn, corrupted, repeated, interrupted; still each click once."""

import os
import random
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Sum

from tests.portal.market import Market, make_market
from tests.superuser import superuser
from tests.tracking.clicks import click_line
from tracking.models import Click, LinkDay, Shipper, SpoolOffset
from tracking.shipping import reports, segments, shipper
from tracking.spool import IMPRESSION, Place, Spool, read, record


@pytest.fixture
def market() -> Market:
    return make_market()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(tmp_path / "spool")
    found.prepare()
    return found


def ids(lines: Iterable[bytes]) -> set[uuid.UUID]:
    """The clicks that lines are of."""
    return {uuid.UUID(read(line).id) for line in lines}


def stored(market: Market) -> set[uuid.UUID]:
    """The clicks that the database has; their sums agree."""
    with market.team.scope():
        found = set(Click.objects.values_list("id", flat=True))
        sums = LinkDay.objects.aggregate(clicks=Sum("clicks"), bots=Sum("bots"))
    assert (sums["clicks"] or 0) + (sums["bots"] or 0) == len(found)
    return found


def put(place: Place, data: bytes, name: str = "") -> None:
    """A segment whose writer is gone."""
    (place.directory / f"{name or uuid.uuid4().hex}.log").write_bytes(data)


def ship(place: Place) -> shipper.Shipper:
    """Ship all that is there."""
    running = shipper.Shipper(place)
    while running.step():
        pass
    return running


def test_clicks_of_several_threads_and_processes_arrive_once(
    market: Market, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracking.spool.writing.SEGMENT_BYTES", 4_000)
    lines = [click_line(market.rani.link) for _one in range(200)]
    half = len(lines) // 2
    spool = Spool(place.directory)
    child = os.fork()
    if not child:
        for line in lines[:half]:
            spool.append(line)
        os._exit(0)  # as kill -9 does: nothing is closed by us
    assert all(spool.append(line) for line in lines[half:])
    os.waitpid(child, 0)
    assert len(segments.names(place)) > 2
    ship(place)
    assert stored(market) == ids(lines)
    assert len(segments.names(place)) == 1, "the segment still written stays"
    late = click_line(market.rani.link)
    assert spool.append(late)
    ship(place)
    spool.close()
    ship(place)
    assert stored(market) == ids([*lines, late])
    assert segments.names(place) == []


def test_a_live_segment_is_shipped_to_its_last_whole_line(market: Market, place: Place) -> None:
    first, second = click_line(market.rani.link), click_line(market.rani.link)
    spool = Spool(place.directory)
    spool.append(first)
    spool.append(second[:-20])  # as one sees a line that is being written
    running = ship(place)
    assert stored(market) == ids([first])
    spool.append(second[-20:])
    running.step()
    assert stored(market) == ids([first, second])
    assert not (place.directory / "damaged").exists()


def test_a_segment_cut_at_any_byte_gives_its_whole_records(market: Market, place: Place) -> None:
    seen: set[uuid.UUID] = set()
    length = 3 * len(click_line(market.rani.link, agent="Mozilla/5.0", address="9.9.9.9"))
    for cut in range(0, length, 7):
        lines = [
            click_line(market.rani.link, agent="Mozilla/5.0", address=f"9.9.9.{n}")
            for n in range(3)
        ]
        ends = [sum(map(len, lines[: n + 1])) for n in range(3)]
        put(place, b"".join(lines)[:cut])
        # a record that lacks only its line's end is whole all the same
        seen |= ids(line for line, end in zip(lines, ends, strict=True) if end - 1 <= cut)
    ship(place)
    assert stored(market) == seen
    assert any((place.directory / "damaged").iterdir())


def test_a_flipped_byte_costs_at_most_the_records_it_lies_in(market: Market, place: Place) -> None:
    dice = random.Random(4)
    safe: set[uuid.UUID] = set()
    every: set[uuid.UUID] = set()
    for _trial in range(60):
        lines = [click_line(market.rani.link, agent="Mozilla/5.0") for _one in range(3)]
        data = bytearray(b"".join(lines))
        spot = dice.randrange(len(data))
        data[spot] ^= 1 << dice.randrange(8)
        hit = next(n for n in range(3) if spot < sum(map(len, lines[: n + 1])))
        safe |= ids(line for n, line in enumerate(lines) if n != hit)
        every |= ids(lines)
        put(place, bytes(data))
    ship(place)
    found = stored(market)
    assert safe <= found <= every


def test_zeros_in_the_midst_of_a_segment_cost_only_what_they_hit(
    market: Market, place: Place
) -> None:
    """As a loss of power leaves them, and behind the last line the room that was never used."""
    lines = [click_line(market.rani.link) for _one in range(6)]
    hole = bytes(len(lines[0]) * 2)
    put(place, b"".join(lines[:2]) + hole + b"".join(lines[2:]) + b"torn" + bytes(2**20))
    ship(place)
    assert stored(market) == ids(lines)
    assert segments.names(place) == []
    (aside,) = (place.directory / "damaged").iterdir()
    assert aside.read_bytes() == hole + b"\ntorn\n"


def test_of_a_live_segment_only_what_is_written_waits(market: Market, place: Place) -> None:
    lines = [click_line(market.rani.link) for _one in range(5)]
    spool = Spool(place.directory)
    for line in lines:
        spool.append(line)
    waiting = segments.backlog(place, lambda _name: 0)
    assert (waiting.size, waiting.clicks) == (sum(map(len, lines)), 5)
    ship(place)
    assert stored(market) == ids(lines)
    (name,) = segments.names(place)
    assert segments.backlog(place, lambda _name: waiting.size).size == 0
    assert segments.read(place.directory / name, waiting.size, 2**20) is None


def test_a_torn_record_does_not_take_the_next_one_along(market: Market, place: Place) -> None:
    torn, whole = click_line(market.rani.link), click_line(market.rani.link)
    put(place, torn[:40] + whole)
    ship(place)
    assert stored(market) == ids([whole])
    (aside,) = (place.directory / "damaged").iterdir()
    assert aside.read_bytes() == torn[:40] + b"\n"


def test_a_segment_put_back_by_a_backup_is_known(market: Market, place: Place) -> None:
    lines = [click_line(market.rani.link), click_line(market.rani.link, kind=IMPRESSION)]
    put(place, b"".join(lines), "1-1-a")
    ship(place)
    put(place, b"".join(lines), "1-1-a")
    ship(place)
    put(place, lines[0], "2-1-a")  # the same click under another name
    ship(place)
    assert stored(market) == ids(lines[:1])
    with market.team.scope():
        assert LinkDay.objects.get().impressions == 1
    assert segments.names(place) == []


def test_a_record_that_copy_refuses_holds_up_nobody(market: Market, place: Place) -> None:
    good = click_line(market.rani.link)
    bad = [
        record(click_id="no id", at=1, link_id=market.rani.link.pk),
        record(click_id=uuid.uuid4(), at=10**17, link_id=market.rani.link.pk),
        record(click_id=uuid.uuid4(), at=1, link_id="nowhere"),
        record(click_id=uuid.uuid4(), at=1_790_000_000_000, link_id=market.rani.link.pk, kind="x"),
    ]
    put(place, b"".join([*bad, good]))
    ship(place)
    assert stored(market) == ids([good])
    (aside,) = (place.directory / "damaged").iterdir()
    assert len(aside.read_bytes().splitlines()) == len(bad)


def test_clicks_of_a_link_that_is_gone_are_set_aside(market: Market, place: Place) -> None:
    good = click_line(market.rani.link)
    strange = record(click_id=uuid.uuid4(), at=1_790_000_000_000, link_id=uuid.uuid4())
    put(place, strange + good)
    reports.begin(place)
    ship(place)
    assert stored(market) == ids([good])
    (aside,) = (place.directory / "unknown").iterdir()
    assert read(strange).id.encode() in aside.read_bytes()
    row = Shipper.objects.get(host=place.host)
    assert (row.clicks, row.unknown, row.damaged) == (1, 1, 0)


STEPS = ("store", "_move", "_set_aside", "unlink")


@pytest.mark.parametrize("step", STEPS)
def test_a_shipper_that_dies_between_two_steps_doubles_nothing(
    market: Market, place: Place, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [click_line(market.rani.link) for _one in range(5)]
    put(place, b"".join(lines) + b"torn")
    running = shipper.Shipper(place)
    with monkeypatch.context() as patch:
        if step == "store":
            _end_backend_before(patch, shipper, "store")
        elif step == "unlink":
            patch.setattr(Path, "unlink", _fail)
        else:
            _end_backend_before(patch, running, step)
        with pytest.raises(Exception, match=r"closed|terminat|stopped here"):
            running.step()
    connection.close()
    ship(place)
    assert stored(market) == ids(lines)
    assert segments.names(place) == []
    (aside,) = (place.directory / "damaged").iterdir()
    assert aside.read_bytes() == b"torn\n"


def _fail(*_arguments: object, **_named: object) -> None:
    raise OSError("stopped here")


def _end_backend_before(patch: pytest.MonkeyPatch, owner: object, name: str) -> None:
    """The server ends our session just before a step: what a killed PostgreSQL looks like."""
    real = getattr(owner, name)

    def interrupted(*arguments: object, **named: object) -> object:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid = cursor.fetchone()[0]
        with superuser() as root:
            root.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        return real(*arguments, **named)

    patch.setattr(owner, name, interrupted)


def test_two_shippers_of_one_spool_store_each_click_once(market: Market, place: Place) -> None:
    lines = [click_line(market.rani.link) for _one in range(4)]
    spool = Spool(place.directory)
    spool.append(b"".join(lines[:2]))
    one, other = shipper.Shipper(place), shipper.Shipper(place)
    one.step()
    other.step()
    spool.append(b"".join(lines[2:]))
    one.step()
    with pytest.raises(shipper.Overtaken):
        other.step()
    other.forget()
    other.step()
    assert stored(market) == ids(lines)


def test_a_dropped_month_is_made_again(market: Market, place: Place) -> None:
    running = shipper.Shipper(place)
    old = click_line(market.rani.link, at=middle_of(2017, 3))
    put(place, old)
    running.step()
    with superuser() as root:
        root.execute("DROP TABLE clicks_by_month.m2017_03")
    again = click_line(market.rani.link, at=middle_of(2017, 3))
    put(place, again)
    running.step()
    with market.team.scope():
        assert set(Click.objects.values_list("id", flat=True)) == ids([again])


def middle_of(year: int, month: int) -> datetime:
    """The middle of a month."""
    return datetime(year, month, 15, tzinfo=UTC)


def test_offsets_of_segments_that_are_there_are_not_forgotten(market: Market, place: Place) -> None:
    spool = Spool(place.directory)
    spool.append(click_line(market.rani.link))
    ship(place)
    put(place, click_line(market.rani.link), "1-1-gone")
    ship(place)
    SpoolOffset.objects.filter(host=place.host).update(moved_at=middle_of(2020, 1))
    reports.tidy(place.host, segments.names(place))
    kept = SpoolOffset.objects.filter(host=place.host).values_list("segment", flat=True)
    assert list(kept) == segments.names(place)


def test_many_chunks_made_ahead_of_each_other_arrive_once(market: Market, place: Place) -> None:
    at = middle_of(2026, 3)
    lines = [click_line(market.rani.link, address="9.9.9.9", at=at) for _one in range(90)]
    for number in range(9):
        put(place, b"".join(lines[number * 10 : number * 10 + 10]), f"{number}-1-a")
    running = shipper.Shipper(place)
    running.limit = 2 * len(lines[0])
    while running.step():
        pass
    ship(place)
    assert stored(market) == ids(lines)
    with market.team.scope():
        assert Click.objects.filter(bot_reason="").count() == 30, "clicks ahead count too"


def test_a_chunk_that_fails_is_not_overtaken_by_the_next(
    market: Market, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [click_line(market.rani.link) for _one in range(20)]
    put(place, b"".join(lines[:10]), "1-1-a")
    put(place, b"".join(lines[10:]), "2-1-a")
    running = shipper.Shipper(place)
    running.limit = len(lines[0]) * 4
    with monkeypatch.context() as patch:
        _end_backend_before(patch, running, "_move")
        with pytest.raises(Exception, match=r"closed|terminat"):
            running.step()
    connection.close()
    while running.step():
        pass
    ship(place)
    assert stored(market) == ids(lines)
