"""Shop systems in words: how each is set up, and what became of their messages."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from commissions.inbound.kinds import KINDS
from commissions.models import Arrival, SourceKind
from tracking.models import Sale

Text = str | Promise


@dataclass(frozen=True)
class Guide:
    """One system: what it is for, where its settings are, how it tells who brought a customer."""

    icon: str
    summary: Text
    where: Text
    secret: Text
    credit: Text
    events: tuple[tuple[str, Text], ...]


GUIDES: Final[dict[str, Guide]] = {
    SourceKind.STRIPE: Guide(
        "brand-stripe",
        gettext_lazy("Payments, subscriptions, refunds and disputes. You need your Stripe login."),
        gettext_lazy(
            "In Stripe open Developers › Webhooks, add an endpoint for your own account, and paste "
            "this address."
        ),
        gettext_lazy(
            "Once the endpoint is saved, Stripe shows its signing secret. It begins with whsec_."
        ),
        gettext_lazy(
            "When your shop starts a payment, pass the click token as client_reference_id, or as "
            "prm_click in the metadata. For subscriptions put prm_click into the subscription’s "
            "metadata too: then nothing has to wait. A coupon code goes into prm_coupon."
        ),
        (
            ("checkout.session.completed", gettext_lazy("a payment through Checkout")),
            (
                "checkout.session.async_payment_succeeded",
                gettext_lazy("a payment that took some days"),
            ),
            ("invoice.paid", gettext_lazy("each charge of a subscription, and paid invoices")),
            ("invoice_payment.paid", gettext_lazy("which payment belongs to which invoice")),
            ("customer.subscription.created", gettext_lazy("trials, as sign-ups")),
            ("refund.created", gettext_lazy("refunds")),
            ("refund.updated", gettext_lazy("refunds that took some days")),
            ("refund.failed", gettext_lazy("refunds that did not go through")),
            ("charge.dispute.created", gettext_lazy("chargebacks")),
            ("charge.dispute.funds_withdrawn", gettext_lazy("chargebacks after a question")),
            ("charge.dispute.closed", gettext_lazy("how a chargeback ended")),
        ),
    ),
    SourceKind.SHOPIFY: Guide(
        "building-store",
        gettext_lazy("Orders, refunds and cancellations. You need your Shopify admin."),
        gettext_lazy(
            "In Shopify open Settings › Notifications › Webhooks. Create one webhook for each "
            "event below, format JSON, and paste this address into each."
        ),
        gettext_lazy(
            "Shopify shows below the list of webhooks what they are signed with. It is one secret "
            "for all of them."
        ),
        gettext_lazy(
            "A visitor who came by a partner’s link and buys in the same visit is recognised by "
            "the page he landed on. To recognise later visits, keep the click token as the cart "
            "attribute prm_click. Discount codes count as coupons."
        ),
        (
            ("orders/create", pgettext_lazy("event of a shop", "Order creation")),
            ("orders/paid", pgettext_lazy("event of a shop", "Order payment")),
            ("orders/cancelled", pgettext_lazy("event of a shop", "Order cancellation")),
            ("refunds/create", pgettext_lazy("event of a shop", "Refund creation")),
        ),
    ),
    SourceKind.WOOCOMMERCE: Guide(
        "brand-wordpress",
        gettext_lazy("Orders, refunds and cancellations. You need your WordPress admin."),
        gettext_lazy(
            "In WordPress open WooCommerce › Settings › Advanced › Webhooks. Add one webhook for "
            "each event below, status active, and paste this address as delivery URL."
        ),
        gettext_lazy(
            "WooCommerce lets you choose the secret. Have one made here and paste it into both "
            "webhooks, or paste yours."
        ),
        gettext_lazy(
            "Keep the click token with the order as meta data prm_click. Coupon codes count by "
            "themselves."
        ),
        (
            ("order.created", pgettext_lazy("event of a shop", "Order created")),
            ("order.updated", pgettext_lazy("event of a shop", "Order updated")),
        ),
    ),
    SourceKind.GENERIC: Guide(
        "webhook",
        gettext_lazy(
            "Any program that signs by the Standard Webhooks rules and sends sales as our API "
            "wants them."
        ),
        gettext_lazy("Have your program post its messages to this address."),
        gettext_lazy(
            "It begins with whsec_. Have one made here, or paste the one that your program made."
        ),
        gettext_lazy(
            "The message’s data has the same fields as the API: click_token, coupon, link or "
            "partner say who brought the customer."
        ),
        (
            ("sale.created", gettext_lazy("a sale")),
            ("refund.created", gettext_lazy("a refund")),
            ("lead.created", gettext_lazy("a lead or sign-up")),
        ),
    ),
}

REFUSED: Final[dict[str, Text]] = {
    "no_secret": gettext_lazy("A message came, but there is no secret here yet to check it with."),
    "no_signature": gettext_lazy("A message came without a signature. Not from this system?"),
    "bad_header": gettext_lazy("A message came whose signature cannot be read."),
    "wrong_signature": gettext_lazy(
        "A message came that was signed with another secret. Copy the secret once more: each "
        "endpoint has its own."
    ),
    "too_old": gettext_lazy(
        "A message came whose time is more than five minutes off. Check the clock of the sender."
    ),
}

WHY: Final[dict[str, Text]] = {
    "not_needed": gettext_lazy("Messages of this kind are not needed."),
    "not_paid_yet": gettext_lazy("It is not paid. It counts when it is."),
    "no_payment": gettext_lazy("Nothing was paid in it."),
    "nothing_charged": gettext_lazy("Nothing was charged, as in a trial."),
    "no_trial": gettext_lazy("A subscription without trial counts by its invoices."),
    "test_order": gettext_lazy("It is a test order."),
    "told_by_refunds": gettext_lazy(
        "It names no refunds. They come by the events refund.created and refund.updated."
    ),
    "refund_pending": gettext_lazy("The refund is under way. It counts when it has gone through."),
    "refund_failed": gettext_lazy(
        "The refund did not go through in the end. If it was counted before, its commission stays "
        "taken back: give it back by an adjustment."
    ),
    "inquiry_only": gettext_lazy("The bank only asks. No money has moved."),
    "dispute_won": gettext_lazy(
        "You won this chargeback. Its commission stays taken back: give it back by an adjustment."
    ),
    "no_goods_back": gettext_lazy("Only shipping or tax came back, which earns nothing."),
    "sale_unknown": gettext_lazy("Its sale never came here. It may be older than this source."),
    "waits": gettext_lazy("It waits for another message that must come first."),
    "tries_again": gettext_lazy("It could not be processed and is tried again soon."),
    "broken": gettext_lazy("It could not be processed. Try again; if that fails, tell support."),
    "refused": gettext_lazy("It was refused:"),
    "currency_differs": gettext_lazy("Its currency is not the one of the sale."),
    "source_removed": gettext_lazy("The source was removed before it was processed."),
    "not_json": gettext_lazy("It is no JSON object."),
    "too_many_digits": gettext_lazy("An amount has more digits than its currency."),
    "unknown_currency": gettext_lazy("Its currency is not known."),
    "missing": gettext_lazy("A field is missing."),
    "too_large": gettext_lazy("A number is too large."),
    "too_long": gettext_lazy("A text is too long."),
    "no_number": gettext_lazy("A number is not one."),
    "no_text": gettext_lazy("A text is not one."),
    "no_list": gettext_lazy("A list is not one."),
    "no_time": gettext_lazy("A time is not one."),
}

NOTES: Final[dict[str, Text]] = {
    "known_already": gettext_lazy("was known already"),
    "paid": gettext_lazy("is now marked as paid"),
    "nothing_left": gettext_lazy("nothing was left to take back"),
    "do_not_add_up": gettext_lazy("taken as one sum: its lines do not add up to it"),
    "negative_line": gettext_lazy("taken as one sum: one of its lines is negative"),
}
BOOKED: Final[dict[str, Text]] = {
    "sale": gettext_lazy("Sale"),
    "refund": gettext_lazy("Refund"),
    "lead": gettext_lazy("Lead"),
    "fact": gettext_lazy("Noted for later messages"),
}

CAME_IN: Final[dict[str, Text]] = {
    "api": gettext_lazy("sent over the API"),
    "import": gettext_lazy("imported from a file"),
    "hand": gettext_lazy("recorded by hand"),
    "stripe": gettext_lazy("sent by Stripe"),
    "shopify": gettext_lazy("sent by Shopify"),
    "woocommerce": gettext_lazy("sent by WooCommerce"),
    "webhook": gettext_lazy("sent by webhook"),
    "script": gettext_lazy("reported by the script"),
    "pixel": gettext_lazy("reported by the picture"),
    "claim": gettext_lazy("recorded from a claim"),
}


def came_in(sale: Sale) -> str:
    """How a sale came in."""
    return str(CAME_IN.get(sale.source, sale.source))


def events_of(kind: str) -> list[tuple[str, Text]]:
    """The events that a system must send, with their words; the table of kinds has the list."""
    words = dict(GUIDES[kind].events)
    return [(name, words[name]) for name in KINDS[kind].events]


def why(arrival: Arrival) -> str:
    """Why a message was not taken over, as a sentence; "" where it was."""
    if not arrival.why:
        return ""
    words = str(WHY.get(arrival.why, arrival.why))
    technical = arrival.why in {"refused", "missing", "currency_differs"}
    technical = technical or arrival.why.startswith(("too_", "no_", "unknown_"))
    if arrival.detail and technical and arrival.why not in {"no_payment", "no_trial"}:
        what = arrival.detail
        if arrival.why == "unknown_currency":  # `currency ZZZ`: the code says it all
            what = what.rpartition(" ")[2]
        return f"{words.rstrip('.:')}: {what.rstrip('.')}."
    return words


def note(text: str) -> str:
    """What is to be said of one record; a field's fault is told with its name."""
    if not text or text in NOTES:
        return str(NOTES.get(text, ""))
    return _("taken as one sum: its lines cannot be read (%(field)s)") % {"field": text}
