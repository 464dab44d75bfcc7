"""How well a prospect fits what a program looks for: pure, exact, and with its reasons.

Each criterion that the profile names gives a part from 0 to 1. The score is their mean by weight
(must 4, much 2, little 1), in whole percent, half up. Where a criterion that must hold does not
hold in full, the score is at most half. What is not known of a prospect counts as 0 and says so.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Final

CRITERIA: Final = (
    "niches",
    "content_kinds",
    "platforms",
    "countries",
    "languages",
    "audience",
    "engagement",
)
WEIGHTS: Final[Mapping[str, int]] = {"must": 4, "much": 2, "little": 1}
USUAL_WEIGHT: Final = "much"
CAP: Final = 50
"""The most that a prospect scores who lacks something that must be."""


@dataclass(frozen=True)
class Profile:
    """What a program wishes; an empty field wishes nothing. Engagement is percent."""

    niches: Collection[str] = ()
    content_kinds: Collection[str] = ()
    platforms: Collection[str] = ()
    countries: Collection[str] = ()
    languages: Collection[str] = ()
    least_audience: int | None = None
    most_audience: int | None = None
    least_engagement: Decimal | None = None
    weights: Mapping[str, str] = field(default_factory=dict)

    @property
    def wishes(self) -> bool:
        """Whether it asks for anything at all."""
        return any(_wished(self, criterion) for criterion in CRITERIA)


@dataclass(frozen=True)
class Candidate:
    """What is known of a prospect. `audience` and `engagement` are None where nothing is."""

    niches: Collection[str] = ()
    content_kinds: Collection[str] = ()
    platforms: Collection[str] = ()
    country: str = ""
    languages: Collection[str] = ()
    audience: int | None = None
    engagement: Decimal | None = None


@dataclass(frozen=True)
class Reason:
    """What one criterion gave: its part from 0 to 1, its weight, and what it was found on.

    `state` is met, partly, missed or unknown; `found` and `wanted` are the values compared.
    """

    criterion: str
    weight: str
    part: Fraction
    state: str
    found: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fit:
    """The score, 0 to 100, and a reason for each criterion, in the order of CRITERIA."""

    score: int
    reasons: tuple[Reason, ...]

    @property
    def lacking(self) -> tuple[Reason, ...]:
        """What must be and is not, or not in full."""
        return tuple(one for one in self.reasons if one.weight == "must" and one.part < 1)


def fit_of(profile: Profile, candidate: Candidate) -> Fit | None:
    """How well `candidate` fits; None where the profile wishes nothing."""
    reasons = tuple(
        _reason(profile, candidate, criterion)
        for criterion in CRITERIA
        if _wished(profile, criterion)
    )
    if not reasons:
        return None
    whole = sum(WEIGHTS[one.weight] for one in reasons)
    got = sum((one.part * WEIGHTS[one.weight] for one in reasons), Fraction(0))
    score = int(got * 100 / whole + Fraction(1, 2))
    fit = Fit(score, reasons)
    return Fit(min(score, CAP), reasons) if fit.lacking else fit


def _wished(profile: Profile, criterion: str) -> bool:
    if criterion == "audience":
        return profile.least_audience is not None or profile.most_audience is not None
    if criterion == "engagement":
        return profile.least_engagement is not None
    return bool(getattr(profile, criterion))


def _reason(profile: Profile, candidate: Candidate, criterion: str) -> Reason:
    weight = profile.weights.get(criterion, USUAL_WEIGHT)
    if criterion == "audience":
        return _audience(profile, candidate, weight)
    if criterion == "engagement":
        return _engagement(profile, candidate, weight)
    if criterion == "countries":
        has = (candidate.country,) if candidate.country else ()
        return _listed(criterion, weight, profile.countries, has)
    has = tuple(getattr(candidate, criterion))
    return _listed(criterion, weight, getattr(profile, criterion), has)


def _listed(criterion: str, weight: str, wanted: Collection[str], has: Collection[str]) -> Reason:
    """One of the wanted values is enough: who films coffee need not also write of tea."""
    shared = tuple(value for value in wanted if value in has)
    if not has:
        return Reason(criterion, weight, Fraction(0), "unknown", (), tuple(wanted))
    if shared:
        return Reason(criterion, weight, Fraction(1), "met", shared, tuple(wanted))
    return Reason(criterion, weight, Fraction(0), "missed", tuple(has), tuple(wanted))


def _audience(profile: Profile, candidate: Candidate, weight: str) -> Reason:
    """Below the least and above the most in proportion: half as many is half the part."""
    least, most, size = profile.least_audience, profile.most_audience, candidate.audience
    wanted = (str(least) if least is not None else "", str(most) if most is not None else "")
    if size is None:
        return Reason("audience", weight, Fraction(0), "unknown", (), wanted)
    part = Fraction(1)
    if least is not None and size < least:
        part = Fraction(size, least)
    elif most is not None and size > most:
        part = Fraction(most, size)
    return Reason("audience", weight, part, _state(part), (str(size),), wanted)


def _engagement(profile: Profile, candidate: Candidate, weight: str) -> Reason:
    least = profile.least_engagement or Decimal(0)
    wanted = (format(least.normalize(), "f"),)
    if candidate.engagement is None:
        return Reason("engagement", weight, Fraction(0), "unknown", (), wanted)
    has = candidate.engagement
    part = Fraction(1) if has >= least else Fraction(has) / Fraction(least)
    found = (format(has.normalize(), "f"),)
    return Reason("engagement", weight, part, _state(part), found, wanted)


def _state(part: Fraction) -> str:
    if part == 1:
        return "met"
    return "partly" if part >= Fraction(1, 2) else "missed"
