"""What an event earns: pure decisions and arithmetic on plain values, by noun.

The program's rules in force at the event's own time pay it; the most specific wins and `adds`
rules pay on top. Nothing here reads a database or a clock.
"""

from commissions.rules.book import Book, Computed, Earned
from commissions.rules.compiling import compile_rule
from commissions.rules.earning import Amount
from commissions.rules.facts import Event, Item, Member, Share
from commissions.rules.history import Past
from commissions.rules.replaying import Entry, Line, Refunded, replay
from commissions.rules.terms import CompiledRule, Reward

__all__ = [
    "Amount",
    "Book",
    "CompiledRule",
    "Computed",
    "Earned",
    "Entry",
    "Event",
    "Item",
    "Line",
    "Member",
    "Past",
    "Refunded",
    "Reward",
    "Share",
    "compile_rule",
    "replay",
]
