"""What is sealed of a line of earnings: a leaf of the tree whose root the trail holds.

A leaf is one JSON text with its names in order of the alphabet and no spaces. It is made anew from
what is stored, so every value in it is one that never changes, and leaves stand in the order of
their lines' ids. The ids in a leaf are random enough that nobody can guess one from its hash.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from commissions.models import Commission
from prm.merkle import merkle_root

COLUMNS = (
    "id",
    "kind",
    "program_id",
    "partner_id",
    "enrollment_id",
    "sale_id",
    "occasion_id",
    "refund_id",
    "reverses_id",
    "rule_version_id",
    "occurred_at",
    "base_minor",
    "amount_minor",
    "currency",
)
"""The columns of a line that its leaf is made from."""


def leaf_text(
    *,
    id: object,  # noqa: A002  as the leaf calls it
    kind: str,
    program: object,
    partner: object,
    enrollment: object,
    sale: object | None,
    occasion: object | None,
    refund: object | None,
    reverses: object | None,
    rule_version: object | None,
    occurred_at: datetime,
    base_minor: int,
    amount_minor: int,
    currency: str,
) -> str:
    """The leaf of a line; ids as UUIDs or their text. No value holds what JSON would escape."""
    at = occurred_at.astimezone(UTC).isoformat(timespec="microseconds")
    return (
        f'{{"amount_minor":{amount_minor},"base_minor":{base_minor},"currency":"{currency}",'
        f'"enrollment":"{enrollment}","id":"{id}","kind":"{kind!s}",'
        f'"occasion":{_or_null(occasion)},"occurred_at":"{at}","partner":"{partner}",'
        f'"program":"{program}","refund":{_or_null(refund)},"reverses":{_or_null(reverses)},'
        f'"rule_version":{_or_null(rule_version)},"sale":{_or_null(sale)}}}'
    )


def leaf_of(line: Commission) -> str:
    """The leaf of a stored line."""
    return leaf_of_values({name: getattr(line, name) for name in COLUMNS})


def leaf_of_values(row: dict[str, Any]) -> str:
    """The leaf of a line given as its COLUMNS."""
    return leaf_text(**{name.removesuffix("_id"): value for name, value in row.items()})


def sealed_detail(leaves: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """What the entry keeps of lines given as (id as text, leaf): how many, and their root.

    No sums: a partner who checks his own line reads the entry, and others' earnings are not his.
    """
    ordered = [text.encode() for _id, text in sorted(leaves)]
    return {"lines": len(ordered), "root": merkle_root(ordered)}


def _or_null(value: object | None) -> str:
    return "null" if value is None else f'"{value}"'
