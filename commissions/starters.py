"""The rules that a new program of a kind starts with, from the answers to its questions. Pure.

Each is the content of a rule's first version, in the shape that `RuleInput` takes. Kinds whose
money is settled by period, or agreed piece by piece, start with fewer rules or none: agreements
and briefs hold their terms.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

Answers = Mapping[str, Any]
Content = dict[str, Any]

NO_COUPON: Final = "none"
"""A sale without a coupon matches no operator, so `coupon ne none` means that there is one."""


def starting_rules(kind: str, answers: Answers) -> list[Content]:
    """The rules of a new program; `answers` are checked ones of `campaigns.kind_answers`."""
    return _RULES[kind](answers)


def _percent(rate: str, base: str = "net") -> Content:
    return {"type": "percent", "rate": rate, "base": base}


def _flat(amount: int) -> Content:
    return {"type": "flat", "amount": amount}


def _affiliate(answers: Answers) -> list[Content]:
    pays = answers["pays"]
    if pays == "click":
        reward = {"type": "per_unit", "amount": answers["amount"]}
        return [{"name": _("Every click"), "event": "click", "reward": reward}]
    if pays == "lead":
        return [{"name": _("Every lead"), "event": "lead", "reward": _flat(answers["amount"])}]
    reward = _percent(answers["rate"]) if pays == "percent" else _flat(answers["amount"])
    rule: Content = {"name": _("All sales"), "event": "sale", "reward": reward}
    if answers.get("months") is not None:
        rule["duration"] = {"months": answers["months"]}
    return [rule]


def _referral(answers: Answers) -> list[Content]:
    reward = answers["reward"]
    rule: Content = {
        "name": _("A friend’s first purchase"),
        "event": "sale",
        "reward": _flat(reward),
        "limits": [{"per": "customer", "window": "lifetime", "amount": reward}],
    }
    if answers.get("minimum"):
        condition = {"field": "amount", "op": "gte", "value": answers["minimum"]}
        rule["conditions"] = {"all": [condition]}
    return [rule]


def _influencer(answers: Answers) -> list[Content]:
    rules = [_fee(_("Every approved post"), answers)]
    if answers.get("rate"):
        coupon = {"field": "coupon", "op": "ne", "value": NO_COUPON}
        rules.append(
            {
                "name": _("First sale by coupon"),
                "event": "sale",
                "reward": _percent(answers["rate"]),
                "conditions": {"all": [coupon]},
                "duration": {"charges": 1},
            }
        )
    return rules


def _content(answers: Answers) -> list[Content]:
    return [_fee(_("Every approved piece"), answers)]


def _placement(answers: Answers) -> list[Content]:
    rules = [_fee(_("Every approved placement"), answers)]
    if answers.get("rate"):
        reward = _percent(answers["rate"])
        rules.append({"name": _("Sales that came of it"), "event": "sale", "reward": reward})
    return rules


def _fee(name: str, answers: Answers) -> Content:
    return {"name": name, "event": "deliverable", "reward": _flat(answers["fee"])}


def _loyalty(answers: Answers) -> list[Content]:
    if answers["earns"] == "cashback":
        reward = _percent(answers["rate"])
        return [{"name": _("Cashback on every purchase"), "event": "sale", "reward": reward}]
    reward = {"type": "points", "rate": answers["points"]}
    return [{"name": _("Points on every purchase"), "event": "sale", "reward": reward}]


def _reseller(answers: Answers) -> list[Content]:
    steps = [{"from": answers["rebate_from"], "rate": answers["rebate_rate"]}]
    if answers.get("second_from"):
        steps.append({"from": answers["second_from"], "rate": answers["second_rate"]})
    brackets = {
        "metric": "sales_amount",
        "window": answers["period"],
        "mode": "marginal",
        "steps": steps,
    }
    reward = _percent("0")
    return [{"name": _("Volume rebate"), "event": "sale", "reward": reward, "brackets": brackets}]


def _distribution(answers: Answers) -> list[Content]:
    if answers["reported"] == "period":
        return []
    if answers["fee"] == "unit":
        reward: Content = {"type": "per_unit", "amount": answers["amount"]}
        return [{"name": _("Every unit that moves"), "event": "sale", "reward": reward}]
    reward = _percent(answers["rate"])
    return [{"name": _("Everything that moves"), "event": "sale", "reward": reward}]


def _channel(answers: Answers) -> list[Content]:
    reward = _percent(answers["rate"], answers["base"])
    return [{"name": _("Every deal won"), "event": "sale", "reward": reward}]


def _none(_answers: Answers) -> list[Content]:
    return []


_RULES: Final[Mapping[str, Callable[[Answers], list[Content]]]] = {
    "affiliate": _affiliate,
    "referral": _referral,
    "influencer": _influencer,
    "content": _content,
    "loyalty": _loyalty,
    "reseller": _reseller,
    "distribution": _distribution,
    "channel": _channel,
    "sponsorship": _none,
    "placement": _placement,
    "co_branding": _none,
    "licensing": _none,
    "joint_venture": _none,
}
