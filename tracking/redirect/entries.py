"""A link as the redirect needs it, worked out once and used for each click."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from tracking.places import Hosts, Place, place_of
from tracking.redirect.lines import Stencil
from tracking.rules import SUB_IDS

FOREVER: Final = 1 << 62
DAY_SECONDS: Final = 86_400
COOKIE: Final = "; Max-Age=%d; Path=/; HttpOnly; SameSite=Lax"


@dataclass(frozen=True, slots=True)
class Target:
    """Where visitors of some countries and devices go; an empty set is of all."""

    countries: frozenset[str]
    devices: frozenset[str]
    place: Place


@dataclass(slots=True)
class Entry:
    """A link with all that decides about it.

    It earns unless it or what it belongs to was stopped. `ends_at` is in epoch milliseconds, from
    when on it leads to `landing`. `head` and `tail` stand around the token in the whole address;
    `cookie` follows the token in the cookie.
    """

    link_id: str
    id_bytes: bytes
    seller_id: UUID
    place: Place
    landing: Place
    hosts: Hosts
    earns: bool
    ends_at: int
    subs: tuple[str, ...]
    stencil: Stencil
    targets: tuple[Target, ...]
    keeps_cookie: bool
    cookie: str
    head: str
    tail: str
    keys: frozenset[str]
    used: bool = field(default=False)

    def target(self, country: str, device: str) -> Place | None:
        """The first target that fits the visitor."""
        for one in self.targets:
            if one.countries and country not in one.countries:
                continue
            if one.devices and device not in one.devices:
                continue
            return one.place
        return None


def entry_of(row: Mapping[str, Any], parameter: str) -> Entry | None:
    """The entry of a row of `loading.COLUMNS`; None where its page is no web address."""
    landing = place_of(row["enrollment__program__landing_url"])
    place = place_of(row["destination"]) or landing
    if landing is None or place is None:
        return None
    head, tail = place.around(parameter)
    subs = tuple(row[name] for name in SUB_IDS)
    return Entry(
        link_id=str(row["id"]),
        id_bytes=row["id"].bytes,
        seller_id=row["seller_id"],
        place=place,
        landing=landing,
        hosts=Hosts.of(row["enrollment__program__allowed_hosts"], [landing.host, place.host]),
        earns=_earns(row),
        ends_at=_ends_at(row["expires_at"], row["campaign__ends_on"], row["seller__time_zone"]),
        subs=subs,
        stencil=Stencil(str(row["id"]), subs),
        targets=_targets(row["targets"]),
        keeps_cookie=not row["enrollment__program__cookieless"],
        cookie=COOKIE % (row["enrollment__program__window_days"] * DAY_SECONDS),
        head=head,
        tail=tail,
        keys=frozenset(str(row[name]) for name in KEYS if row[name]),
    )


KEYS: Final = (
    "id",
    "seller_id",
    "campaign_id",
    "enrollment_id",
    "enrollment__partner_id",
    "enrollment__program_id",
)


def _earns(row: Mapping[str, Any]) -> bool:
    return (
        row["disabled_at"] is None
        and row["enrollment__status"] == "active"
        and row["enrollment__partner__status"] == "active"
        and row["enrollment__program__status"] == "open"
    )


def _ends_at(expires_at: datetime | None, last_day: Any, zone: str) -> int:
    """The first instant at which the link has ended, in epoch milliseconds.

    A campaign is over when its last day is, in the seller's time zone.
    """
    ends = [expires_at] if expires_at else []
    if last_day is not None:
        ends.append(datetime.combine(last_day + timedelta(days=1), time.min, ZoneInfo(zone)))
    return min((int(end.timestamp() * 1000) for end in ends), default=FOREVER)


def _targets(rows: Sequence[Mapping[str, Any]]) -> tuple[Target, ...]:
    found = ((row, place_of(row["destination"])) for row in rows)
    return tuple(
        Target(frozenset(row.get("countries") or ()), frozenset(row.get("devices") or ()), place)
        for row, place in found
        if place is not None
    )
