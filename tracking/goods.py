"""Which goods a program's sales have named, to be picked where somebody would else type them."""

import uuid
from dataclasses import dataclass
from typing import Final

from tracking.models import Sale

LOOKED_AT: Final = 2_000
MOST: Final = 200


@dataclass(frozen=True)
class Goods:
    """Categories and SKUs, each the most sold first."""

    categories: list[str]
    skus: list[str]


def known_goods(program_id: uuid.UUID) -> Goods:
    """What the newest sales of a program were of; one query of bounded size."""
    rows = Sale.objects.filter(program_id=program_id).order_by("-id")
    counts: dict[str, dict[str, int]] = {"category": {}, "sku": {}}
    for lines in rows.values_list("lines", flat=True)[:LOOKED_AT]:
        for line in lines:
            for name, seen in counts.items():
                value = str(line.get(name) or "")
                if value:
                    seen[value] = seen.get(value, 0) + 1
    return Goods(_by_use(counts["category"]), _by_use(counts["sku"]))


def _by_use(seen: dict[str, int]) -> list[str]:
    return sorted(seen, key=lambda name: (-seen[name], name))[:MOST]
