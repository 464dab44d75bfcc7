"""Signs of fraud: what is found holds money, what is decided lets it go or rejects it."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from activity.models import Event
from commissions import services
from commissions.engine import holds, sales
from commissions.inputs import CustomerInput, SaleInput
from commissions.models import Commission, Signal, SignalHold, Unscreened
from commissions.screening import deciding, looking, partners
from commissions.screening.settings import change_setting
from ledger import checks
from payouts import selectors as payouts
from payouts.services import set_payout_method
from prm.errors import Conflict, Unacceptable
from tests.cast import token
from tests.portal.market import Market, Side, make_market
from tests.tracking.clicks import click_line
from tracking import tokens
from tracking.models import Sale
from tracking.shipping import keep_clicks

Status = Commission.Status


@pytest.fixture
def market() -> Market:
    return make_market()


def setting(market: Market, kind: str, action: str = "hold", **fields: object) -> None:
    with market.team.scope():
        change_setting(
            seller=market.team.seller,
            kind=kind,
            strictness=str(fields.get("strictness", "normal")),
            action=action,
            words=fields.get("words", ()),  # type: ignore[arg-type]
            actor=market.team.actor,
        )


def sold(
    market: Market,
    *,
    after: timedelta = timedelta(hours=1),
    referrer: str = "",
    shipped: bool = True,
    clicked: datetime | None = None,
    side: Side | None = None,
) -> Sale:
    """A sale some time after its click, computed but not looked at."""
    side = side or market.rani
    clicked = clicked or timezone.now() - timedelta(days=20)
    clicked = clicked.replace(microsecond=clicked.microsecond // 1000 * 1000)
    line = click_line(side.link, at=clicked, referrer=referrer)
    click_id = uuid.UUID(line.split(b"\t")[2].decode())
    if shipped:
        keep_clicks([line])
    with market.team.scope():
        sale = services.take_sale(
            seller=market.team.seller,
            actor=market.team.actor,
            sale=SaleInput(
                external_id=f"KN-{token()}",
                currency="EUR",
                amount=10_000,
                click_token=tokens.make(side.link.pk, click_id),
                customer=CustomerInput(external_id=token()),
                occurred_at=clicked + after,
            ),
        ).sale
    sales.step(market.team.id)
    return sale


def look(market: Market) -> None:
    looking.step(market.team.id)
    holds.step(market.team.id)
    with market.team.scope():
        assert checks.faults() == []


def signal_of(market: Market, sale: Sale) -> Signal:
    with market.team.scope():
        return Signal.objects.select_related("seller").get(sale=sale)


def status_of(market: Market, sale: Sale) -> str:
    return market.line_of(sale).status


def test_what_is_found_holds_the_line_before_it_can_be_paid(market: Market) -> None:
    setting(market, "time_to_sale")
    sale = sold(market, after=timedelta(seconds=4))
    holds.step(market.team.id)
    assert status_of(market, sale) == Status.PENDING, "its hold is over, but nobody looked at it"
    with market.team.scope():
        assert payouts.candidates("EUR", timezone.now()) == []
    look(market)
    assert status_of(market, sale) == Status.HELD
    assert market.line_of(sale).reason == "fraud_review"
    signal = signal_of(market, sale)
    assert (signal.kind, signal.facts["seconds"]) == ("time_to_sale", 4)
    with market.team.scope():
        assert Event.objects.filter(verb="signal.raised", object_id=signal.pk).count() == 1


def test_what_is_only_noted_stops_nothing(market: Market) -> None:
    sale = sold(market, after=timedelta(seconds=4))
    holds.step(market.team.id)
    assert status_of(market, sale) == Status.PAYABLE
    look(market)
    assert status_of(market, sale) == Status.PAYABLE
    assert signal_of(market, sale).status == Signal.Status.OPEN


def test_what_is_all_right_goes_on_after_the_look(market: Market) -> None:
    setting(market, "time_to_sale")
    sale = sold(market)
    look(market)
    assert status_of(market, sale) == Status.PAYABLE
    with market.team.scope():
        assert not Signal.objects.exists()
        assert not Unscreened.objects.exists()


def test_looking_again_finds_nothing_new(market: Market) -> None:
    setting(market, "time_to_sale")
    sale = sold(market, after=timedelta(seconds=4))
    look(market)
    with market.team.scope():
        deciding.clear_signal(signal=signal_of(market, sale), actor=market.team.actor)
        Unscreened.objects.create(seller_id=market.team.id, sale_id=sale.pk, due_at=timezone.now())
    look(market)
    assert status_of(market, sale) == Status.PAYABLE
    assert signal_of(market, sale).status == Signal.Status.CLEARED


def test_a_line_stays_held_until_the_last_signal_is_cleared(market: Market) -> None:
    setting(market, "time_to_sale")
    setting(market, "banned_source", words=["https://www.deals.example/offers"])
    sale = sold(market, after=timedelta(seconds=4), referrer="https://deals.example/")
    look(market)
    with market.team.scope():
        first, second = Signal.objects.filter(sale=sale).order_by("kind")
        assert SignalHold.objects.filter(commission__sale=sale).count() == 2
        deciding.clear_signal(signal=first, actor=market.team.actor)
    assert status_of(market, sale) == Status.HELD
    with market.team.scope():
        deciding.clear_signal(signal=second, actor=market.team.actor)
    assert status_of(market, sale) == Status.PAYABLE


def test_confirmed_fraud_is_rejected_once_and_says_why(market: Market) -> None:
    setting(market, "time_to_sale")
    sale = sold(market, after=timedelta(seconds=4))
    look(market)
    signal, actor = signal_of(market, sale), market.team.actor
    with market.team.scope(), pytest.raises(Unacceptable) as refused:
        deciding.confirm_signal(signal=signal, actor=actor, note=" ")
    assert refused.value.errors[0].field == "note"
    assert status_of(market, sale) == Status.HELD
    with market.team.scope():
        deciding.confirm_signal(signal=signal, actor=actor, note="A script ordered.")
    assert status_of(market, sale) == Status.REJECTED
    assert market.line_of(sale).reason == "A script ordered."
    with market.team.scope(), pytest.raises(Conflict):
        deciding.clear_signal(signal=signal, actor=actor)


def test_where_the_seller_wants_it_fraud_is_rejected_at_once(market: Market) -> None:
    setting(market, "time_to_sale", "reject")
    sale, fine = sold(market, after=timedelta(seconds=4)), sold(market)
    look(market)
    assert status_of(market, sale) == Status.REJECTED
    assert status_of(market, fine) == Status.PAYABLE
    assert signal_of(market, sale).status == Signal.Status.CONFIRMED


def test_a_click_that_is_still_on_its_way_is_waited_for(market: Market) -> None:
    setting(market, "banned_source", words=["deals.example"])
    clicked = timezone.now() - timedelta(seconds=30)
    sale = sold(market, after=timedelta(seconds=20), clicked=clicked, shipped=False)
    look(market)
    with market.team.scope():
        assert Unscreened.objects.get(sale_id=sale.pk).due_at > timezone.now()


def test_two_partners_with_one_mailbox_wait_for_a_decision(market: Market) -> None:
    setting(market, "duplicate_account")
    before = sold(market)
    holds.step(market.team.id)
    other = sold(market, side=market.sekar)
    look(market)
    assert status_of(market, before) == status_of(market, other) == Status.PAYABLE
    with market.team.scope():
        for side, email in ((market.rani, "a.b+x@gmail.com"), (market.sekar, "AB@gmail.com")):
            side.partner.email = email
            side.partner.save(update_fields=["email"])
    for _time in range(2):
        partners.step(market.team.id)
    later = sold(market)
    look(market)
    assert {status_of(market, one) for one in (before, other, later)} == {Status.HELD}
    with market.team.scope():
        first, second = Signal.objects.order_by("partner__name")
        assert second.facts["others"] == [market.rani.partner.name]
        deciding.clear_signal(signal=first, actor=market.team.actor)
    assert status_of(market, before) == status_of(market, later) == Status.PAYABLE
    assert status_of(market, other) == Status.HELD


def test_two_partners_with_one_account_are_found_by_its_hash(market: Market) -> None:
    with market.team.scope():
        for side in (market.rani, market.sekar):
            set_payout_method(
                partner=side.partner, kind="iban", name="Somebody",
                account="DE89 3704 0044 0532 0130 00", actor=market.team.actor,
            )  # fmt: skip
    partners.step(market.team.id)
    with market.team.scope():
        assert {one.facts["what"] for one in Signal.objects.all()} == {"account"}
        assert Signal.objects.count() == 2


def test_the_weeks_figures_raise_a_signal_once_a_week(market: Market) -> None:
    now = timezone.now()
    robot = "python-requests/2.32"
    keep_clicks(
        [click_line(market.rani.link, at=now, agent=robot) for _each in range(90)]
        + [click_line(market.rani.link, at=now) for _each in range(10)]
        + [click_line(market.sekar.link, at=now) for _each in range(100)]
    )
    for _time in range(2):
        partners.step(market.team.id)
    with market.team.scope():
        signal = Signal.objects.get()
        assert (signal.kind, signal.partner_id) == ("machine_share", market.rani.partner.pk)
        assert signal.facts == {"bots": 90, "clicks": 100}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "magic"}, "kind"),
        ({"strictness": "extreme"}, "strictness"),
        ({"action": "punish"}, "action"),
        ({"words": ["no host"]}, "words"),
        ({"words": [f"s{number}.example" for number in range(201)]}, "words"),
    ],
)
def test_settings_that_cannot_be_are_refused_by_name(
    market: Market, fields: dict[str, object], field: str
) -> None:
    given = {
        "kind": "banned_source",
        "strictness": "normal",
        "action": "note",
        "words": [],
        **fields,
    }
    with market.team.scope(), pytest.raises(Unacceptable) as refused:
        change_setting(seller=market.team.seller, actor=market.team.actor, **given)  # type: ignore[arg-type]
    assert refused.value.errors[0].field == field


def test_a_throwaway_address_is_known_by_its_service(market: Market) -> None:
    setting(market, "disposable_email")
    with market.team.scope():
        for address in ("ann@mailinator.com", "ann@example.com"):
            services.take_sale(
                seller=market.team.seller,
                actor=market.team.actor,
                sale=SaleInput(
                    external_id=address,
                    currency="EUR",
                    amount=10_000,
                    link=market.rani.link.code,
                    customer=CustomerInput(email=address),
                ),
            )
    sales.step(market.team.id)
    look(market)
    with market.team.scope():
        held = Commission.objects.filter(status=Status.HELD)
        assert [line.sale.external_id for line in held if line.sale] == ["ann@mailinator.com"]


def test_a_flood_of_clicks_from_one_address_is_noticed(market: Market) -> None:
    setting(market, "click_flood", strictness="high")
    now = timezone.now()
    keep_clicks(
        [click_line(market.rani.link, at=now, address="203.0.113.9") for _each in range(120)]
    )
    partners.step(market.team.id)
    with market.team.scope():
        signal = Signal.objects.get(kind="click_flood")
        assert signal.partner_id == market.rani.partner.pk
        assert signal.facts["flood"] >= 50
