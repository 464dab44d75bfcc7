"""What a program pays, in words, for people who are or want to be in it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from campaigns.models import Program
from commissions import reasons
from commissions import selectors as commissions
from commissions.reasons.rule_words import content_of, sentence_of


@dataclass(frozen=True)
class EarningLine:
    """One rule: its name, what it pays in short (`7.5 % of net`), and all of it as a sentence."""

    name: str
    reward: str
    sentence: str


def earning_lines(program: Program, partner_id: uuid.UUID | None = None) -> list[EarningLine]:
    """The program's rules now in force for everybody, and `partner_id`'s own before them.

    Rules of a group, tier or campaign are terms between the seller and those in it.
    """
    lines = []
    for rule in commissions.rules_of(program.pk).filter(
        ended_at=None, group=None, tier=None, campaign=None
    ):
        if rule.partner_id not in {None, partner_id}:
            continue
        version = commissions.current_version(rule)
        content = content_of(version)
        short = _short(content, program.currency)
        lines.append(EarningLine(version.name, short, sentence_of(content, program.currency)))
    return lines


def _short(content: Mapping[str, Any], currency: str) -> str:
    """The reward alone; with steps the best of them. Caps and conditions are the sentence's."""
    reward = dict(content["reward"])
    if content["brackets"]:
        field = "rate" if "rate" in reward else "amount"
        steps = [reward, *content["brackets"]["steps"]]
        reward[field] = max((step[field] for step in steps), key=Decimal)
    if reward["type"] in {"flat", "per_unit"}:
        words = reasons.amount_text(reward["amount"], currency)
    else:
        words = reasons.reward_text(reward, currency)
    if reward["type"] == "per_unit":
        each = _("%(amount)s for each unit")
        click = _("%(amount)s for each click")
        words = (click if content["event"] == "click" else each) % {"amount": words}
    return _("up to %(reward)s") % {"reward": words} if content["brackets"] else words
