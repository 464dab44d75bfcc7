"""Stripe: what events become, and in which numbers."""

from tests.commissions.inbound.payloads import (
    DAY,
    START,
    dispute,
    event,
    invoice,
    session,
    stripe_refund,
)
from tests.commissions.inbound.shop import open_shop
from tests.commissions.inbound.signing import by_stripe


def test_a_checkout_is_a_sale_of_the_click_it_carries() -> None:
    shop = open_shop("stripe")
    paid = session("1", client_reference_id=shop.click(), metadata={"size": "L"})
    shop.take(by_stripe(event("checkout.session.completed", paid)))
    sale = shop.sale("cs_1")
    assert (sale.amount_minor, sale.tax_minor, sale.shipping_minor) == (10_000, 1_400, 500)
    assert (sale.currency, sale.source, sale.country) == ("EUR", "stripe", "DE")
    assert sale.partner_id == shop.market.rani.partner.pk
    assert sale.paid_at is not None
    assert sale.metadata == {"size": "L"}
    arrival = shop.last()
    assert (arrival.state, arrival.subject) == ("done", "cs_1")
    assert arrival.outcome[0]["id"] == str(sale.pk)


def test_an_unpaid_checkout_waits_for_its_payment() -> None:
    shop = open_shop("stripe")
    unpaid = session("1", payment_status="unpaid", metadata={"prm_click": shop.click()})
    shop.take(by_stripe(event("checkout.session.completed", unpaid)))
    assert shop.sales() == []
    assert (shop.last().state, shop.last().why) == ("ignored", "not_paid_yet")
    paid = {**unpaid, "payment_status": "paid"}
    shop.take(by_stripe(event("checkout.session.async_payment_succeeded", paid)))
    assert shop.sale("cs_1").partner_id == shop.market.rani.partner.pk


def test_amounts_have_the_digits_that_stripe_gives_them() -> None:
    shop = open_shop("stripe")
    for number, code, total, net in (
        ("jpy", "jpy", 1_900, 1_900),
        ("kwd", "kwd", 19_000, 19_000),
        ("isk", "isk", 190_000, 1_900),
        ("ugx", "ugx", 500, 5),
    ):
        details = {"amount_shipping": 0, "amount_tax": 0}
        paid = session(number, total, currency=code, total_details=details)
        shop.take(by_stripe(event("checkout.session.completed", paid)))
        assert shop.sale(f"cs_{number}").amount_minor == net
    odd = session("odd", 1_950, currency="isk", total_details={})
    shop.take(by_stripe(event("checkout.session.completed", odd)))
    assert (shop.last().state, shop.last().why) == ("failed", "too_many_digits")


def test_refunds_take_back_their_part_of_net_and_in_full_all_of_it() -> None:
    shop = open_shop("stripe")
    shop.take(by_stripe(event("checkout.session.completed", session("1", 11_901))))
    parts = [stripe_refund(str(n), 3_967, "pi_1") for n in range(3)]
    shop.take(*(by_stripe(event("refund.created", part)) for part in parts))
    assert sum(one.amount_minor for one in shop.refunds()) == shop.sale("cs_1").amount_minor
    assert {one.reason for one in shop.refunds()} == {"return"}
    later = [event("refund.updated", part) for part in parts]
    shop.take(*(by_stripe(one) for one in later))
    assert len(shop.refunds()) == 3


def test_a_refund_before_its_sale_waits_and_is_woken() -> None:
    shop = open_shop("stripe")
    shop.take(by_stripe(event("refund.created", stripe_refund("1", 1_190, "pi_1"))))
    assert (shop.last().state, shop.last().waits_for) == ("waiting", "pi_1")
    shop.take(by_stripe(event("checkout.session.completed", session("1"))))
    assert shop.sale("cs_1").refunded_minor == 1_000
    assert [one.state for one in shop.arrivals()] == ["done", "done"]


def test_a_refund_of_a_payment_from_before_the_source_is_let_go() -> None:
    shop = open_shop("stripe")
    shop.take(by_stripe(event("refund.created", stripe_refund("1", 1_190, "pi_old"))))
    shop.let_pass(73)
    shop.process()
    assert (shop.last().state, shop.last().why) == ("ignored", "sale_unknown")
    shop.take(by_stripe(event("checkout.session.completed", session("1", payment_intent="pi_old"))))
    assert shop.sale("cs_1").refunded_minor == 1_000


