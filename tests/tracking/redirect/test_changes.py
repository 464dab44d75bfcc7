"""What a process remembers of links is right within two seconds of any edit, by whomever."""

import os
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg2
import pytest
from django.db import connection, transaction
from django.utils import timezone

from campaigns import services as campaigns
from campaigns.models import Campaign, Program
from partners import services as partners
from sellers.models import Seller
from tests.portal.market import Market, make_market
from tests.stack import Stack
from tests.tracking.redirect.visits import PERSON, new_link, until
from tracking import services
from tracking.models import Link
from tracking.redirect.cache import Cache
from tracking.redirect.loading import PATIENCE_SECONDS, Away, _patiently
from tracking.redirect.memory import Memory

RIGHT_WITHIN = 2.0


class _Stays(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_given: object) -> None:
        return None


_opener = urllib.request.build_opener(_Stays)


def _asked(base: str, code: str) -> urllib.error.HTTPError:
    """What a running server answers: never a plain page, so always what urllib calls an error."""
    request = urllib.request.Request(f"{base}/r/{code}", headers={"User-Agent": PERSON})
    with pytest.raises(urllib.error.HTTPError) as found:
        _opener.open(request, timeout=5)
    found.value.close()
    return found.value


def _location(base: str, code: str) -> str:
    """Where a running server leads; its status where it leads nowhere."""
    answer = _asked(base, code)
    return answer.headers.get("Location") or str(answer.code)


def _within(seconds: float, right: Callable[[], bool]) -> float:
    """Seconds until it was right."""
    begun = time.monotonic()
    while not right():
        assert time.monotonic() - begun < seconds, "it was not right in time"
        time.sleep(0.02)
    return time.monotonic() - begun


@pytest.fixture(scope="module")
def memory() -> Memory:
    """A memory of its own that hears of changes."""
    own = Memory()
    own.link("/r/nobody-asked-yet")
    until(lambda: own.links.is_told)
    return own


@pytest.fixture(scope="module")
def market() -> Market:
    return make_market()


def _remembered(memory: Memory, link: Link) -> str:
    path = f"/r/{link.code}"
    until(lambda: memory.link(path) is not None and path in memory.links.entries)
    return path


def _suspend(market: Market) -> None:
    partners.suspend_partner(partner=market.rani.partner, reason="x", actor=market.team.actor)


def _end(market: Market) -> None:
    campaigns.end_enrollment(enrollment=market.rani.enrollment, actor=market.team.actor)


def _close(market: Market) -> None:
    campaigns.close_program(program=market.program, actor=market.team.actor)


def _rehost(market: Market) -> None:
    Program.objects.filter(pk=market.program.pk).update(allowed_hosts=["other.example"])


def _move(market: Market) -> None:
    Seller.objects.filter(pk=market.team.id).update(time_zone="Pacific/Auckland")


def _finish(market: Market) -> None:
    Campaign.objects.update(ends_on=timezone.localdate() - timedelta(days=3))


def _retarget(market: Market) -> None:
    target = {"destination": "https://shop.example/x", "countries": ["ID"], "devices": []}
    Link.objects.filter(pk=market.rani.link.pk).update(targets=[target])


@pytest.mark.parametrize("edit", [_suspend, _end, _close, _rehost, _move, _finish, _retarget])
def test_each_row_that_a_link_hangs_on_tells_of_its_change(
    memory: Memory, edit: Callable[[Market], None]
) -> None:
    market = make_market()
    with market.team.scope():
        campaign = campaigns.create_campaign(
            program=market.program,
            actor=market.team.actor,
            name="Push",
            starts_on=timezone.localdate() - timedelta(days=9),
        )
        Link.objects.filter(pk=market.rani.link.pk).update(campaign=campaign)
    path = _remembered(memory, market.rani.link)
    before = memory.links.entries[path]
    other = _remembered(memory, new_link(make_market()))
    with market.team.scope():
        edit(market)
    _within(RIGHT_WITHIN, lambda: path not in memory.links.entries)
    after = memory.link(path)
    assert after is not None
    assert after != before
    assert other in memory.links.entries


def test_what_does_not_matter_to_links_drops_none(memory: Memory, market: Market) -> None:
    path = _remembered(memory, market.rani.link)
    with market.team.scope():
        campaigns.change_program(program=market.program, actor=market.team.actor, summary="New")
    last = new_link(market)
    seen = _remembered(memory, last)
    with market.team.scope():
        services.disable_link(link=last, actor=market.team.actor)
    _within(RIGHT_WITHIN, lambda: seen not in memory.links.entries)
    assert path in memory.links.entries


def test_a_change_that_is_rolled_back_is_not_told(memory: Memory, market: Market) -> None:
    path = _remembered(memory, market.sekar.link)
    with market.team.scope():
        services.disable_link(link=market.sekar.link, actor=market.team.actor)
        transaction.set_rollback(True)
    with market.team.scope():
        services.disable_link(link=new_link(market), actor=market.team.actor)
    assert path in memory.links.entries


