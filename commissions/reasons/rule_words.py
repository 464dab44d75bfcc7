"""A version of a rule in plain words, whole as a sentence or part by part.

Every function answers in the active language. `content` is what a version says: event, reward,
conditions, brackets, duration, limits, adds and override_level in their stored shapes. Parts keep
their keys between versions, so that a difference can be shown struck and inserted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from commissions.models import Rule, RuleVersion
from commissions.reasons.condition_words import NO_NAMES, Names, condition_text, either
from commissions.reasons.figures import amount_text
from commissions.reasons.reward_words import pay_text, points_text, steps_text
from commissions.schema import vocabulary

Content = Mapping[str, Any]
Part = tuple[str, str]
CLOSE: Final = frozenset({"when", "goods", "worth"})
"""Parts that the next one follows without a comma."""

EVENTS: Final[dict[str, Promise]] = {
    "click": gettext_lazy("When somebody clicks"),
    "impression": gettext_lazy("When a banner is shown"),
    "lead": gettext_lazy("When a lead comes in"),
    "signup": gettext_lazy("When a customer signs up"),
    "deliverable": gettext_lazy("When a deliverable is approved"),
    "period": gettext_lazy("When a period ends"),
}
BUYERS: Final[dict[bool | None, Promise]] = {
    None: gettext_lazy("When a customer buys"),
    True: gettext_lazy("When a new customer buys"),
    False: gettext_lazy("When a customer who has bought before buys"),
}
RENEWERS: Final[dict[bool | None, Promise]] = {
    None: gettext_lazy("When a customer renews"),
    True: gettext_lazy("When a new customer renews"),
    False: gettext_lazy("When a customer who has bought before renews"),
}
WORTH: Final[dict[str, Promise]] = {
    "gt": gettext_lazy("worth more than %(value)s"),
    "gte": gettext_lazy("worth at least %(value)s"),
    "lt": gettext_lazy("worth less than %(value)s"),
    "lte": gettext_lazy("worth at most %(value)s"),
    "between": gettext_lazy("worth %(low)s to %(high)s"),
}
PER: Final[dict[str, Promise]] = {
    "sale": gettext_lazy("per sale"),
    "customer": gettext_lazy("per customer"),
    "partner": gettext_lazy("per partner"),
    "program": gettext_lazy("for the whole program"),
}
EACH: Final[dict[str, Promise]] = {
    "sale": gettext_lazy("each time"),
    "month": gettext_lazy("each month"),
    "quarter": gettext_lazy("each quarter"),
    "year": gettext_lazy("each year"),
    "rolling_90_days": gettext_lazy("in any 90 days"),
    "lifetime": gettext_lazy("in all"),
}


@dataclass(frozen=True)
class Change:
    """One part of a rule before and after; "" where there was none, or is none any more."""

    key: str
    before: str
    after: str

    @property
    def is_same(self) -> bool:
        """Whether the part stands as it was."""
        return self.before == self.after

    @property
    def pieces(self) -> list[tuple[str, str]]:
        """The part with what differs marked: (same|old|new, words), in order."""
        if self.is_same:
            return [("same", self.after)]
        old, new = self.before.split(" "), self.after.split(" ")
        most = min(len(old), len(new))
        head = next((i for i in range(most) if old[i] != new[i]), most)
        rest = most - head
        tail = next((i for i in range(rest) if old[-1 - i] != new[-1 - i]), rest)
        found = [
            ("same", old[:head]),
            ("old", old[head : len(old) - tail]),
            ("new", new[head : len(new) - tail]),
            ("same", new[len(new) - tail :]),
        ]
        return [(mark, text) for mark, words in found if (text := " ".join(words))]


def content_of(version: RuleVersion) -> dict[str, Any]:
    """What a version says, as the functions here take it."""
    names = ("event", "reward", "conditions", "brackets", "duration", "limits", "adds")
    return {name: getattr(version, name) for name in (*names, "override_level")}


def whom(rule: Rule) -> str:
    """Whom a rule is for: `Ngopi Pagi`, `tier Gold`; "" for everybody in the program."""
    if rule.partner is not None:
        return str(rule.partner)
    if rule.group is not None:
        return _("group %(name)s") % {"name": rule.group.name}
    if rule.campaign is not None:
        return _("campaign %(name)s") % {"name": rule.campaign.name}
    return _("tier %(name)s") % {"name": rule.tier.name} if rule.tier is not None else ""


def sentence_of(content: Content, currency: str, names: Names = NO_NAMES) -> str:
    """The whole rule as one sentence. `currency` is the program's."""
    parts = parts_of(content, currency, names)
    text = parts[0][1]
    for (before, _words), (key, words) in pairwise(parts):
        if before == "whom":
            text += ": " + words[:1].lower() + words[1:]
        else:
            text += (" " if before in CLOSE and key in CLOSE else ", ") + words
    return text + "."


