"""What is kept of messages: once each, in order, processed again, masked, and not for ever."""

import json
import time
import urllib.request
import uuid

import pytest

from activity.models import Event
from commissions.inbound import masking, retention, services
from commissions.models import Arrival, SourceSecret
from portal import source_words
from prm.errors import Conflict, Unacceptable
from sellers.scope import maintenance_scope
from tests.commissions.inbound.payloads import event, order, session, stripe_refund, woo_order
from tests.commissions.inbound.shop import open_shop
from tests.commissions.inbound.signing import STRIPE_SECRET, by_shopify, by_stripe
from tests.stack import Stack

OTHER_SECRET = "whsec_" + "z9" * 16


def test_the_same_delivery_is_kept_once_and_counted() -> None:
    shop = open_shop("stripe")
    delivery = by_stripe(event("checkout.session.completed", session("1")))
    shop.take(delivery, delivery, delivery)
    assert [(one.repeats, one.state) for one in shop.arrivals()] == [(2, "done")]
    nameless = by_shopify(order(1)).with_headers(x_shopify_webhook_id="")
    shopify = open_shop("shopify", market=shop.market)
    shopify.take(nameless, nameless)
    assert shopify.last().delivery_id.startswith("sha256:")
    assert shopify.last().repeats == 1


def test_a_rolled_secret_overlaps_and_can_be_ended() -> None:
    shop = open_shop("stripe")
    team = shop.market.team
    with team.scope():
        services.put_secret(source=shop.source, text=OTHER_SECRET, actor=team.actor)
    assert shop.send(by_stripe(event("x", {}))) == 200
    assert shop.send(by_stripe(event("x", {}), secret=OTHER_SECRET)) == 200
    with team.scope():
        assert services.end_old_secrets(source=shop.source, actor=team.actor) == 1
    assert shop.send(by_stripe(event("x", {}))) == 401
    assert shop.send(by_stripe(event("x", {}), secret=OTHER_SECRET)) == 200


def test_secrets_are_sealed_and_never_told() -> None:
    shop = open_shop("stripe")
    with shop.market.team.scope():
        rows = [bytes(one.sealed) for one in SourceSecret.objects.all()]
        told = str(list(Event.objects.values_list("changes", "detail", "object_label")))
    assert all(STRIPE_SECRET.encode() not in row for row in rows)
    assert STRIPE_SECRET not in told
    assert "whsec" not in told


@pytest.mark.parametrize(
    ("kind", "text"),
    [("stripe", "sk_live_1234567890123456"), ("stripe", ""), ("shopify", "short"),
     ("shopify", ""), ("generic", "whsec_?"), ("generic", "whsec_" + "A" * 8)],
)  # fmt: skip
def test_what_cannot_be_a_secret_is_refused(kind: str, text: str) -> None:
    shop = open_shop(kind)
    with shop.market.team.scope(), pytest.raises(Unacceptable) as refused:
        services.put_secret(source=shop.source, text=text, actor=shop.market.team.actor)
    assert refused.value.errors[0].field == "secret"


def test_a_paused_source_keeps_what_comes_until_it_goes_on() -> None:
    shop = open_shop("stripe")
    team = shop.market.team
    with team.scope():
        services.pause_source(source=shop.source, actor=team.actor)
        with pytest.raises(Conflict):
            services.pause_source(source=shop.source, actor=team.actor)
    shop.take(by_stripe(event("checkout.session.completed", session("1"))))
    assert (shop.sales(), shop.last().state) == ([], "pending")
    with team.scope():
        services.resume_source(source=shop.source, actor=team.actor)
    shop.process()
    assert [one.external_id for one in shop.sales()] == ["cs_1"]


def test_a_message_processed_again_makes_nothing_twice() -> None:
    shop = open_shop("stripe")
    team = shop.market.team
    shop.take(by_stripe(event("checkout.session.completed", session("1"))))
    shop.take(by_stripe(event("refund.created", stripe_refund("1", 1_190, "pi_1"))))
    for arrival in shop.arrivals():
        with team.scope():
            services.process_again(arrival=arrival, actor=team.actor)
    shop.process()
    assert shop.sale("cs_1").refunded_minor == 1_000
    assert [one.outcome[0]["note"] for one in shop.arrivals()] == ["known_already"] * 2


def test_what_failed_is_processed_again_or_dealt_with() -> None:
    shop = open_shop("stripe")
    team = shop.market.team
    shop.take(by_stripe(event("checkout.session.completed", session("1", currency="zzz"))))
    with team.scope():
        services.dismiss(arrival=shop.last(), actor=team.actor)
        with pytest.raises(Conflict):
            services.dismiss(arrival=shop.last(), actor=team.actor)
        services.process_again(arrival=shop.last(), actor=team.actor)
    shop.process()
    assert (shop.last().state, shop.last().why) == ("failed", "unknown_currency")
    assert source_words.why(shop.last()) == "Its currency is not known: ZZZ."


def test_bodies_go_after_ninety_days_and_the_log_stays() -> None:
    shop = open_shop("stripe")
    old, new = (by_stripe(event("checkout.session.completed", session(n))) for n in "12")
    shop.take(old)
    shop.let_pass(91 * 24)
    shop.take(new)
    assert shop.market.team.id in set(_waiting())
    retention.step(shop.market.team.id)
    assert [one.body is None for one in shop.arrivals()] == [True, False]
    assert [one.state for one in shop.arrivals()] == ["done", "done"]
    team = shop.market.team
    with team.scope(), pytest.raises(Conflict):
        services.process_again(arrival=shop.arrivals()[0], actor=team.actor)


def _waiting() -> list[uuid.UUID]:
    with maintenance_scope():
        return list(retention.waiting())


def test_persons_are_masked_and_what_explains_the_sale_is_not() -> None:
    for payload in (
        event("checkout.session.completed", session("1", metadata={"gift": "To Anna"})),
        order(1001, note_attributes=[{"name": "Gift note", "value": "To Anna"}]),
        woo_order(42, meta_data=[{"key": "_billing_phone", "value": "555-0199"}]),
    ):
        shown = masking.laid_out(json.dumps(payload).encode())
        for secret in ("Ann", "ann@example.com", "Elm Street", "555-0199"):
            assert secret not in shown, secret
    paid = order(1001, note_attributes=[{"name": "prm_click", "value": "tok"}])
    shown = masking.laid_out(json.dumps(paid).encode())
    for kept in ('"Cup"', '"59.74"', '"tok"', '"TEN"', '"NL"'):
        assert kept in shown, kept
    assert masking.laid_out(b"\xff") == ""


def test_the_running_product_takes_a_message_over(stack: Stack) -> None:
    shop = open_shop("stripe")
    delivery = by_stripe(event("checkout.session.completed", session("1")))
    request = urllib.request.Request(
        stack.url + shop.url, data=delivery.body, headers=delivery.headers
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert (answer.status, answer.read()) == (200, b"")
    deadline = time.monotonic() + 20
    while shop.last().state != Arrival.State.DONE:
        assert time.monotonic() < deadline, shop.last().state
        time.sleep(0.05)
    assert [one.external_id for one in shop.sales()] == ["cs_1"]


def test_one_message_that_breaks_does_not_stop_those_behind_it() -> None:
    shop = open_shop("stripe")
    shop.send(by_stripe(event("checkout.session.completed", session("1"))))
    with shop.market.team.scope():
        Arrival.objects.update(topic="broken", body=b'{"type": ["no text"]}')
    shop.take(by_stripe(event("checkout.session.completed", session("2"))))
    assert [one.state for one in shop.arrivals()] == ["failed", "done"]
