"""Which tier and group a member had at an instant: an event earns by those of its own time.

The moves of each member are kept (campaigns.TierMove, campaigns.GroupMove). Before the first of
them he had what it took him out of; where people placed him for the first time, that place counts
from the beginning, so that a program can be set up with its history.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Model

from campaigns.models import GroupMove, TierCause, TierMove
from commissions.rules import Book, Member

TIER_FIELD = "partner.tier"


@dataclass(frozen=True, slots=True)
class _Spell:
    """What a member had from an instant on, as fields of Member; None is from the beginning."""

    since: datetime | None
    had: Mapping[str, str | None]


@dataclass
class Ranks:
    """The tiers and groups of members over time; each is read only where a rule asks for it."""

    asks_tiers: bool = False
    asks_groups: bool = False
    _known: set[str] = field(default_factory=set)
    _tiers: dict[str, list[_Spell]] = field(default_factory=dict)
    _groups: dict[str, list[_Spell]] = field(default_factory=dict)
    _members: dict[tuple[str, str | None, str | None], Member] = field(default_factory=dict)

    @classmethod
    def of(cls, books: Iterable[Book]) -> "Ranks":
        """Empty, with what any rule of the books asks for."""
        every = list(books)
        return cls(any(map(asks_tiers, every)), any(map(_asks_groups, every)))

    def learn(self, enrollments: Iterable[str]) -> None:
        """Load the moves of these members; a query for each kind that a rule asks for."""
        wanted = set(enrollments) - self._known
        if not wanted or not (self.asks_tiers or self.asks_groups):
            return
        self._known |= wanted
        if self.asks_tiers:
            tiers = TierMove.objects.filter(enrollment_id__in=wanted)
            for tier in tiers.select_related("before", "after").order_by("at", "id"):
                _add(self._tiers, tier, _tier, first=tier.cause == TierCause.STAFF)
        if self.asks_groups:
            groups = GroupMove.objects.filter(enrollment_id__in=wanted)
            for group in groups.select_related("before", "after").order_by("at", "id"):
                _add(self._groups, group, _group, first=True)

    def at(self, member: Member, moment: datetime) -> Member:
        """The member with the tier and group that he had at `moment`."""
        tier = _had(self._tiers, member, moment)
        group = _had(self._groups, member, moment)
        if tier is None and group is None:
            return member
        had = {**(tier or {}), **(group or {})}
        if all(getattr(member, name) == value for name, value in had.items()):
            return member
        key = (member.enrollment, had.get("tier", member.tier), had.get("group", member.group))
        found = self._members.get(key)
        if found is None:
            found = self._members[key] = replace(member, **had)
        return found

    def all_at(
        self, members: tuple[Member | None, ...], moment: datetime
    ) -> tuple[Member | None, ...]:
        """The same for several, such as the recruiters above a member."""
        if not self._tiers and not self._groups:
            return members
        return tuple(one and self.at(one, moment) for one in members)


def asks_tiers(book: Book) -> bool:
    """Whether any rule of the book looks at tiers."""
    return TIER_FIELD in book.fields or any(rule.scope == "tier" for rule in book.rules)


def _asks_groups(book: Book) -> bool:
    return any(rule.scope == "group" for rule in book.rules)


def _add(spells: dict[str, list[_Spell]], row: Any, had: Any, *, first: bool) -> None:
    """One more move of a member; `first`: a first place of all counts from the beginning."""
    his = spells.setdefault(str(row.enrollment_id), [])
    if not his:
        begins = row.after if first and row.before is None else row.before
        his.append(_Spell(None, had(begins)))
    his.append(_Spell(row.at, had(row.after)))


def _had(
    spells: Mapping[str, list[_Spell]], member: Member, moment: datetime
) -> Mapping[str, Any] | None:
    his = spells.get(member.enrollment)
    if not his:
        return None
    return next(one.had for one in reversed(his) if one.since is None or one.since <= moment)


def _tier(row: Model | None) -> dict[str, str | None]:
    return {"tier": str(row.pk) if row else None, "tier_key": str(getattr(row, "key", ""))}


def _group(row: Model | None) -> dict[str, str | None]:
    return {"group": str(row.pk) if row else None}
