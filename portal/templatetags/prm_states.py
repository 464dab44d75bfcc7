"""States as shape, word and colour; clocks, bars, avatars, copy buttons. Builtin everywhere."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal import browser_names, icons, kinds, statuses, time_format

register = template.Library()
register.filter("browser_name", browser_names.browser_name)


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
    """`{% state "commission" row.status note="until 2 Dec" %}`: see portal/statuses.py."""
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
    left, rects = 0.0, []
    for tone, size in pairs:
        width = size * 100 / whole
        if width:
            gap = 0.4 if left else 0
            rects.append((tone, round(left + gap, 2), round(max(width - gap, 0.8), 2)))
        left += width
    rect = '<rect class="{}" x="{}%" width="{}%" height="100%"/>'
    inner = format_html_join("", rect, rects)
    return format_html('<svg class="bar" role="img" aria-label="{}">{}</svg>', label, inner)


@register.simple_tag
def steps(done: int, whole: int, label: Any) -> SafeString:
    """`{% steps 31 40 "31 of 40 sales" %}`: a goal counted in marks; at most 60 of them."""
    shown = min(whole, 60)
    filled = done if shown == whole else round(done * shown / max(whole, 1))
    marks = format_html_join(
        "", '<i class="{}"></i>', (("on" if i < filled else "",) for i in range(shown))
    )
    return format_html('<div class="seg-n" role="img" aria-label="{}">{}</div>', label, marks)


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
    """`{% copyable link.url %}`: the text with a copy button; without script, to be selected."""
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
        '<button type="button" class="btn btn-ghost btn-icon" data-copy="{}" aria-label="{}" '
        "hidden>{}</button>",
        text,
        _("Copy %(text)s") % {"text": label or text},
        icons.icon("copy"),
    )


@register.simple_tag
def all_states(kind: str) -> SafeString:
    """Every status of `kind` in the table's order: a legend."""
    return format_html_join(" ", "{}", ((state(kind, value),) for value in statuses.STATUSES[kind]))
