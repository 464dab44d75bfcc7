"""Clicks of sellers over a year and their sums, month by month on two connections.

The very statements of the shipper make the sums from what was written, and the product's own check
compares them with the rows. Indexes are made anew once all rows are there: a row into the finished
ones takes three times as long.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import psycopg2
from django.db.models import QuerySet, Sum

from sellers.models import Seller
from sellers.scope import seller_scope
from tracking.models import Click, LinkDay, PartnerDay, PartnerMonth, SellerDay
from tracking.shipping import rebuilding, sums

T = TypeVar("T")
CONNECTIONS: Final = 2
CHECKED_DAYS: Final = (30, 200)
DIVIDED: Final = ("sub1", "country", "device", "host")
# Few links have most clicks, as everywhere: the first 8 %, the last half of them 20 %.
PLACE: Final = "(%(links)s * power(random(), 3))::int %% %(links)s"
LINKS: Final = """
    CREATE TEMP TABLE IF NOT EXISTS bench_links AS
    SELECT l.id, e.id AS enrollment_id, e.partner_id, e.program_id,
           row_number() OVER (ORDER BY l.id) - 1 AS place
    FROM tracking_link l JOIN campaigns_enrollment e ON e.id = l.enrollment_id
    WHERE l.seller_id = %(seller)s
"""
# A link stands at one place, so its clicks have one sub-id and come from two sites.
_WRITTEN: Final = f"""
    WITH written AS (
        INSERT INTO tracking_click (id, at, seller_id, link_id, destination, address, visitor,
            agent, device, country, referrer, bot_reason, sub1, sub2, sub3, sub4, sub5)
        SELECT uuidv7(at - now()), at, %(seller)s, l.id, '', '198.18.1.0',
               substr(md5(n::text), 1, 22), 'Mozilla/5.0 (X11; Linux x86_64)',
               (ARRAY['desktop', 'mobile', 'tablet'])[1 + n %% 3],
               (ARRAY['ID', 'SG', 'MY', 'DE', 'NL', ''])[1 + n %% 6],
               'https://blog' || (place + n %% 2) %% 8 || '.example/',
               CASE WHEN n %% 20 = 0 THEN 'agent' ELSE '' END,
               (ARRAY['bio', 'story', 'blog', ''])[1 + place %% 4], '', '', '', ''
        FROM (
            SELECT n, %(from)s::timestamptz + n * %(every)s::interval AS at, {PLACE} AS place
            FROM generate_series(%(first)s::bigint, %(last)s::bigint) n OFFSET 0
        ) g JOIN bench_links l USING (place)
        RETURNING link_id, at, bot_reason, sub1, country, device, referrer
    )
"""
_SUMMED: Final = """
    SELECT link_id, (at AT TIME ZONE 'UTC')::date AS day, 'c' AS kind, bot_reason, sub1, country,
           device, split_part(referrer, '/', 3) AS host
    FROM written
"""


# Of the table that the months are parts of: each index, and its constraint where it has one.
_INDEXES: Final = """
    SELECT i.indexrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid),
           split_part(pg_get_indexdef(i.indexrelid), ' USING ', 2)
    FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid
    WHERE i.indrelid = 'tracking_click'::regclass
