"""Which tier a member had at an instant, so that an event earns by the tier of its own time.

The moves of each member are kept (campaigns.TierMove). Before the first of them he had what it
took him out of; where people placed him for the first time, that place counts from the beginning,
so that a program can be set up with its history.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from campaigns.models import TierCause, TierMove
from commissions.rules import Book, Member

TIER_FIELD = "partner.tier"


@dataclass(frozen=True, slots=True)
class _Spell:
    """A tier from an instant on; None is from the beginning."""

    since: datetime | None
    tier: str | None
    key: str


@dataclass
class Ranks:
    """The tiers of members over time."""

    asked: bool
    _known: set[str] = field(default_factory=set)
    _spells: dict[str, list[_Spell]] = field(default_factory=dict)
    _members: dict[tuple[str, str | None], Member] = field(default_factory=dict)

    @classmethod
    def of(cls, books: Iterable[Book]) -> "Ranks":
        """Empty; `asked` where any rule of the books looks at tiers at all."""
        return cls(
            any(
                TIER_FIELD in book.fields or any(rule.scope == "tier" for rule in book.rules)
                for book in books
            )
        )

    def learn(self, enrollments: Iterable[str]) -> None:
        """Load the moves of these members; one query, and none where no rule asks."""
        wanted = set(enrollments) - self._known if self.asked else set()
        if not wanted:
            return
        self._known |= wanted
        rows = TierMove.objects.filter(enrollment_id__in=wanted).select_related("before", "after")
        for row in rows.order_by("at", "id"):
            spells = self._spells.setdefault(str(row.enrollment_id), [])
            if not spells:
                first = row.after if _is_first_place(row) else row.before
                spells.append(_Spell(None, str(first.pk) if first else None, _key(first)))
            after = row.after
            spells.append(_Spell(row.at, str(after.pk) if after else None, _key(after)))

    def at(self, member: Member, moment: datetime) -> Member:
        """The member with the tier that he had at `moment`."""
        spells = self._spells.get(member.enrollment)
        if not spells:
            return member
        spell = next(one for one in reversed(spells) if one.since is None or one.since <= moment)
        if spell.tier == member.tier:
            return member
        found = self._members.get((member.enrollment, spell.tier))
        if found is None:
            found = replace(member, tier=spell.tier, tier_key=spell.key)
            self._members[member.enrollment, spell.tier] = found
        return found

    def all_at(
        self, members: tuple[Member | None, ...], moment: datetime
    ) -> tuple[Member | None, ...]:
        """The same for several, such as the recruiters above a member."""
        if not self._spells:
            return members
        return tuple(one and self.at(one, moment) for one in members)


def _is_first_place(row: TierMove) -> bool:
    return row.cause == TierCause.STAFF and row.before is None


def _key(tier: object) -> str:
    return str(getattr(tier, "key", ""))