def test_a_notice_names_a_row_and_nothing_of_it(market: Market) -> None:
    line = psycopg2.connect(os.environ["DATABASE_URL"])
    line.autocommit = True
    with line.cursor() as cursor:
        cursor.execute("LISTEN prm_redirects")
        link = new_link(market)
        with market.team.scope():
            services.disable_link(link=link, actor=market.team.actor)
        until(lambda: bool(line.poll() or line.notifies))
    assert [notice.payload for notice in line.notifies] == [str(link.pk)]
    line.close()


def test_a_broken_line_is_made_anew_and_everything_read_anew(
    memory: Memory, market: Market
) -> None:
    link = new_link(market)
    path = _remembered(memory, link)
    _break_lines()
    until(lambda: path not in memory.links.entries)
    until(lambda: memory.links.is_told)
    _remembered(memory, link)
    with market.team.scope():
        services.disable_link(link=link, actor=market.team.actor)
    _within(RIGHT_WITHIN, lambda: path not in memory.links.entries)


def _break_lines() -> None:
    """Ends every listener's session on the server."""
    with psycopg2.connect(os.environ["PRM_TEST_POSTGRES"]) as admin, admin.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'prm redirect listener'"
        )
    admin.close()


def test_nothing_is_kept_that_was_read_before_a_change_was_heard_of() -> None:
    class One:
        """Something remembered."""

        keys = frozenset(["row"])
        used = False

    cache: Cache[One] = Cache(lambda name: cache.drop({"row"}) or One())  # type: ignore[func-returns-value]
    cache.is_told = True
    assert cache.find("a") is not None
    assert cache.entries == {}
    calm: Cache[One] = Cache(lambda name: One())
    calm.find("a")
    assert calm.entries == {}
    calm.is_told = True
    calm.find("a")
    assert list(calm.entries) == ["a"]


def test_memory_is_bounded_and_keeps_what_is_used() -> None:
    class One:
        """Something remembered."""

        keys: frozenset[str] = frozenset()

        def __init__(self) -> None:
            self.used = False

    cache: Cache[One] = Cache(lambda name: One(), most=3)
    cache.is_told = True
    for name in "abc":
        cache.find(name)
    cache.find("a")
    cache.find("d")
    assert sorted(cache.entries) == ["a", "c", "d"]
    asked: list[str] = []
    missing: Cache[One] = Cache(asked.append)
    for _time in range(5):
        assert missing.find("x") is None
    assert asked == ["x"]


def test_waiting_for_the_database_is_short_and_of_few_threads() -> None:
    def fails() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 20")
            cursor.execute("SELECT pg_sleep(5)")

    results: list[float] = []

    def ask() -> None:
        begun = time.monotonic()
        with pytest.raises(Away):
            _patiently(fails)
        connection.close()
        results.append(time.monotonic() - begun)

    threads = [threading.Thread(target=ask) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 6
    assert max(results) < PATIENCE_SECONDS * 2 + 0.5


@pytest.fixture(scope="module")
def servers() -> Iterator[list[str]]:
    """Two web servers without a worker and without Redis."""
    nowhere = {"REDIS_URL": "redis://127.0.0.1:1/0"}
    stacks = [Stack(name, environ=nowhere) for name in ("first", "second")]
    try:
        for one in stacks:
            one.web.start()
        yield [one.url for one in stacks]
    finally:
        for one in stacks:
            one.web.stop()


@pytest.mark.slow
def test_two_servers_hear_of_an_edit_without_redis(servers: list[str]) -> None:
    market = make_market()
    link = new_link(market)
    for url in servers:
        _within(5, lambda url=url: "prm_click" in _location(url, link.code))  # type: ignore[misc]
    with market.team.scope():
        services.disable_link(link=link, actor=market.team.actor)
    for url in servers:
        _within(RIGHT_WITHIN, lambda url=url: _location(url, link.code) == link.destination)  # type: ignore[misc]


@contextmanager
def _database_away() -> Iterator[None]:
    """Nobody may connect to this process's database, and all who had are cut off."""
    name = connection.settings_dict["NAME"]
    connection.close()
    admin = psycopg2.connect(os.environ["PRM_TEST_POSTGRES"])
    admin.autocommit = True
    with admin.cursor() as cursor:
        try:
            cursor.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )
            yield
        finally:
            cursor.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
            admin.close()


@pytest.mark.slow
def test_known_links_are_answered_while_the_database_is_away(servers: list[str]) -> None:
    market = make_market()
    known, unknown, url = market.rani.link, market.sekar.link, servers[0]
    _within(5, lambda: "prm_click" in _location(url, known.code))
    with _database_away():
        for _time in range(20):
            begun = time.monotonic()
            assert "prm_click" in _location(url, known.code)
            assert time.monotonic() - begun < 1
        begun = time.monotonic()
        assert _location(url, unknown.code) == "503"
        assert time.monotonic() - begun < 1.5
        assert _asked(url, unknown.code).headers["Retry-After"] == "5"
    _within(5, lambda: "prm_click" in _location(url, unknown.code))
    with market.team.scope():
        services.disable_link(link=known, actor=market.team.actor)
    _within(RIGHT_WITHIN, lambda: _location(url, known.code) == known.destination)
