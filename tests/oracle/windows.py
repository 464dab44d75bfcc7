"""Windows of time, in the seller's days."""

import calendar
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

ROLLING_DAYS = 90


def day(moment: datetime, zone: ZoneInfo) -> date:
    """The day it is for the seller."""
    return moment.astimezone(zone).date()


def quarter(of: date) -> tuple[int, int]:
    """Year and quarter."""
    return (of.year, (of.month - 1) // 3)


def same_window(window: str, earlier: datetime, event: datetime, zone: ZoneInfo) -> bool:
    """Whether `earlier` counts in the window of an event at `event`."""
    then, today = day(earlier, zone), day(event, zone)
    if window == "lifetime":
        return True
    if window == "month":
        return (then.year, then.month) == (today.year, today.month)
    if window == "previous_month":
        last = today.replace(day=1) - timedelta(days=1)
        return (then.year, then.month) == (last.year, last.month)
    if window == "quarter":
        return quarter(then) == quarter(today)
    if window == "year":
        return then.year == today.year
    if window == "rolling_90_days":
        return today - timedelta(days=ROLLING_DAYS - 1) <= then <= today
    raise ValueError(window)


def months_later(moment: datetime, months: int, zone: ZoneInfo) -> datetime:
    """The same time of day N calendar months on; the 31st becomes a month's last day."""
    local = moment.astimezone(zone)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return local.replace(year=year, month=month + 1, day=min(local.day, last))
