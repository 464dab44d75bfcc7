"""The tables of worked examples in tests/data/loyalty, with numbers worked by hand."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from commissions.loyalty import rules

DATA = Path(__file__).parents[2] / "data" / "loyalty"


def examples(name: str) -> list[Any]:
    """The examples of one table, by name."""
    table = yaml.safe_load((DATA / f"{name}.yaml").read_text())
    return [pytest.param(one, id=one["name"]) for one in table["examples"]]


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def cents(euros: object) -> int:
    return int(Decimal(str(euros)) * 100)


@pytest.mark.parametrize("one", examples("expiry"))
def test_points_expire(one: dict[str, Any]) -> None:
    lots = [
        rules.Lot(
            key=key,
            earned_at=noon(lot["day"]),
            points=lot["points"] - lot.get("taken_back", 0),
            expired=lot.get("expired", 0),
            expires_at=rules.expires_at(noon(lot["day"]), one["months"], UTC),
        )
        for key, lot in one["earned"].items()
    ]
    has = rules.standing(lots, one["used"])
    due = {found.key: found.points for found in rules.due(has, noon(one["at"]))}
    assert due == one["goes"]
    written = sum(lot.points - lot.expired for lot in lots) - one["used"] - sum(due.values())
    assert written == one["left"]


@pytest.mark.parametrize("one", examples("stamp_cards"))
def test_every_nth_is_free(one: dict[str, Any]) -> None:
    stamps: list[rules.Stamps] = []
    for place, bought in enumerate(one["purchases"]):
        net = cents(bought.get("together", 0)) or cents(bought.get("each")) * bought["bags"]
        stamps += rules.stamps_of_sale(
            datetime(2026, 5, 1, place, tzinfo=UTC),
            str(place),
            net,
            [{"sku": "bag", "quantity": bought["bags"], "net": net}],
            {"bag": bought.get("back", 0)},
            counts="items",
            category="",
            skus=(),
        )
    full = rules.completed(stamps, one["every"])
    wanted = [(cents(card["cheapest"]), cents(card["average"])) for card in one["full"]]
    assert [(card.cheapest, card.average) for card in full] == wanted
    assert rules.filled(stamps, one["every"]) == one["stamps"]
