"""Repeats and any order of a little history end alike: sales, refunds and what was earned."""

import random
from collections.abc import Callable

import pytest

from commissions.models import Arrival
from tests.commissions.inbound.payloads import (
    NOW,
    dispute,
    event,
    invoice,
    iso,
    order,
    session,
    shop_refund,
    stripe_refund,
    woo_order,
)
from tests.commissions.inbound.shop import Shop, open_shop
from tests.commissions.inbound.signing import Delivery, by_shopify, by_stripe, by_woo
from tests.portal.market import Market, make_market

Story = Callable[[Shop, str], list[Delivery]]


def a_payment(shop: Shop, click: str) -> list[Delivery]:
    """Paid after some days, refunded in three parts, then disputed for the rest."""
    unpaid = session("1", 11_903, payment_status="unpaid", client_reference_id=click)
    paid = {**unpaid, "payment_status": "paid"}
    refunds = [stripe_refund(f"1{n}", 2_101 + n, "pi_1") for n in range(3)]
    pending = {**refunds[0], "status": "pending"}
    lost = dispute("1", 9_999, "pi_1", "lost")
    events = [
        event("checkout.session.completed", unpaid),
        event("checkout.session.async_payment_succeeded", paid),
        event("refund.created", pending),
        *(event("refund.updated", one) for one in refunds),
        event("charge.refunded", {"id": "ch_1", "refunds": {"data": refunds[:2]}}),
        event("charge.dispute.created", {**lost, "status": "needs_response"}),
        event("charge.dispute.closed", lost),
    ]
    return [by_stripe(one) for one in events]


def a_subscription(shop: Shop, click: str) -> list[Delivery]:
    """Trial, three charges, an upgrade in the second period, a refund of the second charge."""
    started = session(
        "s", mode="subscription", subscription="sub_1", invoice="in_0", payment_intent=None,
        client_reference_id=click,
    )  # fmt: skip
    nothing = invoice("0", "sub_1", 0, reason="subscription_create", total=0)
    months = [invoice(str(n), "sub_1", n) for n in (1, 2, 3)]
    change = invoice("2b", "sub_1", 2, reason="subscription_update", total=700)
    trial = {
        "id": "sub_1", "object": "subscription", "customer": "cus_9", "metadata": {},
        "created": nothing["created"],
        "trial_end": nothing["lines"]["data"][0]["period"]["end"],
    }  # fmt: skip
    paid = {"invoice": "in_2", "payment": {"payment_intent": "pi_2"}}
    events = [
        event("customer.subscription.created", trial),
        event("checkout.session.completed", started),
        event("invoice.paid", nothing),
        *(event("invoice.paid", one) for one in (*months, change)),
        event("invoice_payment.paid", paid),
        event("refund.created", stripe_refund("2", 1_000, "pi_2")),
    ]
    return [by_stripe(one) for one in events]


def a_shopify_order(shop: Shop, click: str) -> list[Delivery]:
    """Placed, edited before it is paid, paid, a cup back, the rest cancelled."""
    attributes = [{"name": "prm_click", "value": click}]
    placed = order(7, note_attributes=attributes, financial_status="pending", total_price="90.00")
    paid = order(7, note_attributes=attributes)
    back = shop_refund(70, 7, ("CUP", 1, "18.00", "3.42"))
    partly = {**paid, "refunds": [back], "financial_status": "partially_refunded"}
    gone = {**partly, "financial_status": "refunded", "cancelled_at": iso(NOW - 30)}
    return [
        by_shopify(placed, "orders/create"),
        by_shopify(paid, "orders/paid"),
        by_shopify(back, "refunds/create"),
        by_shopify(partly, "orders/updated"),
        by_shopify(gone, "orders/cancelled"),
    ]


def a_woo_order(shop: Shop, click: str) -> list[Delivery]:
    """Waiting, processing, completed and paid, two refunds, closed as refunded."""
    meta = [{"key": "prm_click", "value": click}]
    back = [{"id": 50, "total": "-10.01"}, {"id": 51, "total": "-7.77"}]
    return [
        by_woo(woo_order(42, "on-hold", meta_data=meta, date_paid_gmt=None, total="99.00")),
        by_woo(woo_order(42, "processing", meta_data=meta, date_paid_gmt=None)),
        by_woo(woo_order(42, "completed", meta_data=meta)),
        by_woo(woo_order(42, "completed", meta_data=meta, refunds=back[:1])),
        by_woo(woo_order(42, "completed", meta_data=meta, refunds=back)),
    ]


def a_cancelled_woo_order(shop: Shop, click: str) -> list[Delivery]:
    """Paid, a part given back, then cancelled."""
    meta = [{"key": "prm_click", "value": click}]
    back = [{"id": 50, "total": "-10.01"}]
    return [
        by_woo(woo_order(42, "processing", meta_data=meta)),
        by_woo(woo_order(42, "processing", meta_data=meta, refunds=back)),
        by_woo(woo_order(42, "cancelled", meta_data=meta, refunds=back)),
    ]


STORIES: dict[str, tuple[str, Story]] = {
    "payment": ("stripe", a_payment),
    "subscription": ("stripe", a_subscription),
    "shopify": ("shopify", a_shopify_order),
    "woocommerce": ("woocommerce", a_woo_order),
    "cancelled": ("woocommerce", a_cancelled_woo_order),
}


def told(kind: str, story: Story, random_: random.Random | None) -> dict[str, object]:
    """What is left at a new seller after the story, in its order or in any, with repeats.

    The click is the same moment for every telling, and who brought it has no name in the answer.
    """
    market: Market = make_market()
    shop = open_shop(kind, market=market)
    # the window of 30 days has to reach from the click to the end of the trial
    minutes = 99 * 24 * 60 if story is a_subscription else 120
    deliveries = story(shop, shop.click(minutes_ago=minutes))
    if random_ is not None:
        deliveries = deliveries + random_.choices(deliveries, k=len(deliveries))
        random_.shuffle(deliveries)
    for one in deliveries:
        assert shop.hand(one) == 200
        if random_ is not None and random_.random() < 0.2:
            shop.process()
    shop.process()
    left = shop.balances()
    names = {market.rani.partner.pk: "rani", None: "nobody"}
    found = str(left)
    for key, name in names.items():
        found = found.replace(repr(key), name)
    states = {one.state for one in shop.arrivals()}
    assert states <= {Arrival.State.DONE, Arrival.State.IGNORED}, shop.arrivals()
    return {"left": found}


@pytest.mark.parametrize("name", sorted(STORIES))
def test_any_order_with_repeats_ends_alike(name: str, rounds: int) -> None:
    kind, story = STORIES[name]
    straight = told(kind, story, None)
    assert "rani" in str(straight["left"])  # the control: somebody is credited
    for number in range(rounds):
        shuffled = told(kind, story, random.Random(f"{name} {number}"))
        assert shuffled == straight, f"seed {name} {number}"
