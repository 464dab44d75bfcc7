"""Moments, days and deadlines in the reader's language and time zone. Never "2 days ago"."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from babel.dates import format_date, format_datetime
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.money_format import reader_locale

AMBER_FROM = 70
RED_FROM = 90
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Deadline:
    """Time left in words, per cent of the time used, and the tone: "", warn or bad."""

    words: str
    used: int
    tone: str


def zone_name(moment: datetime) -> str:
    """Short name of the zone, `WIB`; zones without a name show their distance, `UTC−03`."""
    name = moment.tzname() or ""
    if name[:1] in "+-":
        return "UTC" + name.replace("-", "−")
    return name


def moment_text(moment: datetime) -> str:
    """`19 Nov 2026, 09:40 WIB` in the active time zone."""
    local = timezone.localtime(moment)
    text: str = format_datetime(
        local, "d MMM y, HH:mm", tzinfo=local.tzinfo, locale=reader_locale()
    )
    return f"{text} {zone_name(local)}"


def clock_text(moment: datetime) -> str:
    """`09:40` in the active time zone."""
    return timezone.localtime(moment).strftime("%H:%M")


def local_day(when: date | datetime) -> date:
    """The calendar day of `when` in the active time zone."""
    return timezone.localtime(when).date() if isinstance(when, datetime) else when


def day_text(when: date | datetime) -> str:
    """`19 Nov`, with the year where it is not the present one: a list is never ambiguous."""
    day = local_day(when)
    pattern = "d MMM" if day.year == timezone.localdate().year else "d MMM y"
    text: str = format_date(day, pattern, locale=reader_locale())
    return text


def long_day_text(when: date | datetime) -> str:
    """`Thursday 19 November 2026`."""
    text: str = format_date(local_day(when), "EEEE d MMMM y", locale=reader_locale())
    return text


def full_day_text(when: date | datetime) -> str:
    """`19 Nov 2026`."""
    text: str = format_date(local_day(when), "d MMM y", locale=reader_locale())
    return text


def period_text(since: date, until: date) -> str:
    """`1–19 Nov 2026`, `21 Sep – 19 Nov 2026`: both ends included."""
    locale = reader_locale()
    end: str = format_date(until, "d MMM y", locale=locale)
    if (since.year, since.month) == (until.year, until.month):
        return end if since == until else f"{since.day}–{end}"
    pattern = "d MMM" if since.year == until.year else "d MMM y"
    return f"{format_date(since, pattern, locale=locale)} – {end}"


def span_text(span: timedelta) -> str:
    """A length of time in its two largest useful units: `2 d`, `1 d 5 h`, `7 h 20 min`."""
    days, hours = span.days, span.seconds // 3600
    minutes = span.seconds % 3600 // 60
    if span >= 2 * _DAY or (span >= _DAY and not hours):
        return _("%(days)d d") % {"days": days}
    if span >= _DAY:
        return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours}
    if span >= _HOUR:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
    return _("%(minutes)d min") % {"minutes": minutes}


def deadline(due: datetime, start: datetime | None = None) -> Deadline:
    """Where a deadline stands now: amber from 70 % of the time used, red from 90 % or when late.

    Without `start` the bar counts the last seven days before `due`.
    """
    now = timezone.now()
    begin = start or due - 7 * _DAY
    whole = max((due - begin).total_seconds(), 1)
    used = min(100, max(0, round((now - begin).total_seconds() * 100 / whole)))
    if now >= due:
        return Deadline(_("%(span)s late") % {"span": span_text(now - due)}, 100, "bad")
    tone = "bad" if used >= RED_FROM else "warn" if used >= AMBER_FROM else ""
    return Deadline(_("%(span)s left") % {"span": span_text(due - now)}, used, tone)
