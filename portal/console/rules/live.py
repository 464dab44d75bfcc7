"""What stands beside a rule while it is written: its words, the example, cases and checks."""

from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from campaigns.models import Program
from commissions import selectors
from commissions.models import Rule
from commissions.rules import CompiledRule
from commissions.services.rulebook import RuleInput, checked_content
from portal.console.rules import figures
from portal.console.rules.cases import Case, cases, smallest_of, verdict
from portal.console.rules.checks import Check, checks
from portal.console.rules.choices import Offer, Scope
from portal.console.rules.draft import Draft
from portal.console.rules.example import Example, example
from portal.console.rules.sample import Order, World
from portal.console.rules.touched import Touched, touched
from portal.console.rules.world import compiled, content_of, version_at, world_of
from portal.console.rules.writing import Written
from prm.errors import Refusal

USUAL = 250
USUAL_IMPRESSIONS = 10_000
SMALL_UNITS = frozenset({"IDR", "VND", "KRW", "JPY"})


@dataclass(frozen=True)
class Typed:
    """An input of the example: what was typed, and what is taken where nothing was."""

    value: str
    usual: str


@dataclass
class Live:
    """`content` is None while the rule is not whole; then only the inputs of the example stand."""

    order: Typed
    before: Typed
    items: Typed
    before_label: str
    order_label: str
    asks_items: bool
    items_label: str
    content: dict[str, Any] | None = None
    example: Example | None = None
    cases: list[Case] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    touched: Touched | None = None
    fault: str = ""

    @property
    def verdict(self) -> str:
        """What came of the cases."""
        return verdict(self.cases)

    @property
    def is_expected(self) -> bool:
        """Whether every case came out as it should."""
        return all(one.is_expected for one in self.cases)


def live_of(
    draft: Draft, written: Written, program: Program, rule: Rule | None, scope: Scope, offer: Offer
) -> Live:
    """Everything that is worked out from the draft as it stands."""
    content = whole_content(written, program, draft)
    order = _order(draft, content, program.currency)
    live = _inputs(draft, order, program.currency)
    if content is None:
        return live
    rules = list(selectors.rules_of(program.pk))
    enrollment = offer.enrollment(scope, {str(one.partner_id) for one in rules if one.partner_id})
    world = world_of(program, rules, enrollment, scope, rule)
    made = compiled(
        content, rule, program=program, scope=scope, now=world.now, priority=_priority(draft)
    )
    live.content = content
    after = replace(world, others=tuple(one for one in world.others if _follows(one, made)))
    who = enrollment.partner.name if enrollment else _("A partner")
    live.example = example(
        made,
        order,
        after,
        partner=who,
        earlier=_earlier(rule, program, scope, world),
        beside=world,
    )
    live.cases = cases(made, order, after)
    live.checks = checks(made, world.others, program.seller.slug)
    live.touched = touched(program, made, world)
    return live


def _follows(other: CompiledRule, rule: CompiledRule) -> bool:
    """Whether another rule takes what this one leaves, or is paid on top."""
    return other.adds or rule.adds or rule.rank < other.rank


def whole_content(written: Written, program: Program, draft: Draft) -> dict[str, Any] | None:
    """The content in its stored form; None, with the mistakes noted, where it is not whole."""
    name = draft.get("name") or "–"
    try:
        found = checked_content(program, RuleInput(name=name, **written.content))
    except Refusal as refusal:
        written.put(refusal.errors, refusal.message)
        return None
    return None if written.faults else found


def _earlier(
    rule: Rule | None, program: Program, scope: Scope, world: World
) -> tuple[str, CompiledRule] | None:
    version = version_at(rule, world.now) if rule else None
    if version is None:
        return None
    label = _("Version %(number)d") % {"number": version.number}
    made = compiled(content_of(version), rule, program=program, scope=scope, now=world.now)
    return label, made


def _priority(draft: Draft) -> int:
    text = draft.get("priority")
    return int(text) if text.removeprefix("-").isdecimal() else 0


def _order(draft: Draft, content: dict[str, Any] | None, currency: str) -> Order:
    net = _typed(draft, "ex_order", currency)
    usual = USUAL * (1000 if currency in SMALL_UNITS else 1)
    if net is None:
        net = max(figures.minor(str(usual), currency), 2 * smallest_in(content))
    usual_items = USUAL_IMPRESSIONS if draft.get("event") == "impression" else 1
    quantity = max(1, _whole(draft, "ex_items") or usual_items)
    before = _before(draft, content, currency, net, quantity)
    return Order(net, quantity, before)


def smallest_in(content: dict[str, Any] | None) -> int:
    """The smallest order that the content's outermost conditions ask for; 0 for none."""
    return smallest_of((content or {}).get("conditions"))


def _before(
    draft: Draft, content: dict[str, Any] | None, currency: str, net: int, quantity: int
) -> int:
    """What was sold before: as typed, else so that the example crosses the first step."""
    in_money = draft.get("step_metric") == "sales_amount"
    if draft.get("ex_before"):
        found = _typed(draft, "ex_before", currency) if in_money else _whole(draft, "ex_before")
        return found or 0
    brackets = (content or {}).get("brackets")
    if not brackets or brackets["window"] == "sale":
        return 0
    first = int(brackets["steps"][0]["from"])
    own = net * 2 // 5 if in_money else quantity // 2
    return max(0, first - own)


def _typed(draft: Draft, name: str, currency: str) -> int | None:
    try:
        return figures.minor(draft.get(name), currency)
    except figures.Misread:
        return None


def _whole(draft: Draft, name: str) -> int | None:
    try:
        return figures.whole(draft.get(name))
    except figures.Misread:
        return None


def _inputs(draft: Draft, order: Order, currency: str) -> Live:
    metric, window = draft.get("step_metric"), draft.get("step_window")
    asks_before = bool(draft.steps) and window != "sale"
    in_money = metric == "sales_amount"
    before = figures.shown_minor(order.before, currency) if in_money else str(order.before)
    fields = {row["field"] for row in draft.conditions}
    by_units = draft.get("type") in {"per_unit", "per_thousand"}
    asks_items = by_units or "quantity" in fields or metric == "quantity"
    return Live(
        order=Typed(draft.get("ex_order"), figures.shown_minor(order.net, currency)),
        before=Typed(draft.get("ex_before"), before),
        items=Typed(draft.get("ex_items"), str(order.quantity)),
        before_label=_before_label(metric, window) if asks_before else "",
        order_label=_order_label(draft.get("event"), currency),
        asks_items=asks_items,
        items_label=_("Impressions of a day") if draft.get("event") == "impression" else "",
    )


def _order_label(event: str, currency: str) -> str:
    """What the example asks for; "" for events without an amount."""
    labels = {
        "deliverable": _("Amount agreed for it, %(currency)s"),
        "period": _("Moved in the period, %(currency)s"),
        "commission": _("The recruit’s commission, %(currency)s"),
        "click": "",
        "impression": "",
        "lead": "",
        "signup": "",
    }
    label = labels.get(event, _("Order, net of discount, %(currency)s"))
    return label % {"currency": currency} if label else ""


def _before_label(metric: str, window: str) -> str:
    what = {
        "sales_amount": _("Sales before it"),
        "sales_count": _("Number of sales before it"),
        "quantity": _("Units sold before it"),
    }[metric]
    when = {
        "month": _("this month"),
        "previous_month": _("last month"),
        "quarter": _("this quarter"),
        "year": _("this year"),
        "rolling_90_days": _("in 90 days"),
        "lifetime": _("since the start"),
    }[window]
    return f"{what}, {when}"
