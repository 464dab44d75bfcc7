"""Settlements as they were worked by hand: one table for each kind in tests/data/settlements."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from commissions.settlements import terms
from commissions.settlements.calendar import spans
from commissions.settlements.components import Component, Entered, Known, Parties, components
from commissions.settlements.sold import Sold

FOLDER = Path(__file__).parent.parent / "data" / "settlements"
EXAMPLES = [
    pytest.param(example, id=f"{table.stem}: {example['name']}")
    for table in sorted(FOLDER.glob("*.yaml"))
    for example in yaml.safe_load(table.read_text())
]
PARTIES = Parties("seller", ("rani", "sekar"))


def minor(amount: Any) -> int:
    """`12.34` as a person writes it, in minor units."""
    return int(Decimal(str(amount)).scaleb(2))


def known_of(example: dict[str, Any]) -> list[Known]:
    """The example's periods as the arithmetic takes them."""
    agreed, rows = example["agreement"], example["periods"]
    parsed = terms.parse(agreed["kind"], agreed["terms"])
    last = agreed["starts_on"].replace(year=agreed["starts_on"].year + 3)
    found = spans(agreed["starts_on"], agreed.get("ends_on"), agreed["period"], last)
    return [
        Known(
            span=span,
            terms=parsed,
            sold=Sold(
                sold=minor(row.get("sold", 0)),
                refunded=minor(row.get("refunded", 0)),
                units=row.get("units", 0),
                units_back=row.get("units_back", 0),
            ),
            entered=_entered(row),
            granted=minor(row.get("advance", 0)),
        )
        for span, row in zip(found, rows, strict=False)
    ]


def _entered(row: dict[str, Any]) -> dict[tuple[str, str], Entered]:
    found = {
        (kind, party): Entered(minor(amount))
        for kind in ("revenue", "cost")
        for party, amount in row.get(kind, {}).items()
    }
    if "reported" in row:
        found["net_sales", "rani"] = Entered(minor(row["reported"]))
    if "moved" in row:
        found["units", "rani"] = Entered(quantity=row["moved"])
    return found


def results(parts: list[Component], kind: str) -> dict[str, int]:
    """By party for shared revenue, else by code; with what is owed and left."""
    found: dict[str, int] = {}
    for part in parts:
        name = part.party if kind == "shared_revenue" else part.code
        found[name] = found.get(name, 0) + part.amount
        if part.code == "recouped":
            found["left"] = part.facts["left"]
    if kind != "shared_revenue":
        found["owed"] = sum(part.amount for part in parts)
    return found


@pytest.mark.parametrize("example", EXAMPLES)
def test_it_comes_to_what_was_worked_by_hand(example: dict[str, Any]) -> None:
    kind, ends_on = example["agreement"]["kind"], example["agreement"].get("ends_on")
    rows = components(known_of(example), PARTIES, ends_on)
    expected = [
        {name: minor(value) for name, value in row["is"].items()} for row in example["periods"]
    ]
    assert [results(parts, kind) for parts in rows] == expected, example["how"]
    if kind == "shared_revenue":
        assert all(sum(results(parts, kind).values()) == 0 for parts in rows)
