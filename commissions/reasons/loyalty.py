"""Words of lines that loyalty settles, handed to the register of settled lines."""

from commissions.loyalty.words import WORDS
from commissions.reasons import settled


def register() -> None:
    """Called at start-up."""
    for what, words in WORDS.items():
        settled.register(what, words)
