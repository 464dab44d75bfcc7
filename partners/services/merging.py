"""An applicant who turns out to be a partner already: his new row ends, what hangs on it moves."""

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from activity.services import record
from partners.models import Channel, Member, Partner, Prospect, Reference
from partners.models import PartnerStatus as Status
from prm.errors import Conflict
from sellers.actors import Actor


def lock_both(one: uuid.UUID, other: uuid.UUID) -> None:
    """Lock two partners' rows, always in the same order."""
    list(Partner.objects.select_for_update().filter(pk__in={one, other}).order_by("pk"))


@transaction.atomic
def merge_applicant(*, partner: Partner, into: Partner, actor: Actor) -> Partner:
    """invited or applied -> rejected, as the same one as `into`.

    Prospects, channels and references of `partner` are `into`'s from now on; what `into` has
    already stays his own. Raises Conflict when they are one row, `partner` has people or is more
    than an applicant, or `into` was merged itself.
    """
    if partner.pk == into.pk or into.merged_into_id is not None:
        raise Conflict(_("Choose another partner."), field="partner", code="state")
    if Member.objects.filter(partner=partner).exists():
        raise Conflict(_("Only somebody who is no partner yet can be merged."), code="state")
    reason = _("The same as %(partner)s.") % {"partner": into.name}
    before = partner.status
    hit = Partner.objects.filter(
        pk=partner.pk, status__in={Status.INVITED, Status.APPLIED}, merged_into=None
    ).update(status=Status.REJECTED, status_reason=reason[:500], merged_into=into)
    if hit != 1:
        raise Conflict(_("Only somebody who is no partner yet can be merged."), code="state")
    Prospect.objects.filter(partner=partner).update(partner=into)
    _move_reach(partner, into)
    partner.refresh_from_db()
    record(
        seller=partner.seller,
        actor=actor,
        verb="partner.merged",
        object=partner,
        partner_id=partner.pk,
        changes={"status": (before, partner.status)},
        detail={"partner": into.name, "partner_id": str(into.pk)},
    )
    return partner


def _move_reach(partner: Partner, into: Partner) -> None:
    own = {(one.platform, one.handle) for one in Channel.objects.filter(partner=into)}
    for channel in Channel.objects.filter(partner=partner):
        if (channel.platform, channel.handle) not in own:
            Channel.objects.filter(pk=channel.pk).update(partner=into)
    Reference.objects.filter(partner=partner).update(partner=into)
