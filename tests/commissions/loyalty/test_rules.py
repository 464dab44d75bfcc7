"""Points and stamp cards as arithmetic: by table and by property."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissions.loyalty import rules
from commissions.loyalty.rules import Due, Lot, Stamps

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def lot(key: str, day: int, points: int, *, expired: int = 0, life: int | None = 30) -> Lot:
    """A lot earned on `day`, gone `life` days later."""
    end = START + (day + life) * DAY if life is not None else None
    return Lot(key, START + day * DAY, points, expired, end)


THREE = [lot("a", 0, 100), lot("b", 10, 50), lot("c", 20, 70)]


@pytest.mark.parametrize(
    ("used", "left", "debt"),
    [
        (0, [100, 50, 70], 0),
        (30, [70, 50, 70], 0),
        (100, [0, 50, 70], 0),
        (149, [0, 1, 70], 0),
        (220, [0, 0, 0], 0),
        (250, [0, 0, 0], 30),
    ],
)
def test_the_oldest_points_are_used_first(used: int, left: list[int], debt: int) -> None:
    found = rules.standing(THREE, used)
    assert [one.points for one in found.lots] == left
    assert found.debt == debt
    assert found.spendable == 220 - used


@pytest.mark.parametrize(
    ("used", "day", "gone"),
    [
        (0, 29, []),
        (0, 30, [Due("a", 100)]),
        (60, 30, [Due("a", 40)]),
        (100, 35, []),
        (120, 45, [Due("b", 30)]),
        (0, 50, [Due("a", 100), Due("b", 50), Due("c", 70)]),
    ],
)
def test_what_is_left_of_a_lot_expires_at_its_very_instant(
    used: int, day: int, gone: list[Due]
) -> None:
    assert rules.due(rules.standing(THREE, used), START + day * DAY) == gone


def test_points_without_a_life_never_expire() -> None:
    has = rules.standing([lot("a", 0, 100, life=None)], 10)
    assert rules.due(has, START + 9999 * DAY) == []
    assert rules.next_expiry(has, START) == (0, None)
    assert rules.expiring(has, START, START + 9999 * DAY) == (0, None)


def test_a_refund_of_what_had_expired_gives_it_back() -> None:
    """100 expired; then 30 of them, and later all, are taken back by refunds."""
    partly = rules.standing([lot("a", 0, 70, expired=100)], 0)
    assert rules.due(partly, START + 40 * DAY) == [Due("a", -30)]
    wholly = rules.standing([lot("a", 0, 0, expired=100)], 0)
    assert rules.due(wholly, START + 40 * DAY) == [Due("a", -100)]


def test_what_refunds_take_after_it_was_spent_is_a_debt() -> None:
    has = rules.standing([lot("a", 0, 20), lot("b", 5, 30)], 100)
    assert (has.spendable, has.debt) == (-50, 50)
    assert rules.standing([lot("a", 0, -20)], 0).lots[0].points == 0


def test_what_expires_next_and_soon() -> None:
    has = rules.standing([*THREE, lot("d", 0, 5)], 100)
    assert rules.next_expiry(has, START) == (5, START + 30 * DAY)
    assert rules.expiring(has, START, START + 40 * DAY) == (55, START + 30 * DAY)
    assert rules.expiring(has, START + 30 * DAY, START + 40 * DAY) == (50, START + 40 * DAY)


@pytest.mark.parametrize(
    ("earned", "months", "zone", "end"),
    [
        ("2026-01-15T10:00", 12, "UTC", "2027-01-16T00:00+00:00"),
        ("2026-01-31T10:00", 1, "UTC", "2026-03-01T00:00+00:00"),
        ("2028-01-31T10:00", 1, "UTC", "2028-03-01T00:00+00:00"),
        ("2026-11-30T20:00", 3, "Asia/Jakarta", "2027-03-02T00:00+07:00"),
        ("2026-12-31T10:00", 12, "UTC", "2028-01-01T00:00+00:00"),
    ],
)
def test_points_live_to_the_end_of_a_day(earned: str, months: int, zone: str, end: str) -> None:
    at = datetime.fromisoformat(f"{earned}+00:00")
    assert rules.expires_at(at, months, ZoneInfo(zone)) == datetime.fromisoformat(end)


def test_without_months_there_is_no_end() -> None:
    assert rules.expires_at(START, None, UTC) is None


lots = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 500)).map(
        lambda pair: lot(f"{pair[0]}-{pair[1]}", pair[0], pair[1])
    ),
    max_size=12,
    unique_by=lambda one: one.key,
)


@given(lots, st.integers(0, 3000), st.randoms())
def test_left_is_the_balance_whatever_the_order(
    found: list[Lot], used: int, random: object
) -> None:
    has = rules.standing(found, used)
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert rules.standing(shuffled, used) == has
    assert has.spendable == sum(one.points for one in found) - used
    assert has.debt == max(0, used - sum(one.points for one in found))


@given(lots, st.integers(0, 3000), st.lists(st.integers(0, 100), max_size=6))
def test_expired_never_exceeds_earned_and_settles_in_any_steps(
    found: list[Lot], used: int, days: list[int]
) -> None:
    """Passes on any days, then one at the end, write off what one pass at the end would have."""
    last = START + 100 * DAY
    at_once = {one.key: one.points for one in rules.due(rules.standing(found, used), last)}
    written: dict[str, int] = {}
    for day in [*sorted(days), 100]:
        now = [
            Lot(one.key, one.earned_at, one.points, written.get(one.key, 0), one.expires_at)
            for one in found
        ]
        for one in rules.due(rules.standing(now, used), START + day * DAY):
            written[one.key] = written.get(one.key, 0) + one.points
    assert written == at_once
    assert all(written.get(one.key, 0) <= one.points for one in found)


@given(lots, st.integers(0, 800), st.integers(0, 100), st.data())
def test_refunds_after_an_expiry_settle_to_what_the_points_are(
    found: list[Lot], used: int, day: int, data: st.DataObject
) -> None:
    """Expire, refund any part of any lot, settle: the balance is never below earned less used."""
    now = START + day * DAY
    gone = {one.key: one.points for one in rules.due(rules.standing(found, used), now)}
    after = [
        Lot(
            one.key,
            one.earned_at,
            data.draw(st.integers(0, one.points)),
            gone.get(one.key, 0),
            one.expires_at,
        )
        for one in found
    ]
    back = {one.key: one.points for one in rules.due(rules.standing(after, used), now)}
    settled = [
        Lot(one.key, one.earned_at, one.points, one.expired + back.get(one.key, 0), one.expires_at)
        for one in after
    ]
    assert all(0 <= one.expired <= one.points for one in settled)
    assert rules.due(rules.standing(settled, used), now) == []
    total = sum(one.points - one.expired for one in settled) - used
    assert rules.standing(settled, used).spendable == total


# Stamp cards

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def bag(
    net: int, quantity: int = 1, sku: str = "bag", category: str = "coffee"
) -> dict[str, object]:
    """A line of a sale."""
    return {"sku": sku, "category": category, "quantity": quantity, "net": net}


def stamped(
    lines: list[dict[str, object]],
    returned: dict[str, int] | None = None,
    *,
    counts: str = "items",
    category: str = "",
    skus: tuple[str, ...] = (),
) -> list[tuple[int, int | Fraction]]:
    """(count, net of one) of what a sale of EUR 50 puts on a card."""
    found = rules.stamps_of_sale(
        NOON, "A", 5000, lines, returned or {}, counts=counts, category=category, skus=skus
    )
    return [(one.count, one.unit) for one in found]


def test_what_a_sale_puts_on_a_card() -> None:
    two = [bag(900, 3), bag(450, 1, "cup", "ware")]
    assert stamped(two) == [(3, 300), (1, 450)]
    assert stamped(two, category="COFFEE") == [(3, 300)]
    assert stamped(two, skus=("cup",)) == [(1, 450)]
    assert stamped(two, counts="purchases") == [(1, 1350)]
    assert stamped(two, counts="purchases", skus=("tea",)) == []
    assert stamped([]) == [(1, 5000)]
    assert stamped([], category="coffee") == []
    assert stamped([bag(1000, 3)]) == [(3, Fraction(1000, 3))]


def test_returned_quantities_leave_the_card_from_the_last_line() -> None:
    lines = [bag(600, 2), bag(900, 2)]
    assert stamped(lines, {"bag": 1}) == [(2, 300), (1, 450)]
    assert stamped(lines, {"bag": 3}) == [(1, 300)]
    assert stamped(lines, {"bag": 9}) == []
    assert stamped(lines, {"cup": 1}) == [(2, 300), (2, 450)]
    assert stamped(lines, {"bag": 4}, counts="purchases") == []


def run(count: int, unit: int | Fraction, sale: str = "A") -> Stamps:
    """Units of one sale."""
    return Stamps(NOON, sale, count, Fraction(unit))


def test_every_third_is_free() -> None:
    found = rules.completed([run(2, 300), run(2, 450, "B"), run(3, 100, "C")], 3)
    assert [(one.number, one.sale, one.cheapest, one.average) for one in found] == [
        (1, "B", 300, 350),
        (2, "C", 100, 217),
    ]
    assert rules.filled([run(2, 300), run(2, 450), run(3, 100)], 3) == 1


def test_a_large_purchase_fills_several_cards() -> None:
    found = rules.completed([run(7, Fraction(1000, 3))], 3)
    assert [(one.number, one.cheapest, one.average) for one in found] == [
        (1, 333, 333),
        (2, 333, 333),
    ]


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 999)), max_size=20), st.integers(2, 9))
def test_cards_hold_every_stamp_once(runs: list[tuple[int, int]], every: int) -> None:
    stamps = [run(count, unit) for count, unit in runs]
    cards = rules.completed(stamps, every)
    assert len(cards) * every + rules.filled(stamps, every) == sum(count for count, _ in runs)
    assert [one.number for one in cards] == list(range(1, len(cards) + 1))
    assert all(one.cheapest <= one.average for one in cards)
    assert all(before.number < after.number for before, after in pairwise(cards))
