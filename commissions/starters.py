"""What a new program of a kind starts with, from the answers to its questions. Pure.

Rules are the content of a rule's first version, in the shape that `RuleInput` takes. Kinds whose
money is settled by period, or agreed piece by piece, start with fewer rules or none: agreements
and briefs hold their terms. An agreement needs its partner, so only its terms start here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import gcd
from typing import Any, Final

from django.utils.translation import gettext as _

from prm.money import largest_remainder

Answers = Mapping[str, Any]
Content = dict[str, Any]


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
        rules.append(
            {
                "name": _("A customer’s first sale"),
                "event": "sale",
                "reward": _percent(answers["rate"]),
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


def starting_briefs(kind: str, answers: Answers, landing_host: str) -> list[Content]:
    """What partners of a new program may hand in, in the shape that `BriefInput` takes."""
    if kind == "sponsorship":
        titles = answers["deliverables"]
        fees = largest_remainder(answers["fee"], [1] * len(titles))
        return [
            {"title": title, "kind": "event", "amount_minor": fee, **_PHOTO}
            for title, fee in zip(titles, fees, strict=True)
        ]
    if kind not in _PIECES:
        return []
    brief = {**_PIECES[kind](), "fee": "rule", "pieces": answers["pieces"]}
    if kind == "content":
        brief["backlink"] = answers.get("host") or landing_host
        brief["live_days"] = answers["live_days"]
    return [brief]


_PHOTO: Final[Content] = {"needs_url": False, "needs_file": True}
_PIECES: Final[Mapping[str, Callable[[], Content]]] = {
    "influencer": lambda: {"title": _("Post"), "kind": "post"},
    "content": lambda: {"title": _("Piece with a link"), "kind": "article"},
    "placement": lambda: {"title": _("Placement"), "kind": "placement", **_PHOTO},
}


@dataclass(frozen=True)
class AgreementStart:
    """What an agreement of a program starts with; parts are whole numbers that belong together."""

    period: str
    terms: Content
    partner_part: int = 0
    seller_part: int = 0
    advance_minor: int = 0


def agreement_start(kind: str, answers: Answers) -> AgreementStart | None:
    """Terms for the program's agreements; None where the kind, or these answers, have none."""
    if "period" not in answers or kind not in _AGREEMENTS:
        return None
    return _AGREEMENTS[kind](answers)


def _shared(answers: Answers, *, costs: bool) -> AgreementStart:
    partner = int(Decimal(answers["part"]) * 10_000)
    whole = 100 * 10_000
    common = gcd(partner, whole)
    return AgreementStart(
        period=answers["period"],
        terms={"source": "sales", "goods": _goods(answers), "costs": costs},
        partner_part=partner // common,
        seller_part=(whole - partner) // common,
    )


def _royalty(answers: Answers) -> AgreementStart:
    terms: Content = {"source": "sales", "goods": _goods(answers), "rate": answers["rate"]}
    if answers.get("guarantee"):
        terms["guarantee"] = {"amount": answers["guarantee"], "per": "period"}
    return AgreementStart(answers["period"], terms, advance_minor=answers.get("advance", 0))


def _carried(answers: Answers) -> AgreementStart:
    unit = answers["fee"] == "unit"
    per_unit = {"type": "per_unit", "amount": answers.get("amount")}
    fee = per_unit if unit else {"type": "percent", "rate": answers.get("rate")}
    return AgreementStart(answers["period"], {"source": "reports", "fee": fee})


def _goods(answers: Answers) -> Content:
    return {"skus": list(answers.get("products", ())), "categories": []}


_AGREEMENTS: Final[Mapping[str, Callable[[Answers], AgreementStart]]] = {
    "co_branding": lambda answers: _shared(answers, costs=False),
    "joint_venture": lambda answers: _shared(answers, costs=True),
    "licensing": _royalty,
    "distribution": _carried,
}
