"""The builder's blanks as the page shows them: pickers and number fields with their mistakes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from commissions.schema import vocabulary
from portal.console.rules import pickers as pick
from portal.console.rules.condition_blanks import ConditionRow, rows_of
from portal.console.rules.draft import Draft, types_of
from portal.console.rules.tokens import Blank, Group, picked, typed


@dataclass(frozen=True)
class StepRow:
    """A step: what it pays, and from where on."""

    place: int
    pays: Blank
    start: Blank

    @property
    def act(self) -> str:
        """What takes it away."""
        return f"remove-step:{self.place}"

    @property
    def remove(self) -> str:
        """How that is called."""
        return _("Take step %(number)d away") % {"number": self.place + 1}


@dataclass(frozen=True)
class LimitRow:
    """A limit: how much, per what, and in which window."""

    place: int
    amount: Blank
    per: Blank
    window: Blank | None

    @property
    def act(self) -> str:
        """What takes it away."""
        return f"remove-limit:{self.place}"

    @property
    def remove(self) -> str:
        """How that is called."""
        return _("Take limit %(number)d away") % {"number": self.place + 1}


@dataclass(frozen=True)
class Choices:
    """What the program offers to pick: whom a rule may be for, goods, tiers, countries."""

    scopes: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    skus: list[str] = field(default_factory=list)


Pairs = Iterable[tuple[str, Any]]


class Blanks:
    """All blanks of a draft, by name, as the templates ask for them."""

    def __init__(
        self, draft: Draft, faults: Mapping[str, str], choices: Choices, currency: str
    ) -> None:
        self.draft, self.faults = draft, faults
        self.choices, self.currency = choices, currency
        self.event_key = draft.get("event")

    # How a blank is made

    def _typed(self, name: str, label: str, value: str | None = None, **rest: Any) -> Blank:
        now = self.draft.get(name) if value is None else value
        return typed(self.draft, self.faults, name, label, now, **rest)

    def _picked(
        self, name: str, label: str, pairs: Pairs, value: str | None = None, **rest: Any
    ) -> Blank:
        now = self.draft.get(name) if value is None else value
        return picked(self.draft, self.faults, name, label, pairs, now, **rest)

    @property
    def view(self) -> str:
        """Sentence or table."""
        return self.draft.get("as")

    @property
    def unit(self) -> str:
        """What a step's number means: percent, money or points."""
        kind = self.draft.get("type")
        if kind == "percent":
            return "%"
        return _("points") if kind in {"points", "points_once"} else self.currency

    @property
    def limit_unit(self) -> str:
        """What a limit is in."""
        kind = self.draft.get("type")
        return _("points") if kind in {"points", "points_once"} else self.currency

    # The sentence

    @property
    def is_sold(self) -> bool:
        """Whether the event is a sale or a renewal, with goods and a customer."""
        return self.event_key in pick.SOLD

    @property
    def of_partner(self) -> bool:
        """Whether the event is a partner's own, without a customer."""
        return self.event_key in pick.OF_PARTNER

    @cached_property
    def event(self) -> Blank:
        """What happens."""
        groups = [
            (_("A customer …"), pick.CUSTOMER_EVENTS),
            (_("A partner …"), pick.PARTNER_EVENTS),
        ]
        options = [
            (str(label), [(key, str(words), key == self.event_key) for key, words in pairs])
            for label, pairs in groups
        ]
        error = self.faults.get("event", "")
        return Blank("event", _("What happens"), self.event_key, options, error, rebuild=True)

    @cached_property
    def who(self) -> Blank:
        """New or returning."""
        return self._picked("who", _("Customer"), pick.WHO)

    @cached_property
    def goods(self) -> Blank:
        """Anything, a known category or item, or others that are typed."""
        now = self.draft.get("goods")
        options: list[Group] = [("", [("", _("anything"), not now)])]
        for kind, label, known in (
            ("category", _("Category"), self.choices.categories),
            ("sku", _("Item"), self.choices.skus),
        ):
            own = now.removeprefix(f"{kind}:") if now.startswith(f"{kind}:") else ""
            names = sorted({*known, own} - {""}, key=str.casefold)
            rows = [(f"{kind}:{name}", name, now == f"{kind}:{name}") for name in names]
            if rows:
                options.append((str(label), rows))
        options.append(("", [("typed", _("other goods …"), now == "typed")]))
        return Blank("goods", _("Goods"), now, options, self.faults.get("goods", ""), rebuild=True)

    @cached_property
    def goods_kind(self) -> Blank:
        """Whether the typed goods are categories or items."""
        return self._picked("goods_kind", _("Kind of goods"), pick.GOODS_KINDS)

    @cached_property
    def goods_text(self) -> Blank:
        """Goods by name, with commas between."""
        return self._typed(
            "goods_text", _("Goods by name"), mode="text", list_id="known-goods", css="wide"
        )

    @cached_property
    def minimum(self) -> Blank:
        """The smallest order."""
        return self._typed("minimum", _("Smallest order"), hint="0")

    @cached_property
    def via(self) -> Blank:
        """By link or by coupon."""
        return self._picked("via", _("Came by"), pick.VIA)

    @cached_property
    def scope(self) -> Blank:
        """Whom the rule is for."""
        now = self.draft.get("scope")
        options: list[Group] = [("", [("", _("any partner"), not now)])]
        options += [
            (label, [(key, words, key == now) for key, words in pairs])
            for label, pairs in self.choices.scopes
        ]
        return Blank("scope", _("Partner"), now, options, self.faults.get("scope", ""))

    @cached_property
    def type(self) -> Blank:
        """What is paid: percent, flat, per unit or points."""
        shown = {"currency": self.currency}
        pairs = [
            ("percent", pgettext("reward", "percent of")),
            ("flat", _("%(currency)s, once") % shown),
            ("per_unit", _("%(currency)s for each unit") % shown),
            ("per_thousand", _("%(currency)s per 1,000 impressions") % shown),
            ("points", _("points for each %(currency)s 1") % shown),
            ("points_once", _("points, once")),
        ]
        allowed = types_of(self.event_key)
        rows = [pair for pair in pairs if pair[0] in allowed]
        return self._picked("type", _("Kind of reward"), rows, rebuild=True)

    @cached_property
    def pays(self) -> Blank:
        """The rate or amount."""
        return self._typed("pays", _("Pays"), css="short")

    @cached_property
    def base(self) -> Blank | None:
        """What a percentage is of."""
        if self.draft.get("type") != "percent":
            return None
        pairs = pick.BASES if self.is_sold else pick.BASES[:1]
        return self._picked("base", _("Base"), pairs)

    @cached_property
    def level(self) -> Blank:
        """How many levels up an override pays."""
        return self._typed("level", _("Levels above the recruit"), css="short", mode="numeric")

    # Steps, duration, limits

    @property
    def may_step(self) -> bool:
        """Whether the event can have steps."""
        return self.event_key in vocabulary.WITH_BRACKETS

    @cached_property
    def steps(self) -> list[StepRow]:
        """The steps in their order."""
        return [
            StepRow(
                place,
                self._typed(
                    f"s{place}-pays",
                    _("Pays from step %(number)d") % {"number": place + 1},
                    row["pays"],
                    css="short",
                ),
                self._typed(
                    f"s{place}-from", _("Step %(number)d") % {"number": place + 1}, row["from"]
                ),
            )
            for place, row in enumerate(self.draft.steps)
        ]

    @property
    def step_in_money(self) -> bool:
        """Whether steps are amounts of money."""
        return self.draft.get("step_metric") == "sales_amount"

    @cached_property
    def step_metric(self) -> Blank:
        """What is counted towards the steps."""
        return self._picked("step_metric", _("Counted for the steps"), pick.METRICS, rebuild=True)

    @cached_property
    def step_window(self) -> Blank:
        """Over which time."""
        return self._picked("step_window", _("Counted over"), pick.STEP_WINDOWS, rebuild=True)

    @cached_property
    def step_mode(self) -> Blank:
        """Whether a step pays on the part above it or on everything."""
        return self._picked("step_mode", _("The step’s rate holds"), pick.MODES, rebuild=True)

    @cached_property
    def lasts(self) -> Blank | None:
        """How long a customer pays."""
        if not self.is_sold:
            return None
        return self._picked("lasts", _("How long"), pick.LASTS, rebuild=True)

    @cached_property
    def lasts_n(self) -> Blank | None:
        """So many months or orders."""
        if self.draft.get("lasts") not in {"months", "charges"}:
            return None
        label = _("Months") if self.draft.get("lasts") == "months" else _("Orders")
        return self._typed("lasts_n", label, css="short", mode="numeric")

    @cached_property
    def later(self) -> Blank | None:
        """The rate after the first is over."""
        if not self.draft.has("later"):
            return None
        return self._typed("later", _("Pays afterwards"), css="short")

    @cached_property
    def limits(self) -> list[LimitRow]:
        """The limits in their order."""
        per = [
            pair
            for pair in pick.PER
            if pair[0] != "customer" or self.event_key in vocabulary.WITH_CUSTOMER
        ]
        found = []
        for place, row in enumerate(self.draft.limits):
            shown = {"number": place + 1}
            window = None
            if row["per"] != "sale":
                label = _("Limit %(number)d counts") % shown
                window = self._picked(f"l{place}-window", label, pick.LIMIT_WINDOWS, row["window"])
            found.append(
                LimitRow(
                    place,
                    self._typed(f"l{place}-amount", _("Limit %(number)d") % shown, row["amount"]),
                    self._picked(
                        f"l{place}-per",
                        _("Limit %(number)d applies") % shown,
                        per,
                        row["per"],
                        rebuild=True,
                    ),
                    window,
                )
            )
        return found

    @cached_property
    def conditions(self) -> list[ConditionRow]:
        """The conditions beyond the sentence, groups before what is in them."""
        return rows_of(self.draft, self.faults)

    # What stands below the sentence

    @property
    def checks(self) -> list[Blank]:
        """Leave for what is otherwise held back, where it matters."""
        kind = self.draft.get("type")
        if kind in {"flat", "per_unit"} and self.is_sold:
            label = _("Also when the order is smaller than the amount")
            return [self._typed("uncapped", label)]
        above = self.draft.get("over_100") or "100" in self.faults.get("pays", "")
        if kind == "percent" and above:
            return [self._typed("over_100", _("Pay more than 100 %"))]
        return []

    @cached_property
    def wrong(self) -> list[Blank]:
        """The blanks with mistakes, in the page's order, for the summary on top."""
        first = [self.event, self.who, self.goods, self.goods_kind, self.goods_text]
        first += [self.minimum, self.via, self.scope]
        return [blank for blank in (*first, *self._in_rows, *self._paying) if blank.error]

    @cached_property
    def wrong_in_words(self) -> list[Blank]:
        """Those whose mistakes stand below the sentence; rows have their own."""
        rows = {blank.name for blank in self._in_rows}
        return [blank for blank in self.wrong if blank.name not in rows]

    @cached_property
    def _in_rows(self) -> list[Blank]:
        return [blank for row in self.conditions for blank in row.blanks]

    @cached_property
    def _paying(self) -> list[Blank]:
        found = [self.type, self.pays, *([self.base] if self.base else []), self.level]
        found += [self.step_metric, self.step_window, self.step_mode]
        found += [blank for step in self.steps for blank in (step.pays, step.start)]
        found += [one for one in (self.lasts, self.lasts_n, self.later) if one]
        for limit in self.limits:
            found += [limit.amount, limit.per, *([limit.window] if limit.window else [])]
        return found
