"""Before a rule is published: gaps, rules that meet, what never pays, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commissions.rules import CompiledRule
from portal.console.rules import pickers as pick
from portal.navigation import address_of

SHOWN: Final = 4
ORDERS: Final = frozenset({"sale", "renewal"})


@dataclass(frozen=True)
class Check:
    """One thing looked at: `state` is done, warn or "" for what is only to be known."""

    state: str
    text: str | SafeString


def checks(rule: CompiledRule, others: tuple[CompiledRule, ...], seller_slug: str) -> list[Check]:
    """What a reader should know before this rule is published, most pressing last."""
    beside = [one for one in others if _same_event(one, rule)]
    found = [_gap(rule, beside, seller_slug), *_meeting(rule, beside, seller_slug)]
    return [*found, *_never(rule), *_currency(rule)]


def _same_event(other: CompiledRule, rule: CompiledRule) -> bool:
    if rule.event == "renewal":
        return other.event in ORDERS
    return other.event == rule.event and other.override_level == rule.override_level


def _named(rule: CompiledRule, seller_slug: str) -> SafeString:
    url = address_of("console:rules-detail", seller_slug, rule.rule_id)
    return format_html('<a href="{}">{}</a>', url, rule.name)


def catches_all(rule: CompiledRule) -> bool:
    """Whether a rule takes every event of its kind, whoever brings it."""
    fits_every = rule.scope == "program" and rule.test is None and rule.duration is None
    return fits_every and not rule.adds and rule.reward.base != "margin"


def _gap(rule: CompiledRule, beside: list[CompiledRule], slug: str) -> Check:
    event = pick.EVENT_NAMES[rule.event]
    if catches_all(rule):
        text = _("No gap: this rule takes every event of its kind (%(event)s).")
        return Check("done", text % {"event": event})
    rest = next((one for one in sorted(beside, key=lambda one: one.rank) if catches_all(one)), None)
    if rest is not None:
        text = _("No gap: {rule} catches what this rule does not take.")
        return Check("done", format_html(text, rule=_named(rest, slug)))
    text = _(
        "A gap: no rule is left for the rest, so what this rule does not take earns nothing. "
        "A rule for any partner without conditions would catch it."
    )
    return Check("warn", text)


def _meeting(rule: CompiledRule, beside: list[CompiledRule], slug: str) -> Iterator[Check]:
    meeting = [one for one in beside if _may_meet(rule, one)]
    if not meeting:
        yield Check("done", _("No other rule meets this one."))
    for other in sorted(meeting, key=lambda one: one.rank)[:SHOWN]:
        name = _named(other, slug)
        if rule.adds or other.adds:
            text = _("{rule} meets this rule: both are paid, one on top of the other.")
            yield Check("done", format_html(text, rule=name))
        elif rule.rank < other.rank:
            text = _("Where {rule} fits too, this rule goes before it: {why}.")
            yield Check("done", format_html(text, rule=name, why=_why(rule, other)))
        elif catches_all(other):
            text = _("{rule} takes everything before this rule: {why}. So this rule never pays.")
            yield Check("warn", format_html(text, rule=name, why=_why(other, rule)))
        else:
            text = _("Where {rule} fits too, it goes before this rule: {why}.")
            yield Check("", format_html(text, rule=name, why=_why(other, rule)))
    if len(meeting) > SHOWN:
        rest = len(meeting) - SHOWN
        text = ngettext("%(count)d more rule meets it.", "%(count)d more rules meet it.", rest)
        yield Check("", text % {"count": rest})


def _may_meet(rule: CompiledRule, other: CompiledRule) -> bool:
    same_kind = rule.scope == other.scope
    if same_kind and rule.scope_id != other.scope_id:
        return False
    for field in ("sku", "category"):
        own, theirs = _picked(rule, field), _picked(other, field)
        if own and theirs and not own & theirs:
            return False
    return True


def _picked(rule: CompiledRule, field: str) -> set[str]:
    """The goods that the outermost conditions pick out; empty for any."""
    found: set[str] = set()
    for part in (rule.content.get("conditions") or {}).get("all", []):
        if part.get("field") == field and part.get("op") in {"eq", "in"}:
            value: Any = part["value"]
            found |= {str(one) for one in (value if isinstance(value, list) else [value])}
    return found


def _why(winner: CompiledRule, loser: CompiledRule) -> str:
    if winner.event != loser.event:
        return _("of a renewal, rules for renewals go first")
    if winner.scope != loser.scope:
        return _("it is for fewer partners")
    if winner.goods != loser.goods:
        return _("it names its goods more closely")
    if winner.priority != loser.priority:
        return _("its priority is higher")
    return _("it was made first")


def _never(rule: CompiledRule) -> Iterator[Check]:
    """Parts that can never come to count."""
    parts = (rule.content.get("conditions") or {}).get("all", [])
    wants_new = any(
        part.get("field") == "customer.new" and part.get("op") == "eq" and part["value"] is True
        for part in parts
    )
    lasting = rule.duration is not None and (
        (rule.duration.months or 0) > 0 or (rule.duration.charges or 0) > 1
    )
    if wants_new and lasting:
        yield Check(
            "warn",
            _(
                "A customer is new only at the first order, so this rule pays that order alone. "
                "To pay later orders too, choose “customer of any kind”: the months count from "
                "the first commission anyway."
            ),
        )
    if rule.brackets is not None and len(rule.brackets.steps) > 1:
        starts = [step.start for step in rule.brackets.steps]
        if len(set(starts)) == len(starts):
            yield Check("done", _("The steps do not overlap."))


def _currency(rule: CompiledRule) -> Iterator[Check]:
    if rule.is_bound_to_currency and rule.event in ORDERS:
        text = _("It speaks of %(currency)s: sales in other currencies are left to other rules.")
        yield Check("", text % {"currency": rule.currency})
