"""Fit of prospects: worked by hand, and what must hold for any profile."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.fit import CAP, CRITERIA, WEIGHTS, Candidate, Profile, fit_of

COFFEE = Candidate(
    niches=("coffee", "travel"),
    content_kinds=("videos",),
    platforms=("youtube", "instagram"),
    country="ID",
    languages=("id", "en"),
    audience=40_000,
    engagement=Decimal("3.00"),
)


@pytest.mark.parametrize(
    ("profile", "score"),
    [
        ({"niches": ["coffee"]}, 100),
        ({"niches": ["tea"]}, 0),
        ({"niches": ["tea", "coffee"]}, 100),
        ({"least_audience": 80_000}, 50),
        ({"least_audience": 40_000}, 100),
        ({"most_audience": 20_000}, 50),
        ({"least_audience": 10_000, "most_audience": 50_000}, 100),
        ({"least_engagement": Decimal(4)}, 75),
        ({"niches": ["coffee"], "countries": ["DE"]}, 50),
        # much and little: 2 of 3
        ({"niches": ["coffee"], "countries": ["DE"], "weights": {"countries": "little"}}, 67),
        # must and much: 2 of 6, under the cap
        ({"niches": ["coffee"], "countries": ["DE"], "weights": {"countries": "must"}}, 33),
        # all but a must with little weight beside it: 1+2+2+2 of 11, capped anyway
        (
            {
                "niches": ["coffee"],
                "platforms": ["youtube"],
                "languages": ["id"],
                "content_kinds": ["videos"],
                "countries": ["DE"],
                "weights": {"countries": "must"},
            },
            CAP,
        ),
    ],
)
def test_scores_worked_by_hand(profile: dict[str, Any], score: int) -> None:
    fit = fit_of(Profile(**profile), COFFEE)
    assert fit is not None
    assert fit.score == score


def test_a_profile_without_wishes_says_nothing() -> None:
    assert fit_of(Profile(), COFFEE) is None
    assert not Profile().wishes
    assert Profile(countries=["ID"]).wishes


def test_what_is_not_known_counts_nothing_and_says_so() -> None:
    profile = Profile(niches=["coffee"], least_audience=1_000, least_engagement=Decimal(2))
    fit = fit_of(profile, Candidate(niches=("coffee",)))
    assert fit is not None
    assert fit.score == 33
    assert [(one.criterion, one.state) for one in fit.reasons] == [
        ("niches", "met"),
        ("audience", "unknown"),
        ("engagement", "unknown"),
    ]


def test_reasons_name_what_was_compared() -> None:
    profile = Profile(
        languages=["id", "ms"], least_audience=80_000, least_engagement=Decimal("2.50")
    )
    fit = fit_of(profile, COFFEE)
    assert fit is not None
    languages, audience, engagement = fit.reasons
    assert (languages.found, languages.wanted) == (("id",), ("id", "ms"))
    assert (audience.part, audience.state) == (Fraction(1, 2), "partly")
    assert (audience.found, audience.wanted) == (("40000",), ("80000", ""))
    assert (engagement.found, engagement.wanted) == (("3",), ("2.5",))


def test_what_must_be_is_named() -> None:
    fit = fit_of(Profile(countries=["DE"], weights={"countries": "must"}), COFFEE)
    assert fit is not None
    assert [one.criterion for one in fit.lacking] == ["countries"]


WORDS = st.lists(st.sampled_from(["a", "b", "c"]), max_size=3, unique=True)
PROFILES = st.builds(
    Profile,
    niches=WORDS,
    content_kinds=WORDS,
    platforms=WORDS,
    countries=WORDS,
    languages=WORDS,
    least_audience=st.none() | st.integers(1, 1_000),
    least_engagement=st.none() | st.integers(1, 100).map(Decimal),
    weights=st.dictionaries(st.sampled_from(CRITERIA), st.sampled_from(list(WEIGHTS))),
)
CANDIDATES = st.builds(
    Candidate,
    niches=WORDS,
    content_kinds=WORDS,
    platforms=WORDS,
    country=st.sampled_from(["", "a", "b"]),
    languages=WORDS,
    audience=st.none() | st.integers(0, 2_000),
    engagement=st.none() | st.integers(0, 100).map(Decimal),
)


@given(PROFILES, CANDIDATES)
def test_a_score_is_whole_bounded_and_explained(profile: Profile, candidate: Candidate) -> None:
    fit = fit_of(profile, candidate)
    if fit is None:
        assert not profile.wishes
        return
    assert 0 <= fit.score <= 100
    assert (fit.score == 100) == all(one.part == 1 for one in fit.reasons) or fit.score < 100
    assert not fit.lacking or fit.score <= CAP
    for one in fit.reasons:
        assert (one.state == "met") == (one.part == 1)


@given(PROFILES, CANDIDATES, st.integers(1, 500))
def test_a_larger_audience_never_fits_worse(
    profile: Profile, candidate: Candidate, more: int
) -> None:
    """Where the profile names no most."""
    larger = Candidate(**{**vars(candidate), "audience": (candidate.audience or 0) + more})
    before, after = fit_of(profile, candidate), fit_of(profile, larger)
    if before is not None and after is not None:
        assert after.score >= before.score
