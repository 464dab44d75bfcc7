"""The tables of worked examples: by the product's public entry, and by the oracle.

One file for each feature of rules in tests/data/rules, with the numbers worked by hand.
"""

from pathlib import Path

import pytest

from tests import oracle
from tests.commissions.stage import Event, Stage, shared_seller
from tests.oracle.ledger import Result
from tests.oracle.reading import Example, differences, read

TABLES = sorted((Path(__file__).parent.parent / "data" / "rules").glob("*.yaml"))
EXAMPLES = [example for table in TABLES for example in read(table)]
NAMES = [f"{example.file}: {example.name}" for example in EXAMPLES]


def faults(example: Example, found: list[Result]) -> list[str]:
    """Where results differ from what was worked by hand."""
    kept = example.earned if example.kept is None else example.kept
    wrong = differences(kept, found, kept=True)
    if not example.arrives:  # what late events change stands in corrections beside what was earned
        wrong += differences(example.earned, found, kept=False)
    return wrong


@pytest.mark.parametrize("example", EXAMPLES, ids=NAMES)
def test_the_product_pays_what_was_worked_by_hand(example: Example) -> None:
    stage = Stage(example.world, *shared_seller(example.world.zone.key, example.file))
    told: list[Event] = [*example.world.sales, *example.world.refunds]
    events = {event.key: event for event in told}
    assert set(example.arrives) <= set(events)
    for key in example.arrives:
        stage.play([events.pop(key)])
    stage.play(list(events.values()))
    assert faults(example, stage.results()) == [], example.how


@pytest.mark.parametrize("example", EXAMPLES, ids=NAMES)
def test_the_oracle_pays_what_was_worked_by_hand(example: Example) -> None:
    assert faults(example, oracle.results(example.world)) == [], example.how


def test_names_are_not_used_twice() -> None:
    assert len(set(NAMES)) == len(NAMES)


def test_the_books_are_whole_after_all_examples() -> None:
    """Plays a table of its own, so that it says something also when it runs alone."""
    for example in read(next(table for table in TABLES if table.stem == "refunds")):
        stage = Stage(example.world, *shared_seller(example.world.zone.key, example.file))
        stage.play([*example.world.sales, *example.world.refunds])
        assert stage.owed() == stage.balances()
    assert stage.faults() == []
