"""What becomes of a report when the seller's own records know its order.

Their word stands, whichever came first. Where they name nobody, the report's clicks and coupon
credit the order, so that the script can keep the clicks and the server only send the orders. Order
numbers can be guessed, amounts hardly: both must agree on it, and within a day.
"""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import timezone

from activity import work
from activity.services import record
from commissions import crediting
from commissions.inputs import CustomerInput, SaleInput
from commissions.models import BrowserEvent, BrowserReport, BrowserStatus, Occasion
from commissions.services.intake import ENGINE
from sellers.actors import SYSTEM
from sellers.scope import seller_scope
from tracking.models import Refund, Sale

BATCH: Final = 200
NEAR: Final = timedelta(hours=24)
KEPT: Final = timedelta(days=90)
"""How long a report waits for an answer, and a mail address is kept for it."""
UNCREDITED: Final = "nothing_given"


def known() -> "QuerySet[BrowserReport]":
    """Reports that wait although their order stands in the seller's records."""
    sales = Sale.objects.filter(
        seller_id=OuterRef("seller_id"), external_id=OuterRef("external_id")
    )
    leads = Occasion.objects.filter(
        seller_id=OuterRef("seller_id"), key=Concat(Value("lead:"), OuterRef("external_id"))
    )
    is_sale = Q(event=BrowserEvent.SALE)
    return BrowserReport.objects.filter(
        is_sale & Exists(sales) | ~is_sale & Exists(leads), status=BrowserStatus.WAITING
    )


def stale() -> "QuerySet[BrowserReport]":
    """Reports that nobody answered in time, or whose mail address was kept long enough."""
    open_ones = Q(status=BrowserStatus.WAITING) | Q(status=BrowserStatus.REFUSED) & ~Q(email=b"")
    return BrowserReport.objects.filter(open_ones, created_at__lt=timezone.now() - KEPT)


def waiting() -> Iterable[uuid.UUID]:
    """Sellers with reports to confirm or to give up."""
    found = set(known().values_list("seller_id", flat=True).distinct())
    return found | set(stale().values_list("seller_id", flat=True).distinct())


def step(seller_id: uuid.UUID) -> bool:
    """Confirm one batch, and give one up; whether there may be more."""
    with seller_scope(seller_id):
        rows = known().select_related("seller").order_by("id")
        found = list(rows.select_for_update(skip_locked=True, of=("self",))[:BATCH])
        for report in found:
            confirm(report)
        old = list(stale().select_related("seller").order_by("id")[:BATCH])
        for report in old:
            _give_up(report)
    return BATCH in (len(found), len(old))


KIND: Final = work.Kind("browser-reports", waiting, step, work.BACKGROUND_QUEUE)


@transaction.atomic
def _give_up(report: BrowserReport) -> None:
    """Refuse what nobody answered and forget its mail address."""
    was_waiting = BrowserReport.objects.filter(pk=report.pk, status=BrowserStatus.WAITING).update(
        status=BrowserStatus.REFUSED, decided_at=timezone.now()
    )
    BrowserReport.objects.filter(pk=report.pk).update(email=b"")
    if was_waiting:
        record(
            seller=report.seller,
            actor=SYSTEM,
            verb="browser_report.refused",
            object=report,
            label=report.external_id,
            changes={"status": (BrowserStatus.WAITING.value, BrowserStatus.REFUSED.value)},
        )


@transaction.atomic
def confirm(report: BrowserReport) -> None:
    """Close a waiting report whose order is known, and credit the order where nobody has it."""
    sale = None
    if report.event == BrowserEvent.SALE:
        rows = Sale.objects.select_for_update(of=("self",)).select_related("customer")
        sale = rows.filter(external_id=report.external_id).first()
    credited = sale is not None and _credit(sale, report)
    report.status, report.decided_at = BrowserStatus.CONFIRMED, timezone.now()
    report.sale, report.email = sale, b""
    report.save(update_fields=["status", "decided_at", "sale", "email"])
    record(
        seller=report.seller,
        actor=SYSTEM,
        verb="browser_report.confirmed",
        object=report,
        label=report.external_id,
        partner_id=sale.partner_id if sale else None,
        changes={"status": (BrowserStatus.WAITING.value, BrowserStatus.CONFIRMED.value)},
        detail={"credited": credited, "program": str(report.program_id)},
    )


def _credit(sale: Sale, report: BrowserReport) -> bool:
    """Credit an order by the report's clicks; whether somebody is credited now."""
    if not _may_credit(sale, report):
        return False
    customer = sale.customer.external_id if sale.customer else ""
    told = SaleInput(
        external_id=sale.external_id,
        currency=sale.currency,
        amount=sale.amount_minor,
        customer=CustomerInput(external_id=customer or ""),
        click_tokens=report.facts.get("click_tokens", []),
        coupon=sale.coupon or report.facts.get("coupon", ""),
    )
    found = crediting.find(report.seller, told, sale.occurred_at)
    if found.enrollment_id is None:
        return False
    sale.enrollment_id, sale.program_id = found.enrollment_id, found.program_id
    sale.partner_id, sale.link_id = found.partner_id, found.link_id
    sale.attribution = found.decision.as_json()
    sale.is_shared = found.decision.is_shared
    sale.state, sale.outcome = Sale.State.PENDING, ""
    sale.save(
        update_fields=[
            "enrollment",
            "program",
            "partner",
            "link",
            "attribution",
            "is_shared",
            "state",
            "outcome",
        ]
    )
    crediting.keep(report.seller, [(sale, found)])
    work.nudge(ENGINE, sale.seller_id)
    return True


def _may_credit(sale: Sale, report: BrowserReport) -> bool:
    """Whether the order names nobody, is the very one that was reported, and nothing came back."""
    gross = sale.amount_minor + sale.tax_minor + sale.shipping_minor
    agrees = report.currency == sale.currency and report.amount_minor in (
        sale.amount_minor,
        gross,
    )
    return (
        agrees
        and sale.partner_id is None
        and sale.attribution.get("why") == UNCREDITED
        and abs(sale.created_at - report.created_at) <= NEAR
        and not Refund.objects.filter(sale=sale).exists()
    )
