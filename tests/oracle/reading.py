"""Tables of worked examples, as people write them, into worlds and expectations.

In a table money is in major units (120.00), times are the seller's local ones, and what is not
given has a default: one partner, the program's currency, a sale each hour of 2 March 2025.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml

from tests.oracle.ledger import POINTS, Result
from tests.oracle.numbers import minor_per_major
from tests.oracle.world import Line, Partner, Refund, RefundLine, Rule, Sale, Share, Version, World

STARTS: Final = datetime(2024, 1, 1)  # noqa: DTZ001  the zone is the table's
SALES: Final = datetime(2025, 3, 2, 10)  # noqa: DTZ001
REFUNDS: Final = datetime(2025, 4, 1, 10)  # noqa: DTZ001
MONEY_FIELDS: Final = ("amount", "partner.sales_amount", "partner.commission_amount")
CONTENT: Final = ("event", "duration", "adds", "override_level")
PLAIN: Final = ("customer", "country", "coupon", "charge", "subscription", "campaign", "source")
COUNTED: Final = ("impressions",)

Cells = dict[tuple[str, ...], Decimal]
"""(sale,), (sale, rule) or (sale, partner, rule) -> amount in major units."""


@dataclass(frozen=True)
class Example:
    """One row of a table: what happened, and what is expected by hand.

    `arrives` names sales and refunds in the order in which they come in, one after another;
    empty, all come at once.
    """

    file: str
    name: str
    how: str
    world: World
    earned: Cells
    kept: Cells | None
    arrives: list[str]


class _Loader(yaml.SafeLoader):
    """Reads 12.50 as the decimal it is."""


_Loader.add_constructor("tag:yaml.org,2002:float", lambda _loader, node: Decimal(str(node.value)))


def read(path: Path) -> list[Example]:
    """All examples of a table."""
    table = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    known = {"feature", "about", "program", "partners", "rules", "examples"}
    assert set(table) <= known, f"{path.name}: {set(table) - known}"
    return [_Reader(path.stem, {**table, **row}).example() for row in table["examples"]]


class _Reader:
    """Reads one example; what it does not say comes from the head of its table."""

    def __init__(self, file: str, row: Mapping[str, Any]) -> None:
        self.file, self.row = file, row
        program = row.get("program", {})
        self.currency = str(program.get("currency", "EUR"))
        self.zone = ZoneInfo(program.get("zone", "UTC"))

    def example(self) -> Example:
        known = {"feature", "about", "program", "partners", "rules", "examples"}
        known |= {"name", "how", "sales", "refunds", "earned", "kept", "arrives"}
        assert set(self.row) <= known, f"{self.row['name']}: {set(self.row) - known}"
        partners = [self.partner(item) for item in self.row.get("partners", ["Mira"])]
        sales = [
            self.sale(item, index, partners[0].key) for index, item in enumerate(self.row["sales"])
        ]
        refunds = [
            self.refund(item, index, sales)
            for index, item in enumerate(self.row.get("refunds", []))
        ]
        world = World(
            currency=self.currency,
            zone=self.zone,
            partners=partners,
            rules=[self.rule(item) for item in self.row["rules"]],
            sales=sales,
            refunds=refunds,
        )
        kept = _cells(self.row["kept"]) if "kept" in self.row else None
        return Example(
            self.file,
            str(self.row["name"]),
            str(self.row["how"]),
            world,
            _cells(self.row["earned"]),
            kept,
            self.row.get("arrives", []),
        )

    def partner(self, item: str | Mapping[str, Any]) -> Partner:
        if isinstance(item, str):
            return Partner(item)
        return Partner(item["name"], **{key: item[key] for key in item if key != "name"})

    def rule(self, item: Mapping[str, Any]) -> Rule:
        known = {"name", "scope", "priority", "ended_at", "versions", "starts", "reward", "limits"}
        known |= {"conditions", "brackets", *CONTENT}
        assert set(item) <= known, set(item) - known
        return Rule(
            key=item["name"],
            versions=[self.version({**item, **each}) for each in item.get("versions", [{}])],
            scope=item.get("scope", {}),
            priority=item.get("priority", 0),
            ended_at=self.time(item["ended_at"]) if "ended_at" in item else None,
        )

    def version(self, item: Mapping[str, Any]) -> Version:
        points = item["reward"]["type"] == "points"
        return Version(
            valid_from=self.time(item.get("starts", STARTS)),
            reward=self.price(item["reward"], points),
            conditions=self.tree(item["conditions"]) if "conditions" in item else None,
            brackets=self.brackets(item["brackets"], points) if "brackets" in item else None,
            limits=[self.price(limit, points) for limit in item.get("limits", [])],
            **{key: item[key] for key in CONTENT if key in item},
        )

    def price(self, item: Mapping[str, Any], points: bool) -> dict[str, Any]:
        """A reward, a step or a limit as it is stored."""
        found = dict(item)
        if "amount" in found and not points:
            found["amount"] = self.minor(found["amount"], self.currency)
        if "rate" in found:
            found["rate"] = str(found["rate"])
        if found.get("type") == "percent":
            found.setdefault("base", "net")
        return found

    def brackets(self, item: Mapping[str, Any], points: bool) -> dict[str, Any]:
        steps = [self.price(step, points) for step in item["steps"]]
        if item["metric"] == "sales_amount":
            steps = [{**step, "from": self.minor(step["from"], self.currency)} for step in steps]
        return {"mode": "slab", **item, "steps": steps}

    def tree(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """Conditions as they are stored."""
        if "field" not in item:
            return {key: [self.tree(child) for child in rows] for key, rows in item.items()}
        value = item["value"]
        if item["field"] in MONEY_FIELDS:
            many = isinstance(value, list)
            amounts = [self.minor(each, self.currency) for each in (value if many else [value])]
            value = amounts if many else amounts[0]
        return {"field": item["field"], "op": item["op"], "value": value}

    def sale(self, item: Mapping[str, Any], index: int, partner: str) -> Sale:
        known = {
            "id",
            "partner",
            "at",
            "currency",
            "amount",
            "lines",
            "tax",
            "shipping",
            *PLAIN,
            *COUNTED,
        }
        assert set(item) <= known | {"subs", "metadata", "shares"}, set(item) - known
        currency = item.get("currency", self.currency)
        shares = [Share(**share) for share in item.get("shares", [])]
        heaviest = max(shares, key=lambda share: share.weight, default=None)
        return Sale(
            key=item["id"],
            partner=heaviest.partner if heaviest else item.get("partner", partner),
            shares=shares,
            at=self.time(item.get("at", SALES + timedelta(hours=index))),
            currency=currency,
            amount=self.minor(item.get("amount", 0), currency),
            lines=[self.line(line, currency) for line in item.get("lines", [])],
            tax=self.minor(item.get("tax", 0), currency),
            shipping=self.minor(item.get("shipping", 0), currency),
            subs=item.get("subs", {}),
            metadata=item.get("metadata", {}),
            **{key: item[key] for key in (*PLAIN, *COUNTED) if key in item},
        )

    def line(self, item: Mapping[str, Any], currency: str) -> Line:
        return Line(
            quantity=item.get("quantity", 1),
            unit_amount=self.minor(item["price"], currency),
            discount=self.minor(item.get("discount", 0), currency),
            cost=self.minor(item["cost"], currency) if "cost" in item else None,
            sku=item.get("sku", ""),
            category=item.get("category", ""),
        )

    def refund(self, item: Mapping[str, Any], index: int, sales: list[Sale]) -> Refund:
        sale = next(sale for sale in sales if sale.key == item["sale"])
        return Refund(
            key=item.get("id", f"R{index + 1}"),
            sale=sale.key,
            at=self.time(item.get("at", REFUNDS + timedelta(hours=index))),
            amount=self.minor(item.get("amount", 0), sale.currency),
            lines=[
                RefundLine(
                    line["sku"], self.minor(line["amount"], sale.currency), line.get("quantity", 1)
                )
                for line in item.get("lines", [])
            ],
        )

    def time(self, moment: datetime) -> datetime:
        return moment.replace(tzinfo=self.zone)

    @staticmethod
    def minor(amount: Any, currency: str) -> int:
        value = Decimal(str(amount)) * minor_per_major(currency)
        assert value == int(value), f"{amount} {currency} has too many digits"
        return int(value)


def _cells(table: Mapping[str, Any]) -> Cells:
    """Expected amounts by sale, by rule, or by `partner / rule`."""
    found: Cells = {}
    for sale, value in table.items():
        if isinstance(value, dict):
            for name, amount in value.items():
                found[sale, *[part.strip() for part in name.split(" / ")]] = Decimal(amount)
        else:
            found[(sale,)] = Decimal(value)
    return found


def differences(expected: Cells, results: list[Result], *, kept: bool) -> list[str]:
    """Where results differ from a table; what the table does not name must be nothing."""
    left = dict.fromkeys(expected, Decimal(0))
    faults = []
    for each in results:
        minor = each.net if kept else each.earned
        unit = 1 if each.currency == POINTS else minor_per_major(each.currency)
        amount = Decimal(minor) / unit
        keys: list[tuple[str, ...]] = [
            (each.sale, each.partner, each.rule),
            (each.sale, each.rule),
            (each.sale,),
        ]
        cell = next((key for key in keys if key in expected), None)
        if cell is not None:
            left[cell] += amount
        elif amount:
            faults.append(f"{' / '.join(keys[0])}: {amount} where nothing was expected")
    faults += [
        f"{' / '.join(cell)}: {found} instead of {expected[cell]}"
        for cell, found in left.items()
        if found != expected[cell]
    ]
    return faults
