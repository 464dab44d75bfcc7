"""Events that several partners share: what each would earn alone, and his part of it.

Each partner earns by his own rules what the whole event would have paid him, and of that his part
by largest remainder over the weights of all clicks, in their order. So with equal rules the parts
sum to what one partner would have had. His totals count his part of the event.
"""

from collections import defaultdict
from dataclasses import dataclass, replace

from commissions.rules.earning import Amount, Part
from commissions.rules.facts import Event
from commissions.rules.history import LimitKey, Past, alone_key, limit_key
from commissions.rules.terms import CompiledRule
from prm.money import largest_remainder


@dataclass(frozen=True, slots=True)
class Stake:
    """One partner's clicks of a shared event; `event` is all of it, as if it were his alone."""

    event: Event
    weights: tuple[int, ...]
    places: tuple[int, ...]

    def of(self, total: int) -> int:
        """His part of a total."""
        parts = largest_remainder(total, self.weights)
        return sum(parts[place] for place in self.places)

    @property
    def weight(self) -> int:
        """The weights of his clicks together."""
        return sum(self.weights[place] for place in self.places)


def stakes(event: Event) -> list[Stake]:
    """The partners of a shared event in the order of their first clicks, the barred left out.

    Campaign and sub-ids are those of the click that counts most for him, the earlier first.
    """
    weights = tuple(share.weight for share in event.shares)
    places: dict[str, list[int]] = {}
    for place, share in enumerate(event.shares):
        if not share.barred:
            places.setdefault(share.member.partner, []).append(place)
    found = []
    for own in places.values():
        best = event.shares[max(own, key=lambda place: (weights[place], -place))]
        alone = replace(
            event,
            member=best.member,
            uplines=best.uplines,
            campaign=best.campaign,
            subs=best.subs,
            shares=(),
        )
        found.append(Stake(alone, weights, tuple(own)))
    return found


def part_of(
    amount: Amount,
    rule: CompiledRule,
    stake: Stake,
    past: Past,
    now: defaultdict[LimitKey, int],
) -> Amount:
    """A partner's part of an amount, kept within what limits leave beside the others' parts.

    `now` is what rules paid for the event already; it grows by this part.
    """
    event, unit, partner = stake.event, amount.unit, stake.event.member.partner
    final = part = stake.of(amount.final)
    for limit in rule.limits:
        final = min(final, past.left(rule, limit, event, partner, now))
    keys = {
        limit_key(rule, per, window, event, partner, unit)
        or alone_key(rule, per, event, partner, unit)
        for per, window in rule.counted
    }
    for key in keys:
        now[key] += final
    of = Part(amount.final, stake.weight, sum(stake.weights), stake.places, part)
    return replace(amount, final=final, part=of)
