"""What a program offers the builder to pick: partners, groups, tiers, campaigns, known goods."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from campaigns import selectors as campaigns
from campaigns.models import Enrollment, Program, Tier
from portal.console.rules.blanks import Choices
from tracking.goods import Goods, known_goods

Scope = tuple[str, str | None]


@dataclass(frozen=True)
class Offer:
    """The choices in words, and the rows behind them by the value of the picker."""

    choices: Choices
    rows: Mapping[str, Any]
    enrollments: list[Enrollment]
    tiers: list[Tier]

    def row(self, value: str) -> Any:
        """What a picked scope stands for; None for any partner and for what is not offered."""
        return self.rows.get(value)

    def knows(self, value: str) -> bool:
        """Whether a value of the scope picker is one of those offered."""
        return not value or value in self.rows

    def enrollment(self, scope: Scope, apart: Container[str] = ()) -> Enrollment | None:
        """A partner whom a rule of this scope is for, to tell the example about.

        `apart` are partners with rules of their own, who are no example for a rule for others.
        """
        name, wanted = scope
        usual = [one for one in self.enrollments if str(one.partner_id) not in apart]
        for one in self.enrollments if name == "partner" else [*usual, *self.enrollments]:
            own = {
                "partner": str(one.partner_id),
                "tier": str(one.tier_id),
                "group": str(one.group_id),
            }
            if own.get(name, wanted) == wanted:
                return one
        return None


def offer_of(program: Program, *, with_goods: bool = True) -> Offer:
    """What can be picked for a rule of this program; goods are left out where none are shown."""
    rows: dict[str, Any] = {}
    active = campaigns.enrollments().filter(program=program, status=campaigns.ACTIVE)
    enrollments = list(active.select_related("tier", "partner").order_by("partner__name", "id"))
    tiers = list(program.tiers.order_by("rank"))
    groups = (
        (_("Tier"), "tier", [(one, _("%(tier)s partner") % {"tier": one}) for one in tiers]),
        (_("Group"), "group", [(one, str(one)) for one in program.groups.order_by("name")]),
        (
            _("Campaign"),
            "campaign",
            [(one, str(one)) for one in program.campaigns.order_by("-starts_on", "id")],
        ),
        (_("One partner"), "partner", [(one.partner, one.partner.name) for one in enrollments]),
    )
    scopes = []
    for label, name, found in groups:
        pairs = [(f"{name}:{row.pk}", words) for row, words in found]
        rows |= {f"{name}:{row.pk}": row for row, _words in found}
        if pairs:
            scopes.append((str(label), pairs))
    goods = known_goods(program.pk) if with_goods else Goods([], [])
    return Offer(Choices(scopes, goods.categories, goods.skus), rows, enrollments, tiers)


def scope_in(value: str) -> Scope:
    """The picker's value as kind of scope and id."""
    name, _colon, key = value.partition(":")
    return (name, key) if key else ("program", None)
