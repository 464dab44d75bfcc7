"""Stripe's invoices and subscriptions, in the shapes before and since API version 2025-03-31."""

from typing import Any

from commissions.inbound import fields, lines
from commissions.inbound import stripe_values as values
from commissions.inbound.meanings import Came, Charge, Meaning, Nothing, Sold, Told, Unreadable
from commissions.inputs import LeadInput, LineInput, SaleInput

SUBSCRIPTION = ("subscription", "parent.subscription_details.subscription")
METADATA = (
    "metadata",
    "subscription_details.metadata",
    "parent.subscription_details.metadata",
)
EMAIL = ("customer_email",)
COUNTRY = ("customer_address.country", "customer_shipping.address.country")


def invoice(found: dict[str, Any], _event: dict[str, Any]) -> list[Meaning]:
    """A paid invoice: a sale under its own id, and which charge of a subscription it is."""
    if fields.text(found, "status") not in {"paid", ""}:
        return [Nothing("not_paid_yet", fields.text(found, "id"))]
    code = fields.currency(found, "currency")
    charge = _charge(found)
    gross = values.minor(found, "total", code)
    if gross <= 0:
        # a trial or a credit: the period counts in the chain, but nothing was charged in it
        chained = [Told(charge.ends, {"number": 0})] if charge and not charge.after else []
        return [*chained, Nothing("nothing_charged", fields.text(found, "id"))]
    return [_sold(found, code, gross, charge)]


def _sold(found: dict[str, Any], code: str, gross: int, charge: Charge | None) -> Sold:
    tax = _tax(found, code)
    shipping = values.minor(found, "shipping_cost.amount_subtotal", code, default=0)
    net = gross - tax - shipping
    items, left_out = lines.adding_up(lambda: _lines(found, code), net)
    created = fields.moment(found, "created")
    paid = fields.instant(found, "status_transitions.paid_at")
    metadata = {
        k: v for path in reversed(METADATA) for k, v in values.metadata(found, path).items()
    }
    sale = SaleInput(
        external_id=fields.needed(found, "id"),
        currency=code,
        amount=net,
        lines=items,
        tax=tax,
        shipping=shipping,
        customer=values.customer(found, email=EMAIL, country=COUNTRY),
        subscription_id=charge.subscription if charge else "",
        occurred_at=created,
        paid_at=max(paid or created, created),
        metadata=metadata,
        source="stripe",
    )
    return Sold(
        sale,
        gross,
        values.credit(found, *METADATA),
        names=_payments(found),
        credit_from=charge.subscription if charge else sale.external_id,
        charge=charge,
        lines_left_out=left_out,
    )


def _tax(found: dict[str, Any], code: str) -> int:
    if fields.at(found, "tax") is not None:
        return values.minor(found, "tax", code)
    new = fields.rows(found, "total_taxes")
    return values.total(new or fields.rows(found, "total_tax_amounts"), code)


def _lines(found: dict[str, Any], code: str) -> list[LineInput]:
    if fields.at(found, "lines.has_more"):
        return []
    return [_line(row, code) for row in fields.rows(found, "lines.data")]


def _line(row: dict[str, Any], code: str) -> LineInput:
    """A line's amount is before discount; of tax only what is in the price comes off."""
    amount = values.minor(row, "amount", code)
    included = [tax for tax in fields.rows(row, "tax_amounts") if tax.get("inclusive") is True]
    included += [x for x in fields.rows(row, "taxes") if x.get("tax_behavior") == "inclusive"]
    before = amount - values.total(included, code)
    product = fields.name(row, "pricing.price_details.product") or fields.name(row, "price.product")
    return lines.line(
        sku=product,
        name=fields.short(row, "description", 300),
        quantity=max(fields.whole(row, "quantity", default=1), 1),
        before=before,
        net=before - values.total(fields.rows(row, "discount_amounts"), code),
    )


def _subscription_id(found: dict[str, Any]) -> str:
    return next((x for path in SUBSCRIPTION if (x := fields.name(found, path))), "")


def _charge(found: dict[str, Any]) -> Charge | None:
    """The charge's place in the chain of periods.

    A new period starts where the one before ended: the latest start among the lines, as usage
    and changes of the period before are billed along with it. A change within a period credits
    what is left of it, up to its end: the earliest end.
    """
    subscription = _subscription_id(found)
    if not subscription:
        return None
    rows = fields.rows(found, "lines.data")
    starts = [fields.whole(row, "period.start") for row in rows if fields.at(row, "period")]
    ends = [fields.whole(row, "period.end") for row in rows if fields.at(row, "period")]
    if not ends:
        raise Unreadable("lines.data.period", "missing")
    reason = fields.text(found, "billing_reason")
    own = f"{subscription}@{max(ends)}"
    if reason == "subscription_create":
        return Charge(subscription, "", own)
    if reason == "subscription_update":
        return Charge(subscription, f"{subscription}@{min(ends)}", own, within=True)
    return Charge(subscription, f"{subscription}@{max(starts)}", own)


def _payments(found: dict[str, Any]) -> tuple[str, ...]:
    """Ids of the payments, by which refunds name the invoice."""
    names = [fields.name(found, "payment_intent"), fields.name(found, "charge")]
    for row in fields.rows(found, "payments.data"):
        names += [fields.name(row, "payment.payment_intent"), fields.name(row, "payment.charge")]
    return tuple(dict.fromkeys(name for name in names if name))


def invoice_payment(found: dict[str, Any], _event: dict[str, Any]) -> list[Meaning]:
    """Which payment paid which invoice; since 2025-03-31 the invoice itself does not say."""
    invoice_id = fields.needed(found, "invoice")
    paths = ("payment.payment_intent", "payment.charge")
    names = [name for path in paths if (name := fields.name(found, path))]
    return [Told(name, of=invoice_id) for name in names] or [Nothing("not_needed")]


def subscription(found: dict[str, Any], _event: dict[str, Any]) -> list[Meaning]:
    """A new subscription: a sign-up where it begins with a trial."""
    subscription_id = fields.needed(found, "id")
    credit = values.credit(found)
    facts = {"click": credit.click, "coupons": list(credit.coupons)}
    told: list[Meaning] = [Told(subscription_id, facts)] if credit else []
    ends = fields.at(found, "trial_end")
    if ends is None:
        return told or [Nothing("no_trial", subscription_id)]
    lead = LeadInput(
        external_id=subscription_id,
        kind="signup",
        customer=values.customer(found, email=(), country=()),
        occurred_at=fields.moment(found, "created"),
        metadata=dict(values.metadata(found)),
    )
    chained = Told(f"{subscription_id}@{fields.whole(found, 'trial_end')}", {"number": 0})
    return [*told, chained, Came(lead, credit, credit_from=subscription_id)]
