"""What a list page shows around its rows."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True)
class Chip:
    """One status chip: value ("" for all), words, count, address, and whether there are more."""

    value: str
    label: Text
    count: int
    url: str
    on: bool
    more: bool = False


@dataclass(frozen=True)
class Dropping:
    """A filter that hides things: what it says, how many rows there are without it, and where."""

    label: str
    count: int
    url: str


@dataclass(frozen=True)
class Head:
    """A column head: words, class, sort address and state ("", ascending, descending)."""

    label: Any
    css: str
    url: str
    sorted: str


@dataclass(frozen=True)
class Period:
    """The two days that bound a list: its fields, what is set in words, and ready choices."""

    fields: list[Any]
    words: str
    on: bool
    choices: list[Chip]


@dataclass(frozen=True)
class Empty:
    """What an empty list says: title, why, and acts as (label, url) with the first one filled."""

    title: Text
    why: Text = ""
    acts: tuple[tuple[Text, str], ...] = ()
    icon: str = "inbox"
