"""Check the proof of a commission without the program that made it. Needs Python 3.9 and no more.

    python check_proof.py proof.json
    python check_proof.py proof.json --chain 4190:7be290d1…     a place and hash that you noted

Exit code 0 when every step holds, 1 when one does not.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def check(proof: dict[str, Any], noted: str = "") -> "list[tuple[str, bool]]":
    """Each step of the proof and whether it holds."""
    text = proof["leaf"]["text"]
    steps = [("the line is what the leaf says", json.loads(text) == proof["line"])]
    value = sha256(b"\x00" + text.encode())
    steps.append(("the leaf has its hash", value.hex() == proof["leaf"]["hash"]))
    for step in proof["path"]:
        other = bytes.fromhex(step["hash"])
        left, right = (other, value) if step["side"] == "left" else (value, other)
        value = sha256(b"\x01" + left + right)
    if not proof["entry"]:
        return [*steps, ("an entry of the trail seals the line", False)]
    entry = json.loads(proof["entry"]["text"])
    sealed = entry["detail"]["root"]
    steps.append(("the hashes lead to the root in the trail's entry", value.hex() == sealed))
    chain = proof["chain"]
    if not chain:
        return [*steps, ("the chain holds the entry (it does within seconds: ask again)", False)]
    link = f"{chain['place']}\n{chain['previous_hash']}\n{proof['entry']['text']}"
    holds = sha256(link.encode()).hex() == chain["hash"]
    steps.append((f"the entry stands at place {chain['place']} of the chain", holds))
    if noted:
        same = noted == f"{chain['place']}:{chain['hash']}"
        steps.append(("the place and hash are those that you noted", same))
    return steps


def main(arguments: "list[str]") -> int:
    proof = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    noted = arguments[2] if len(arguments) == 3 and arguments[1] == "--chain" else ""
    line = proof["line"]
    print(f"{line['kind']} {line['id']}: {line['amount_minor']} {line['currency']} (minor units)")
    steps = check(proof, noted)
    for words, holds in steps:
        print("holds " if holds else "FAILS ", words)
    return 0 if all(holds for _words, holds in steps) else 1


if __name__ == "__main__":
    if len(sys.argv) not in (2, 4):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
