"""Which partners something is for: one description for announcements and whatever else asks.

Every part that is given must hold; within a part one value is enough. Program, tier and group are
those of one running enrollment: tier Gold of program A does not match who is Gold in B only.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from campaigns.models import Enrollment, Group, Program, Tier
from partners.models import Partner
from partners.selectors import SEATED
from prm.errors import Unacceptable

STATUSES: Final = (Partner.Status.ACTIVE.value, Partner.Status.SUSPENDED.value)
"""Statuses that a segment may name: partners who have a portal to read in."""


@dataclass(frozen=True)
class Segment:
    """Parts of a description; an empty part excludes nobody. Ids are texts, as in JSON."""

    programs: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    statuses: tuple[str, ...] = (STATUSES[0],)

    def to_json(self) -> dict[str, list[str]]:
        """What is stored: the parts that are given."""
        parts = {one.name: list(getattr(self, one.name)) for one in fields(self)}
        return {name: values for name, values in parts.items() if values}


def make_segment(**parts: Iterable[object]) -> Segment:
    """A segment of existing things. Raises Unacceptable on the part that names anything else."""
    values = {name: tuple(sorted({str(one) for one in given})) for name, given in parts.items()}
    segment = Segment(**{name: given for name, given in values.items() if given})
    _require_known(segment)
    return segment


def from_json(stored: Mapping[str, Any]) -> Segment:
    """The segment that `to_json` gave."""
    names = {one.name for one in fields(Segment)}
    return Segment(**{name: tuple(values) for name, values in stored.items() if name in names})


def partners_in(segment: Segment) -> QuerySet[Partner]:
    """The partners that are in the segment now, in no order; only such as have a portal."""
    rows = Partner.objects.filter(status__in=set(segment.statuses) & {str(one) for one in SEATED})
    if segment.countries:
        rows = rows.filter(country__in=segment.countries)
    place = _placed(segment)
    if place:
        running = Enrollment.objects.filter(
            place, partner=OuterRef("pk"), status=Enrollment.Status.ACTIVE
        )
        rows = rows.filter(Exists(running))
    return rows


def words(segment: Segment) -> list[str]:
    """The parts in words, one line each; names of what is gone are left out."""
    lines = [
        _named(_("Program"), Program, segment.programs),
        _named(_("Tier"), Tier, segment.tiers),
        _named(_("Group"), Group, segment.groups),
        f"{_('Country')}: {', '.join(segment.countries)}" if segment.countries else "",
    ]
    if Partner.Status.SUSPENDED in segment.statuses:
        labels = dict(Partner.Status.choices)
        lines.append(", ".join(str(labels[one]) for one in segment.statuses if one in labels))
    return [line for line in lines if line] or [_("All active partners")]


def _placed(segment: Segment) -> Q:
    place = Q()
    if segment.programs:
        place &= Q(program__in=segment.programs)
    if segment.tiers:
        place &= Q(tier__in=segment.tiers)
    if segment.groups:
        place &= Q(group__in=segment.groups)
    return place


def _named(label: str, model: type[Program | Tier | Group], ids: tuple[str, ...]) -> str:
    if not ids:
        return ""
    names = (
        model._default_manager.filter(pk__in=ids).order_by("name").values_list("name", flat=True)
    )
    return f"{label}: {', '.join(names)}"


def _require_known(segment: Segment) -> None:
    for field, model in (("programs", Program), ("tiers", Tier), ("groups", Group)):
        ids: tuple[str, ...] = getattr(segment, field)
        if not ids:
            continue
        if not all(_is_uuid(one) for one in ids) or (
            model._default_manager.filter(pk__in=ids).count() != len(ids)
        ):
            raise Unacceptable(_("Choose from the list."), field=field, code="choice")
    if not set(segment.statuses) <= set(STATUSES):
        raise Unacceptable(_("Choose from the list."), field="statuses", code="choice")
    if any(len(one) != 2 or not one.isalpha() for one in segment.countries):
        raise Unacceptable(_("Choose from the list."), field="countries", code="choice")


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
