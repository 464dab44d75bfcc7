"""Who is credited: the worked examples by the pure decision, and what must hold for any."""

import os
import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import gcd

import pytest

from prm.money import largest_remainder
from tests.tracking.attribution_tables import Example, cents, examples, summed
from tracking.attribution import (
    MODELS,
    Decision,
    Given,
    Member,
    Owner,
    Terms,
    Touch,
    as_read_by,
    decide,
    weights,
)

EXAMPLES = examples()
NAMES = [f"{example.file}: {example.name}" for example in EXAMPLES]
ROUNDS = int(os.environ.get("PRM_TEST_ROUNDS", "100"))
SOLD = datetime(2025, 3, 31, 12, tzinfo=UTC)


def steps(found: Decision, example: Example) -> dict[str, str]:
    """{id of a click, or coupon: why it does not count} of what was looked at."""
    ids = {click.get("id") for click in example.body.get("clicks", ())}
    named = [(step.get("click") or step["by"], step.get("why", "")) for step in found.path]
    return {name: why for name, why in named if why and (name in ids or name == "coupon")}


@pytest.mark.parametrize("example", EXAMPLES, ids=NAMES)
def test_a_decision_is_as_worked_by_hand(example: Example) -> None:
    body, found = example.body, decide(example.given())
    earned = summed([(part.member.partner, part.weight) for part in found.parts])
    if example.weights is not None:
        assert earned == example.weights, body["how"]
    for name in ("method", "why", "flagged", "binds"):
        if name in body:
            assert getattr(found, name) == body[name], (name, body["how"])
    if "main" in body:
        assert found.member is not None
        assert found.member.partner == body["main"], body["how"]
    if "credit_program" in body:
        assert found.member is not None
        assert found.member.terms.program == body["credit_program"], body["how"]
    assert found.is_shared == body.get("shared", len(earned) > 1)
    assert body.get("left_out", {}).items() <= steps(found, example).items(), body["how"]
    if "parts" in body:
        parts = largest_remainder(example.amount, [part.weight for part in found.parts])
        names = [part.member.partner for part in found.parts]
        sums: Counter[str] = Counter()
        for name, part in zip(names, parts, strict=True):
            sums[name] += part
        assert dict(sums) == {name: cents(part) for name, part in body["parts"].items()}


def test_there_are_enough_examples_and_no_name_is_used_twice() -> None:
    assert len(EXAMPLES) >= 60
    assert len(set(NAMES)) == len(NAMES)
    assert set(MODELS) <= {e.terms(name).model for e in EXAMPLES for name in e.programs}


def test_the_tables_bite() -> None:
    """A decision that always took the last click of all would not pass."""
    wrong = 0
    for example in EXAMPLES:
        clicks = sorted(example.given().touches, key=lambda touch: touch.at)
        credit = {clicks[-1].member.partner: 1} if clicks else {}
        wrong += example.weights not in (None, credit)
    assert wrong > 40


def a_member(chance: random.Random) -> Member:
    terms = Terms(
        "shop",
        chance.choice(MODELS),
        chance.choice([0, 1, 30, 400]),
        chance.choice(["coupon_over_click", "click_over_coupon"]),
        chance.choice(["none", "lifetime"]),
    )
    number = chance.randrange(4)
    barred = chance.choice(["", "", "", "partner_inactive"])
    return Member(f"e{number}", f"p{number}", terms, barred)


def a_case(seed: int) -> tuple[random.Random, Given]:
    """A sale with some clicks of one program, as chance wants."""
    chance = random.Random(seed)
    terms = a_member(chance).terms
    members = [replace(a_member(chance), terms=terms) for _each in range(4)]
    members = list({member.partner: member for member in members}.values())
    touches = tuple(
        Touch(
            chance.choice(members),
            "l",
            "code",
            SOLD - timedelta(milliseconds=chance.choice([0, 1, chance.randrange(40 * 86_400_000)])),
            click=f"c{number}",
            ended_at=SOLD - timedelta(days=3) if chance.random() < 0.1 else None,
        )
        for number in range(chance.randrange(8))
    )
    owners = tuple(Owner(chance.choice(members)) for _each in range(chance.choice([0, 0, 1, 2])))
    return chance, Given(SOLD, touches, coupon="X" if owners else "", owners=owners)


