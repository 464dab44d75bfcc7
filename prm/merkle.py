"""Merkle trees after RFC 6962: a root over many leaves, and the proof that one is among them."""

import hashlib
from collections.abc import Sequence

_LEAF, _NODE = b"\x00", b"\x01"


def merkle_root(leaves: Sequence[bytes]) -> str:
    """The root over leaves in their order, as hex; of none, the hash of nothing."""
    if not leaves:
        return hashlib.sha256().hexdigest()
    level = [hashlib.sha256(_LEAF + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        level = _paired(level)
    return level[0].hex()


def merkle_proof(leaves: Sequence[bytes], place: int) -> list[tuple[str, str]]:
    """The hashes that lead from a leaf to the root: [(left|right, hex)], where each stands."""
    level = [hashlib.sha256(_LEAF + leaf).digest() for leaf in leaves]
    found = []
    while len(level) > 1:
        sibling = place ^ 1
        if sibling < len(level):
            found.append(("left" if sibling < place else "right", level[sibling].hex()))
        level, place = _paired(level), place // 2
    return found


def holds(leaf: bytes, proof: Sequence[tuple[str, str]], root: str) -> bool:
    """Whether a proof leads from a leaf to the root."""
    value = hashlib.sha256(_LEAF + leaf).digest()
    for side, other in proof:
        sibling = bytes.fromhex(other)
        pair = sibling + value if side == "left" else value + sibling
        value = hashlib.sha256(_NODE + pair).digest()
    return value.hex() == root


def _paired(level: Sequence[bytes]) -> list[bytes]:
    """One level up; a last one without a partner goes up as it is."""
    pairs = [
        hashlib.sha256(_NODE + level[place] + level[place + 1]).digest()
        for place in range(0, len(level) - 1, 2)
    ]
    return pairs + ([level[-1]] if len(level) % 2 else [])
