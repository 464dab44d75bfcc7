"""Which partner a sale is credited to. A partner named by the seller wins over any click."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from campaigns.models import Enrollment
from commissions.inputs import LeadInput, SaleInput
from partners.models import Partner
from prm.errors import Unacceptable
from tracking import rules, tokens
from tracking.models import Link, Sale


@dataclass(frozen=True)
class Found:
    """The credited enrollment, the link that led to it, and the words for it."""

    enrollment: Enrollment | None
    link: Link | None
    credit: rules.Credit


def find(sale: SaleInput | LeadInput, occurred_at: datetime) -> Found:
    """Credit for a sale. Raises Unacceptable for a partner or link that is not known."""
    if sale.partner:
        return of_named(named_enrollment(sale.partner, sale.program))
    first = of_subscription(sale)
    if first is not None:
        return first
    if sale.link:
        return _by_link(sale.link)
    if sale.click_token:
        return _by_click(sale.click_token, occurred_at)
    return Found(None, None, rules.Credit("none", "nothing_given"))


def of_subscription(sale: SaleInput | LeadInput) -> Found | None:
    """A later charge stays with whom the first was credited to, whatever the window."""
    if sale.charge_number is None or sale.charge_number < 2:
        return None
    first = (
        Sale.objects.filter(subscription_id=sale.subscription_id, charge_number=1)
        .select_related("enrollment__program", "enrollment__partner", "link")
        .order_by("occurred_at", "id")
        .first()
    )
    if first is None or first.enrollment is None:
        return None
    credit = rules.Credit("subscription", "first_charge", first.link.code if first.link else "")
    return _unless_barred(first.enrollment, first.link, credit)


def of_named(enrollment: Enrollment) -> Found:
    """Credit of a partner whom the seller names."""
    return _unless_barred(enrollment, None, rules.Credit("partner", "named_by_seller"))


def named_enrollment(partner_id: str, program_id: str) -> Enrollment:
    """A named partner's active enrollment; `program_id` is needed where he has several."""
    found = Enrollment.objects.filter(
        partner_id=_uuid(partner_id, "partner"), status=Enrollment.Status.ACTIVE
    ).select_related("program", "partner")
    if program_id:
        found = found.filter(program_id=_uuid(program_id, "program"))
    rows = list(found[:2])
    if len(rows) == 1:
        return rows[0]
    if rows:
        message = _("This partner is in several programs. Name one as program.")
        raise Unacceptable(message, field="program", code="ambiguous")
    field = "program" if program_id and _exists(partner_id) else "partner"
    raise Unacceptable(_("No such partner in a program."), field=field, code="unknown")


def _exists(partner_id: str) -> bool:
    return Partner.objects.filter(pk=partner_id).exists()


def _uuid(text: str, field: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Unacceptable(_("This is no id."), field=field, code="invalid") from None


def _by_link(code: str) -> Found:
    link = _links().filter(code=code).first()
    if link is None:
        raise Unacceptable(_("No link has this code."), field="link", code="unknown")
    if link.disabled_at is not None:
        return Found(None, link, rules.Credit("none", "link_ended", link.code))
    return _unless_barred(link.enrollment, link, rules.Credit("link", "link_named", link.code))


def _by_click(token: str, occurred_at: datetime) -> Found:
    """A forged or foreign token credits nobody; the sale is kept and says so."""
    click = tokens.read(token)
    link = _links().filter(pk=click.link_id).first() if click else None
    if click is None or link is None:
        return Found(None, None, rules.Credit("none", "token_not_ours"))
    window = link.enrollment.program.window_days
    credit = rules.Credit("click", "last_click", link.code, click.clicked_at, window)
    why_not = rules.click_counts(click.clicked_at, occurred_at, window)
    if why_not:
        return Found(None, link, replace(credit, method="none", why=why_not))
    return _unless_barred(link.enrollment, link, credit)


def _unless_barred(enrollment: Enrollment, link: Link | None, credit: rules.Credit) -> Found:
    """A suspended partner or an ended enrollment is no candidate; the sale says so."""
    if enrollment.partner.status != Partner.Status.ACTIVE:
        return Found(None, link, replace(credit, method="none", why="partner_inactive"))
    if enrollment.status != Enrollment.Status.ACTIVE:
        return Found(None, link, replace(credit, method="none", why="enrollment_ended"))
    return Found(enrollment, link, credit)


def _links() -> QuerySet[Link]:
    return Link.objects.select_related("enrollment__program", "enrollment__partner")
