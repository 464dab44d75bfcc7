"""A thousand requests that no source signed: none is accepted, and none breaks anything."""

import base64
import hmac
import random
import time
import uuid
from collections.abc import Iterator

import pytest
from django.test import Client

from commissions.inbound import services
from tests.commissions.inbound.payloads import event, order, session, woo_order
from tests.commissions.inbound.shop import Shop, open_shop
from tests.commissions.inbound.signing import (
    SECRETS,
    Delivery,
    by_shopify,
    by_standard,
    by_stripe,
    by_woo,
)
from tests.portal.market import Market, make_market

SIGNATURES = {
    "stripe": "stripe-signature",
    "shopify": "x-shopify-hmac-sha256",
    "woocommerce": "x-wc-webhook-signature",
    "generic": "webhook-signature",
}
EACH = 250


def genuine(kind: str, *, secret: str = "", at: int = 0) -> Delivery:
    """A delivery that its source would take."""
    key = secret or SECRETS[kind]
    if kind == "stripe":
        return by_stripe(event("checkout.session.completed", session("1")), secret=key, at=at)
    if kind == "shopify":
        return by_shopify(order(1001), secret=key)
    if kind == "woocommerce":
        return by_woo(woo_order(42), secret=key)
    sale = {"external_id": "A-1", "currency": "EUR", "amount": 100}
    return by_standard({"type": "sale.created", "data": sale}, secret=key, at=at)


def flipped(data: bytes, random_: random.Random) -> bytes:
    """One bit changed."""
    place = random_.randrange(len(data))
    changed = bytearray(data)
    changed[place] ^= 1 << random_.randrange(8)
    return bytes(changed)


def printable(text: str, random_: random.Random) -> str:
    """One sign of a header changed for another that a header may hold."""
    place = random_.randrange(len(text))
    other = random_.choice([x for x in "Aa0+/=,; .éÿ" if x != text[place]])
    return text[:place] + other + text[place + 1 :]


def forged(kind: str, random_: random.Random) -> Iterator[Delivery]:
    """One delivery of each way to go wrong, over and over."""
    name = SIGNATURES[kind]
    timed = kind in {"stripe", "generic"}
    while True:
        good = genuine(kind)
        signed = good.headers[name]
        yield Delivery(flipped(good.body, random_), good.headers)
        yield Delivery(good.body[: random_.randrange(len(good.body))], good.headers)
        yield Delivery(good.body + random_.choice([b" ", b"\x00", b"}"]), good.headers)
        yield Delivery(b"\xff\xfe" + good.body, good.headers)
        changed = printable(signed, random_)
        if not still_signed(kind, signed, changed):
            yield Delivery(good.body, {**good.headers, name: changed})
        for header in ("", "v1,", "t=,v1=", "é" * 10, "=" * 44, "null", "," * 50):
            yield Delivery(good.body, {**good.headers, name: header or " "})
        yield Delivery(good.body, {k: v for k, v in good.headers.items() if k != name})
        yield Delivery(good.body, {**good.headers, name: "A" * 60_000})
        yield Delivery(good.body, {**good.headers, name: f"{signed}, {signed}x,t=1,v1=aa"})
        yield Delivery(good.body, {**good.headers, name: signed.replace("v1", "v2").swapcase()})
        yield Delivery(good.body, {**good.headers, name: base64.b64encode(b"0" * 32).decode()})
        others = [x for x in SECRETS if x != kind]
        other = genuine(random_.choice(others))
        yield Delivery(good.body, other.headers)
        yield Delivery(other.body, good.headers)
        theirs = {"generic": "whsec_" + base64.b64encode(random_.randbytes(32)).decode()}
        yield genuine(kind, secret=theirs.get(kind, "whsec_" + random_.randbytes(16).hex()))
        if timed:
            away = random_.choice([-1, 1]) * random_.randrange(302, 10**6)
            yield genuine(kind, at=int(time.time()) + away)
        if kind == "generic":
            yield good.with_headers(webhook_id="msg_another")
            yield good.with_headers(webhook_id="msg\u00e9")
            for moment in (
                "",
                "0",
                "-1",
                "1e9",
                "٣٤٥٦٧٨٩٠١٢",
                "9" * 400,
                str(int(time.time()) + 5),
            ):
                yield good.with_headers(webhook_timestamp=moment)


