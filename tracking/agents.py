"""What a browser's own description of itself tells: machine or person, and on what device."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import crawleruseragents

from tracking.models.clicks import Device
from tracking.rules import bot_reason as word_reason

REASON_LENGTH: Final = 40
KNOWN: Final = 50_000
_HEAD: Final = 3
_LITERAL: Final = re.compile(r"[A-Za-z0-9 _-]+")
_REPEATS: Final = ("*", "+", "?", "{")
_TABLET: Final = re.compile(r"iPad|Tablet|PlayBook|Silk/(?!.*Mobile)|Android(?!.*Mobi)")
_MOBILE: Final = re.compile(r"Mobi|iPhone|iPod|Android|Opera Mini|BlackBerry|Windows Phone")
_DESKTOP: Final = re.compile(r"Windows NT|Macintosh|X11|CrOS|Linux")


def _head(pattern: str) -> str:
    """The three plain characters that a pattern begins with; "" when it begins otherwise."""
    found = _LITERAL.match(pattern)
    plain = found.group(0) if found and "|" not in pattern else ""
    if pattern[len(plain) : len(plain) + 1] in _REPEATS:
        plain = plain[:-1]
    return plain[:_HEAD] if len(plain) >= _HEAD else ""


def _by_head(patterns: Iterable[str]) -> "dict[str, re.Pattern[str]]":
    """One expression for all patterns that begin alike.

    The library tries 1,500 patterns at each place: more than a millisecond for each new agent. Of
    those that begin with three characters which the agent has there are a handful.
    """
    groups: dict[str, list[str]] = {}
    for pattern in patterns:
        groups.setdefault(_head(pattern), []).append(pattern)
    return {head: re.compile("|".join(found)) for head, found in groups.items()}


_CRAWLERS: Final = _by_head(
    entry["pattern"] for entry in crawleruseragents.CRAWLER_USER_AGENTS_DATA
)


def _listed(agent: str) -> str:
    """What of an agent is on the list of crawler-user-agents; "" when nothing is."""
    heads = {agent[place : place + _HEAD] for place in range(len(agent) - _HEAD + 1)}
    for head in ("", *sorted(heads & _CRAWLERS.keys())):
        if found := _CRAWLERS[head].search(agent):
            return found.group(0).strip()
    return ""


@lru_cache(KNOWN)
def bot_reason(agent: str) -> str:
    """Why a click is taken for a machine's, at most 40 characters; "" for a person's.

    Layers: no agent at all, words that machines use, the list of crawler-user-agents.
    """
    if reason := word_reason(agent):
        return reason
    found = _listed(agent)
    return f"listed agent {found}"[:REASON_LENGTH] if found else ""


@lru_cache(KNOWN)
def device_of(agent: str) -> Device:
    """On what kind of device a person came."""
    if _TABLET.search(agent):
        return Device.TABLET
    if _MOBILE.search(agent):
        return Device.MOBILE
    return Device.DESKTOP if _DESKTOP.search(agent) else Device.OTHER
