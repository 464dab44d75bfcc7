"""The partner's home: his money, his links, and nobody else's anything."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from campaigns import selectors
from campaigns import services as campaigns
from campaigns.services import onboarding
from commissions import services
from payouts import services as payouts
from portal.partner.home import greeting
from sellers.models import User
from tests.cast import make_partner, make_user, signed_in
from tests.portal.market import Market, make_market
from tracking.models import Link


@pytest.fixture(scope="module")
def market() -> Market:
    return make_market()


def _url(market: Market, rest: str = "") -> str:
    return market.team.url(rest, room="portal")


@pytest.mark.parametrize(
    ("hour", "english"),
    [(3, "evening"), (4, "morning"), (11, "morning"), (12, "afternoon"), (17, "afternoon"),
     (18, "evening")],
)  # fmt: skip
def test_the_greeting_follows_the_readers_clock(
    monkeypatch: pytest.MonkeyPatch, hour: int, english: str
) -> None:
    moment = datetime(2026, 11, 19, hour, 30, tzinfo=ZoneInfo("Asia/Jakarta"))
    monkeypatch.setattr(timezone, "localtime", lambda *args: moment)
    with translation.override("en"):
        assert greeting(User(name="Rani Wulandari")) == f"Good {english}, Rani"
        assert greeting(User(name="")) == f"Good {english}"


def test_a_partner_without_anything_gets_a_page_with_zeros() -> None:
    market = make_market()
    user = make_user("Nia Baru")
    make_partner(market.team, user, name="Nobody Yet")
    page = signed_in(user).get(_url(market))
    assert page.status_code == 200
    assert page.context["purse"].owed == 0
    assert "You are in no program at the moment" in page.content.decode()
    assert signed_in(market.rani.user).get(_url(market)).status_code == 200


def test_money_is_shown_by_where_it_is_and_currencies_stay_apart() -> None:
    market = make_market()
    market.sell(amount=30_000, days_ago=20)
    market.sell(amount=10_000, days_ago=1)
    held = market.line_of(market.sell(amount=5_000, days_ago=1))
    market.sell(amount=9_900, days_ago=1, currency="USD")
    market.sell(market.sekar, amount=770_000, days_ago=1)
    with market.team.scope():
        services.hold_commission(commission=held, actor=market.team.actor, reason="add tax id")
    page = signed_in(market.rani.user).get(_url(market))
    purse = page.context["purse"]
    assert (purse.currency, purse.pending.amount, purse.payable.amount, purse.held.amount) == (
        "EUR",
        1_000,
        3_000,
        500,
    )
    assert purse.owed == 4_500
    assert (purse.minimum, purse.missing) == (5_000, 2_000)
    assert [(one.currency, one.owed) for one in page.context["other_purses"]] == [("USD", 990)]
    text = page.content.decode()
    assert "add tax id" in text
    assert "EUR 20.00 more to the smallest payout, EUR 50.00" in text
    assert market.sekar.partner.name not in text
    assert "77,000" not in text
    assert "7,700" not in text


def test_the_payout_method_is_asked_for_and_then_named() -> None:
    market = make_market()
    market.sell(amount=80_000, days_ago=20)
    client = signed_in(market.rani.user)
    assert "we do not know where to send it" in client.get(_url(market)).content.decode()
    with market.team.scope():
        method = payouts.set_payout_method(
            partner=market.rani.partner,
            kind="iban",
            name="Rani",
            account="DE89370400440532013000",
            actor=market.team.actor,
        )
    text = client.get(_url(market)).content.decode()
    assert "we do not know" not in text
    assert f"to {method}" in text


def test_a_link_is_made_from_a_path_and_shown_to_copy(market: Market) -> None:
    client = signed_in(market.rani.user)
    data = {
        "program": str(market.rani.enrollment.pk),
        "destination": "/beans/toraja-sapan",
        "sub1": "newsletter-nov",
    }
    answer = client.post(_url(market), data)
    assert answer.status_code == 302
    with market.team.scope():
        link = Link.objects.order_by("-id").first()
        assert link is not None
        assert (link.destination, link.label, link.sub1, link.enrollment_id) == (
            "https://shop.example/beans/toraja-sapan",
            "Toraja sapan",
            "newsletter-nov",
            market.rani.enrollment.pk,
        )
    text = client.get(answer["Location"]).content.decode()
    assert f"/r/{link.code}" in text
    assert "What you earn" in text
    assert "10\u00a0% of net" in text


@pytest.mark.parametrize(
    ("destination", "field"),
    [
        ("https://evil.example/", "destination"),
        ("javascript:alert(1)", "destination"),
        ("", "destination"),
        ("x" * 3000, "destination"),
        ("a\x00b", "destination"),
    ],
)
def test_a_page_elsewhere_is_refused_by_its_field(
    market: Market, destination: str, field: str
) -> None:
    data = {"program": str(market.rani.enrollment.pk), "destination": destination}
    page = signed_in(market.rani.user).post(_url(market), data)
    assert page.status_code == 422
    assert field in page.context["form"].errors


def test_another_partners_enrollment_cannot_be_used(market: Market) -> None:
    data = {"program": str(market.sekar.enrollment.pk), "destination": "/x"}
    page = signed_in(market.rani.user).post(_url(market), data)
    assert page.status_code == 422
    assert "program" in page.context["form"].errors


def test_the_finance_person_sees_money_but_makes_no_links(market: Market) -> None:
    user = make_user("Fina Finance")
    partner = make_partner(market.team, user, name="Toko Kopi", role="finance")
    client = signed_in(user)
    text = client.get(_url(market)).content.decode()
    assert 'id="make"' not in text
    assert "Where your money is" in text
    assert client.post(_url(market), {"destination": "/x"}).status_code == 403
    assert partner.name in text


def test_a_new_material_is_no_news_while_the_first_steps_keep_it_closed() -> None:
    market = make_market()
    actor = market.team.actor
    call: dict[str, Any] = {"kind": "own", "label": "Call us", "gates": ["materials"]}
    with market.team.scope():
        campaigns.create_material(
            program=market.program, kind="text", name="Toraja words", text="Hi", actor=actor
        )
        (step,) = onboarding.set_checklist(program=market.program, steps=[call], actor=actor)
    client = signed_in(market.rani.user)
    text = client.get(_url(market)).content.decode()
    assert "Call us" in text
    assert "Toraja words" not in text
    with market.team.scope():
        enrollment = selectors.enrollment_by_id(market.rani.enrollment.pk)
        onboarding.tick_step(enrollment=enrollment, step=step, actor=actor, as_staff=True)
    text = client.get(_url(market)).content.decode()
    assert "Call us" not in text
    assert "Toraja words" in text


def test_the_number_of_queries_does_not_grow_with_the_rows(
    django_assert_max_num_queries: object,
) -> None:
    market = make_market()
    for days in range(1, 9):
        market.sell(days_ago=days)
    client = signed_in(market.rani.user)
    client.get(_url(market))
    with django_assert_max_num_queries(24):  # type: ignore[operator]
        client.get(_url(market))
