"""Decisions about prospects on plain values: their words, reach, and who is the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from babel import Locale

MOST_WORDS: Final = 20
WORD_LENGTH: Final = 40
LANGUAGES: Final = frozenset(
    str(code) for code in Locale("en").languages if str(code).isalpha() and len(str(code)) in {2, 3}
)
"""ISO 639 codes that have a name."""


@dataclass(frozen=True)
class Reach:
    """What one channel says: followers and the percent of them who react, None if unknown."""

    platform: str
    audience: int | None = None
    engagement: Decimal | None = None


def words_of(texts: Iterable[str]) -> list[str]:
    """Tags as they are kept: trimmed, in lower case, each once, in their order."""
    plain = (" ".join(text.casefold().split()) for text in texts)
    return list(dict.fromkeys(word for word in plain if word))


def total_audience(channels: Iterable[Reach]) -> int:
    """Followers over all channels; one person on two of them counts twice."""
    return sum(channel.audience or 0 for channel in channels)


def mean_engagement(channels: Sequence[Reach]) -> Decimal | None:
    """Percent of followers who react, each channel by its size; None where nothing is known.

    Channels without a size count alike, and only where no channel has one.
    """
    known = [one for one in channels if one.engagement is not None]
    sized = [(one.engagement or Decimal(0), one.audience) for one in known if one.audience]
    if not sized:
        sized = [(one.engagement or Decimal(0), 1) for one in known]
    weight = sum(size for _percent, size in sized)
    if not weight:
        return None
    mean = sum((percent * size for percent, size in sized), Decimal(0)) / weight
    return mean.quantize(Decimal("0.01"), ROUND_HALF_UP)
