"""The proof that a line of earnings is still what the trail sealed: from leaf to chain."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from activity import sealed
from commissions.models import Commission
from commissions.sealing import COLUMNS, leaf_of, leaf_of_values
from prm.merkle import holds, merkle_proof, merkle_root

FORMAT: Final = "prm-line-proof-1"
AGREES, WAITS, DIFFERS, UNSEALED = "agrees", "waits", "differs", "unsealed"
STATES: Final = (AGREES, WAITS, DIFFERS, UNSEALED)
FAULTS: Final = ("no_entry", "count", "root", "content", "before", "after")
"""What differs: the entry is gone, the number of lines, their root, or the chain at its place."""


@dataclass(frozen=True)
class Proof:
    """A line's leaf, the hashes that lead to its batch's root, and the entry that holds the root.

    `state`: agrees; waits (agrees, and the chain takes the entry in within seconds); differs, with
    the first `fault` found; unsealed for a line that no entry covers. `root` is computed from the
    lines as they are stored now. `path` is (left or right, hex) from the leaf upwards.
    """

    line: Commission
    leaf: str
    path: tuple[tuple[str, str], ...] = ()
    position: int = 0
    lines: int = 0
    root: str = ""
    entry: sealed.Entry | None = None
    fault: str = ""

    @property
    def state(self) -> str:
        """One of STATES."""
        if self.fault:
            return DIFFERS
        if self.entry is None:
            return UNSEALED
        return WAITS if self.entry.place is None else AGREES

    @property
    def leaf_hash(self) -> str:
        """The leaf's own hash in the tree, as hex."""
        return hashlib.sha256(b"\x00" + self.leaf.encode()).hexdigest()

    @property
    def sealed_root(self) -> str:
        """The root that the entry holds; empty where there is none."""
        return str(_detail(self.entry).get("root", ""))


def proof_of(line: Commission) -> Proof:
    """The proof of a stored line; reads the lines of its batch once."""
    leaf = leaf_of(line)
    if line.batch is None:
        return Proof(line, leaf)
    rows = Commission.objects.filter(batch=line.batch).order_by("id").values(*COLUMNS)
    leaves = {row["id"]: leaf_of_values(row).encode() for row in rows}
    ordered, position = list(leaves.values()), list(leaves).index(line.pk)
    path = tuple(merkle_proof(ordered, position))
    root, entry = merkle_root(ordered), sealed.entry(line.batch)
    fault = _fault(leaf, path, root, len(ordered), entry)
    return Proof(line, leaf, path, position, len(ordered), root, entry, fault)


def as_json(proof: Proof) -> dict[str, Any]:
    """The proof as others check it, without us: docs/examples/check_proof.py shows how."""
    entry = proof.entry
    chain = None
    if entry is not None and entry.place is not None:
        chain = {"place": entry.place, "previous_hash": entry.previous_hash, "hash": entry.hash}
    return {
        "format": FORMAT,
        "state": proof.state,
        "fault": proof.fault,
        "line": json.loads(proof.leaf),
        "leaf": {"text": proof.leaf, "hash": proof.leaf_hash},
        "position": proof.position,
        "lines": proof.lines,
        "path": [{"side": side, "hash": value} for side, value in proof.path],
        "root": proof.root,
        "entry": {"id": entry.event["id"], "text": entry.text} if entry else None,
        "chain": chain,
    }


def _fault(
    leaf: str,
    path: tuple[tuple[str, str], ...],
    root: str,
    lines: int,
    entry: sealed.Entry | None,
) -> str:
    if entry is None:
        return "no_entry"
    detail = _detail(entry)
    if detail.get("lines") != lines:
        return "count"
    if detail.get("root") != root or not holds(leaf.encode(), path, root):
        return "root"
    return entry.fault


def _detail(entry: sealed.Entry | None) -> Mapping[str, Any]:
    return entry.event["detail"] if entry else {}