def parts_of(content: Content, currency: str, names: Names = NO_NAMES) -> list[Part]:
    """The sentence in its parts, each with the key that it keeps from version to version."""
    woven, left = _woven(content)
    parts = [
        ("whom", _("For %(whom)s") % {"whom": names.whom} if names.whom else ""),
        ("when", _when(content, woven)),
        ("goods", _goods(woven)),
        ("worth", _worth(woven, currency)),
        *_ifs(left, currency, names),
        ("reward", pay_text(content, currency)),
        ("brackets", steps_text(content, currency)),
        ("duration", _duration(content.get("duration"))),
        *_limits(content, currency),
        ("adds", _("on top of the rule that wins") if content.get("adds") else ""),
    ]
    return [(key, words) for key, words in parts if words]


def difference(old: Content, new: Content, currency: str, names: Names = NO_NAMES) -> list[Change]:
    """Every part of two versions side by side, in the order of the sentence."""
    before = dict(parts_of(old, currency, names))
    after = dict(parts_of(new, currency, names))
    order = list(after)
    for place, key in enumerate(before):
        if key not in after:
            order.insert(min(place, len(order)), key)
    return [Change(key, before.get(key, ""), after.get(key, "")) for key in order]


def _woven(content: Content) -> tuple[dict[str, Content], list[Content]]:
    """Conditions that the first words take up, and the rest, which follow with if."""
    conditions = content.get("conditions") or {}
    members = conditions.get("all", [conditions] if conditions else [])
    if content["event"] not in vocabulary.SALES:
        return {}, list(members)
    woven: dict[str, Content] = {}
    left: list[Content] = []
    for member in members:
        name = _place_of(member)
        if name and name not in woven:
            woven[name] = member
        else:
            left.append(member)
    return woven, left


def _place_of(member: Content) -> str:
    """Which of the first words say this condition; "" for none."""
    name, operator = member.get("field"), member.get("op")
    if name == "customer.new":
        return "new"
    if name in {"sku", "category"} and operator in {"eq", "in"}:
        return "goods"
    return "worth" if name == "amount" and operator in WORTH else ""


def _when(content: Content, woven: Mapping[str, Content]) -> str:
    event = content["event"]
    if event == "commission":
        level = content.get("override_level") or 1
        if level == 1:
            return _("When a recruit earns a commission")
        return _("When a partner %(level)d levels down earns a commission") % {"level": level}
    if event not in vocabulary.SALES:
        return str(EVENTS[event])
    new = woven.get("new")
    is_new = None if new is None else new["value"] is (new["op"] == "eq")
    return str((BUYERS if event == "sale" else RENEWERS)[is_new])


def _goods(woven: Mapping[str, Content]) -> str:
    leaf = woven.get("goods")
    if leaf is None:
        return ""
    values = leaf["value"] if isinstance(leaf["value"], list) else [leaf["value"]]
    named = either([str(value) for value in values])
    return _("item %(named)s") % {"named": named} if leaf["field"] == "sku" else named


def _worth(woven: Mapping[str, Content], currency: str) -> str:
    leaf = woven.get("worth")
    if leaf is None:
        return ""
    if leaf["op"] == "between":
        low, high = (amount_text(end, currency) for end in leaf["value"])
        return str(WORTH["between"]) % {"low": low, "high": high}
    return str(WORTH[leaf["op"]]) % {"value": amount_text(leaf["value"], currency)}


def _ifs(left: list[Content], currency: str, names: Names) -> list[Part]:
    """`if …` for what must hold, `unless …` for a group of none."""
    wanted = [node for node in left if "none" not in node]
    barred = [member for node in left if "none" in node for member in node["none"]]
    parts = []
    if wanted:
        node = wanted[0] if len(wanted) == 1 else {"all": wanted}
        phrase = condition_text(node, currency, names)
        parts.append(("if", _("if %(condition)s") % {"condition": phrase}))
    if barred:
        phrase = condition_text({"any": barred}, currency, names)
        parts.append(("unless", _("unless %(condition)s") % {"condition": phrase}))
    return parts


def _duration(duration: Content | None) -> str:
    if not duration:
        return ""
    if "months" in duration:
        count = duration["months"]
        if count == 0:
            return _("only for the customer’s first sale")
        words = ngettext(
            "for %(count)d month from the customer’s first commission",
            "for %(count)d months from the customer’s first commission",
            count,
        )
        return words % {"count": count}
    count = duration["charges"]
    words = ngettext(
        "only for the customer’s first charge", "for the customer’s first %(count)d charges", count
    )
    return words % {"count": count}


def _limits(content: Content, currency: str) -> list[Part]:
    in_points = content["reward"]["type"] == "points"
    return [
        (f"limits.{limit['per']}.{limit['window']}", _limit(limit, in_points, currency))
        for limit in content.get("limits") or ()
    ]


def _limit(limit: Content, in_points: bool, currency: str) -> str:
    most = points_text(limit, currency) if in_points else amount_text(limit["amount"], currency)
    if limit["per"] == "sale":
        return _("at most %(amount)s per sale") % {"amount": most}
    return _("at most %(amount)s %(per)s %(each)s") % {
        "amount": most,
        "per": PER[limit["per"]],
        "each": EACH[limit["window"]],
    }