def test_pending_and_failed_refunds_are_not_counted() -> None:
    shop = open_shop("stripe")
    shop.take(by_stripe(event("checkout.session.completed", session("1"))))
    waits = stripe_refund("1", 1_190, "pi_1", status="pending")
    fails = {**waits, "status": "failed"}
    shop.take(by_stripe(event("refund.created", waits)), by_stripe(event("refund.failed", fails)))
    assert shop.sale("cs_1").refunded_minor == 0
    assert [one.state for one in shop.arrivals()[1:]] == ["ignored", "waiting"]
    shop.take(by_stripe(event("refund.updated", {**waits, "status": "succeeded"})))
    assert [one.why for one in shop.arrivals()[1:]] == ["refund_pending", "refund_failed", ""]
    assert shop.arrivals()[2].state == "failed"


def test_a_dispute_is_a_chargeback_and_winning_it_asks_for_a_person() -> None:
    shop = open_shop("stripe")
    shop.take(by_stripe(event("checkout.session.completed", session("1"))))
    inquiry = dispute("1", 11_900, "pi_1", "warning_needs_response")
    shop.take(by_stripe(event("charge.dispute.created", inquiry)))
    assert shop.refunds() == []
    lost = dispute("1", 11_900, "pi_1", "needs_response")
    shop.take(by_stripe(event("charge.dispute.funds_withdrawn", lost)))
    assert [(one.amount_minor, one.reason) for one in shop.refunds()] == [(10_000, "chargeback")]
    won = dispute("1", 11_900, "pi_1", "won")
    shop.take(by_stripe(event("charge.dispute.closed", won)))
    assert (shop.last().state, shop.last().why) == ("failed", "dispute_won")
    assert shop.sale("cs_1").refunded_minor == 10_000


def test_old_refund_lists_and_new_ones_end_alike() -> None:
    shop = open_shop("stripe")
    shop.take(by_stripe(event("checkout.session.completed", session("1"))))
    back = stripe_refund("1", 1_190, "pi_1")
    old = {"id": "ch_1", "object": "charge", "refunds": {"data": [back]}}
    new = {"id": "ch_1", "object": "charge", "amount_refunded": 1_190}
    shop.take(
        by_stripe(event("charge.refunded", new)),
        by_stripe(event("charge.refunded", old)),
        by_stripe(event("refund.created", back)),
    )
    assert shop.sale("cs_1").refunded_minor == 1_000
    assert [one.why for one in shop.arrivals()[1:]] == ["told_by_refunds", "", ""]


def test_a_subscriptions_session_lends_its_click_to_the_first_invoice() -> None:
    shop = open_shop("stripe")
    first = invoice("1", "sub_1", 0, reason="subscription_create")
    shop.take(by_stripe(event("invoice.paid", first)))
    assert (shop.last().state, shop.last().waits_for) == ("waiting", "sub_1")
    started = session(
        "1", mode="subscription", subscription="sub_1", invoice="in_1", payment_intent=None,
        client_reference_id=shop.click(), created=START - 50,
    )  # fmt: skip
    shop.take(by_stripe(event("checkout.session.completed", started)))
    sale = shop.sale("in_1")
    assert (sale.charge_number, sale.subscription_id, sale.amount_minor) == (1, "sub_1", 2_000)
    assert sale.lines[0]["sku"] == "prod_tea"
    assert [row.external_id for row in shop.sales()] == ["in_1"]
    linked = {"invoice": "in_1", "payment": {"type": "payment_intent", "payment_intent": "pi_7"}}
    shop.take(
        by_stripe(event("refund.created", stripe_refund("7", 500, "pi_7"))),
        by_stripe(event("invoice_payment.paid", linked)),
    )
    assert shop.sale("in_1").refunded_minor == 500


def test_without_a_session_the_first_invoice_waits_an_hour_and_no_longer() -> None:
    shop = open_shop("stripe")
    shop.take(
        by_stripe(event("invoice.paid", invoice("1", "sub_1", 0, reason="subscription_create")))
    )
    shop.let_pass(0.9)
    shop.process()
    assert shop.sales() == []
    shop.let_pass(0.2)
    shop.process()
    assert shop.sale("in_1").partner_id is None