def still_signed(kind: str, signed: str, changed: str) -> bool:
    """Whether a change left the signature what it was: around it there is room for blanks."""
    if kind == "generic":
        return signed.split(",", 1)[1] in changed.split(" ", maxsplit=1)[0] and changed.startswith(
            "v1,"
        )
    strip = [part.strip() for part in changed.split(",")]
    return kind == "stripe" and strip == signed.split(",")


@pytest.fixture(scope="module")
def market() -> Market:
    """One seller for all of it."""
    return make_market()


@pytest.mark.parametrize("kind", sorted(SECRETS))
def test_no_forged_request_is_taken_and_none_breaks_anything(kind: str, market: Market) -> None:
    shop = open_shop(kind, market=market)
    random_ = random.Random(f"forged {kind}")
    answers: dict[int, int] = {}
    deliveries = forged(kind, random_)
    for number in range(EACH):
        post = shop.hand if number % 10 else shop.send
        status = post(next(deliveries))
        answers[status] = answers.get(status, 0) + 1
    assert answers == {401: EACH}
    assert shop.send(genuine(kind)) == 200  # the control: only the forging was in the way
    with market.team.scope():
        assert shop.source.arrivals.count() == 1
        shop.source.refresh_from_db()
    assert shop.source.refused_why


def test_a_signature_of_another_source_of_the_same_kind_is_refused(market: Market) -> None:
    first = open_shop("stripe")
    with market.team.scope():
        source = services.create_source(
            seller=market.team.seller, kind="stripe", name="Other", actor=market.team.actor
        )
    other = Shop(market, source)
    delivery = genuine("stripe")
    assert first.send(delivery) == 200
    assert other.send(delivery) == 401  # it has no secret yet
    with market.team.scope():
        services.put_secret(source=source, actor=market.team.actor, text="whsec_" + "z9" * 16)
    assert other.send(delivery) == 401


def test_several_signatures_count_while_a_secret_is_rolled() -> None:
    shop = open_shop("stripe")
    old = genuine("stripe")
    time_, _comma, right = old.headers["stripe-signature"].partition(",")
    rolled = f"{time_},v1={'0' * 64},{right},v0=abc"
    assert shop.send(Delivery(old.body, {"stripe-signature": rolled})) == 200
    generic = open_shop("generic", market=shop.market)
    fresh = genuine("generic")
    both = f"v1,{'A' * 43}= {fresh.headers['webhook-signature']} v1a,xyz"
    assert generic.send(fresh.with_headers(webhook_signature=both)) == 200


def test_times_up_to_five_minutes_off_are_taken_to_either_side() -> None:
    for kind in ("stripe", "generic"):
        shop = open_shop(kind)
        for seconds, status in ((-290, 200), (290, 200), (-310, 401), (310, 401)):
            assert shop.send(genuine(kind, at=int(time.time()) + seconds)) == status


def test_an_unknown_source_a_removed_one_and_other_methods() -> None:
    shop = open_shop("stripe")
    client = Client(raise_request_exception=False)
    unknown = client.post(f"/hooks/{uuid.uuid4()}", data=b"{}", content_type="application/json")
    assert (unknown.status_code, unknown.content) == (404, b"")
    assert client.post("/hooks/no-id").status_code == 404
    assert client.get(shop.url).status_code == 405
    with shop.market.team.scope():
        services.remove_source(source=shop.source, actor=shop.market.team.actor)
    assert shop.send(genuine("stripe")) == 404


def test_a_body_that_is_too_large_is_not_read() -> None:
    shop = open_shop("shopify")
    big = Delivery(b"x" * (2 * 2**20 + 1), {"x-shopify-hmac-sha256": "x"})
    assert shop.send(big) == 413


def test_signed_nonsense_is_kept_and_needs_a_look() -> None:
    shop = open_shop("generic")
    for body in (b"\xff\xfe\x00", b"[1]", b"{", b'{"a": NaN}', b"[" * 50_000):
        assert shop.send(signed_raw(body)) == 200
    shop.process()
    assert {(one.state, one.why) for one in shop.arrivals()} == {("failed", "not_json")}


def signed_raw(body: bytes) -> Delivery:
    """Any bytes, signed by hand, as no library would sign them."""
    plain = by_standard({"type": "x"})
    head = f"{plain.headers['webhook-id']}.{plain.headers['webhook-timestamp']}.".encode()
    key = base64.b64decode(SECRETS["generic"].removeprefix("whsec_"))
    signed = base64.b64encode(hmac.digest(key, head + body, "sha256")).decode()
    return Delivery(body, {**plain.headers, "webhook-signature": f"v1,{signed}"})
