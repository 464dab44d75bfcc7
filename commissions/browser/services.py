"""Keeping what browsers report, and making sales and leads of it.

What a browser says can be made up by anybody who opens the shop. So a report waits until staff
accept it or the seller's server reports the same order; only where every program that could be
credited asks for no approval is it taken at once.
"""

import logging
import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record
from campaigns.models import Program
from commissions import services
from commissions.browser import confirming
from commissions.browser.reading import Told, genuine
from commissions.inputs import (
    CustomerInput,
    LeadInput,
    LineInput,
    SaleInput,
    check_lead,
    check_sale,
)
from commissions.models import BrowserEvent, BrowserReport, BrowserStatus, Occasion
from prm.crypto import CannotOpen, open_sealed, seal
from prm.errors import Conflict, Refusal
from sellers.actors import SYSTEM, Actor
from tracking.models import Sale, SaleShare

logger = logging.getLogger(__name__)
OPEN = (BrowserStatus.WAITING, BrowserStatus.REFUSED)


def keep(*, program: Program, told: Told, channel: str, host: str) -> tuple[BrowserReport, bool]:
    """Keep a report once; the stored one and False where the same was said before.

    It is taken at once where no approval is asked for. Raises Unacceptable for values that no sale
    or lead may have.
    """
    mark = told.mark
    known = BrowserReport.objects.filter(
        external_id=told.external_id, event=told.event, fingerprint=mark
    ).first()
    if known is not None:
        return known, False
    row = BrowserReport(
        seller_id=program.seller_id,
        program=program,
        event=told.event,
        channel=channel,
        host=host[:253],
        external_id=told.external_id,
        fingerprint=mark,
        currency=told.currency,
        amount_minor=told.amount_minor,
        facts={**told.facts, "click_tokens": genuine(told.click_tokens)},
    )
    _check(row, told.email)
    row.email = seal(told.email.encode(), place=_place(row)) if told.email else b""
    with transaction.atomic():
        made = BrowserReport.objects.bulk_create([row], ignore_conflicts=True)
        stored = BrowserReport.objects.get(
            external_id=row.external_id, event=row.event, fingerprint=mark
        )
        if stored.pk != made[0].pk:
            return stored, False
        _settle(row)
    return row, True


def accept(*, report: BrowserReport, actor: Actor) -> BrowserReport:
    """Make a sale or lead of a report that waits or was refused.

    Raises Conflict when it was decided meanwhile, or when its order is known with other content.
    """
    with transaction.atomic():
        _decide(report, BrowserStatus.TAKEN, actor, "browser_report.accepted")
        _make(report, actor)
    return report


def refuse(*, report: BrowserReport, actor: Actor) -> BrowserReport:
    """Keep a waiting report from becoming anything. It can still be accepted later."""
    with transaction.atomic():
        _decide(report, BrowserStatus.REFUSED, actor, "browser_report.refused")
    return report


def known_order(report: BrowserReport) -> uuid.UUID | None:
    """The sale or lead that stands under the report's id; None where there is none."""
    if report.event == BrowserEvent.SALE:
        sales = Sale.objects.filter(external_id=report.external_id)
        return sales.values_list("pk", flat=True).first()
    leads = Occasion.objects.filter(key=f"lead:{report.external_id}")
    return leads.values_list("pk", flat=True).first()


def _settle(row: BrowserReport) -> None:
    """What becomes of a new report straight away; else it waits."""
    if known_order(row) is not None:
        confirming.confirm(row)
    elif not row.program.browser_approval:
        try:
            with transaction.atomic():
                _decide(row, BrowserStatus.TAKEN, SYSTEM, "browser_report.accepted")
                _make(row, SYSTEM)
                _refuse_unless_trusted(row)
        except Refusal as refusal:
            row.refresh_from_db()
            logger.info("browser report %s waits: %s", row.pk, refusal.message)


