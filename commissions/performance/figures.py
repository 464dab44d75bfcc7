"""What one partner brought in a stretch of days beside the one before: in all, over time, divided.

Everything is a sum of his rows by link and day; a page costs what his links and days cost, however
many sales and clicks they stand for.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from prm.rows import fetched
from tracking.rules import SUB_IDS
from tracking.selectors import Span

BY: Final = ("link", "campaign", "material", *SUB_IDS)
_SUMS: Final = (
    "clicks", "sales", "by_click", "amount_minor", "refunds", "refunded_minor", "earned_minor",
)  # fmt: skip


@dataclass(frozen=True)
class Results:
    """Sums of a stretch; money in minor units. `by_click` are the sales that a click brought."""

    clicks: int = 0
    sales: int = 0
    by_click: int = 0
    amount: int = 0
    refunds: int = 0
    refunded: int = 0
    earned: int = 0

    @property
    def rate(self) -> float | None:
        """Clicks that became sales, in per cent; None without clicks."""
        return self.by_click * 100 / self.clicks if self.clicks else None

    @property
    def average(self) -> int | None:
        """Net of an average order, rounded down; None without sales."""
        return self.amount // self.sales if self.sales else None

    @property
    def refund_rate(self) -> float | None:
        """Refunds as per cent of net sales of the same days; None without sales."""
        return self.refunded * 100 / self.amount if self.amount else None


@dataclass(frozen=True)
class Both:
    """Now and in as many days before."""

    now: Results
    before: Results


@dataclass(frozen=True)
class PartOf:
    """One value of what results are divided by; "" is everything without one."""

    value: str
    both: Both


_CURRENCIES: Final = """
    SELECT currency FROM commissions_resultday WHERE partner_id = %(partner)s
      AND day BETWEEN %(before)s AND %(last)s
    GROUP BY 1 ORDER BY sum(sales) DESC, sum(earned_minor) DESC, 1
"""
# Clicks of the partner whole, in all his programs; they have no currency.
_DAYS: Final = """
    SELECT day, sum(clicks)::bigint, 0, 0, 0, 0, 0, 0 FROM tracking_partnerday
    WHERE partner_id = %(partner)s AND dimension = '' AND day BETWEEN %(before)s AND %(last)s
      AND program_id IN (SELECT id FROM campaigns_program)
    GROUP BY 1
    UNION ALL
    SELECT day, 0, sum(sales)::bigint, sum(by_click)::bigint, sum(amount_minor)::bigint,
           sum(refunds)::bigint, sum(refunded_minor)::bigint, sum(earned_minor)::bigint
    FROM commissions_resultday
    WHERE partner_id = %(partner)s AND currency = %(currency)s
      AND day BETWEEN %(before)s AND %(last)s
    GROUP BY 1
"""
_PARTS: Final = """
    WITH own AS (
        SELECT l.id, {value} AS value FROM tracking_link l
        JOIN campaigns_enrollment e ON e.id = l.enrollment_id WHERE e.partner_id = %(partner)s
    ), days AS (
        SELECT d.link_id, d.day, d.clicks, 0::bigint AS sales, 0::bigint AS by_click,
               0::bigint AS amount_minor, 0::bigint AS refunds, 0::bigint AS refunded_minor,
               0::bigint AS earned_minor
        FROM tracking_linkday d
        WHERE d.link_id IN (SELECT id FROM own) AND d.day BETWEEN %(before)s AND %(last)s
        UNION ALL
        SELECT link_id, day, 0, sales, by_click, amount_minor, refunds, refunded_minor, earned_minor
        FROM commissions_resultday WHERE partner_id = %(partner)s AND currency = %(currency)s
          AND day BETWEEN %(before)s AND %(last)s
    )
    SELECT COALESCE(o.value, ''), {sums}
    FROM days d LEFT JOIN own o ON o.id = d.link_id GROUP BY 1
    HAVING sum(clicks) + sum(sales) + sum(refunds) > 0 OR sum(earned_minor) <> 0
    ORDER BY sum(amount_minor) FILTER (WHERE day >= %(first)s) DESC NULLS LAST,
             sum(clicks) FILTER (WHERE day >= %(first)s) DESC NULLS LAST, 1
    LIMIT %(limit)s
"""
_VALUES: Final = {
    "link": "l.id::text",
    "campaign": "l.campaign_id::text",
    "material": "l.material_id::text",
    **{sub: f"l.{sub}" for sub in SUB_IDS},
}


def currencies(partner_id: uuid.UUID, span: Span) -> list[str]:
    """What he sold or earned in, now and before, the one with most sales first; one query."""
    return [row[0] for row in fetched(_CURRENCIES, _of(partner_id, span, ""))]


def by_day(partner_id: uuid.UUID, span: Span, currency: str) -> dict[date, Results]:
    """Results of each day of the stretch and of the one before; one query."""
    found: dict[date, list[int]] = {}
    for day, *counts in fetched(_DAYS, _of(partner_id, span, currency)):
        held = found.setdefault(day, [0] * len(_SUMS))
        for place, number in enumerate(counts):
            held[place] += number
    return {day: Results(*counts) for day, counts in found.items()}


def added(days: dict[date, Results], span: Span) -> Results:
    """The days of a stretch in one sum."""
    inside = [one for day, one in days.items() if span.first <= day <= span.last]
    return together(inside)


def together(results: Sequence[Results]) -> Results:
    """Several in one sum."""
    return Results(
        clicks=sum(one.clicks for one in results),
        sales=sum(one.sales for one in results),
        by_click=sum(one.by_click for one in results),
        amount=sum(one.amount for one in results),
        refunds=sum(one.refunds for one in results),
        refunded=sum(one.refunded for one in results),
        earned=sum(one.earned for one in results),
    )


def divided(
    partner_id: uuid.UUID, span: Span, currency: str, by: str, limit: int | None
) -> list[PartOf]:
    """Results by one of `BY`, most sold first; one query.

    A sub-id, campaign or material is that of the link, for clicks and sales alike.
    """
    sums = ", ".join(
        f"COALESCE(sum({name}) FILTER (WHERE day {when}), 0)::bigint"
        for when in (">= %(first)s", "< %(first)s")
        for name in _SUMS
    )
    statement = _PARTS.replace("{value}", _VALUES[by]).replace("{sums}", sums)
    rows = fetched(statement, _of(partner_id, span, currency) | {"limit": limit})
    half = len(_SUMS)
    return [
        PartOf(value, Both(Results(*counts[:half]), Results(*counts[half:])))
        for value, *counts in rows
    ]


def _of(partner_id: uuid.UUID, span: Span, currency: str) -> dict[str, Any]:
    return {
        "partner": partner_id,
        "currency": currency,
        "before": span.before.first,
        "first": span.first,
        "last": span.last,
    }
