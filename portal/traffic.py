"""The page of clicks and visitors, the same in both rooms: a period beside the one before it.

Everything is read from sums of days, which are kept in the seller's time zone.
"""

import uuid
from collections.abc import Iterator, Mapping
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
from partners.models import Partner
from portal import periods, table_files, time_format
from portal.console.partners import country_name
from portal.link_address import link_words
from portal.list_parts import Chip, Period
from sellers.models import Seller
from tracking import selectors
from tracking.models import Dimension
from tracking.models.clicks import Device
from tracking.selectors import BY_LINK, BY_PARTNER, Part, Source, Span, Traffic

SHOWN: Final = 50
DAYS: Final = 30
LONGEST: Final = timedelta(days=731)
DAYS_BY_DAY: Final = 92
FIRST_DAY: Final = date(2000, 1, 1)
WAYS: Final[dict[str, str | Promise]] = {
    BY_PARTNER: gettext_lazy("Partner"),
    "program": gettext_lazy("Program"),
    "campaign": gettext_lazy("Campaign"),
    BY_LINK: gettext_lazy("Link"),
    "country": gettext_lazy("Country"),
    "device": gettext_lazy("Device"),
    "referrer": gettext_lazy("Referring site"),
    "sub1": "sub1",
    "sub2": "sub2",
    "sub3": "sub3",
    "sub4": "sub4",
    "sub5": "sub5",
}


class TrafficForm(forms.Form):
    """What is shown; everything in the address."""

    program = forms.ChoiceField(label=gettext_lazy("Program"), required=False)
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
    """One part of the traffic: its name, where its rows are, its figures, its share in per cent."""

    name: str
    meta: str
    url: str
    part: Part
    share: float