def credited(found: Decision) -> object:
    return found.method, found.parts, found.member, found.flagged, found.binds, found.link


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_neither_order_nor_what_is_outside_the_window_changes_anything(seed: int) -> None:
    chance, given = a_case(seed)
    found = decide(given)
    mixed = list(given.touches) * 2
    chance.shuffle(mixed)
    assert decide(replace(given, touches=tuple(mixed))) == found
    member = a_member(chance)
    terms = given.touches[0].member.terms if given.touches else member.terms
    old = timedelta(days=terms.window_days, milliseconds=1 + chance.randrange(10**9))
    outside = [
        Touch(replace(member, terms=terms, barred=""), "l", "c", SOLD - old, "older"),
        Touch(replace(member, terms=terms, barred=""), "l", "c", SOLD + old, "later"),
    ]
    more = decide(replace(given, touches=(*given.touches, *outside)))
    if found.method != "none":
        assert credited(more) == credited(found)
    assert more.parts == found.parts
    assert {step["click"] for step in more.path if step["by"] == "click"} == {
        touch.click for touch in [*given.touches, *outside]
    }


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_shares_of_any_amount_sum_exactly_and_every_step_says_why(seed: int) -> None:
    chance, given = a_case(seed)
    found = decide(given)
    if found.parts:
        amount = chance.choice([0, 1, 2, 99, 10_001, 10**15, chance.randrange(10**9)])
        shares = largest_remainder(amount, [part.weight for part in found.parts])
        assert sum(shares) == amount
        whole = sum(part.weight for part in found.parts)
        for share, part in zip(shares, found.parts, strict=True):
            assert abs(share * whole - amount * part.weight) < whole
        assert all(part.weight > 0 and not part.member.barred for part in found.parts)
    assert all(("share" in step) != bool(step.get("why")) for step in found.path)
    assert (found.method == "none") == (found.member is None) == (not found.parts)


@pytest.mark.parametrize("model", MODELS)
def test_weights_are_whole_small_and_of_the_right_shape(model: str) -> None:
    for count in range(1, 21):
        clicked = [SOLD + timedelta(hours=31 * number) for number in range(count)]
        found = weights(model, clicked)
        assert len(found) == count
        assert min(found) >= 0 < max(found)
        assert gcd(*found) == 1
        assert max(found) < 2**63
        if model == "position" and count > 2:
            assert found[0] * 5 == found[-1] * 5 == sum(found) * 2
        if model == "time_decay":
            assert found == sorted(found)


def test_each_partner_of_a_shared_sale_reads_his_own_click_and_no_others_name() -> None:
    terms = Terms("shop", "position")
    who = [Member(f"e{n}", f"p{n}", terms) for n in range(3)]
    touches = tuple(
        Touch(
            member, "l", f"code-{member.partner}", SOLD - timedelta(days=9 - number), f"c{number}"
        )
        for number, member in enumerate(who)
    )
    given = Given(SOLD, touches, coupon="X", owners=(Owner(who[0]), Owner(who[1])))
    stored = decide(given).as_json()
    for number, member in enumerate(who):
        read = as_read_by(stored, member.partner)
        assert read["link"] == f"code-p{number}"
        assert read["clicked_at"] == touches[number].at.isoformat()
        others = {"p0", "p1", "p2"} - {member.partner}
        assert not any(other in str(read) for other in others), read
    assert as_read_by({"method": "none", "why": "nothing_given"}, "p0")["why"] == "nothing_given"
