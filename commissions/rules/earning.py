"""What a rule pays for the items it won: pure arithmetic, one rounding per amount."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from commissions.rules.facts import Event, Item
from commissions.rules.history import NOTHING, SALES, LimitKey, Past
from commissions.rules.terms import Brackets, CompiledRule, Reward, Step
from prm.money import LOYALTY_POINTS, exponent, percent_of, round_half_up

Pay = tuple[Decimal | None, int]
"""A rate, or an amount where there is none."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of the base at one rate or amount: `size` of `of`, counted by the metric."""

    start: int
    end: int | None
    size: int
    rate: Decimal | None
    amount: int


@dataclass(frozen=True, slots=True)
class Bracketed:
    """Where the event stood: the metric before it and with it, and the slices that paid."""

    metric: str
    window: str
    mode: str
    before: int
    after: int
    slices: tuple[Slice, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """A limit that was looked at, and what it left."""

    per: str
    window: str
    limit: int
    left: int


@dataclass(frozen=True, slots=True)
class Part:
    """A partner's part of the `whole` that he would have had alone: `weight` of `of`.

    `places` are his clicks among those that count, from 0.
    """

    whole: int
    weight: int
    of: int
    places: tuple[int, ...]
    amount: int


@dataclass(frozen=True, slots=True)
class Amount:
    """How an amount came about: exact before rounding, rounded, and what cap and limits left.

    `base` in minor units of the event's currency; `unit` is that currency, or PTS for points. Of a
    shared event all is as if it were the partner's alone, but for `final`, which is his `part`.
    """

    base: int
    exact: Fraction | Decimal
    rounded: int
    final: int
    unit: str
    rate: Decimal | None = None
    cap: int | None = None
    bracket: Bracketed | None = None
    cuts: tuple[Cut, ...] = ()
    quantity: int = 1
    part: Part | None = None


def earn(
    rule: CompiledRule,
    event: Event,
    items: Sequence[Item],
    past: Past,
    base: int,
    partner: str | None = None,
    now: Mapping[LimitKey, int] = NOTHING,
) -> Amount:
    """What `rule` pays `partner` (the event's own by default) for the items it won.

    `base` is what a percentage is of, in minor units; `now` what the rule paid for this event.
    """
    reward = rule.reward
    quantity = sum(item.quantity for item in items)
    bracket = _bracket(rule.brackets, reward, event, past) if rule.brackets else None
    rate: Decimal | None = reward.rate
    if bracket is None:
        exact: Fraction | Decimal = _exact(
            reward, (reward.rate, reward.amount), base, quantity, event
        )
    else:
        exact = _over_slices(reward, bracket, base, quantity, event)
        rate = bracket.slices[0].rate if len(bracket.slices) == 1 else None
    rounded = _rounded(exact)
    cap = _cap(reward, event, items)
    final = rounded if cap is None else min(rounded, cap)
    cuts = []
    for limit in rule.limits:
        left = past.left(rule, limit, event, partner or event.member.partner, now)
        cuts.append(Cut(limit.per, limit.window, limit.amount, left))
        final = min(final, left)
    unit = LOYALTY_POINTS if reward.type == "points" else event.currency
    return Amount(base, exact, rounded, final, unit, rate, cap, bracket, tuple(cuts), quantity)


def base_of(reward: Reward, items: Sequence[Item], gross_share: int) -> int:
    """What a percentage is of: net, net with its share of tax and shipping, or margin."""
    if reward.base == "margin":
        return sum(max(0, item.net - (item.cost or 0) * item.quantity) for item in items)
    net = sum(item.net for item in items)
    return net + gross_share if reward.base == "gross" else net


def _exact(reward: Reward, pay: Pay, base: int, quantity: int, event: Event) -> Decimal:
    """The amount before rounding, at one rate or amount."""
    rate, amount = pay
    if reward.type == "percent":
        return percent_of(base, rate or Decimal(0))
    if reward.type == "per_unit":
        return Decimal(amount * quantity)
    if reward.type == "per_thousand":
        return Decimal(amount * quantity).scaleb(-3)
    if reward.type == "points" and rate is not None:
        return Decimal(base).scaleb(-exponent(event.currency)) * rate
    return Decimal(amount)


def _cap(reward: Reward, event: Event, items: Sequence[Item]) -> int | None:
    """Flat and per-unit rewards of sales never exceed the net of the items, unless uncapped."""
    capped = reward.type in {"flat", "per_unit"} and event.kind in SALES and not reward.uncapped
    return sum(item.net for item in items) if capped else None


def _bracket(brackets: Brackets, reward: Reward, event: Event, past: Past) -> Bracketed:
    own = {"sales_amount": event.net, "sales_count": 1, "quantity": event.quantity}
    stretch = own[brackets.metric]
    before = past.metric(event, brackets.metric, brackets.window)
    after = before if brackets.window == "previous_month" else before + stretch
    if brackets.mode == "slab" or after == before:
        slices: tuple[Slice, ...] = (_slab(brackets, reward, after, stretch),)
    else:
        slices = _marginal(brackets, reward, before, after)
    return Bracketed(brackets.metric, brackets.window, brackets.mode, before, after, slices)


def _levels(brackets: Brackets, reward: Reward) -> list[Step]:
    """The steps, with the reward's own rate below the first."""
    steps = list(brackets.steps)
    if not steps or steps[0].start > 0:
        steps.insert(0, Step(0, reward.rate, reward.amount))
    return steps


def _slab(brackets: Brackets, reward: Reward, reached: int, size: int) -> Slice:
    levels = _levels(brackets, reward)
    index = max(i for i, step in enumerate(levels) if step.start <= reached)
    end = levels[index + 1].start if index + 1 < len(levels) else None
    step = levels[index]
    return Slice(step.start, end, size, step.rate, step.amount)


def _marginal(brackets: Brackets, reward: Reward, before: int, after: int) -> tuple[Slice, ...]:
    """The slices of the event's own stretch of the metric.

    A stretch from 40 to 60 with a step from 50 lies with 10 below it. Of whole numbers (sales,
    units) the 50th is the first at the step, of amounts the part above 50.
    """
    levels = _levels(brackets, reward)
    shift = 0 if brackets.metric == "sales_amount" else 1
    found = []
    for index, step in enumerate(levels):
        end = levels[index + 1].start if index + 1 < len(levels) else None
        low = max(before, step.start - shift, 0)
        high = after if end is None else min(after, end - shift)
        if high > low:
            found.append(Slice(step.start, end, high - low, step.rate, step.amount))
    return tuple(found)


def _over_slices(
    reward: Reward, bracket: Bracketed, base: int, quantity: int, event: Event
) -> Fraction | Decimal:
    if len(bracket.slices) == 1:
        only = bracket.slices[0]
        return _exact(reward, (only.rate, only.amount), base, quantity, event)
    whole = bracket.after - bracket.before
    parts = (
        Fraction(_exact(reward, (one.rate, one.amount), base, quantity, event)) * one.size / whole
        for one in bracket.slices
    )
    return sum(parts, Fraction(0))


def _rounded(exact: Fraction | Decimal) -> int:
    if isinstance(exact, Decimal):
        return round_half_up(exact)
    doubled = exact * 2 + 1  # never negative: bases, rates and amounts are not
    return int(doubled // 2)