def test_charges_are_counted_along_their_periods_whatever_comes_first() -> None:
    shop = open_shop("stripe")
    metadata = {"prm_click": shop.click(minutes_ago=101 * 24 * 60)}
    details = {"subscription_details": {"subscription": "sub_1", "metadata": metadata}}
    first = invoice("1", "sub_1", 0, reason="subscription_create", parent=details)
    later = [invoice(str(n), "sub_1", n - 1) for n in (2, 3)]
    shop.take(*(by_stripe(event("invoice.paid", one)) for one in (later[1], later[0], first)))
    assert [(one.external_id, one.charge_number) for one in shop.sales()] == [
        ("in_1", 1), ("in_2", 2), ("in_3", 3),
    ]  # fmt: skip
    assert {one.partner_id for one in shop.sales()} == {shop.market.rani.partner.pk}


def test_a_trial_is_a_sign_up_and_its_first_paid_charge_is_number_one() -> None:
    shop = open_shop("stripe")
    trial = {
        "id": "sub_1", "object": "subscription", "status": "trialing", "customer": "cus_9",
        "created": START, "trial_end": START + 30 * DAY, "metadata": {"prm_click": shop.click()},
    }  # fmt: skip
    nothing = invoice("0", "sub_1", 0, reason="subscription_create", total=0, amount_paid=0)
    paid = invoice("1", "sub_1", 1)
    shop.take(
        by_stripe(event("invoice.paid", paid)),
        by_stripe(event("invoice.paid", nothing)),
        by_stripe(event("customer.subscription.created", trial)),
    )
    assert [(one.external_id, one.charge_number) for one in shop.sales()] == [("in_1", 1)]
    assert [row["kind"] for row in shop.last().outcome] == ["fact", "fact", "lead"]


def test_an_upgrade_within_a_period_counts_with_it() -> None:
    shop = open_shop("stripe")
    end = START + 30 * DAY
    first = invoice("1", "sub_1", 0, reason="subscription_create")
    first["metadata"] = {"prm_coupon": "NONE"}
    change = invoice("1b", "sub_1", 0, reason="subscription_update", total=700)
    change["lines"]["data"] = [
        {"amount": -1_000, "quantity": 1, "period": {"start": START + 15 * DAY, "end": end}},
        {"amount": 1_700, "quantity": 1, "period": {"start": START + 15 * DAY, "end": end}},
    ]
    second = invoice("2", "sub_1", 1)
    shop.take(*(by_stripe(event("invoice.paid", one)) for one in (second, change, first)))
    assert [(one.external_id, one.charge_number) for one in shop.sales()] == [
        ("in_1", 1), ("in_1b", 2), ("in_2", 2),
    ]  # fmt: skip
    assert shop.sale("in_1b").lines == []
    notes = [row["note"] for one in shop.arrivals() for row in one.outcome]
    assert sorted(notes) == ["", "", "negative_line"]


def test_a_charge_of_an_older_subscription_is_a_later_one() -> None:
    shop = open_shop("stripe")
    shop.take(by_stripe(event("invoice.paid", invoice("9", "sub_old", 1))))
    assert shop.last().state == "waiting"
    shop.let_pass(25)
    shop.process()
    assert shop.sale("in_9").charge_number == 2


def test_invoices_of_before_2025_are_read_as_well() -> None:
    shop = open_shop("stripe")
    old = invoice("1", "", 0, reason="subscription_create", parent=None, subscription="sub_1")
    old |= {"tax": 320, "payment_intent": "pi_5", "charge": "ch_5", "total": 2_320}
    old["subscription_details"] = {"metadata": {"prm_coupon": "TEA10"}}
    shop.take(by_stripe(event("invoice.paid", old)))
    sale = shop.sale("in_1")
    assert (sale.amount_minor, sale.tax_minor, sale.coupon) == (2_000, 320, "TEA10")
    back = stripe_refund("5", 1_160, "", charge="ch_5", payment_intent=None)
    shop.take(by_stripe(event("refund.created", back)))
    assert shop.sale("in_1").refunded_minor == 1_000


def test_other_events_are_kept_and_not_needed() -> None:
    shop = open_shop("stripe")
    shop.take(by_stripe(event("customer.updated", {"id": "cus_9", "object": "customer"})))
    assert (shop.last().state, shop.last().why) == ("ignored", "not_needed")
    assert shop.last().topic == "customer.updated"
