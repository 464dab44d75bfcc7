"""Figures as people read them: money, numbers, dates, changes. Builtin in every template."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from moneyed import Money

from portal import icons, money_format, sparkline, time_format
from prm.money import to_minor

register = template.Library()


def _amount(shown: money_format.Shown) -> SafeString:
    if shown.is_points:
        tone = " neg" if shown.negative else ""
        return SafeString(format_html('<span class="num{}">{}</span>', tone, str(shown)))
    markup = format_html(
        '<span class="num{}"><span class="cur">{}</span>{}</span>',
        " neg" if shown.negative else "",
        shown.code,
        shown.digits,
    )
    return SafeString(markup)


def _as_minor(amount: int | Money | None, currency: str) -> tuple[int, str] | None:
    if amount is None:
        return None
    if isinstance(amount, Money):
        return to_minor(amount.amount, amount.currency.code), amount.currency.code
    return int(amount), str(currency)


@register.simple_tag
def money(amount: int | Money | None, currency: str = "") -> SafeString:
    """`{% money x.amount_minor x.currency %}` or `{% money some_money %}`; None is a dash."""
    parts = _as_minor(amount, currency)
    return _amount(money_format.exact(*parts)) if parts else SafeString("–")


@register.simple_tag
def signed(amount: int, currency: str) -> SafeString:
    """`EUR +44.74`: a difference with its sign, in no colour, since more is not always better."""
    shown = money_format.exact(amount, currency)
    digits = f"+{shown.digits}" if amount > 0 else shown.digits
    return format_html('<span class="num"><span class="cur">{}</span>{}</span>', shown.code, digits)


@register.simple_tag
def money_short(amount: int | Money | None, currency: str = "") -> SafeString:
    """`{% money_short minor currency %}`: `IDR 1.284 bn`, in tiles that link to the rows."""
    parts = _as_minor(amount, currency)
    return _amount(money_format.short(*parts)) if parts else SafeString("–")


@register.simple_tag
def money_text(amount: int | Money | None, currency: str = "") -> str:
    """Plain text `EUR 1,284.60` for labels, titles and attributes."""
    parts = _as_minor(amount, currency)
    return money_format.plain(*parts) if parts else "–"


@register.simple_tag
def digits(amount: int | Money | None, currency: str = "") -> str:
    """The digits alone, where the column head or the line above already names the currency."""
    parts = _as_minor(amount, currency)
    return money_format.exact(*parts).digits if parts else "–"


@register.filter
def number(value: float | Decimal | None, decimals: int | None = None) -> str:
    """`{{ 1842|number }}`: digits by the reader's locale; `{{ x|number:1 }}` fixes decimals."""
    return "–" if value is None or value == "" else money_format.number(value, decimals)


@register.filter
def percent(value: float | Decimal | None, decimals: int | None = None) -> str:
    """`{{ rate|percent }}`: `12.5 %`."""
    return "–" if value is None or value == "" else money_format.percent(value, decimals)


@register.simple_tag
def moment(when: datetime | None) -> SafeString:
    """`{% moment x.created_at %}`: `19 Nov 2026, 09:40 WIB`."""
    if when is None:
        return SafeString("–")
    return format_html(
        '<time class="num" datetime="{}">{}</time>', when.isoformat(), time_format.moment_text(when)
    )


@register.simple_tag
def day(when: date | datetime | None, time: bool = False) -> SafeString:
    """`{% day x.created_at %}`: `19 Nov`, for lists; `time=True` puts `09:40` small beneath."""
    if when is None:
        return SafeString("–")
    under: str | SafeString = ""
    if time and isinstance(when, datetime):
        under = format_html('<br><span class="tiny dim">{}</span>', time_format.clock_text(when))
    return format_html(
        '<time class="num" datetime="{}">{}{}</time>',
        when.isoformat(),
        time_format.day_text(when),
        under,
    )


@register.filter
def long_day(when: date | datetime) -> str:
    """`{{ today|long_day }}`: `Thursday 19 November 2026`."""
    return time_format.long_day_text(when)


@register.filter
def short_day(when: date | datetime) -> str:
    """`{{ x.payable_at|short_day }}`: `19 Nov` as plain text, for sentences."""
    return time_format.day_text(when)


@register.simple_tag
def period(since: date, until: date) -> str:
    """`{% period since until %}`: `1–19 Nov 2026`, both ends included."""
    return time_format.period_text(since, until)


@register.simple_tag
def delta(
    now: float | Decimal | None,
    before: float | Decimal | None,
    good: str = "up",
    unit: str = "percent",
    currency: str = "",
    shown_before: str = "",
) -> SafeString:
    """`{% delta now before good="up" %}`: arrow, change and the value before.

    The arrow shows direction, the colour whether that is good: `good="down"` for costs, `"none"`
    for neither. `unit`: `percent` of the value before, `points` for rates in per cent, `count`
    for the plain difference. `currency` says that both are minor units.
    """
    if now is None or before is None or (unit == "percent" and not before):
        return format_html('<span class="dim tiny">{}</span>', _("no period before"))
    difference = _visible(Decimal(str(now)) - Decimal(str(before)), Decimal(str(before)), unit)
    tone = "" if not difference or good == "none" else "good"
    if tone and (difference > 0) != (good == "up"):
        tone = "bad"
    arrow: str | SafeString = ""
    if difference:
        arrow = icons.icon("arrow-up-right" if difference > 0 else "arrow-down-right")
    return format_html(
        '<span class="delta {}">{}<span class="visually-hidden">{} </span>{}</span> '
        '<span class="tiny dim num">{}</span>',
        tone,
        arrow,
        _("up") if difference > 0 else _("down") if difference < 0 else _("unchanged"),
        _change_text(difference, Decimal(str(before)), unit, currency),
        _("%(value)s before") % {"value": shown_before or _before_text(before, unit, currency)},
    )


def _visible(difference: Decimal, before: Decimal, unit: str) -> Decimal:
    """The difference, or 0 where the change would be shown as 0.0."""
    shown = difference * 100 / abs(before) if unit == "percent" else difference
    return Decimal(0) if unit != "count" and abs(shown) < Decimal("0.05") else difference


def _change_text(difference: Decimal, before: Decimal, unit: str, currency: str) -> str:
    size = abs(difference)
    if unit == "percent":
        return money_format.percent(size * 100 / abs(before), 1)
    if unit == "points":
        return f"{money_format.number(size, 1)}\u00a0pt"
    if currency:
        return money_format.exact(int(size), currency).digits
    return money_format.number(size)


def _before_text(before: float | Decimal, unit: str, currency: str) -> str:
    if currency:
        return money_format.short(int(before), currency).digits
    if unit == "points":
        return money_format.percent(before, 1)
    return money_format.number(before)


@register.simple_tag
def spark(values: Sequence[float], tone: str = "", width: int = 72, height: int = 24) -> SafeString:
    """`{% spark values %}`: a small line, oldest value first; tone good, bad or empty (accent)."""
    return sparkline.sparkline(values, tone, width, height)
