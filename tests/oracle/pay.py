"""What a rule pays for the lines it won."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from tests.oracle.numbers import exact, half_up, minor_per_major, share
from tests.oracle.world import Content, Sale, Version


def price(reward: Content, step: Content | None) -> Fraction:
    """The rate or the amount, of a step or, below the first, of the reward."""
    source = reward if step is None else step
    return exact(source["rate"] if "rate" in source else source["amount"])


def price_at(version: Version, reached: int) -> Fraction:
    """The price of the bracket that a metric has reached; `from` is inclusive."""
    assert version.brackets is not None
    step = None
    for each in version.brackets["steps"]:
        if reached >= each["from"]:
            step = each
    return price(version.reward, step)


def price_over(version: Version, before: int, after: int) -> Fraction:
    """The price of a sale that moves the metric from `before` to `after`."""
    brackets = version.brackets
    if brackets is None:
        return price(version.reward, None)
    if brackets["mode"] == "slab" or before == after:
        return price_at(version, after)
    if brackets["metric"] == "sales_amount":
        total = sum(
            (end - start) * price_at(version, start)
            for start, end in pairwise(marks_between(brackets, before, after))
        )
    else:  # sales and units are counted: the tenth lies at the step from 10
        total = sum(price_at(version, counted) for counted in range(before + 1, after + 1))
    return Fraction(total, after - before)


def marks_between(brackets: Content, before: int, after: int) -> list[int]:
    """The steps that lie within a stretch, and its two ends."""
    inside = {step["from"] for step in brackets["steps"] if before < step["from"] < after}
    return sorted({before, after, *inside})


def base_of(reward: Content, sale: Sale, lines: Sequence[int], tax_share: int) -> int:
    """What a percentage is taken of."""
    won = [sale.goods[i] for i in lines]
    net = sum(line.net for line in won)
    if reward.get("base") == "gross":
        return net + tax_share
    if reward.get("base") == "margin":
        return sum(max(0, line.net - (line.cost or 0) * line.quantity) for line in won)
    return net


def tax_shares(sale: Sale, groups: dict[str, list[int]]) -> dict[str, int]:
    """Tax and shipping over groups of lines by net; what nobody won keeps its own part."""
    goods = sale.goods
    taken = {i for lines in groups.values() for i in lines}
    left = [i for i in range(len(goods)) if i not in taken]
    named = [*groups.items(), *([("", left)] if left else [])]
    named.sort(key=lambda pair: min(pair[1]))
    weights = [sum(goods[i].net for i in lines) for _key, lines in named]
    if not sum(weights):
        return dict.fromkeys(groups, 0)
    parts = share(sale.tax + sale.shipping, weights)
    return {key: part for (key, _lines), part in zip(named, parts, strict=True) if key}


def pay(
    version: Version, sale: Sale, lines: Sequence[int], tax_share: int, reach: tuple[int, int]
) -> int:
    """The amount before limits, rounded once. Points are whole points."""
    reward = version.reward
    if reward["type"] == "per_thousand":
        return half_up(price(reward, None) * sale.impressions / 1000)
    if sale.net == 0:
        return 0
    value = price_over(version, *reach)
    net = sum(sale.goods[i].net for i in lines)
    if reward["type"] == "percent":
        return half_up(value * base_of(reward, sale, lines, tax_share) / 100)
    if reward["type"] == "points":
        by_rate = "rate" in reward
        return half_up(value * net / minor_per_major(sale.currency) if by_rate else value)
    units = sum(sale.goods[i].quantity for i in lines) if reward["type"] == "per_unit" else 1
    amount = half_up(value * units)
    return amount if reward.get("uncapped") else min(amount, net)


def override_pay(version: Version, amount: int) -> int:
    """What a recruiter gets on a recruit's commission, before limits."""
    value = price(version.reward, None)
    return half_up(value * amount / 100 if version.reward["type"] == "percent" else value)
