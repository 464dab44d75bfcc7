"""Cases that every rule must stand, kept as tests beside the worked example and computed alike."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commissions.rules import CompiledRule
from commissions.rules.refunds import reversed_of
from commissions.rules.windows import add_months
from portal.console.rules.example import Paid, amount, pay, unit_of
from portal.console.rules.sample import CUSTOMER, Order, World, sample_of

MANY: Final = 1000


@dataclass(frozen=True)
class Case:
    """One case: its name, what comes out in words, and whether that is as it should be."""

    label: str
    words: str
    is_expected: bool


def cases(rule: CompiledRule, order: Order, world: World) -> list[Case]:
    """The cases that this rule's parts ask for."""
    found = [*_too_small(rule, order, world), *_over(rule, order, world)]
    found += [*_limited(rule, order, world), *_refunded(rule, order, world)]
    return found


def smallest_of(conditions: Mapping[str, Any] | None) -> int:
    """The smallest order that the outermost conditions ask for, in minor units; 0 for none."""
    least = [
        int(part["value"])
        for part in (conditions or {}).get("all", [])
        if part.get("field") == "amount" and part.get("op") == "gte"
    ]
    return max(least, default=0)


def _fitting(rule: CompiledRule, order: Order) -> Order:
    """The reader's order, or one that is large enough where his is not."""
    return replace(order, net=max(order.net, smallest_of(rule.content.get("conditions")) * 2))


def _too_small(rule: CompiledRule, order: Order, world: World) -> Iterator[Case]:
    least = smallest_of(rule.content.get("conditions"))
    if least > 1:
        small = replace(order, net=least - 1)
        paid = pay(rule, sample_of(rule, small, world), world)
        label = _("Order of %(amount)s, below the smallest") % {
            "amount": amount(small.net, world.currency)
        }
        yield Case(label, _instead(paid), paid.own is None)


def _over(rule: CompiledRule, order: Order, world: World) -> Iterator[Case]:
    duration = rule.duration
    if duration is None:
        return
    sample = sample_of(rule, _fitting(rule, order), world)
    event = sample.event
    if duration.charges is not None:
        sample.event = replace(event, charge=duration.charges + 1)
        label = _("Order number %(number)d of the customer") % {"number": duration.charges + 1}
    elif not duration.months:
        sample.event = replace(event, charge=2)
        label = _("The customer’s second sale")
    else:
        start = _months_before(event.at.astimezone(world.zone), duration.months)
        sample.past.first_earned[(event.program, event.member.partner, CUSTOMER)] = start
        label = _("Month %(number)d of the customer") % {"number": duration.months + 1}
    paid = pay(rule, sample, world)
    yield Case(label, _instead(paid), paid.own is None)


def _months_before(moment: datetime, months: int) -> datetime:
    return datetime.combine(add_months(moment.date(), -months), moment.timetz())


def _limited(rule: CompiledRule, order: Order, world: World) -> Iterator[Case]:
    for limit in rule.limits[:1]:
        whole = _fitting(rule, order)
        unit = unit_of(rule)
        if limit.per == "sale" or limit.window == "sale":
            large = replace(whole, net=whole.net * MANY, quantity=whole.quantity * MANY)
            paid = pay(rule, sample_of(rule, large, world), world)
            words = _("An order of %(order)s pays %(amount)s and no more.") % {
                "order": amount(large.net, world.currency),
                "amount": amount(paid.final, unit),
            }
            yield Case(_("Limit reached"), words, paid.final <= limit.amount)
            continue
        sample = sample_of(rule, whole, world)
        own = sample.event.member.partner
        sample.past.pay(rule, sample.event, own, limit.amount, unit)
        paid = pay(rule, sample, world)
        words = _("Nothing more is paid by this rule until the limit starts anew.")
        yield Case(_("Limit reached"), words, not paid.final)


def _refunded(rule: CompiledRule, order: Order, world: World) -> Iterator[Case]:
    if rule.event not in {"sale", "renewal"}:
        return
    paid = pay(rule, sample_of(rule, _fitting(rule, order), world), world)
    if not paid.final:
        return
    net = paid.sample.event.net
    first = reversed_of(paid.final, Fraction(net // 2, net))
    second = reversed_of(paid.final, Fraction(1)) - first
    words = _("%(first)s goes back with the first half, %(second)s with the rest: all of it.") % {
        "first": amount(first, unit_of(rule)),
        "second": amount(second, unit_of(rule)),
    }
    yield Case(_("Full refund in two parts"), words, first + second == paid.final)


def _instead(paid: Paid) -> str:
    """Who pays where this rule does not."""
    if paid.own is not None:
        return _("This rule pays %(amount)s.") % {
            "amount": amount(paid.final, paid.own.amount.unit)
        }
    if not paid.computed.earned:
        return _("Nothing is paid: no other rule takes over.")
    parts = [
        _("“%(name)s” pays %(amount)s")
        % {"name": one.rule.name, "amount": amount(one.amount.final, one.amount.unit)}
        for one in paid.computed.earned
    ]
    return _("This rule pays nothing; %(others)s.") % {"others": ", ".join(parts)}


def verdict(found: list[Case]) -> str:
    """`All four as expected`, or how many are not."""
    wrong = sum(not one.is_expected for one in found)
    if wrong:
        text = ngettext("%(count)d is not as expected", "%(count)d are not as expected", wrong)
        return text % {"count": wrong}
    text = ngettext("%(count)d case, as expected", "All %(count)d as expected", len(found))
    return text % {"count": len(found)}
