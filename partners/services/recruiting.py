"""Who recruited whom: the line along which overrides are paid."""

from django.db import transaction
from django.utils.translation import gettext as _

from activity.services import record
from partners import selectors
from partners.models import Partner
from prm.errors import Unacceptable
from sellers.actors import Actor
from sellers.models import Seller


@transaction.atomic
def set_recruiter(*, partner: Partner, recruiter: Partner | None, actor: Actor) -> Partner:
    """Say who recruited a partner; None: nobody did. What was earned before stays as it is.

    Raises Unacceptable for the partner himself and for a recruiter whom he recruited, directly
    or through others.
    """
    # Two at once could each be right and together close a circle, over rows that neither
    # touches: so one after the other for a seller, and the partner's row after the seller's.
    Seller.objects.select_for_update(no_key=True).only("pk").get(pk=partner.seller_id)
    current = Partner.objects.select_for_update().get(pk=partner.pk)
    if current.recruited_by_id == (recruiter.pk if recruiter else None):
        return current
    if recruiter is not None:
        _refuse_circle(current, recruiter)
    before = current.recruited_by
    current.recruited_by = recruiter
    current.save(update_fields=["recruited_by", "updated_at"])
    names = (before.name if before else "", recruiter.name if recruiter else "")
    record(
        seller=current.seller,
        actor=actor,
        verb="partner.changed",
        object=current,
        partner_id=current.pk,
        changes={"recruited_by": names},
    )
    return current


def _refuse_circle(partner: Partner, recruiter: Partner) -> None:
    if partner.pk == recruiter.pk:
        message = _("A partner cannot recruit himself. Choose another, or nobody.")
        raise Unacceptable(message, field="recruited_by", code="self")
    if partner.pk in selectors.recruiters_above(recruiter.pk):
        message = _("%(partner)s recruited %(recruiter)s, directly or through others.") % {
            "partner": partner.name,
            "recruiter": recruiter.name,
        }
        raise Unacceptable(message, field="recruited_by", code="circle")
