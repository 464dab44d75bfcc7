"""Table columns of the product: how a value looks in a row and what it is in an exported file.

`data-l` labels the value on a phone, where rows turn to cards.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal import statuses
from portal.templatetags import prm_figures, prm_states
from prm.money import to_major


def _cell(label: Any, css: str = "") -> dict[str, Any]:
    cell: dict[str, Any] = {"class": css} if css else {}
    if label:
        cell["data-l"] = label
    plain = {"class": css} if css else {}
    return {"td": cell, "th": plain, "tf": plain}


def _follow(record: Any, path: str) -> Any:
    for part in path.replace("__", ".").split("."):
        record = record.get(part) if isinstance(record, dict) else getattr(record, part, None)
        if record is None:
            return None
    return record


def _raw(record: Any, bound_column: Any) -> Any:
    """The stored value, where the library would give the words of a choice."""
    return _follow(record, str(bound_column.accessor))


class TextColumn(tables.Column):
    """Plain text, left; `label=True` shows its head as a label on a phone."""

    def __init__(self, head: Any, *, label: bool = False, css: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("attrs", _cell(head if label else "", css))
        super().__init__(verbose_name=head, default="–", **kwargs)


class NameColumn(tables.Column):
    """First cell: the name in bold, linking to the record, small facts below.

    `url` takes the record and gives its address; `meta` takes it and gives the line below.
    """

    def __init__(
        self,
        head: Any,
        *,
        url: Callable[[Any], str] | None = None,
        meta: Callable[[Any], Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.url, self.meta = url, meta
        kwargs.setdefault("attrs", _cell("", "name-cell"))
        super().__init__(verbose_name=head, **kwargs)

    def render(self, value: Any, record: Any) -> SafeString:
        """Name, link and meta line."""
        name = format_html('<span class="strong">{}</span>', value)
        if self.url:
            name = format_html(
                '<a class="q title strong" href="{}">{}</a>', self.url(record), value
            )
        if not self.meta:
            return name
        return format_html('{}<div class="tiny dim">{}</div>', name, self.meta(record))

    def value(self, value: Any) -> Any:
        """The bare name for a file."""
        return str(value)


class MoneyColumn(tables.Column):
    """Minor units beside a currency. In a file: the amount as a number, then the currency."""

    def __init__(
        self, head: Any, *, currency: str = "currency", strong: bool = False, **kwargs: Any
    ) -> None:
        self.currency = currency
        kwargs.setdefault("attrs", _cell(head, "r strong" if strong else "r"))
        super().__init__(verbose_name=head, default="–", **kwargs)

    def render(self, value: int, record: Any) -> SafeString:
        """`EUR 1,284.60`."""
        return prm_figures.money(value, _follow(record, self.currency) or "")

    def value(self, value: int, record: Any) -> tuple[Any, str]:
        """Two cells of a file: Decimal amount and currency code."""
        code = _follow(record, self.currency) or ""
        return to_major(value, code), code


def money_path(table: type[tables.Table], name: str) -> str:
    """Where a query finds the currency of a column of money; "" for other columns.

    Amounts are put in order within each currency.
    """
    column = table.base_columns.get(name)
    return column.currency.replace(".", "__") if isinstance(column, MoneyColumn) else ""


class NumberColumn(tables.Column):
    """A number, right; `decimals` fixes the digits after the point, `unit` stands behind."""

    def __init__(self, head: Any, *, decimals: int | None = None, **kwargs: Any) -> None:
        self.decimals = decimals
        kwargs.setdefault("attrs", _cell(head, "r"))
        super().__init__(verbose_name=head, default="–", **kwargs)

    def render(self, value: Any) -> str:
        """By the reader's locale."""
        return prm_figures.number(value, self.decimals)

    def value(self, value: Any) -> Any:
        """The number itself."""
        return value


class PercentColumn(NumberColumn):
    """A rate in per cent."""

    def render(self, value: Any) -> str:
        """`12.5 %`."""
        return prm_figures.percent(value, self.decimals)


class DayColumn(tables.Column):
    """`19 Nov`; `time=True` shows the time of day beneath."""

    def __init__(self, head: Any, *, time: bool = False, **kwargs: Any) -> None:
        self.time = time
        kwargs.setdefault("attrs", _cell(head, "num"))
        super().__init__(verbose_name=head, default="–", **kwargs)

    def render(self, value: date | datetime) -> SafeString:
        """Short date in the reader's zone."""
        return prm_figures.day(value, self.time)

    def value(self, value: Any) -> Any:
        """The date or instant itself."""
        return value


class StatusColumn(tables.Column):
    """A status of portal/statuses.py; `note` takes the record and adds words (`until 2 Dec`)."""

    def __init__(
        self, head: Any, *, kind: str, note: Callable[[Any], Any] | None = None, **kwargs: Any
    ) -> None:
        self.kind, self.note = kind, note
        super().__init__(verbose_name=head, **kwargs)

    def render(self, record: Any, bound_column: Any) -> SafeString:
        """Shape, word and colour."""
        note = (self.note(record) or "") if self.note else ""
        return prm_states.state(self.kind, _raw(record, bound_column), note)

    def value(self, record: Any, bound_column: Any) -> str:
        """The word."""
        return str(statuses.look(self.kind, _raw(record, bound_column)).label)


class KindColumn(tables.Column):
    """A partner or program kind with its colour; `words` takes the record and gives the label."""

    def __init__(self, head: Any, *, words: Callable[[Any], Any], **kwargs: Any) -> None:
        self.words = words
        super().__init__(verbose_name=head, **kwargs)

    def render(self, record: Any, bound_column: Any) -> SafeString:
        """Coloured square and word."""
        return prm_states.kind(_raw(record, bound_column), self.words(record))

    def value(self, record: Any) -> str:
        """The word."""
        return str(self.words(record))


class MarkupColumn(tables.Column):
    """Anything else: `show` takes the record and gives safe markup, `plain` its value in a file."""

    def __init__(
        self,
        head: Any,
        *,
        show: Callable[[Any], Any],
        plain: Callable[[Any], Any] | None = None,
        css: str = "",
        label: bool = False,
        **kwargs: Any,
    ) -> None:
        self.show, self.plain = show, plain
        kwargs.setdefault("attrs", _cell(head if label else "", css))
        kwargs.setdefault("empty_values", ())
        super().__init__(verbose_name=head, **kwargs)

    def render(self, record: Any) -> Any:
        """What `show` gives."""
        return self.show(record)

    def value(self, record: Any) -> Any:
        """What `plain` gives; without it the column is left out of files."""
        return self.plain(record) if self.plain else ""
