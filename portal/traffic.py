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

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import selectors as campaigns
from partners.models import Partner
from portal import time_format
from portal.console.partners import country_name
from portal.link_address import link_words
from portal.period_pages import PeriodForm, PeriodPage
from sellers.models import Seller
from tracking import selectors
from tracking.models import Dimension
from tracking.models.clicks import Device
from tracking.selectors import BY_LINK, BY_PARTNER, Part, Source, Traffic

DAYS_BY_DAY: Final = 92
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


class TrafficForm(PeriodForm):
    """The days and the program that are shown."""

    program = forms.ChoiceField(label=gettext_lazy("Program"), required=False)
    field_order = ("program", "since", "until")


@dataclass(frozen=True)
class Row:
    """One part of the traffic: its name, where its rows are, its figures, its share in per cent."""

    name: str
    meta: str
    url: str
    part: Part
    share: float


class TrafficPage(PeriodPage[Row]):
    """One answered page. `partner_id` None shows the seller's, with partners to choose from."""

    name = "traffic"
    carries = ("by", "partner")

    def __init__(self, request: HttpRequest, seller: Seller, partner_id: uuid.UUID | None) -> None:
        self.own = partner_id
        super().__init__(request, seller)

    def _form(self) -> TrafficForm:
        programs = [(str(one.pk), one.name) for one in self._programs()]
        form = TrafficForm(self.query)
        field = cast("forms.ChoiceField", form.fields["program"])
        field.choices = [("", _("All programs")), *programs]
        return form

    def _programs(self) -> list[Any]:
        if self.own is None:
            return list(campaigns.programs().order_by("name"))
        own = campaigns.enrollments_of(self.own)
        return list({one.program_id: one.program for one in own}.values())

    # What is asked for

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
    def ways(self) -> dict[str, str | Promise]:
        """What it may be divided by: one partner's by link first."""
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

    @property
    def everybody_url(self) -> str:
        """The same of all partners."""
        return self.url(partner="", by="")

    def _head_cells(self) -> tuple[str, ...]:
        return (
            _("Clicks"), _("Clicks before"), _("Visitors"), _("Visitors before"), _("Machines"),
            _("Banner views"),
        )  # fmt: skip

    def _cells(self, row: Row) -> list[Any]:
        now, before = row.part.now, row.part.before
        return [
            row.name, now.clicks, before.clicks, now.visitors, before.visitors, now.bots,
            now.impressions,
        ]  # fmt: skip


def _as_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
