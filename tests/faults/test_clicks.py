"""kill -9 of web, shipper and PostgreSQL, and Redis away, while visitors click.

What was answered with a token is stored, exactly once, and the sums agree. The redirect goes on
answering meanwhile; only while the web server itself is down does nobody answer.
"""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg2
import pytest

from prm.embedded import Services, start
from prm.embedded.errors import ServerFailed
from prm.embedded.services import DATABASE
from prm.roles import with_database
from tests.services import database_name
from tests.stack import Stack
from tracking import tokens

PATIENCE = 60
VISITORS = 4
LONG = 10
MARKET = """
import json
from tests.portal.market import make_market
market = make_market()
print(json.dumps([market.team.seller.slug, market.rani.link.code, market.sekar.link.code]))
"""


@dataclass
class Visitors:
    """People who click again and again, and what they were answered."""

    port: int
    codes: list[str]
    answered: set[str] = field(default_factory=set)
    odd: list[str] = field(default_factory=list)
    cut_off: int = 0
    delays: list[float] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def begin(self) -> None:
        """Start clicking."""
        for number in range(VISITORS):
            thread = threading.Thread(target=self._visit, args=(random.Random(number),))
            self.threads.append(thread)
            thread.start()

    def end(self) -> None:
        """Stop clicking."""
        self.over.set()
        for thread in self.threads:
            thread.join(20)

    def click_on(self, count: int) -> None:
        """Wait for so many more answers."""
        wanted = len(self.delays) + count
        wait_until(lambda: len(self.delays) >= wanted, lambda: f"{len(self.delays)} answers")

    def _visit(self, dice: random.Random) -> None:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        while not self.over.is_set():
            asked = False
            try:
                if line.sock is None:
                    line.connect()
                begun = time.perf_counter()
                asked = True
                line.request("GET", f"/r/{dice.choice(self.codes)}", headers=_browser(dice))
                answer = line.getresponse()
                answer.read()
                self.delays.append(time.perf_counter() - begun)
                self._note(answer)
            except (OSError, http.client.HTTPException):
                self.cut_off += asked  # the web server was killed; its click may be kept or not
                line.close()
                time.sleep(0.02)
            time.sleep(0.003)
        line.close()

    def _note(self, answer: http.client.HTTPResponse) -> None:
        place = urlsplit(answer.headers.get("Location", ""))
        token = tokens.read(parse_qs(place.query).get("prm_click", [""])[0])
        if answer.status != 302 or token is None:
            self.odd.append(f"{answer.status} {place.geturl()}")
        else:
            self.answered.add(str(token.click_id))


def _browser(dice: random.Random) -> dict[str, str]:
    return {
        "User-Agent": f"Mozilla/5.0 (X11; Linux x86_64) Chrome/{dice.randrange(90, 140)}.0",
        "X-Forwarded-For": f"9.{dice.randrange(256)}.{dice.randrange(256)}.1",
    }


