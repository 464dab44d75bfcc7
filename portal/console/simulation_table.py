"""The partners of a simulation as a list: before, after, and what that makes."""

from decimal import Decimal
from typing import Any

import django_filters
import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commissions.models import Simulation, SimulationLine
from portal import money_format, statuses
from portal.columns import MarkupColumn, MoneyColumn, NameColumn, NumberColumn, StatusColumn
from portal.filters import ChoicesFilter, SearchFilter
from portal.listing import Listing
from prm.money import to_major


def _partner_url(line: SimulationLine) -> str:
    return reverse("console:partners-detail", args=[line.seller.slug, line.partner_id])


def _difference(line: SimulationLine) -> SafeString:
    """`+1,284.00`, and below it the percent."""
    difference = line.difference_minor
    sign = "+" if difference > 0 else ""
    shown = f"{sign}{money_format.exact(difference, line.currency).digits}"
    if line.now_minor <= 0 or not difference:
        return format_html('<span class="num">{}</span>', shown)
    share = money_format.percent(Decimal(difference) * 100 / line.now_minor, 1)
    return format_html(
        '<span class="num">{}</span><div class="tiny dim num">{}{}</div>', shown, sign, share
    )


def _touched(line: SimulationLine) -> str:
    """How many sales pay more and how many less."""
    if not line.gained and not line.lost:
        return _("none")
    return _("%(more)s more, %(less)s less") % {
        "more": money_format.number(line.gained),
        "less": money_format.number(line.lost),
    }


class PartnerTable(tables.Table):
    """Partners with what they earned by the rules of today and of then."""

    partner = NameColumn(gettext_lazy("Partner"), accessor="partner__name", url=_partner_url)
    sales = NumberColumn(gettext_lazy("Sales"))
    touched = MarkupColumn(
        gettext_lazy("Of them pay"), show=_touched, plain=_touched, css="r", label=True
    )
    now = MoneyColumn(gettext_lazy("Under today’s rules"), accessor="now_minor")
    then = MoneyColumn(gettext_lazy("Under these"), accessor="then_minor")
    difference = MarkupColumn(
        gettext_lazy("Difference"),
        show=_difference,
        plain=lambda line: to_major(line.difference_minor, line.currency),
        css="r strong",
        label=True,
    )
    effect = StatusColumn(gettext_lazy("Effect"), kind="effect")


class PartnerFilters(django_filters.FilterSet):
    """Search, gain or lose, currency."""

    q = SearchFilter("partner__name", hint=gettext_lazy("Partner"))
    effect = ChoicesFilter(
        field_name="effect", label=gettext_lazy("Effect"), choices=statuses.labels("effect")
    )
    currency = ChoicesFilter(
        label=gettext_lazy("Currency"), all_label=gettext_lazy("All currencies"), choices=[]
    )

    class Meta:
        model = SimulationLine
        fields: list[str] = []

    def __init__(self, *args: Any, simulation: Simulation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["currency"].extra["choices"] = [
            (one, one) for one in sorted(simulation.totals)
        ]


PARTNERS = Listing(
    table=PartnerTable,
    filters=PartnerFilters,
    name="simulated-partners",
    default="-size",
    orders={
        "difference": "difference_minor",
        "partner": "partner__name",
        "sales": "sales",
        "now": "now_minor",
        "then": "then_minor",
        "size": "size",
    },
    chips=("effect", "effect", "effect"),
)
