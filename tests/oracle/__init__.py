"""An oracle: what each sale must earn, worked out slowly and plainly from all events.

It knows nothing of the product's code. Every number is found by looking at the whole list of
events again, with fractions and without shortcuts, so that whoever doubts a result can follow it
by hand.
"""

from tests.oracle.ledger import Result, balances, results
from tests.oracle.world import Line, Partner, Refund, RefundLine, Rule, Sale, Share, Version, World

__all__ = [
    "Line",
    "Partner",
    "Refund",
    "RefundLine",
    "Result",
    "Rule",
    "Sale",
    "Share",
    "Version",
    "World",
    "balances",
    "results",
]