class TrafficPage:
    """One answered page. `partner_id` None shows the seller's, with partners to choose from."""

    def __init__(self, request: HttpRequest, seller: Seller, partner_id: uuid.UUID | None) -> None:
        self.request = request
        self.seller = seller
        self.own = partner_id
        self.query = request.GET
        programs = [(str(one.pk), one.name) for one in self._programs()]
        self.form = TrafficForm(self.query)
        field = cast("forms.ChoiceField", self.form.fields["program"])
        field.choices = [("", _("All programs")), *programs]
        self.form.is_valid()

    def _programs(self) -> list[Any]:
        if self.own is None:
            return list(campaigns.programs().order_by("name"))
        own = campaigns.enrollments_of(self.own)
        return list({one.program_id: one.program for one in own}.values())

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
    def partner(self) -> Partner | None:
        """The one partner whose traffic the console shows, if one was chosen."""
        chosen = _as_uuid(self.query.get("partner", "")) if self.own is None else None
        return Partner.objects.filter(pk=chosen).first() if chosen else None

    @cached_property
    def source(self) -> Source:
        """Whose traffic it is."""
        program = _as_uuid(self.form.cleaned_data.get("program") or "")
        return Source(self.own or (self.partner.pk if self.partner else None), program)

    @cached_property
    def by(self) -> str:
        """What it is divided by."""
        wanted = self.query.get("by", "")
        return wanted if wanted in self._ways else next(iter(self._ways))

    @cached_property
    def _ways(self) -> dict[str, str | Promise]:
        alone = self.own is not None or self.partner is not None
        first = BY_LINK if alone else BY_PARTNER
        found = {first: WAYS[first]}
        return found | {key: words for key, words in WAYS.items() if key != BY_PARTNER or not alone}

    # What is shown

    @cached_property
    def totals(self) -> tuple[Traffic, Traffic]:
        """In all, now and before."""
        return selectors.traffic(self.source, self.span)

    @property
    def has_impressions(self) -> bool:
        """Whether banners were seen at all."""
        now, before = self.totals
        return bool(now.impressions or before.impressions)

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to show or compare."""
        return self.totals == (Traffic(), Traffic())

    @cached_property
    def chart(self) -> dict[str, Any]:
        """Clicks, visitors and machines by day; by week where there would be too many days."""
        by_day = selectors.traffic_by_day(self.source, self.span)
        weekly = len(self.span.days) > DAYS_BY_DAY
        sums: dict[date, list[int]] = {}
        for day in self.span.days:
            start = day - timedelta(days=day.weekday()) if weekly else day
            one, held = by_day.get(day, Traffic()), sums.setdefault(start, [0, 0, 0])
            for place, count in enumerate((one.clicks, one.visitors, one.bots)):
                held[place] += count
        names = (_("Clicks"), _("Visitors"), _("Machines"))
        return {
            "labels": [time_format.day_text(day) for day in sums],
            "series": [
                {"name": name, "values": [counts[place] for counts in sums.values()]}
                for place, name in enumerate(names)
            ],
        }

    @cached_property
    def rows(self) -> list[Row]:
        """The parts with most clicks; one more than is shown says that there are more."""
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
        parts = selectors.traffic_by(self.source, self.by, self.span, limit)
        names = self._names(parts)
        total = max(self.totals[0].clicks, 1)
        for part in parts:
            name, meta, url = names.get(part.value) or self._plain(part.value)
            yield Row(name, meta, url, part, part.now.clicks * 100 / total)

    def _plain(self, value: str) -> tuple[str, str, str]:
        """The name of a value that is no record of ours."""
        if self.by == Dimension.COUNTRY:
            return (country_name(value) or value or _("Unknown")), "", ""
        if self.by == Dimension.DEVICE:
            return str(dict(Device.choices).get(value, _("Unknown"))), "", ""
        if self.by == Dimension.REFERRER:
            return (value or _("No site named")), "", ""
        return value or _("Unknown"), "", ""

    def _names(self, parts: list[Part]) -> Mapping[str, tuple[str, str, str]]:
        """Value -> name, small facts, and where its rows are."""
        ids = [one for part in parts if (one := _as_uuid(part.value))]
        slug = self.seller.slug
        if self.by == BY_PARTNER:
            partners = Partner.objects.filter(pk__in=ids)
            return {
                str(one.pk): (one.name, "", self.url(partner=one.pk, by="")) for one in partners
            }
        if self.by == "program":
            return {
                str(one.pk): (one.name, "", self.url(program=one.pk, by=""))
                for one in self._programs()
            }
        if self.by == "campaign":
            rows = campaigns.campaigns().filter(pk__in=ids)
            return {str(one.pk): (one.name, one.program.name, "") for one in rows}
        if self.by != BY_LINK:
            return {}
        found = {}
        for link in selectors.links().filter(pk__in=ids):
            meta = link_words(link)
            if self.own is None:
                meta = f"{meta} · {link.enrollment.partner.name}"
                url = reverse("console:links", args=[slug]) + "?" + urlencode({"q": link.code})
            else:
                url = reverse("partner:links-detail", args=[slug, link.pk])
            found[str(link.pk)] = (str(link), meta, url)
        return found

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
            Chip(key, words, 0, self.url(by=key), key == self.by)
            for key, words in self._ways.items()
        ]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the form carries along unseen."""
        return [(name, value) for name in ("by", "partner") if (value := self.query.get(name))]

    @property
    def everybody_url(self) -> str:
        """The same of all partners."""
        return self.url(partner="", by="")

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
        head = [
            self.head, _("Clicks"), _("Clicks before"), _("Visitors"), _("Visitors before"),
            _("Machines"), _("Banner views"),
        ]  # fmt: skip
        cells = (
            [
                row.name, row.part.now.clicks, row.part.before.clicks, row.part.now.visitors,
                row.part.before.visitors, row.part.now.bots, row.part.now.impressions,
            ]
            for row in self._rows(table_files.MAX_ROWS)
        )  # fmt: skip
        name = f"traffic-{self.span.first}-{self.span.last}"
        return cast("HttpResponse", table_files.answer(name, form, head, cells))


def _as_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
