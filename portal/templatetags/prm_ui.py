"""Template tags of the product's parts. `templates/components/kit.html` shows each of them."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.template import Context
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.html import _json_script_escapes, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from moneyed import Money

from portal import icons, kinds, money_format, navigation, sparkline, statuses, time_format
from prm.money import exponent, to_minor

register = template.Library()


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """`{% icon "home" %}`, `{% icon "copy" "icon-s" %}`: an outline icon of @tabler/icons."""
    return icons.icon(name, css)


# Figures


def _amount(shown: money_format.Shown) -> SafeString:
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
    """`{% money row.amount_minor row.currency %}` or `{% money some_money %}`: exact; None is a dash."""
    parts = _as_minor(amount, currency)
    return _amount(money_format.exact(*parts)) if parts else SafeString("–")


@register.simple_tag
def money_short(amount: int | Money | None, currency: str = "") -> SafeString:
    """`{% money_short minor currency %}`: `IDR 1.284 bn`. Only in tiles that link to the exact rows."""
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

    The arrow shows direction, the colour whether that is good (`good="down"` for costs, `"none"` for
    neither). `unit`: `percent` of the value before, `points` for rates in per cent, `count` for the
    plain difference. `currency` says that both are minor units.
    """
    if now is None or before is None or (unit == "percent" and not before):
        return format_html('<span class="dim tiny">{}</span>', _("no period before"))
    difference = Decimal(str(now)) - Decimal(str(before))
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


# States


@register.simple_tag
def status(shape: str, label: Any, icon: str = "") -> SafeString:
    """`{% status "warn" "Document expired" %}`: shapes wait, move, good, done, warn, bad."""
    if shape not in statuses.SHAPES:
        raise template.TemplateSyntaxError(f"no status shape {shape!r}")
    return format_html(
        '<span class="st {}">{}{}</span>', shape, icons.icon(icon or statuses.SHAPES[shape]), label
    )


@register.simple_tag
def state(kind: str, value: str, note: Any = "") -> SafeString:
    """`{% state "commission" row.status note="until 2 Dec" %}`: looks it up in portal/statuses.py."""
    entry = statuses.look(kind, value)
    label = f"{entry.label} {note}" if note else str(entry.label)
    return status(entry.shape, label, entry.icon)


@register.simple_tag
def clock(due: datetime | None, start: datetime | None = None) -> SafeString:
    """`{% clock deal.due_at deal.created_at %}`: time left and a bar of the time used."""
    if due is None:
        return SafeString("–")
    standing = time_format.deadline(due, start)
    return format_html(
        '<span class="clock {}" title="{}"><span>{}</span>'
        '<progress max="100" value="{}" aria-hidden="true"></progress></span>',
        standing.tone,
        time_format.moment_text(due),
        standing.words,
        standing.used,
    )


@register.simple_tag
def progress(value: float, whole: float, label: Any, tone: str = "") -> SafeString:
    """`{% progress done total "Import" %}`: one bar; tone good, warn, bad, mark or empty."""
    return format_html(
        '<progress class="bar {}" max="{}" value="{}" aria-label="{}"></progress>',
        tone,
        max(float(whole), 1),
        min(float(value), max(float(whole), 1)),
        label,
    )


@register.simple_tag
def bar(label: Any, *parts: Any) -> SafeString:
    """`{% bar "Coverage" "good" 82 "warn" 3 "bad" 1 %}`: one bar of several parts, as SVG."""
    pairs = [(str(parts[i]), float(parts[i + 1])) for i in range(0, len(parts) - 1, 2)]
    whole = sum(size for _tone, size in pairs) or 1
    left, rects = 0.0, ""
    for tone, size in pairs:
        width = size * 100 / whole
        if width:
            gap = 0.4 if left else 0
            rects += format_html(
                '<rect class="{}" x="{}%" width="{}%" height="100%"/>',
                tone, round(left + gap, 2), round(max(width - gap, 0.8), 2),
            )  # fmt: skip
        left += width
    return format_html('<svg class="bar" role="img" aria-label="{}">{}</svg>', label, mark_safe(rects))  # noqa: S308


@register.simple_tag
def steps(done: int, whole: int, label: Any) -> SafeString:
    """`{% steps 31 40 "31 of 40 sales" %}`: a goal counted in marks; at most 60 of them."""
    shown = min(whole, 60)
    filled = done if shown == whole else round(done * shown / max(whole, 1))
    marks = "".join('<i class="on"></i>' if i < filled else "<i></i>" for i in range(shown))
    return format_html('<div class="seg-n" role="img" aria-label="{}">{}</div>', label, mark_safe(marks))  # noqa: S308


@register.simple_tag
def spark(values: Sequence[float], tone: str = "", width: int = 72, height: int = 24) -> SafeString:
    """`{% spark values %}`: a small line, oldest value first; tone good, bad or empty (accent)."""
    return sparkline.sparkline(values, tone, width, height)


@register.simple_tag
def avatar(name: str, kind: str = "", css: str = "") -> SafeString:
    """`{% avatar partner.name partner.kind %}`: two initials in the colour of the kind."""
    words = [word for word in str(name).replace("&", " ").split() if word[0].isalnum()] or ["?"]
    letters = words[0][:2] if len(words) == 1 else words[0][0] + words[-1][0]
    return format_html(
        '<span class="av {} {}" aria-hidden="true">{}</span>',
        kinds.colour_class(kind),
        css,
        letters.upper(),
    )


