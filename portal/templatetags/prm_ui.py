"""Icons, blocks, charts and the shells' navigation. Builtin in every template, like prm_figures and
prm_states beside it. `templates/components/kit.html` shows each part.
"""

from collections.abc import Mapping
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from portal import brand, icons, kinds, navigation
from prm import rich_text
from sellers.models import Seller

register = template.Library()


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """`{% icon "home" %}`, `{% icon "copy" "icon-s" %}`: an outline icon of @tabler/icons."""
    return icons.icon(name, css)


@register.simple_tag
def band_colour(seller: Seller, mode: str = "light") -> str:
    """`{% band_colour seller "dark" %}`: the colour of the portal's band, for the phone's bar."""
    palette = brand.dark_palette if mode == "dark" else brand.light_palette
    return palette(seller.brand_colour, seller.mark_colour).band


@register.filter
def rich(source: str) -> SafeString:
    """`{{ article.source|rich }}`: Markdown or HTML that somebody wrote, cleaned."""
    return mark_safe(rich_text.to_html(source))  # noqa: S308  cleaned by nh3


# Blocks


_NOTE_ICONS = {"": "info-circle", "warn": "lock", "good": "shield-check", "bad": "alert-triangle"}


@register.simple_block_tag
def note(content: str, tone: str = "", icon: str = "", css: str = "", role: str = "") -> SafeString:
    """`{% note "warn" %}<b class="strong">Held</b> until …{% endnote %}`; warn, good, bad, ""."""
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
    """`{% blank _("No links yet") icon="link" %}<p>why</p><div>acts</div>{% endblank %}`."""
    return format_html(
        '<div class="empty-s"><span class="ico">{}</span><h2>{}</h2>{}</div>',
        icons.icon(icon),
        title,
        content,
    )


@register.inclusion_tag("components/chart.html")
def chart(
    key: str,
    data: Mapping[str, Any],
    label: Any,
    type: str = "area",  # noqa: A002  as pages call it
    css: str = "",
    unit: str = "",
) -> dict[str, Any]:
    """`{% chart "sales" data _("Weekly sales") type="area" %}`: canvas and the table behind it.

    `data` = {"labels": [..], "series": [{"name", "values", "kind"}]}; `type` area, bar or line. The
    page must load `components/chart_scripts.html` in its scripts block.
    """
    rows = [
        {"label": text, "values": [series["values"][i] for series in data["series"]]}
        for i, text in enumerate(data["labels"])
    ]
    return {
        "data_id": f"chart-{key}",
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
    """`{% nav "console" as groups %}`: the room for this reader; see portal/navigation.py."""
    request = context["request"]
    seller = context.get("seller") or getattr(request, "seller", None)
    counts = context.get("nav_counts") or getattr(request, "nav_counts", None) or {}
    rooms = (context.get("nav_rooms") or {}).get(room)
    return navigation.shown(room, request, getattr(seller, "slug", ""), counts, rooms)


@register.filter
def with_query(url: str, query: str) -> str:
    """`{{ url|with_query:"status=held" }}`: the URL with a query added."""
    return f"{url}{'&' if '?' in url else '?'}{query}"


@register.filter
def undo_address(message: Message) -> str:
    """Where a toast's undo posts to: `extra_tags="undo:/…"` of a message; local paths only."""
    found = next(
        (tag for tag in (message.extra_tags or "").split() if tag.startswith("undo:/")), ""
    )
    address = found.removeprefix("undo:")
    return "" if address.startswith("//") else address


@register.filter
def split_lines(text: str) -> list[str]:
    """`{{ "one|two"|split_lines }}`: a short list of sentences written in a template."""
    return text.split("|")
