"""The small chart of an agreement: what was paid for each period."""

from typing import Any

from commissions.models import Agreement
from commissions.settlements import words
from prm.money import to_major

PERIODS_SHOWN = 12


def paid_chart(agreement: Agreement, rows: list[tuple[Any, int]]) -> dict[str, Any] | None:
    """Bars of the last periods, in major units; None for fewer than two."""
    if len(rows) < 2:
        return None
    shown = rows[-PERIODS_SHOWN:]
    return {
        "labels": [words.period_name(day, agreement.period) for day, _amount in shown],
        "series": [
            {
                "name": agreement.currency,
                "values": [float(to_major(amount, agreement.currency)) for _day, amount in shown],
            }
        ],
    }
