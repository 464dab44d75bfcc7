"""The worked example beside a rule: one order as the engine pays it, line by line."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commissions import reasons
from commissions.rules import Amount, Book, CompiledRule, Computed, Earned
from commissions.rules.earning import Slice
from commissions.rules.selection import why_not
from portal import money_format
from portal.console.rules import figures
from portal.console.rules import pickers as pick
from portal.console.rules.sample import Order, Sample, World, sample_of
from prm.money import LOYALTY_POINTS

FINEST: Final = Decimal("0.0001")
TONES: Final = ("", "mark", "good", "warn", "quiet")


@dataclass(frozen=True)
class Line:
    """A line of the calculation: words, and an amount or a word."""

    label: str
    value: str
    is_sum: bool = False


@dataclass(frozen=True)
class Part:
    """A part of the order below or above a step: its tone, and its size in minor units."""

    tone: str
    size: int


@dataclass(frozen=True)
class Example:
    """What the reader sees: sentences, the bar of parts, the bill, what another version pays."""

    sentence: str
    crossing: str = ""
    parts: list[Part] = field(default_factory=list)
    bill: list[Line] = field(default_factory=list)

    @property
    def rects(self) -> list[tuple[str, str, str]]:
        """The bar's parts: where each begins and how wide it is, in percent, and its tone."""
        whole, left, found = sum(part.size for part in self.parts) or 1, 0, []
        for part in self.parts:
            width = max(part.size * 100 / whole - 0.4, 0.8)
            found.append((f"{left * 100 / whole:.2f}", f"{width:.2f}", part.tone))
            left += part.size
        return found


@dataclass(frozen=True)
class Paid:
    """What the engine says of one sample: this rule's earning, if any, and everybody's."""

    sample: Sample
    computed: Computed
    own: Earned | None

    @property
    def final(self) -> int:
        """What this rule pays."""
        return self.own.amount.final if self.own else 0


def pay(rule: CompiledRule, sample: Sample, world: World) -> Paid:
    """The sample as the engine pays it by this rule and those beside it."""
    computed = Book.of([rule, *world.others]).compute(sample.event, sample.past)
    own = [one for one in computed.earned if one.rule.version_id == rule.version_id]
    return Paid(sample, computed, own[0] if own else None)


def example(
    rule: CompiledRule,
    order: Order,
    world: World,
    *,
    partner: str,
    earlier: tuple[str, CompiledRule] | None = None,
    beside: World | None = None,
) -> Example:
    """One order by this rule and those that follow it, which are the `world`'s.

    `earlier` is the version in force, told for comparison; `beside` has all rules, to tell when
    one of them goes before this one.
    """
    paid = pay(rule, sample_of(rule, order, world), world)
    beside = beside or world
    if paid.own is None:
        paid = pay(rule, paid.sample, beside)
    bill = list(_bill(rule, paid, world) if paid.own else _not_paid(rule, paid, world))
    if paid.own is not None:
        bill += _goes_first(pay(rule, paid.sample, beside))
    if earlier is not None:
        other = pay(earlier[1], paid.sample, world)
        label = _("%(version)s would pay") % {"version": earlier[0]}
        bill.append(Line(label, amount(other.final, unit_of(earlier[1]))))
    parts = _parts(paid)
    return Example(
        sentence=_sentence(rule, order, world, partner),
        crossing=_crossing(paid, parts, world.currency),
        parts=parts,
        bill=bill,
    )


def _goes_first(paid: Paid) -> list[Line]:
    """The rule that takes this order before this one does, if there is one."""
    if paid.own is not None:
        return []
    label = _("But “%(name)s” goes first and pays")
    return [
        Line(label % {"name": one.rule.name}, amount(one.amount.final, one.amount.unit))
        for one in paid.computed.earned
        if not one.rule.adds
    ]


def unit_of(rule: CompiledRule) -> str:
    """What a rule pays in: the program's currency, or points."""
    return LOYALTY_POINTS if rule.reward.type == "points" else rule.currency


