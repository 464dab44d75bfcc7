"""From clicks to the sums of days: one pass over the clicks, then small upserts.

`prm_sums` holds the clicks of each link by day, whole and divided by what visitors bring. Partner,
program, campaign and seller follow from the link, so their sums are made from these few rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.backends.utils import CursorWrapper

from tracking.models import LinkDay, PartnerDay, PartnerMonth, SellerDay

# Everybody who changes sums holds it shared; who counts them anew holds it alone.
LOCK: Final = 7_072_001

COUNTS: Final = ("clicks", "bots", "impressions")
SUBS: Final = ("sub1", "sub2", "sub3", "sub4", "sub5")
DIVIDED: Final = (*SUBS, "country", "device", "host")
_NAMES: Final = {"host": "referrer", "program_id::text": "program", "campaign_id::text": "campaign"}

TABLES: Final = """
CREATE TEMP TABLE IF NOT EXISTS prm_links (
    link_id uuid NOT NULL, seller_id uuid NOT NULL, partner_id uuid NOT NULL,
    program_id uuid NOT NULL, campaign_id uuid, time_zone text NOT NULL
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS prm_sums (
    link_id uuid, day date, dimension text, value text,
    clicks bigint, bots bigint, impressions bigint
) ON COMMIT DELETE ROWS;
"""
ALL_LINKS: Final = """
INSERT INTO prm_links
SELECT l.id, l.seller_id, e.partner_id, e.program_id, l.campaign_id, s.time_zone
FROM tracking_link l
JOIN campaigns_enrollment e ON e.id = l.enrollment_id
JOIN sellers_seller s ON s.id = l.seller_id
"""


@dataclass(frozen=True)
class Division:
    """Rows whole and divided by each of `columns`: for one pass with GROUPING SETS."""

    columns: Sequence[str]

    @property
    def dimension(self) -> str:
        """The name of what a row is divided by; "" for the whole."""
        every = 2 ** len(self.columns) - 1
        # GROUPING() has a bit for each column that a row is not divided by
        names = " ".join(
            f"WHEN {every - 2**place} THEN '{_NAMES.get(name, name)}'"
            for place, name in enumerate(reversed(self.columns))
        )
        return f"CASE GROUPING({', '.join(self.columns)}) WHEN {every} THEN '' {names} END"

    @property
    def value(self) -> str:
        """What stands in that column."""
        return f"COALESCE({', '.join(self.columns)}, '')"

    @property
    def sets(self) -> str:
        """For GROUP BY."""
        return f"GROUPING SETS ((), {', '.join(f'({name})' for name in self.columns)})"


def summing(source: str, columns: Sequence[str] = DIVIDED) -> str:
    """Statement that fills `prm_sums` from clicks with `link_id`, `day`, `kind` and `columns`.

    A column costs about a tenth of the pass, so what no click has is better left out.
    """
    divided = Division(columns)
    return f"""
        INSERT INTO prm_sums
        SELECT link_id, day, {divided.dimension}, {divided.value},
               count(*) FILTER (WHERE kind = 'c' AND bot_reason = ''),
               count(*) FILTER (WHERE kind = 'c' AND bot_reason <> ''),
               count(*) FILTER (WHERE kind = 'i' AND bot_reason = '')
        FROM ({source}) incoming GROUP BY link_id, day, {divided.sets}
    """  # noqa: S608  names of columns, all ours


@dataclass(frozen=True)
class Target:
    """A table of sums: its key, and how the key follows from `prm_sums` and `prm_links`."""

    table: str
    key: tuple[str, ...]
    rows: str

    @property
    def changes(self) -> str:
        """Query of the key and counts that `prm_sums` holds for this table, in order of the key.

        Two shippers take the rows' locks in the same order, so they wait but never deadlock.
        """
        key, counts = ", ".join(self.key), ", ".join(f"sum({name}) AS {name}" for name in COUNTS)
        return (
            f"SELECT {key}, {counts} FROM ({self.rows}) rows "  # noqa: S608  names of ours
            f"GROUP BY {key} ORDER BY {key}"
        )

    @property
    def addition(self) -> str:
        """Statement that adds what `prm_sums` holds."""
        added = ", ".join(f"{name} = old.{name} + EXCLUDED.{name}" for name in COUNTS)
        return f"""
            INSERT INTO {self.table} AS old ({", ".join(self.key)}, {", ".join(COUNTS)}, visitors)
            SELECT {", ".join(self.key)}, {", ".join(COUNTS)}, 0 FROM ({self.changes}) changes
            ON CONFLICT ({", ".join(self.key)}) DO UPDATE SET {added}
        """  # noqa: S608  names of ours

    @property
    def replacement(self) -> str:
        """Statement that sets clicks and bots to what `prm_sums` holds."""
        key = ", ".join(self.key)
        return f"""
            INSERT INTO {self.table} ({key}, clicks, bots, impressions, visitors)
            SELECT {key}, clicks, bots, 0, 0 FROM ({self.changes}) changes
            ON CONFLICT ({key}) DO UPDATE SET clicks = EXCLUDED.clicks, bots = EXCLUDED.bots
        """  # noqa: S608  names of ours


_JOINED: Final = "FROM prm_sums JOIN prm_links USING (link_id)"
_KEPT: Final = "clicks, bots, impressions"
_WITH_VALUE: Final = "(value <> '' OR dimension IN ('country', 'device', 'referrer'))"
_SHARED: Final = "dimension IN ('country', 'device', 'referrer')"

LINK_DAYS: Final = Target(
    LinkDay._meta.db_table,
    ("seller_id", "link_id", "day"),
    f"SELECT seller_id, link_id, day, {_KEPT} {_JOINED} WHERE dimension = ''",
)
PARTNER_DAYS: Final = Target(
    PartnerDay._meta.db_table,
    ("seller_id", "partner_id", "program_id", "dimension", "day", "value"),
    f"""SELECT seller_id, partner_id, program_id, dimension, day, value, {_KEPT}
        {_JOINED} WHERE dimension = '' OR {_WITH_VALUE}
        UNION ALL
        SELECT seller_id, partner_id, program_id, 'campaign', day, campaign_id::text, {_KEPT}
        {_JOINED} WHERE dimension = '' AND campaign_id IS NOT NULL""",
)
SELLER_DAYS: Final = Target(
    SellerDay._meta.db_table,
    ("seller_id", "dimension", "day", "value"),
    f"""SELECT seller_id, dimension, day, value, {_KEPT}
        {_JOINED} WHERE dimension = '' OR {_SHARED}
        UNION ALL
        SELECT seller_id, 'program', day, program_id::text, {_KEPT}
        {_JOINED} WHERE dimension = ''""",
)
PARTNER_MONTHS: Final = Target(
    PartnerMonth._meta.db_table,
    ("seller_id", "day", "program_id", "partner_id"),
    f"""SELECT seller_id, date_trunc('month', day)::date AS day, program_id, partner_id, {_KEPT}
        {_JOINED} WHERE dimension = ''""",
)
DAYS: Final = (LINK_DAYS, PARTNER_DAYS, SELLER_DAYS)

CHANGED: Final = """
INSERT INTO tracking_trafficday AS old (seller_id, day, changed_at)
SELECT seller_id, day, clock_timestamp() FROM prm_sums JOIN prm_links USING (link_id)
WHERE dimension = '' AND clicks > 0
GROUP BY seller_id, day ORDER BY seller_id, day
ON CONFLICT (seller_id, day) DO UPDATE SET changed_at = EXCLUDED.changed_at
"""


def share(cursor: CursorWrapper) -> None:
    """Wait for whoever counts sums anew, then keep him out until the transaction ends."""
    cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LOCK])


def own(cursor: CursorWrapper) -> None:
    """Keep everybody else from changing sums until the transaction ends."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def add(cursor: CursorWrapper) -> None:
    """Add what `prm_sums` holds to the sums of days and months."""
    for target in (*DAYS, PARTNER_MONTHS):
        cursor.execute(target.addition)
    cursor.execute(CHANGED)
