"""Makes spooled lines ready for COPY: checked, told machine from person, placed in a country.

Everything here is worked out once for each different agent, address and referrer; a click costs
one checksum, one split and four look-ups.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Final, TypeVar
from uuid import UUID
from zlib import crc32

from django.conf import settings

from prm.addresses import truncated
from tracking.agents import bot_reason, device_of
from tracking.countries import country_of
from tracking.rules import SUB_IDS, SUB_LENGTH, host_of
from tracking.spool.record import CLICK, IMPRESSION, LENGTHS, escaped, read, text_of

Fact = TypeVar("Fact")
DAY_MINUTES: Final = 1440
LATEST: Final = 4_102_444_800_000  # the year 2100 in epoch milliseconds
KEPT: Final = 200_000
KEPT_RATES: Final = 1_000_000
HOST_LENGTH: Final = 100
AGENT_KEY: Final = 16
TOO_MANY: Final = b"too many from one address"
# A record's beginning, to find a whole one behind another that was torn off.
_START: Final = re.compile(rb"(?=([0-9a-f]{8}\t[ci]\t))")
_IMPRESSION: Final = IMPRESSION.encode()
_COUNTRY: Final = re.compile(rb"[A-Z]{2}")

# One address's clicks on one link within a minute of time.
Rate = tuple[bytes, bytes, int]
# What ends a line: which sub-ids it has, the proxy's country, whether the caller told of it.
Rest = tuple[frozenset[str], bytes, bool]


@dataclass
class Chunk:
    """Clicks ready for COPY into the incoming table, and what their storing needs to know."""

    rows: list[bytes] = field(default_factory=list)
    links: set[bytes] = field(default_factory=set)
    minutes: set[int] = field(default_factory=set)
    subs: set[str] = field(default_factory=set)
    rates: dict[Rate, int] = field(default_factory=dict)
    damaged: list[bytes] = field(default_factory=list)

    @cached_property
    def text(self) -> bytes:
        """The rows as COPY reads them."""
        return b"\n".join((*self.rows, b""))

    @cached_property
    def impressions(self) -> int:
        """How many of the rows are no clicks."""
        return sum(row.startswith(_IMPRESSION) for row in self.rows)

    def settle(self) -> None:
        """Work out now what the database would have to wait for."""
        _ = self.text, self.impressions

    @property
    def days(self) -> set[int]:
        """Days since 1970 in which a click may lie, whatever the time zone."""
        found = {minute // DAY_MINUTES for minute in self.minutes}
        return {day + near for day in found for near in (-1, 0, 1)}


class Classifier:
    """Knows the agents, addresses and referrers of late, and who clicks too often."""

    def __init__(self, most_a_minute: int | None = None, policy: str | None = None) -> None:
        self.most_a_minute = settings.CLICKS_A_MINUTE if most_a_minute is None else most_a_minute
        policy = policy or settings.CLICK_ADDRESSES
        self._agents: dict[bytes, tuple[bytes, bytes, bytes]] = {}
        self._addresses: dict[bytes, tuple[bytes, bytes]] = {}
        self._hosts: dict[bytes, bytes] = {b"": b""}
        self._rests: dict[bytes, Rest] = {}
        self._keep_address = POLICIES[policy]
        self._rates: dict[Rate, int] = {}

    def chunk(
        self, lines: Iterable[bytes], *, strictly: bool = False, after: Chunk | None = None
    ) -> Chunk:
        """The whole ones of these lines (without their ends) as rows; the others set aside.

        `after` is the chunk before this one where that is not counted yet. `strictly` also sets
        aside what COPY would refuse: slow, for when it has refused.
        """
        found = Chunk()
        add = partial(self._add, found, after.rates if after else {})
        for line in lines:
            body = line[9:]
            try:
                intact = int(line[:8], 16) == crc32(body)
            except ValueError:
                intact = False
            if not intact or (strictly and not is_sound(line)):
                _salvage(line, found, add, strictly=strictly)
            else:
                add(body)
        return found

    def count(self, chunk: Chunk) -> None:
        """Remember how often who clicked, once the chunk is stored."""
        if len(self._rates) > KEPT_RATES:
            self._rates.clear()
        for rate, times in chunk.rates.items():
            self._rates[rate] = self._rates.get(rate, 0) + times

    def _add(self, found: Chunk, before: dict[Rate, int], body: bytes) -> None:
        """One row: the line, then its address as it is kept, country, device, bot, host, key."""
        _kind, _id, at, link, _to, address, agent, referrer, rest = body.split(b"\t", 8)
        kept, country = self._addresses.get(address) or self._address(address)
        device, bot, key = self._agents.get(agent) or self._agent(agent)
        host = self._hosts.get(referrer)
        if host is None:
            host = self._host(referrer)
        subs, told_country, is_told = self._rests.get(rest) or self._rest(rest)
        minute = int(at) // 60_000
        found.links.add(link)
        found.minutes.add(minute)
        if subs:
            found.subs |= subs
        if not (bot or is_told) and address:
            rate = (address, link, minute)
            found.rates[rate] = times = found.rates.get(rate, 0) + 1
            if times + self._rates.get(rate, 0) + before.get(rate, 0) > self.most_a_minute:
                bot = TOO_MANY
        found.rows.append(b"\t".join((body, kept, told_country or country, device, bot, host, key)))

    def _agent(self, raw: bytes) -> tuple[bytes, bytes, bytes]:
        """Its device, why it is a machine's, and a short key for the visitor's hash."""
        agent = text_of(raw)
        key = hashlib.sha256(raw).hexdigest()[:AGENT_KEY].encode()
        return _remember(
            self._agents, raw, (device_of(agent).encode(), escaped(bot_reason(agent)), key)
        )

    def _address(self, raw: bytes) -> tuple[bytes, bytes]:
        address = text_of(raw)
        facts = escaped(self._keep_address(address)), country_of(address).encode()
        return _remember(self._addresses, raw, facts)

    def _host(self, raw: bytes) -> bytes:
        return _remember(self._hosts, raw, escaped(referring_host(text_of(raw))))

    def _rest(self, raw: bytes) -> Rest:
        *subs, country, flags = raw.split(b"\t")
        named = frozenset(name for name, sub in zip(SUB_IDS, subs, strict=True) if sub)
        told = country if _COUNTRY.fullmatch(country) else b""
        return _remember(self._rests, raw, (named, told, bool(flags)))


def _remember(known: dict[bytes, Fact], raw: bytes, fact: Fact) -> Fact:
    if len(known) > KEPT:
        known.clear()
    known[raw] = fact
    return fact


def _salvage(line: bytes, found: Chunk, add: Callable[[bytes], None], *, strictly: bool) -> None:
    """Take the whole record at a broken line's end, which a torn one before it hides."""
    for start in _START.finditer(line, 1):
        rest = line[start.start() :]
        if int(rest[:8], 16) == crc32(rest[9:]) and (not strictly or is_sound(rest)):
            found.damaged.append(line[: start.start()])
            add(rest[9:])
            return
    found.damaged.append(line)