def amount(minor: int, unit: str) -> str:
    """`IDR 48,150`, `120 points`."""
    if unit == LOYALTY_POINTS:
        text = ngettext("%(points)s point", "%(points)s points", minor)
        return text % {"points": money_format.number(minor)}
    shown = money_format.exact(minor, unit)
    return f"{shown.code}{reasons.GAP}{shown.digits}"


def digits(exact: Fraction | Decimal | int, unit: str) -> str:
    """An amount before it is rounded: as many decimals as it has, at most four beyond."""
    whole = Fraction(exact)
    value = (Decimal(whole.numerator) / Decimal(whole.denominator)).quantize(FINEST)
    if unit == LOYALTY_POINTS:
        return figures.plain(value)
    fine = reasons.fine_digits(value)
    return reasons.digits_text(value, unit, fine) if fine else reasons.digits_text(int(value), unit)


def _sentence(rule: CompiledRule, order: Order, world: World, partner: str) -> str:
    shown = {
        "partner": partner,
        "amount": amount(order.net, world.currency),
        "count": money_format.number(order.quantity),
    }
    sentences = {
        "sale": _("%(partner)s brings an order of %(amount)s, net of discount."),
        "renewal": _("A subscription that %(partner)s brought renews for %(amount)s, net."),
        "lead": _("%(partner)s brings a lead."),
        "signup": _("%(partner)s brings a sign-up."),
        "click": _("Somebody clicks a link of %(partner)s."),
        "impression": _("Banners of %(partner)s are shown %(count)s times on one day."),
        "deliverable": _("A deliverable of %(partner)s is approved."),
        "period": _("A period ends in which %(partner)s moved %(amount)s."),
        "commission": _("A recruit of %(partner)s earns %(amount)s."),
    }
    return sentences[rule.event] % shown


def _parts(paid: Paid) -> list[Part]:
    bracket = paid.own.amount.bracket if paid.own else None
    if bracket is None or len(bracket.slices) < 2:
        return []
    return [Part(TONES[place % len(TONES)], one.size) for place, one in enumerate(bracket.slices)]


def _crossing(paid: Paid, parts: list[Part], currency: str) -> str:
    bracket = paid.own.amount.bracket if paid.own else None
    if bracket is None:
        return ""
    if len(parts) == 2 and bracket.metric == "sales_amount":
        low, high = (amount(part.size, currency) for part in parts)
        text = _("The order crosses a step: %(low)s lies below, %(high)s above.")
        return text % {"low": low, "high": high}
    if parts:
        return _("The order crosses %(count)d steps.") % {"count": len(parts) - 1}
    if bracket.slices[0].start == 0:
        return _("All of it lies below the first step.")
    start = _metric(bracket.slices[0].start, bracket.metric, currency)
    return _("All of it lies above the step at %(start)s.") % {"start": start}


def _metric(value: int, metric: str, currency: str) -> str:
    if metric == "sales_amount":
        return amount(value, currency)
    return money_format.number(value)


def _bill(rule: CompiledRule, paid: Paid, world: World) -> Iterator[Line]:
    own = paid.own
    if own is None:
        return
    found, unit = own.amount, own.amount.unit
    if rule.reward.base != "net" and rule.reward.type == "percent":
        base = _("Base: %(base)s") % {"base": pick.words(pick.BASES, rule.reward.base)}
        yield Line(base, reasons.digits_text(found.base, world.currency))
    yield from _earned_lines(rule, found, world.currency)
    if found.exact != found.rounded or rule.reward.rate is not None:
        difference = found.rounded - Fraction(found.exact)
        yield Line(_("Rounding"), digits(difference, unit))
    if found.cap is not None and found.cap < found.rounded:
        yield Line(_("Cut to the amount sold"), amount(found.cap, unit))
    yield from _limit_lines(found)
    yield Line(_("Commission"), amount(found.final, unit), is_sum=True)
    for other in paid.computed.earned:
        if other is not own:
            label = _("“%(name)s” pays besides") % {"name": other.rule.name}
            yield Line(label, amount(other.amount.final, other.amount.unit))