def _refuse_unless_trusted(report: BrowserReport) -> None:
    """Raise Conflict where a program is credited that does not take browsers at their word.

    A shop's page reports for all programs of its seller; a click, a coupon or what is known of a
    customer may lead to another one than the page named.
    """
    made = report.sale or report.lead
    credited = {made.program_id} - {None} if made else set()
    shares = SaleShare.objects.filter(sale=report.sale) if report.sale else SaleShare.objects.none()
    credited |= set(shares.values_list("enrollment__program_id", flat=True))
    trusting = Program.objects.filter(
        pk__in=credited, browser_sales=True, browser_approval=False
    ).count()
    if trusting != len(credited):
        raise Conflict(_("A program is credited that asks for approval."), code="needs_approval")


def _decide(report: BrowserReport, to: BrowserStatus, actor: Actor, verb: str) -> None:
    allowed = OPEN if to == BrowserStatus.TAKEN else (BrowserStatus.WAITING,)
    now, before = timezone.now(), report.status
    hit = BrowserReport.objects.filter(pk=report.pk, status=before, status__in=allowed).update(
        status=to, decided_at=now, decided_by=actor.user
    )
    if hit != 1:
        raise Conflict(_("This report was decided already."), code="wrong_status")
    report.status, report.decided_at, report.decided_by = to, now, actor.user
    record(
        seller=report.seller,
        actor=actor,
        verb=verb,
        object=report,
        label=report.external_id,
        changes={"status": (str(before), str(to))},
        detail={
            "event": report.event,
            "channel": report.channel,
            "program": str(report.program_id),
        },
    )


def _make(report: BrowserReport, actor: Actor) -> None:
    """The sale or lead of a report; its mail address is opened for it and then forgotten."""
    email = _email(report)
    if report.event == BrowserEvent.SALE:
        if known_order(report) is not None:
            raise Conflict(
                _("%(id)s is recorded already, so nothing is left to accept.")
                % {"id": report.external_id[:60]},
                code="already_taken",
            )
        taken = services.take_sale(
            seller=report.seller, sale=sale_input(report, email), actor=actor
        )
        report.sale = taken.sale
    else:
        report.lead = services.take_lead(
            seller=report.seller, lead=lead_input(report, email), actor=actor
        ).lead
    report.email = b""
    report.save(update_fields=["sale", "lead", "email"])


def sale_input(report: BrowserReport, email: str) -> SaleInput:
    """The sale that a report tells of, as it is handed in."""
    facts = report.facts
    return SaleInput(
        external_id=report.external_id,
        currency=report.currency,
        amount=report.amount_minor,
        lines=[LineInput(**line) for line in facts.get("lines", ())],
        coupon=facts.get("coupon", ""),
        occurred_at=report.created_at,
        source=report.channel,
        customer=CustomerInput(email=email, **facts.get("customer", {})),
        click_tokens=facts.get("click_tokens", []),
        metadata=facts.get("metadata", {}),
    )


def lead_input(report: BrowserReport, email: str) -> LeadInput:
    """The lead or sign-up that a report tells of, as it is handed in."""
    facts = report.facts
    return LeadInput(
        external_id=report.external_id,
        kind=report.event,
        occurred_at=report.created_at,
        customer=CustomerInput(email=email, **facts.get("customer", {})),
        click_tokens=facts.get("click_tokens", []),
        metadata=facts.get("metadata", {}),
    )


def _check(row: BrowserReport, email: str) -> None:
    if row.event == BrowserEvent.SALE:
        check_sale(sale_input(row, email))
    else:
        check_lead(lead_input(row, email))


def _email(report: BrowserReport) -> str:
    sealed = bytes(report.email)
    if not sealed:
        return ""
    try:
        return open_sealed(sealed, place=_place(report)).decode()
    except CannotOpen:  # the key was changed meanwhile; the order counts without its mailbox
        logger.warning("mail address of browser report %s cannot be opened", report.pk)
        return ""


def _place(report: BrowserReport) -> str:
    return f"browser-report:{report.pk}"
