"""The seller's figures of a period beside the period before, and of the last twelve weeks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from commissions import selectors as commissions
from commissions.selectors import Cost
from portal import time_format
from prm import periods
from prm.money import to_major
from prm.periods import Period
from sellers.reader import Reader
from tracking import selectors as tracking
from tracking.selectors import Mover, Reach, SalesSum, Week

WEEKS: Final = 12
PROGRAMS_SHOWN: Final = 4
PERIODS: Final[dict[str, Callable[[datetime], Period]]] = {
    "7d": lambda now: periods.last_days(now, 7, "7d"),
    "month": periods.month_so_far,
    "quarter": periods.quarter_so_far,
}


@dataclass(frozen=True)
class Growth:
    """Figures in `currency`; `others` are sums in further currencies, never added to it."""

    period: Period
    currency: str
    sales: SalesSum
    others: list[tuple[str, int]]
    reach: Reach
    cost: Cost
    weeks: list[Week]
    weekly_costs: list[int]
    rising: list[Mover]
    fading: list[Mover]

    @property
    def cost_rate(self) -> float | None:
        """Commission as per cent of sales."""
        return _percent(self.cost.earned, self.sales.amount)

    @property
    def cost_rate_before(self) -> float | None:
        """The same before."""
        return _percent(self.cost.earned_before, self.sales.amount_before)

    @property
    def sparks(self) -> dict[str, list[float]]:
        """Weekly values behind each tile, oldest first."""
        return {
            "sales": [week.amount for week in self.weeks],
            "partners": [week.partners for week in self.weeks],
            "rate": [_percent(week.click_sales, week.clicks) or 0 for week in self.weeks],
            "cost": [
                _percent(cost, week.amount) or 0
                for cost, week in zip(self.weekly_costs, self.weeks, strict=True)
            ],
        }

    @property
    def chart(self) -> dict[str, Any]:
        """Weekly sales by program in major units, the largest programs apart, the rest joined."""
        totals: dict[str, int] = {}
        for week in self.weeks:
            for name, amount in week.amounts.items():
                totals[name] = totals.get(name, 0) + amount
        names = sorted(totals, key=lambda name: (-totals[name], name))
        shown, rest = names[:PROGRAMS_SHOWN], names[PROGRAMS_SHOWN:]
        series = [self._series(name, [name]) for name in shown]
        if rest:
            series.append(self._series(_("Other programs"), rest))
        return {
            "labels": [time_format.day_text(week.start) for week in self.weeks],
            "series": series or [self._series(_("Sales"), [])],
        }

    def _series(self, label: str, names: list[str]) -> dict[str, Any]:
        values = [sum(week.amounts.get(name, 0) for name in names) for week in self.weeks]
        return {
            "name": label,
            "values": [float(to_major(value, self.currency)) for value in values],
        }


def growth(reader: Reader, period_key: str) -> Growth:
    """The figures of one period; a fixed number of queries."""
    # sums are kept by day of the seller's zone, whoever reads them where
    now = timezone.localtime(timezone=ZoneInfo(reader.seller.time_zone))
    period = PERIODS.get(period_key, PERIODS["month"])(now)
    sold = tracking.sold(period)
    sums = sold.by_currency
    currency = _main_currency(reader.seller.currency, sums)
    starts = periods.week_starts(now, WEEKS)
    rising, fading = tracking.movers(period, currency, starts)
    costs = commissions.costs(period) if reader.may("commissions.view") else {}
    return Growth(
        period=period,
        currency=currency,
        sales=sums.get(currency, SalesSum(0, 0, 0, 0)),
        others=[(code, one.amount) for code, one in sorted(sums.items()) if code != currency],
        reach=sold.reach,
        cost=costs.get(currency, Cost(0, 0)),
        weeks=tracking.weeks(starts, currency),
        weekly_costs=commissions.weekly_costs(starts, currency),
        rising=rising,
        fading=fading,
    )


def _main_currency(own: str, sums: dict[str, SalesSum]) -> str:
    """The seller's own currency; where he sells nothing in it, the one with most sales."""
    if own in sums or not sums:
        return own
    return max(sums, key=lambda code: (sums[code].count + sums[code].count_before, code))


def _percent(part: int, whole: int) -> float | None:
    return part * 100 / whole if whole else None
