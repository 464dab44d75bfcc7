"""Appending to the spool: the record's form, rotation, and a disk that fills up."""

import errno
import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.portal.market import Market, make_market
from tests.tracking.clicks import click_line
from tracking.models import Click
from tracking.shipping import keep_directly, segments
from tracking.shipping.shipper import Shipper
from tracking.spool import Place, Spool, is_whole, read, record, text_of

TEXTS = st.text(max_size=60)


@given(agent=TEXTS, referrer=TEXTS, sub=TEXTS)
def test_a_record_says_what_it_was_told(agent: str, referrer: str, sub: str) -> None:
    line = record(
        click_id="c", at=1, link_id="l", agent=agent, referrer=referrer, subs=(sub, "", "", "", "")
    )
    fields = read(line)
    assert is_whole(line)
    assert line.count(b"\n") == 1
    assert fields.agent == agent.replace("\x00", "")
    assert fields.referrer == referrer.replace("\x00", "")
    assert fields.sub1 == sub.replace("\x00", "")


def test_what_is_too_long_is_cut_and_no_utf8_is_replaced() -> None:
    line = record(click_id="c", at=1, link_id="l", agent="é" * 999, referrer="a\ud800b")
    assert read(line).agent == "é" * 400
    assert read(line).referrer == "a?b"
    with pytest.raises(ValueError, match="utf-8"):
        text_of(b"\xff")


@pytest.fixture
def market() -> Market:
    return make_market()


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", direct=keep_directly)


def test_segments_rotate_by_size_and_age(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracking.spool.writing.SEGMENT_BYTES", 1000)
    for _one in range(5):
        assert spool.append(b"x" * 499 + b"\n")
    assert len(segments.names(spool.place)) == 3
    monkeypatch.setattr("tracking.spool.writing.SEGMENT_SECONDS", -1)
    spool.close()
    assert spool.append(b"x\n")
    assert spool.append(b"x\n")
    assert len(segments.names(spool.place)) == 5


def test_the_host_keeps_its_id_and_hosts_differ(tmp_path: Path) -> None:
    ids = {Place(tmp_path / name).host for name in "ab" if _made(tmp_path / name)}
    assert len(ids) == 2
    assert Place(tmp_path / "a").host in ids


def _made(directory: Path) -> bool:
    Place(directory).prepare()
    return True


def test_threads_append_whole_lines(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracking.spool.writing.SEGMENT_BYTES", 20_000)
    lines = [[record(click_id=f"{t}-{n}", at=1, link_id="l") for n in range(500)] for t in range(4)]

    def work(mine: list[bytes]) -> None:
        for line in mine:
            assert spool.append(line)

    threads = [threading.Thread(target=work, args=(mine,)) for mine in lines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spool.close()
    found = b"".join(path.read_bytes() for path in spool.place.directory.glob("*.log"))
    assert sorted(found.splitlines(keepends=True)) == sorted(one for mine in lines for one in mine)


class Disk:
    """Has no room for segments, until the ballast is gone, or for ever."""

    def __init__(self, spool: Spool, patch: pytest.MonkeyPatch, *, for_ever: bool = False) -> None:
        self.spool = spool
        self.for_ever = for_ever
        self._take = os.posix_fallocate
        patch.setattr("tracking.spool.writing.os.posix_fallocate", self.take)

    def take(self, descriptor: int, offset: int, size: int) -> None:
        """What the system call does; a full disk gives what room it has before it refuses."""
        if self.for_ever or self.spool.place.ballast.exists():
            self._take(descriptor, offset, size // 2)
            raise OSError(errno.ENOSPC, "No space left on device")
        self._take(descriptor, offset, size)


def test_a_full_disk_costs_the_ballast_first(
    market: Market, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracking.spool.writing.SEGMENT_BYTES", 1000)
    lines = [click_line(market.rani.link) for _one in range(20)]
    assert spool.append(lines[0])
    with monkeypatch.context() as patch:
        Disk(spool, patch)
        assert all(spool.append(line) for line in lines[1:])
    assert spool.place.counts() == {"direct": 0, "lost": 0, "ballast": 1}
    assert not list(spool.place.directory.glob("*.new"))
    spool.close()
    shipper = Shipper(spool.place)
    shipper.step()
    with market.team.scope():
        assert Click.objects.count() == 20
    assert not (spool.place.directory / "damaged").exists()
    spool.place.restore_ballast()
    assert spool.place.ballast.exists(), "kept again once there is room"


def test_without_room_clicks_go_straight_into_the_database(
    market: Market, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool.append(click_line(market.rani.link))
    spool.close()
    with monkeypatch.context() as patch:
        Disk(spool, patch, for_ever=True)
        assert spool.append(click_line(market.rani.link))
        assert not spool.append(b"nothing that the database takes\n")
        assert spool.place.counts() == {"direct": 1, "lost": 1, "ballast": 1}
    assert spool.append(click_line(market.rani.link)), "there is room again"
    assert spool.place.counts() == {"direct": 1, "lost": 1, "ballast": 1}
    with market.team.scope():
        assert Click.objects.count() == 1


def test_a_line_that_no_segment_has_room_for_is_not_waited_with(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracking.spool.writing.SEGMENT_BYTES", 100)
    assert not spool.append(b"x" * 101)
    assert spool.append(b"x" * 99 + b"\n")


def test_a_forked_process_leaves_its_parents_segment_alone(spool: Spool) -> None:
    first, second = (record(click_id=name, at=1, link_id="l") for name in ("a", "b"))
    assert spool.append(first)
    child = os.fork()
    if not child:
        spool.close()  # as the fork's own spool does
        os._exit(0)
    os.waitpid(child, 0)
    assert spool.append(second)
    (segment,) = spool.place.directory.glob("*.log")
    assert segment.stat().st_size > len(first + second), "its room is still taken"
    piece = segments.read(segment, 0, 2**20)
    assert piece is not None
    assert (piece.data, piece.is_last) == (first + second, False)
    spool.close()
    assert segment.read_bytes() == first + second, "the room is given back"


def test_a_spool_that_is_taken_away_is_made_again(market: Market, spool: Spool) -> None:
    assert spool.append(click_line(market.rani.link))
    for path in spool.place.directory.iterdir():
        path.unlink()
    spool.place.directory.rmdir()
    spool.close()
    assert spool.append(click_line(market.rani.link))
    assert len(segments.names(spool.place)) == 1
