"""What a program pays, in words, for people who are or want to be in it."""

import uuid
from dataclasses import dataclass

from campaigns.models import Program
from commissions import reasons
from commissions import selectors as commissions


@dataclass(frozen=True)
class EarningLine:
    """One rule: what it is called and what it pays, like `7.5 % of net`."""

    name: str
    reward: str


def earning_lines(program: Program, partner_id: uuid.UUID | None = None) -> list[EarningLine]:
    """The program's rules now in force for everybody, and `partner_id`'s own before them."""
    lines = []
    for rule in commissions.rules_of(program.pk).filter(ended_at=None):
        if rule.partner_id not in {None, partner_id}:
            continue
        version = commissions.current_version(rule)
        lines.append(
            EarningLine(version.name, reasons.reward_text(version.reward, program.currency))
        )
    return lines