@dataclass
class Place:
    """The product on servers of its own, all of which may be killed."""

    stack: Stack
    servers: Services
    spool: Path

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the database says, seen by its superuser."""
        assert self.servers.postgres
        url = self.servers.postgres.url(database=DATABASE)
        with closing(psycopg2.connect(url)) as raw, raw.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()

    def stored(self) -> set[str]:
        """The clicks in the table, each counted once by its key."""
        return {row[0] for row in self.rows("SELECT id::text FROM tracking_click")}

    def kill_web(self) -> None:
        """kill -9, and a new start."""
        self.stack.web.kill()
        self.stack.web.start()

    def kill_shipper(self) -> None:
        """kill -9, and a new start."""
        self.stack.shipper.kill()
        self.stack.shipper.start()

    def kill_postgres(self) -> None:
        """kill -9, away for a while, and a new start."""
        postgres = self.servers.postgres
        assert postgres
        os.kill(postgres.pid, signal.SIGKILL)
        assert postgres.process
        postgres.process.wait()
        time.sleep(1.5)
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                postgres.start()
            except ServerFailed:  # a session of the killed one is still ending
                assert time.monotonic() < deadline
            else:
                return

    def stop_redis(self, seconds: float) -> None:
        """Away for a while."""
        redis = self.servers.redis
        assert redis
        redis.kill()
        time.sleep(seconds)
        redis.start()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with start(tmp_path / "servers", durable=False) as servers:
        environ = {
            **servers.environ,
            "PRM_TRUSTED_PROXIES": "1",
            "PRM_LOG_LEVEL": "WARNING",
        }
        stack = Stack(f"clicks-{tmp_path.name}", redis=servers.redis, environ=environ)
        fill_like_template(servers)
        try:
            yield Place(stack, servers, Path(stack.environ["PRM_SPOOL_DIR"]))
        finally:
            stack.stop()


def fill_like_template(servers: Services) -> None:
    """The tables of this run's template in the empty database of another server."""
    assert servers.postgres
    programs = servers.postgres.bin
    source = with_database(os.environ["PRM_TEST_POSTGRES"], database_name("template"))
    target = servers.postgres.url(database=DATABASE)
    dump = subprocess.run([programs / "pg_dump", source], check=True, stdout=subprocess.PIPE)
    subprocess.run(
        [programs / "psql", "--quiet", "--output", os.devnull, "--set", "ON_ERROR_STOP=1", target],
        check=True,
        input=dump.stdout,
    )


def wait_until(what: Callable[[], bool], why: Callable[[], str]) -> None:
    """Wait for something that must come."""
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, why()
        time.sleep(0.05)


@pytest.mark.slow
def test_clicks_survive_whatever_is_killed(
    place: Place, rounds: int, capsys: pytest.CaptureFixture[str]
) -> None:
    seller, *codes = json.loads(
        place.stack.manage("shell", "-v", "0", "-c", MARKET).splitlines()[-1]
    )
    place.stack.shipper.start()
    place.stack.web.start()
    visitors = Visitors(place.stack.port, codes)
    visitors.begin()
    is_long = rounds >= LONG
    faults: list[Callable[[], None]] = [
        place.kill_web,
        place.kill_shipper,
        place.kill_postgres,
        lambda: place.stop_redis(10 if is_long else 1),
    ]
    try:
        for _round in range(max(1, rounds // 2)):
            for fault in faults:
                visitors.click_on(40)
                fault()
        visitors.click_on(40)
    finally:
        visitors.end()
    place.stack.web.stop()
    wait_until(lambda: not list(place.spool.glob("*.log")), place.stack.shipper.text)
    delays = sorted(visitors.delays)
    p99 = delays[len(delays) * 99 // 100]
    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(delays)} redirects, p99 {p99 * 1000:.1f} ms, {visitors.cut_off} cut off\n"
        )
    assert visitors.odd == []
    stored = place.stored()
    assert visitors.answered - stored == set()
    assert len(stored - visitors.answered) <= visitors.cut_off
    assert_sums_agree(place, seller, len(stored))
    if is_long:
        assert p99 < 1


def assert_sums_agree(place: Place, seller: str, count: int) -> None:
    """Each sum holds every click once, and counting anew finds nothing else."""
    for table, whole in (
        ("tracking_linkday", "true"),
        ("tracking_sellerday", "dimension = ''"),
        ("tracking_partnerday", "dimension = ''"),
        ("tracking_partnerday", "dimension = 'device'"),
        ("tracking_partnermonth", "true"),
    ):
        assert place.rows(f"SELECT sum(clicks + bots) FROM {table} WHERE {whole}") == [(count,)]
    days = place.rows("SELECT min(day)::text, max(day)::text FROM tracking_linkday")[0]
    place.stack.manage(
        "rebuild_rollups", "--from", days[0], "--to", days[1], "--seller", seller, "--check"
    )