"""
_MONTHS: Final = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass"


@dataclass(frozen=True)
class Year:
    """So many clicks of a seller from `since` on, each `every` after the one before.

    His time zone is UTC, so that no two months share a row of the sums of days.
    """

    seller: Seller
    clicks: int
    links: int
    since: datetime
    days: int

    @property
    def every(self) -> timedelta:
        """From one click to the next."""
        return timedelta(days=self.days) / self.clicks

    @property
    def months(self) -> Iterator["Stretch"]:
        """The clicks of each month."""
        first = 0
        while first < self.clicks:
            begins = (self.since + first * self.every).replace(day=1)
            ends = (begins + timedelta(days=31)).replace(
                day=1, hour=0, minute=0, second=0, microsecond=0
            )
            beyond = min(self.clicks, -((self.since - ends) // self.every))
            yield Stretch(self, first, beyond - 1)
            first = beyond


@dataclass(frozen=True)
class Stretch:
    """Clicks number `first` to `last` of a year, all of one month."""

    year: Year
    first: int
    last: int

    @property
    def values(self) -> dict[str, Any]:
        """For the statements."""
        return {
            "seller": str(self.year.seller.pk), "links": self.year.links, "from": self.year.since,
            "every": self.year.every, "first": self.first, "last": self.last,
        }  # fmt: skip


def write(years: Sequence[Year]) -> None:
    """All clicks and their sums; raises RuntimeError where a sum is not what its rows are."""
    with connected() as server:
        indexes = _rows(server, _INDEXES)
        months = [name for (name,) in _rows(server, _MONTHS, ["tracking_click"])]
        _drop(server, indexes)
        _side_by_side(_write, [stretch for year in years for stretch in year.months])
        _side_by_side(lambda month: _index(month, indexes), months)
        _join(server, indexes)
    for year in years:
        _check(year)


@contextmanager
def connected() -> Iterator[Any]:
    """A superuser's connection for much work: row security and keys are not asked."""
    server = psycopg2.connect(os.environ["PRM_BENCH_POSTGRES"])
    server.autocommit = True
    try:
        with server.cursor() as cursor:
            cursor.execute("SET work_mem = '512MB'")
            cursor.execute("SET maintenance_work_mem = '512MB'")
            cursor.execute("SET synchronous_commit = off")
            cursor.execute("SET session_replication_role = replica")
        yield server
    finally:
        server.close()


def _side_by_side(act: Callable[[T], None], items: Iterable[T]) -> None:
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        list(threads.map(act, items))


def _rows(server: Any, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with server.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _write(stretch: Stretch) -> None:
    with connected() as server, server.cursor() as cursor:
        cursor.execute(LINKS, stretch.values)
        cursor.execute("ANALYZE bench_links")
        cursor.execute("BEGIN")
        cursor.execute(sums.TABLES)
        cursor.execute(f"{sums.ALL_LINKS} WHERE l.seller_id = %s", [str(stretch.year.seller.pk)])
        cursor.execute(_WRITTEN + sums.summing(_SUMMED, DIVIDED), stretch.values)
        sums.add(cursor)
        cursor.execute("COMMIT")


def _drop(server: Any, indexes: Sequence[tuple[Any, ...]]) -> None:
    with server.cursor() as cursor:
        for name, constraint, _terms, _columns in indexes:
            cursor.execute(
                f"ALTER TABLE tracking_click DROP CONSTRAINT {constraint}"
                if constraint
                else f"DROP INDEX {name}"
            )


def _index(month: str, indexes: Sequence[tuple[Any, ...]]) -> None:
    """The indexes of one month, which then waits for nothing that would be done while measuring."""
    with connected() as server, server.cursor() as cursor:
        for _name, constraint, terms, columns in indexes:
            cursor.execute(
                f"ALTER TABLE {month} ADD {terms}"
                if constraint
                else f"CREATE INDEX ON {month} USING {columns}"
            )
        cursor.execute(f"VACUUM ANALYZE {month}")


def _join(server: Any, indexes: Sequence[tuple[Any, ...]]) -> None:
    """The indexes of the whole: those of the months become their parts."""
    with server.cursor() as cursor:
        for name, constraint, terms, columns in indexes:
            cursor.execute(
                f"ALTER TABLE tracking_click ADD CONSTRAINT {constraint} {terms}"
                if constraint
                else f"CREATE INDEX {name} ON tracking_click USING {columns}"
            )


def _check(year: Year) -> None:
    """Every table of sums tells as many clicks as there are rows; some days are counted anew."""
    with seller_scope(year.seller.pk):
        counts = {"tracking_click": Click.objects.count()}
        sums_of: dict[str, QuerySet[Any]] = {
            "tracking_linkday": LinkDay.objects.all(),
            "tracking_partnerday": PartnerDay.objects.filter(dimension=""),
            "tracking_sellerday": SellerDay.objects.filter(dimension=""),
            "tracking_partnermonth": PartnerMonth.objects.all(),
        }
        for table, days in sums_of.items():
            counts[table] = days.aggregate(n=Sum("clicks") + Sum("bots"))["n"]
    wrong = [f"{table} tells {n}" for table, n in counts.items() if n != year.clicks]
    for back in CHECKED_DAYS:
        wrong += rebuilding.faults(year.seller, year.since.date() + timedelta(days=back))
    if wrong:
        raise RuntimeError(f"Of {year.clicks} clicks: {'; '.join(wrong)}")
