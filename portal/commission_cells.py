"""Cells of commission lists, the same for the partner and for staff."""

from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from commissions import reasons
from commissions.models import Commission
from portal import icons, time_format, traces
from portal.columns import MoneyColumn
from portal.templatetags import prm_figures
from prm.money import to_major

Status, Kind = Commission.Status, Commission.Kind
KINDS: Final = (
    ("earned", gettext_lazy("Earned")),
    ("override", gettext_lazy("Of recruited partners")),
    ("back", gettext_lazy("Taken back")),
    ("correction", gettext_lazy("Corrections")),
    ("bonus", gettext_lazy("Bonuses")),
    ("settlement", gettext_lazy("Settlements")),
    ("hand", gettext_lazy("Set by hand")),
    ("redemption", gettext_lazy("Points redeemed")),
    ("expiry", gettext_lazy("Points expired")),
)
_FILTERS: Final = {
    "earned": Q(kind=Kind.COMMISSION),
    "override": Q(kind=Kind.COMMISSION, on__isnull=False),
    "back": Q(kind__in=(Kind.REVERSAL, Kind.CREDIT_NOTE)),
    "correction": Q(kind=Kind.CORRECTION),
    "bonus": Q(kind=Kind.BONUS),
    "settlement": Q(kind=Kind.SETTLEMENT),
    "hand": Q(kind=Kind.ADJUSTMENT),
    "redemption": Q(kind=Kind.REDEMPTION),
    "expiry": Q(kind=Kind.EXPIRY),
}


class DigitsColumn(MoneyColumn):
    """A base without its currency, which the sentence names; 0 is nothing."""

    def render(self, value: int, record: Any) -> SafeString:
        """`300,000`, red below zero."""
        if not value:
            return SafeString("–")
        return SafeString(
            format_html(
                '<span class="num">{}</span>', prm_figures.digits(value, reasons.base_unit(record))
            )
        )

    def value(self, value: int, record: Any) -> tuple[Any, str]:
        """Amount and currency."""
        unit = reasons.base_unit(record)
        return to_major(value, unit), unit


def what_cell(line: Commission, audience: str, name: str | SafeString = "") -> SafeString:
    """Name of the line, the reason sentence, and for a held or rejected line who said what."""
    reason = reasons.reason(line, audience)
    return format_html(
        '<span class="strong">{}</span>{}<span class="why"><b>{}</b>{}</span>{}',
        traces.title(line),
        name,
        reason.what,
        reason.why,
        _stop_note(line),
    )


def _stop_note(line: Commission) -> SafeString | str:
    if line.status not in (Status.HELD, Status.REJECTED) or not line.reason:
        return ""
    words = _("Held: %(reason)s") if line.status == Status.HELD else _("Rejected: %(reason)s")
    return format_html(
        '<span class="note {} line-note">{}<span class="grow">{}</span></span>',
        "warn" if line.status == Status.HELD else "bad",
        icons.icon("lock" if line.status == Status.HELD else "circle-x"),
        words % {"reason": reasons.stop_text(line)},
    )


def status_note(line: Commission) -> str:
    """`until 2 Dec` behind a pending line, or what else it waits for."""
    if line.status != Status.PENDING:
        return ""
    if line.needs_approval:
        return _("approval")
    if line.payable_at is None:
        return _("until the customer pays")
    return _("until %(day)s") % {"day": time_format.day_text(line.payable_at)}


def by_kind(rows: QuerySet[Commission], value: str) -> QuerySet[Commission]:
    """Rows of one of `KINDS`; all of them for any other value."""
    return rows.filter(_FILTERS[value]) if value in _FILTERS else rows


def kind_word(line: Commission) -> str:
    """The kind of a line in a word or two, as in the filter and in files."""
    if line.kind == Kind.COMMISSION and line.on_id:
        return _("Of a recruited partner")
    return str(line.get_kind_display())


def copy_act(text: str) -> SafeString:
    """The button that copies a trace as text; hidden without script."""
    return format_html(
        '<button type="button" class="btn" data-copy="{}" hidden>{}<span>{}</span></button>',
        text,
        icons.icon("copy"),
        _("Copy as text"),
    )


def proof_act(url: str) -> SafeString:
    """The way to the proof that a line is as it was sealed."""
    icon = icons.icon("shield-check")
    return format_html('<a class="btn" href="{}">{}{}</a>', url, icon, _("Proof"))


def ask_act(url: str) -> SafeString:
    """The way to a message about a line."""
    icon = icons.icon("message")
    return format_html('<a class="btn" href="{}">{}{}</a>', url, icon, _("Ask about this line"))


def shown_words(table: Any) -> str:
    """Foot of a list: how many lines are shown."""
    count = len(table.data)
    words = ngettext("The %(count)d line shown", "The %(count)d lines shown", count)
    return words % {"count": count}


def shown_sum(table: Any) -> SafeString:
    """Foot of a list: the sum of the lines shown, one for each currency, never mixed."""
    sums: dict[str, int] = {}
    for line in table.data:
        sums[line.currency] = sums.get(line.currency, 0) + line.amount_minor
    rows = ((prm_figures.money(amount, code),) for code, amount in sorted(sums.items()))
    return format_html_join(mark_safe("<br>"), "{}", rows)
