"""Worked examples of credit, as people write them in tests/data/attribution.

Partners go by first names, times are local to the table's or the example's `zone`, money is in
major units. `clicks` have a partner, a time, and an `id` where `left_out` must name them; the
link of a click `ended` at a time. `coupon` has its `owners`; `bond` what held before; `first`
what the subscription's first charge was credited to, by weights.
Expected: `credit` (a name, weights by name, or nobody), and where they are given `method`, `why`,
`main`, `flagged`, `binds`, `shared`, `left_out` {id: why}, and `parts` of `amount`.
"""

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml

from tracking.attribution import Bound, Given, Member, Owner, Part, Terms, Touch

TABLES: Final = Path(__file__).parent.parent / "data" / "attribution"
SETTINGS: Final = {"model", "window", "precedence", "binding", "months"}
KNOWN: Final = {
    *("name", "how", "zone", "program", "programs", "clicks", "link", "coupon", "named", "first"),
    *("bond", "bonds", "suspended", "gone", "foreign", "program_named", "sold", "amount"),
    *("credit", "credit_program", "method", "why", "main", "flagged", "binds", "shared"),
    *("left_out", "parts"),
}
ONLY: Final = "shop"


@dataclass(frozen=True)
class Example:
    """One example; `body` is what its table says, `programs` its settings by name."""

    file: str
    name: str
    body: Mapping[str, Any]
    programs: Mapping[str, Mapping[str, Any]]
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    def at(self, value: Any) -> datetime:
        """A local time of the table as an instant."""
        naive = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        return naive.replace(tzinfo=self.zone).astimezone(ZoneInfo("UTC"))

    def maybe(self, value: Any) -> datetime | None:
        """The same, or None."""
        return self.at(value) if value else None

    @property
    def amount(self) -> int:
        """Of the sale, in cents."""
        return cents(self.body.get("amount", 100))

    @property
    def weights(self) -> dict[str, int] | None:
        """Expected weights by partner; None where the table gives parts only."""
        credit = self.body.get("credit")
        if credit is None:
            return None
        if isinstance(credit, str):
            return {} if credit == "nobody" else {credit: 1}
        return dict(credit)

    @property
    def bonds(self) -> list[Mapping[str, Any]]:
        """What held before the sale."""
        return self.body.get("bonds") or [one for one in [self.body.get("bond")] if one]

    def member(self, name: str, program: str = ONLY) -> Member:
        """A partner in a program."""
        why = "partner_inactive" if name in self.body.get("suspended", ()) else ""
        why = why or ("enrollment_ended" if name in self.body.get("gone", ()) else "")
        return Member(f"{name} in {program}", name, self.terms(program), why)

    def terms(self, program: str) -> Terms:
        """A program's settings."""
        given = self.programs[program]
        return Terms(
            program,
            given.get("model", "last_click"),
            given.get("window", 30),
            given.get("precedence", "coupon_over_click"),
            given.get("binding", "none"),
            given.get("months"),
        )

    def given(self) -> Given:
        """What `decide` takes."""
        body, at = self.body, self.at(self.body["sold"])
        touches = [
            Touch(
                self.member(click["partner"], click.get("program", ONLY)),
                link=f"link of {click['partner']}",
                code=click["partner"],
                at=self.at(click["at"]),
                click=click.get("id") or f"click {number}",
                ended_at=self.maybe(click.get("ended")),
            )
            for number, click in enumerate(body.get("clicks", ()))
        ]
        if link := body.get("link"):
            who = self.member(link["partner"])
            ended = self.maybe(link.get("ended"))
            touches.append(Touch(who, "named", link["partner"], at, ended_at=ended))
        coupon = body.get("coupon") or {"code": "", "owners": []}
        return Given(
            at=at,
            touches=tuple(touches),
            foreign=body.get("foreign", 0),
            named=self.member(body["named"]) if "named" in body else None,
            first=tuple(Part(self.member(n), w) for n, w in body.get("first", {}).items()),
            coupon=coupon["code"],
            owners=tuple(
                Owner(
                    self.member(one["partner"], one.get("program", ONLY)),
                    self.maybe(one.get("from")),
                    self.maybe(one.get("until")),
                )
                for one in coupon["owners"]
            ),
            bonds=tuple(
                Bound(
                    self.member(one["partner"], one.get("program", ONLY)),
                    self.at(one["since"]),
                    self.maybe(one.get("until")),
                )
                for one in self.bonds
            ),
            program=body.get("program_named", ""),
        )


def cents(amount: Any) -> int:
    """Major units as minor ones."""
    return int((Decimal(str(amount)) * 100).to_integral_exact())


def summed(weights: Mapping[str, int] | list[tuple[str, int]]) -> dict[str, int]:
    """Weights by partner."""
    found: Counter[str] = Counter()
    for name, weight in weights.items() if isinstance(weights, Mapping) else weights:
        found[name] += weight
    return dict(found)


@cache
def examples() -> tuple[Example, ...]:
    """All examples of all tables."""
    return tuple(example for path in sorted(TABLES.glob("*.yaml")) for example in _read(path))


def a_uuid(*parts: object) -> uuid.UUID:
    """The same id for the same parts."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "/".join(map(str, parts)))


def _read(path: Path) -> list[Example]:
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = []
    for body in table["examples"]:
        assert set(body) <= KNOWN, f"{path.name}: {body['name']}: {set(body) - KNOWN}"
        shared = {ONLY: {**table.get("program", {}), **body.get("program", {})}}
        programs = body.get("programs") or table.get("programs") or shared
        assert all(set(one) <= SETTINGS for one in programs.values()), body["name"]
        zone = ZoneInfo(body.get("zone") or table.get("zone") or "UTC")
        found.append(Example(path.stem, body["name"], body, programs, zone))
    return found