def _earned_lines(rule: CompiledRule, found: Amount, currency: str) -> Iterator[Line]:
    if found.bracket is None:
        yield _one_line(
            rule, found, rule.reward.rate, rule.reward.amount, Fraction(1), "", currency
        )
        return
    slices = found.bracket.slices
    whole = sum(one.size for one in slices)
    for place, one in enumerate(slices):
        share = Fraction(one.size, whole) if len(slices) > 1 else Fraction(1)
        where = _where(one, len(slices), place)
        yield _one_line(rule, found, one.rate, one.amount, share, where, currency)


def _where(one: Slice, count: int, place: int) -> str:
    if count == 1:
        return "" if one.start == 0 else _("step reached")
    if place == 0:
        return _("up to the step")
    return _("above it") if count == 2 else _("above step %(number)d") % {"number": place}


def _one_line(
    rule: CompiledRule,
    found: Amount,
    rate: Decimal | None,
    flat: int,
    share: Fraction,
    where: str,
    currency: str,
) -> Line:
    """What one slice brings before rounding, in the words of the reward's type."""
    kind, part = rule.reward.type, Fraction(found.base) * share
    shown = digits(part, currency)
    if kind == "percent" and rate is not None:
        label = _("%(rate)s of %(base)s") % {
            "rate": money_format.percent(rate, _places(rate)),
            "base": shown,
        }
        value = digits(part * Fraction(rate) / 100, found.unit)
    elif kind == "points" and rate is not None:
        label = _("%(rate)s points for each %(currency)s of %(base)s") % {
            "rate": figures.plain(rate), "currency": currency, "base": shown,
        }  # fmt: skip
        major = part / 10 ** figures.places_of(currency)
        value = digits(major * Fraction(rate), found.unit)
    elif kind == "per_unit":
        label = _("%(amount)s for each of %(count)s units") % {
            "amount": amount(flat, found.unit), "count": money_format.number(found.quantity),
        }  # fmt: skip
        value = digits(Fraction(flat * found.quantity) * share, found.unit)
    elif kind == "per_thousand":
        label = _("%(amount)s per 1,000 of %(count)s impressions") % {
            "amount": amount(flat, found.unit), "count": money_format.number(found.quantity),
        }  # fmt: skip
        value = digits(Fraction(flat * found.quantity, 1000), found.unit)
    else:
        label, value = _("Once, whatever the amount"), digits(Fraction(flat) * share, found.unit)
    return Line(f"{label}, {where}" if where else label, value)


def _places(rate: Decimal) -> int:
    exponent = rate.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _limit_lines(found: Amount) -> Iterator[Line]:
    for cut in found.cuts:
        words = pick.words(pick.PER, cut.per)
        if cut.window != "sale":
            words = f"{words} {pick.words(pick.LIMIT_WINDOWS, cut.window)}"
        label = _("Limit %(amount)s %(per)s") % {
            "amount": amount(cut.limit, found.unit),
            "per": words,
        }
        reached = found.final < found.rounded and found.final == cut.left
        yield Line(label, _("reached, cut") if reached else _("not reached"))


def _not_paid(rule: CompiledRule, paid: Paid, world: World) -> Iterator[Line]:
    """Why this rule pays nothing for the order, and who pays instead."""
    event = paid.sample.event
    why = why_not(rule, event, event.items[0], paid.sample.past)
    words = {
        "conditions": _("a condition is not met"),
        "over": _("its time is over"),
        "no_cost": _("no cost is known"),
    }
    limited = paid.computed.limited and not why
    reason = _("a limit is reached") if limited else words.get(why, _("another rule goes first"))
    yield Line(_("This rule does not pay"), reason)
    for other in paid.computed.earned:
        label = _("“%(name)s” pays instead") % {"name": other.rule.name}
        yield Line(label, amount(other.amount.final, other.amount.unit))
    total = sum(
        one.amount.final for one in paid.computed.earned if one.amount.unit == world.currency
    )
    yield Line(_("Commission"), amount(total, world.currency), is_sum=True)