@register.simple_tag
def kind(value: str, label: Any) -> SafeString:
    """`{% kind partner.kind partner.get_kind_display %}`: coloured square and word."""
    return format_html('<span class="kind {}">{}</span>', kinds.colour_class(value), label)


@register.simple_tag
def copyable(text: str, label: Any = "") -> SafeString:
    """`{% copyable link.url %}`: the text in full with a copy button; without script it is selectable."""
    return format_html(
        '<span class="copy"><code class="mono grow clip" tabindex="0">{}</code>'
        '<button type="button" class="btn" data-copy="{}" aria-label="{}" hidden>{}<span>{}</span>'
        "</button></span>",
        text,
        text,
        _("Copy %(text)s") % {"text": label or text},
        icons.icon("copy"),
        _("Copy"),
    )


@register.simple_tag
def copy_icon(text: str, label: Any = "") -> SafeString:
    """`{% copy_icon link.url %}`: only the button, for rows."""
    return format_html(
        '<button type="button" class="btn btn-ghost btn-icon" data-copy="{}" aria-label="{}" hidden>'
        "{}</button>",
        text,
        _("Copy %(text)s") % {"text": label or text},
        icons.icon("copy"),
    )


# Blocks


_NOTE_ICONS = {"": "info-circle", "warn": "lock", "good": "shield-check", "bad": "alert-triangle"}


@register.simple_block_tag
def note(content: str, tone: str = "", icon: str = "", css: str = "", role: str = "") -> SafeString:
    """`{% note "warn" %}<b class="strong">Held</b> until … <a>…</a>{% endnote %}`: tones as shown."""
    return format_html(
        '<div class="note {} {}"{}>{}<div class="grow">{}</div></div>',
        tone,
        css,
        format_html(' role="{}"', role) if role else "",
        icons.icon(icon or _NOTE_ICONS[tone]),
        content,
    )


@register.simple_block_tag
def blank(content: str, title: Any, icon: str = "inbox") -> SafeString:
    """`{% blank _("No links yet") icon="link" %}<p>why</p><div class="row-x wrap">acts</div>{% endblank %}`"""
    return format_html(
        '<div class="empty-s"><span class="ico">{}</span><h2>{}</h2>{}</div>',
        icons.icon(icon),
        title,
        content,
    )


@register.inclusion_tag("components/chart.html")
def chart(
    key: str, data: Mapping[str, Any], label: Any, type: str = "area", css: str = "", unit: str = ""
) -> dict[str, Any]:
    """`{% chart "sales" data _("Weekly sales by kind") type="area" %}`: canvas plus the table behind it.

    `data` = {"labels": [..], "series": [{"name", "values", "kind"}]}; `type` area, bar or line. The
    page must load `components/chart_scripts.html` in its scripts block.
    """
    rows = [
        {"label": text, "values": [series["values"][i] for series in data["series"]]}
        for i, text in enumerate(data["labels"])
    ]
    return {
        "key": key,
        "data": {**data, "type": type, "unit": unit},
        "series": [
            {**series, "css": kinds.colour_class(series.get("kind", "")) or f"c{i % 5 + 1}"}
            for i, series in enumerate(data["series"])
        ],
        "rows": rows,
        "label": label,
        "css": css,
    }


# Shells


@register.simple_tag(takes_context=True)
def nav(context: Context, room: str) -> list[navigation.ShownGroup]:
    """`{% nav "console" as groups %}`: the room's navigation for this reader; see portal/navigation.py."""
    request = context["request"]
    seller = context.get("seller") or getattr(request, "seller", None)
    counts = context.get("nav_counts") or getattr(request, "nav_counts", None) or {}
    return navigation.shown(room, request, getattr(seller, "slug", ""), counts)


@register.filter
def with_query(url: str, query: str) -> str:
    """`{{ url|with_query:"status=held" }}`: the URL with a query added."""
    return f"{url}{'&' if '?' in url else '?'}{query}"


@register.filter
def minor_digits(currency: str) -> int:
    """How many digits the minor unit of `currency` has."""
    return exponent(currency)


@register.filter
def undo_address(message: Message) -> str:
    """Where the undo of a toast posts to: `extra_tags="undo:/…"` of a Django message; only local paths."""
    found = next((tag for tag in (message.extra_tags or "").split() if tag.startswith("undo:/")), "")
    address = found.removeprefix("undo:")
    return "" if address.startswith("//") else address


@register.filter
def chart_json(data: Mapping[str, Any]) -> SafeString:
    """`data` as JSON that is safe inside a script element."""
    text = json.dumps(data, cls=DjangoJSONEncoder).translate(_json_script_escapes)
    return mark_safe(text)  # noqa: S308  escaped the way Django's json_script does


@register.filter
def split_lines(text: str) -> list[str]:
    """`{{ "one|two"|split_lines }}`: a short list of sentences written in a template."""
    return text.split("|")


@register.simple_tag
def all_states(kind: str) -> SafeString:
    """Every status of `kind` in the table's order: a legend."""
    return format_html_join(" ", "{}", ((state(kind, value),) for value in statuses.STATUSES[kind]))
