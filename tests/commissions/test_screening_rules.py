"""Signs of fraud as pure decisions: what is one, at which strictness, and with which figures."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commissions.screening.kinds import LOOKS
from commissions.screening.rules import (
    PartnerFacts,
    SaleFacts,
    partner_signals,
    sale_signals,
    shape_of,
)
from tracking.throwaway import is_throwaway

SOLD = datetime(2026, 3, 29, 2, 30, tzinfo=UTC)
USUAL = Counter({shape_of("KN-10492"): 995, shape_of("a1"): 5})


def sale(**fields: Any) -> SaleFacts:
    return SaleFacts(order=fields.pop("order", "KN-7"), sold_at=SOLD, **fields)


def clicked(seconds: float) -> datetime:
    return SOLD - timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("kind", "strictness", "given", "facts"),
    [
        ("self_referral", "normal", sale(own_purchase=True), {}),
        ("self_referral", "normal", sale(), None),
        ("time_to_sale", "low", sale(clicked_at=clicked(2.9)), {"seconds": 2}),
        ("time_to_sale", "low", sale(clicked_at=clicked(3)), None),
        ("time_to_sale", "normal", sale(clicked_at=clicked(9)), {"seconds": 9}),
        ("time_to_sale", "high", sale(clicked_at=clicked(59)), {"seconds": 59}),
        ("time_to_sale", "high", sale(clicked_at=clicked(60)), None),
        ("time_to_sale", "high", sale(clicked_at=clicked(-1)), None),
        ("time_to_sale", "high", sale(), None),
        ("disposable_email", "normal", sale(disposable=True), {}),
        ("disposable_email", "normal", sale(), None),
        (
            "banned_source",
            "normal",
            sale(referrer="https://deals.example/x"),
            {"host": "deals.example"},
        ),
        (
            "banned_source",
            "normal",
            sale(referrer="https://a.deals.example/"),
            {"host": "a.deals.example"},
        ),
        ("banned_source", "normal", sale(referrer="https://notdeals.example/"), None),
        ("banned_source", "normal", sale(referrer="http://[broken"), None),
        ("banned_source", "normal", sale(), None),
        (
            "brand_bidding",
            "normal",
            sale(destination="https://s.example/?a=1&GCLID=x"),
            {"mark": "gclid"},
        ),
        (
            "brand_bidding",
            "normal",
            sale(referrer="https://s.example/?msclkid=x"),
            {"mark": "msclkid"},
        ),
        ("brand_bidding", "normal", sale(destination="https://s.example/?notgclid=x"), None),
        (
            "order_pattern",
            "normal",
            sale(order="ORDER/7"),
            {"shape": "A/9", "usual": "A-9", "seen": 0, "of": 1000},
        ),
        ("order_pattern", "low", sale(order="b7"), None),
        (
            "order_pattern",
            "high",
            sale(order="b7"),
            {"shape": "a9", "usual": "A-9", "seen": 5, "of": 1000},
        ),
        ("order_pattern", "high", sale(order="KN-104930"), None),
    ],
)
def test_signs_of_a_sale(
    kind: str, strictness: str, given: SaleFacts, facts: dict[str, Any] | None
) -> None:
    limits = {kind: LOOKS[kind].limit(strictness)}
    found = sale_signals(given, limits, ["deals.example"], USUAL)
    assert found == ({} if facts is None else {kind: facts})


def test_few_sales_say_nothing_about_order_numbers() -> None:
    limits = {"order_pattern": 20}
    assert not sale_signals(sale(order="x/1"), limits, [], Counter({"A-9": 199}))
    assert sale_signals(sale(order="x/1"), limits, [], Counter({"A-9": 200}))


@pytest.mark.parametrize(
    ("kind", "strictness", "given", "facts"),
    [
        (
            "conversion_rate",
            "normal",
            PartnerFacts(clicks=100, click_sales=30),
            {"sales": 30, "clicks": 100},
        ),
        ("conversion_rate", "normal", PartnerFacts(clicks=101, click_sales=30), None),
        (
            "conversion_rate",
            "normal",
            PartnerFacts(clicks=0, click_sales=10),
            {"sales": 10, "clicks": 0},
        ),
        ("conversion_rate", "high", PartnerFacts(clicks=9, click_sales=9), None),
        ("click_flood", "normal", PartnerFacts(flood=200), {"flood": 200}),
        ("click_flood", "normal", PartnerFacts(flood=199), None),
        ("machine_share", "normal", PartnerFacts(clicks=20, bots=80), {"bots": 80, "clicks": 100}),
        ("machine_share", "normal", PartnerFacts(clicks=19, bots=80), None),
        ("machine_share", "low", PartnerFacts(clicks=20, bots=80), None),
        (
            "coupon_leakage",
            "normal",
            PartnerFacts(coupon_sales=6, coupon_of_others=3),
            {"others": 3, "sales": 6},
        ),
        ("coupon_leakage", "normal", PartnerFacts(coupon_sales=4, coupon_of_others=4), None),
    ],
)
def test_signs_of_a_partners_days(
    kind: str, strictness: str, given: PartnerFacts, facts: dict[str, Any] | None
) -> None:
    found = partner_signals(given, {kind: LOOKS[kind].limit(strictness)})
    assert found == ({} if facts is None else {kind: facts})


@pytest.mark.parametrize(
    ("order", "shape"),
    [
        ("KN-10492", "A-9"),
        ("kn-1", "a-9"),
        ("#1001", "#9"),
        ("9f1c-ab", "9a9a-a"),
        ("Größe7", "a9"),
    ],
)
def test_shapes_forget_lengths(order: str, shape: str) -> None:
    assert shape_of(order) == shape


@pytest.mark.parametrize(
    ("email", "throwaway"),
    [
        ("a@mailinator.com", True),
        ("a@x.mailinator.com", True),
        (" A@MAILINATOR.com ", True),
        ("a@example.com", False),
        ("", False),
        ("mailinator.com@example.com", False),
    ],
)
def test_throwaway_addresses(email: str, throwaway: bool) -> None:
    assert is_throwaway(email) is throwaway
