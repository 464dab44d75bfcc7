"""One partner's performance, the same in both rooms: a period beside the one before it.

Everything is read from sums of days, which are kept in the seller's time zone.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import selectors as campaigns
from campaigns.models import Material
from commissions.performance import figures
from commissions.performance.figures import Both, PartOf, Results
from partners.models import Partner
from portal import time_format
from portal.link_address import link_words
from portal.list_parts import Chip
from portal.period_pages import PeriodPage
from prm.money import to_major
from sellers.models import Seller
from tracking import selectors

DAYS_BY_DAY: Final = 62
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


@dataclass(frozen=True)
class Row:
    """One part of the results: its name, small facts, where its rows are, its figures."""

    name: str
    meta: str
    url: str
    both: Both


class PerformancePage(PeriodPage[Row]):
    """One answered page of a partner, in the console where `room` says so, else in his portal."""

    name = "performance"
    carries = ("by", "currency")
    ways = WAYS

    def __init__(
        self, request: HttpRequest, seller: Seller, partner: Partner, *, room: str, money: bool
    ) -> None:
        super().__init__(request, seller)
        self.partner = partner
        self.room = room
        self.shows_earned = money

    # What is asked for

    @cached_property
    def currencies(self) -> list[str]:
        """What he sold in; the seller's own where he sold nothing."""
        return figures.currencies(self.partner.pk, self.span) or [self.seller.currency]

    @cached_property
    def currency(self) -> str:
        """The one that is shown; sums of several are never added."""
        wanted = self.query.get("currency", "")
        return wanted if wanted in self.currencies else self.currencies[0]

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

    def _head_cells(self) -> Iterator[str]:
        yield _("Currency")
        for words in (
            _("Clicks"), _("Sales"), _("Net sales"), _("Refunds"), _("Refunded"), _("Earned"),
        ):  # fmt: skip
            yield words
            yield _("%(what)s before") % {"what": words}

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
