"""What a decision about credit looks at, and what it says; ids are opaque text."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Terms:
    """A program's settings of credit, as they are when the sale comes in."""

    program: str
    model: str = "last_click"
    window_days: int = 30
    precedence: str = "coupon_over_click"
    binding: str = "none"
    binding_months: int | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A partner in a program; `barred` says why he is no candidate, "" where he is one."""

    enrollment: str
    partner: str
    terms: Terms
    barred: str = ""


@dataclass(frozen=True, slots=True)
class Touch:
    """The customer came through a link; `click` is "" where the sale itself names the link.

    From `ended_at` on the link earned nothing.
    """

    member: Member
    link: str
    code: str
    at: datetime
    click: str = ""
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """A partner who has the coupon's code, from `valid_from` until (exclusive) `ended_at`."""

    member: Member
    valid_from: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Bound:
    """The customer stays with a partner from `since` until (exclusive) `until`."""

    member: Member
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One counted way in; the share is `weight` / sum of the weights."""

    member: Member
    weight: int = 1
    link: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """What is known of a sale or lead at `at`.

    `touches` come in any order and may repeat; `foreign` counts click tokens that were not ours.
    `named` is a partner whom the seller named; `first` what the subscription's first charge was
    credited to. With `program` only that program's candidates count.
    """

    at: datetime
    touches: tuple[Touch, ...] = ()
    foreign: int = 0
    named: Member | None = None
    first: tuple[Part, ...] = ()
    coupon: str = ""
    owners: tuple[Owner, ...] = ()
    bonds: tuple[Bound, ...] = ()
    program: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """Who is credited, by what and why; `parts` in order of clicks, empty for nobody.

    `member` has the largest share, of equal ones the earlier click. `link` is the click that
    speaks for him, also where nobody is credited. `binds` says that the customer stays with him
    from now on. `path` is what was looked at, oldest first: each with its `share` or `why` not.
    """

    method: str
    why: str
    member: Member | None = None
    parts: tuple[Part, ...] = ()
    link: str = ""
    code: str = ""
    clicked_at: datetime | None = None
    window_days: int | None = None
    model: str = ""
    coupon: str = ""
    flagged: str = ""
    binds: bool = False
    path: tuple[dict[str, Any], ...] = ()

    @property
    def is_shared(self) -> bool:
        """Whether several partners are credited."""
        return len({part.member.enrollment for part in self.parts}) > 1

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the sale; instants in ISO 8601, without what is empty at its end."""
        found: dict[str, Any] = {
            "method": self.method,
            "why": self.why,
            "link": self.code,
            "clicked_at": self.clicked_at.isoformat() if self.clicked_at else None,
            "window_days": self.window_days,
        }
        for name in ("model", "coupon", "flagged"):
            if value := getattr(self, name):
                found[name] = value
        if self.path:
            found["path"] = list(self.path)
        return found
