"""Which partners of a program a rule is for."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from campaigns import selectors as campaigns
from campaigns.models import Program
from commissions.rules import CompiledRule, Member
from commissions.rules.conditions import compile_test
from commissions.rules.selection import applies_to
from commissions.rules.terms import STATIC
from partners import selectors as partners
from portal.console.rules.sample import Order, World, sample_of

SHOWN: Final = 24


@dataclass(frozen=True)
class Touched:
    """How many of the program's active partners a rule is for, and the first of them by name."""

    count: int
    whole: int
    names: list[tuple[uuid.UUID, str]]

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.count - len(self.names)


def touched(program: Program, rule: CompiledRule, world: World) -> Touched:
    """The partners for whom the rule is meant, by its scope and by what it asks of partners."""
    members = members_of(program)
    test = compile_test(_asked_of_partners(rule.content.get("conditions")))
    sample = sample_of(rule, Order(0), world)
    ids = []
    for member in members:
        if rule.scope != "campaign" and not applies_to(rule, member, None):
            continue
        sample.event.member = member
        if test is None or test(sample.event, sample.event.items[0], sample.past):
            ids.append(uuid.UUID(member.partner))
    named = partners.partners().filter(pk__in=ids).order_by("name", "id")
    names = list(named.values_list("pk", "name")[:SHOWN])
    return Touched(len(ids), len(members), names)


def members_of(program: Program) -> list[Member]:
    """The program's active partners as rules see them; one query."""
    rows = campaigns.enrollments().filter(program=program, status=campaigns.ACTIVE)
    found = rows.order_by().values_list(
        "partner_id", "pk", "partner__country", "tier_id", "tier__key", "group_id"
    )
    return [
        Member(
            partner=str(partner),
            enrollment=str(pk),
            country=country,
            tier=str(tier) if tier else None,
            tier_key=key or "",
            group=str(group) if group else None,
        )
        for partner, pk, country, tier, key, group in found
    ]


def _asked_of_partners(condition: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The outermost conditions that only look at who the partner is."""
    parts = (condition or {}).get("all", [])
    fixed = [part for part in parts if part.get("field") in STATIC]
    return {"all": fixed} if fixed else None
