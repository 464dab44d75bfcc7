"""What a run of an import found, as its job keeps it."""

from dataclasses import dataclass, field, fields
from typing import Any


@dataclass
class Report:
    """Counts of a run. Files of orders count `sales` and `notes`, all others `made` and `known`.

    `bad_rows` could not be read or taken, `refused` are whole invoices. `enrolled` are partners
    put into the program. `net_minor` is {currency: sales less credit notes or refunds}.
    """

    rows: int = 0
    bad_rows: int = 0
    sales: int = 0
    sales_known: int = 0
    notes: int = 0
    notes_known: int = 0
    refused: int = 0
    made: int = 0
    known: int = 0
    enrolled: int = 0
    new_partners: list[str] = field(default_factory=list)
    net_minor: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Report":
        """From a job's result."""
        names = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in stored.items() if name in names})

    @property
    def all_new(self) -> int:
        """Things made, or to be made, of whatever kind."""
        return self.sales + self.notes + self.made

    @property
    def all_known(self) -> int:
        """Things that were known already and stay as they are."""
        return self.sales_known + self.notes_known + self.known

    @property
    def left_out(self) -> int:
        """Rows and whole invoices that were not taken."""
        return self.bad_rows + self.refused

    @property
    def partners_made(self) -> int:
        """Partners made, or to be made, because sales name them."""
        return len(self.new_partners)

    def add_net(self, currency: str, amount_minor: int) -> None:
        """Count an amount."""
        self.net_minor[currency] = self.net_minor.get(currency, 0) + amount_minor