def is_sound(line: bytes) -> bool:
    """Whether COPY takes a whole line: its number of fields, ids, time and lengths."""
    try:
        fields = read(line)
        UUID(fields.id), UUID(fields.link_id)
    except ValueError:
        return False
    texts = (fields.destination, fields.address, fields.agent, fields.referrer)
    fits = all(len(text) <= most for text, most in zip(texts, LENGTHS, strict=True))
    subs = (fields.sub1, fields.sub2, fields.sub3, fields.sub4, fields.sub5)
    return (
        fits
        and all(len(sub) <= SUB_LENGTH for sub in subs)
        and fields.kind in (CLICK, IMPRESSION)
        and fields.at.isascii()
        and fields.at.isdigit()
        and int(fields.at) < LATEST
    )


def referring_host(referrer: str) -> str:
    """The host of the page that a visitor came from; "" without one."""
    return host_of(referrer)[:HOST_LENGTH]


def _truncated(address: str) -> str:
    if "." in address and ":" not in address:
        return address.rpartition(".")[0] + ".0"
    try:
        return truncated(address)
    except ValueError:
        return ""


def _hashed(address: str) -> str:
    if not address:
        return ""
    key = hmac.digest(settings.SECRET_KEY.encode(), b"prm.click.address", hashlib.sha256)
    return hmac.new(key, address.encode(), hashlib.sha256).hexdigest()[:32]


def _none(_address: str) -> str:
    return ""


# What the setting PRM_CLICK_ADDRESSES lets stay of an address.
POLICIES: Final[dict[str, Callable[[str], str]]] = {
    "truncate": _truncated,
    "hashed": _hashed,
    "none": _none,
}
