"""One partner's performance, the same in both rooms: a period beside the one before it.

Everything is read from sums of days, which are kept in the seller's time zone.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from campaigns import selectors as campaigns
from campaigns.models import Material
from commissions.performance import figures
from commissions.performance.figures import Both, PartOf, Results
from partners.models import Partner
from portal import periods, table_files, time_format
from portal.link_address import link_words
from portal.list_parts import Chip, Period
from prm.money import to_major
from sellers.models import Seller
from tracking import selectors
from tracking.selectors import Span

SHOWN: Final = 50
DAYS: Final = 30
LONGEST: Final = timedelta(days=731)
DAYS_BY_DAY: Final = 62
FIRST_DAY: Final = date(2000, 1, 1)
WAYS: Final[dict[str, str | Promise]] = {
    "link": gettext_lazy("Link"),
    "campaign": gettext_lazy("Campaign"),
    "material": gettext_lazy("Material"),
    "sub1": "sub1",
    "sub2": "sub2",
    "sub3": "sub3",
    "sub4": "sub4",
    "sub5": "sub5",
}


class PeriodForm(forms.Form):
    """The days that are shown; everything in the address."""

    since = forms.DateField(
        label=gettext_lazy("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label=pgettext_lazy("end of a period", "To"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


@dataclass(frozen=True)
class Row:
    """One part of the results: its name, small facts, where its rows are, its figures."""

    name: str
    meta: str
    url: str
    both: Both


class PerformancePage:
    """One answered page of a partner, in the console where `room` says so, else in his portal."""

    def __init__(
        self, request: HttpRequest, seller: Seller, partner: Partner, *, room: str, money: bool
    ) -> None:
        self.request = request
        self.seller = seller
        self.partner = partner
        self.room = room
        self.shows_earned = money
        self.query = request.GET
        self.form = PeriodForm(self.query)
        self.form.is_valid()

    # What is asked for

    @cached_property
    def today(self) -> date:
        """Today where the seller is."""
        return timezone.localdate(timezone=ZoneInfo(self.seller.time_zone))

    @cached_property
    def span(self) -> Span:
        """The days; the last 30 unless the address says others, two years at most."""
        until = min(self.form.cleaned_data.get("until") or self.today, self.today)
        since = self.form.cleaned_data.get("since") or until - timedelta(days=DAYS - 1)
        since, until = max(since, FIRST_DAY), max(until, FIRST_DAY)
        since = min(since, until)
        return Span(max(since, until - LONGEST), until)

    @cached_property
    def currencies(self) -> list[str]:
        """What he sold in; the seller's own where he sold nothing."""
        return figures.currencies(self.partner.pk, self.span) or [self.seller.currency]

    @cached_property
    def currency(self) -> str:
        """The one that is shown; sums of several are never added."""
        wanted = self.query.get("currency", "")
        return wanted if wanted in self.currencies else self.currencies[0]

    @cached_property
    def by(self) -> str:
        """What it is divided by."""
        wanted = self.query.get("by", "")
        return wanted if wanted in WAYS else "link"

    # What is shown

    @cached_property
    def _days(self) -> dict[date, Results]:
        return figures.by_day(self.partner.pk, self.span, self.currency)

    @cached_property
    def totals(self) -> Both:
        """In all, now and before."""
        return Both(
            figures.added(self._days, self.span), figures.added(self._days, self.span.before)
        )

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to show in either stretch."""
        return not self._days

    @cached_property
    def _stretches(self) -> list[tuple[date, Results, Results]]:
        """Day by day, or week by week where there are many, beside the same place before."""
        size = 1 if len(self.span.days) <= DAYS_BY_DAY else 7
        now, before = self.span.days, self.span.before.days
        return [
            (
                now[place],
                self._together(now[place : place + size]),
                self._together(before[place : place + size]),
            )
            for place in range(0, len(now), size)
        ]

    def _together(self, days: Sequence[date]) -> Results:
        return figures.together([self._days[day] for day in days if day in self._days])

    @property
    def sales_chart(self) -> dict[str, Any]:
        """Net sales in major units, now and before."""
        return self._chart(lambda one: float(to_major(one.amount, self.currency)))

    @property
    def clicks_chart(self) -> dict[str, Any]:
        """Clicks now and before."""
        return self._chart(lambda one: one.clicks)

    def _chart(self, figure: Any) -> dict[str, Any]:
        return {
            "labels": [time_format.day_text(day) for day, _now, _before in self._stretches],
            "series": [
                {
                    "name": _("This period"),
                    "values": [figure(now) for _day, now, _before in self._stretches],
                },
                {
                    "name": _("The period before"),
                    "values": [figure(before) for _day, _now, before in self._stretches],
                },
            ],
        }

    @cached_property
    def rows(self) -> list[Row]:
        """The parts that brought most; one more than is shown says that there are more."""
        return list(self._rows(SHOWN + 1))

    @property
    def shown(self) -> list[Row]:
        """The rows of the page."""
        return self.rows[:SHOWN]

    @property
    def more(self) -> bool:
        """Whether only a file holds all parts."""
        return len(self.rows) > SHOWN

    @property
    def head(self) -> str:
        """What the rows are."""
        return str(WAYS[self.by])

    def _rows(self, limit: int | None) -> Iterator[Row]:
        found = figures.divided(self.partner.pk, self.span, self.currency, self.by, limit)
        names = self._names(found)
        for part in found:
            name, meta, url = names.get(part.value) or (self._plain(part.value), "", "")
            yield Row(name, meta, url, part.both)

    def _plain(self, value: str) -> str:
        """The name of a value that is no record of ours."""
        if self.by == "link":
            return _("Without a link: by coupon or named")
        if self.by in {"campaign", "material"}:
            return _("Without one")
        return value or _("Without this sub-id")

    def _names(self, found: list[PartOf]) -> Mapping[str, tuple[str, str, str]]:
        """Value -> name, small facts, and where its rows are."""
        ids = [uuid.UUID(part.value) for part in found if part.value] if self._has_ids else []
        if self.by == "campaign":
            rows = campaigns.campaigns().filter(pk__in=ids)
            return {str(one.pk): (one.name, one.program.name, "") for one in rows}
        if self.by == "material":
            materials = Material.objects.filter(pk__in=ids)
            return {str(one.pk): (one.name, one.get_kind_display(), "") for one in materials}
        if self.by != "link":
            return {}
        links = selectors.links().filter(pk__in=ids)
        return {str(one.pk): (str(one), link_words(one), self._link_url(one)) for one in links}

    @property
    def _has_ids(self) -> bool:
        return self.by in {"link", "campaign", "material"}

    def _link_url(self, link: Any) -> str:
        if self.room == "partner":
            return reverse("partner:links-detail", args=[self.seller.slug, link.pk])
        return reverse("console:links", args=[self.seller.slug]) + "?" + urlencode({"q": link.code})

    # Around it

    def url(self, *, keep_position: bool = True, **changes: Any) -> str:
        """This page's address with `changes`; an empty value drops the parameter."""
        query = self.query.copy()
        query.pop("export", None)
        for name, value in changes.items():
            query.pop(name, None)
            if value not in {"", None}:
                query[name] = str(value)
        text = query.urlencode()
        return f"{self.request.path}?{text}" if text else self.request.path

    @cached_property
    def period(self) -> Period:
        """The choice of days."""
        found = periods.of(self, [self.form["since"], self.form["until"]])
        chosen = self.query.get("since") or self.query.get("until")
        words = found.words if chosen else _("Last 30 days")
        return Period(found.fields, words, found.on, found.choices[1:])

    @property
    def chips(self) -> list[Chip]:
        """What it may be divided by."""
        return [
            Chip(key, words, 0, self.url(by=key), key == self.by) for key, words in WAYS.items()
        ]

    @property
    def currency_chips(self) -> list[Chip]:
        """The currencies to choose from; none where there is one."""
        if len(self.currencies) == 1:
            return []
        return [
            Chip(code, code, 0, self.url(currency=code), code == self.currency)
            for code in self.currencies
        ]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the form carries along unseen."""
        return [(name, value) for name in ("by", "currency") if (value := self.query.get(name))]

    @property
    def links_to(self) -> dict[str, str]:
        """Where the rows behind each figure are: clicks, sales, refunds, earned."""
        days = {"since": self.span.first.isoformat(), "until": self.span.last.isoformat()}
        if self.room == "partner":
            traffic, rows = "partner:traffic", "partner:earnings"
            own: dict[str, str] = {}
        else:
            traffic, rows = "console:traffic", "console:sales"
            own = {"partner": str(self.partner.pk)}
        found = {
            "clicks": self._to(traffic, own | days),
            "sales": self._to(rows, own | days),
            "earned": "",
        }
        if self.shows_earned:
            lines = "partner:earnings" if self.room == "partner" else "console:commissions"
            found["earned"] = self._to(lines, own | days)
        return found

    def _to(self, name: str, query: Mapping[str, str]) -> str:
        return reverse(name, args=[self.seller.slug]) + "?" + urlencode(query)

    @property
    def csv_url(self) -> str:
        """All parts as CSV."""
        return self.url(export="csv")

    @property
    def xlsx_url(self) -> str:
        """All parts as XLSX."""
        return self.url(export="xlsx")

    @property
    def download(self) -> HttpResponse | None:
        """The file that `?export=csv|xlsx` asks for, or None for a page."""
        form = self.query.get("export", "")
        if form not in table_files.FORMATS:
            return None
        head = [self.head, _("Currency")]
        for words in (
            _("Clicks"), _("Sales"), _("Net sales"), _("Refunds"), _("Refunded"), _("Earned"),
        ):  # fmt: skip
            head += [words, _("%(what)s before") % {"what": words}]
        rows = (self._cells(row) for row in self._rows(table_files.MAX_ROWS))
        name = f"performance-{self.span.first}-{self.span.last}"
        return cast("HttpResponse", table_files.answer(name, form, head, rows))

    def _cells(self, row: Row) -> list[Any]:
        cells: list[Any] = [row.name, self.currency]
        for name in ("clicks", "sales", "amount", "refunds", "refunded", "earned"):
            for one in (row.both.now, row.both.before):
                value = getattr(one, name)
                money = name in {"amount", "refunded", "earned"}
                if name == "earned" and not self.shows_earned:
                    value = None
                cells.append(
                    to_major(value, self.currency) if money and value is not None else value
                )
        return cells
