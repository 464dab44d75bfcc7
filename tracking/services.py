"""Writes about links. Sales also earn, so they are taken in commissions."""

import secrets
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record
from campaigns.models import Campaign, Enrollment
from prm.errors import Conflict, Unacceptable
from sellers.actors import Actor
from tracking import rules
from tracking.models import Link
from tracking.models.links import CODE, CODE_FORM

CODE_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def create_link(
    *,
    enrollment: Enrollment,
    destination: str,
    actor: Actor,
    code: str = "",
    label: str = "",
    campaign: Campaign | None = None,
    subs: Mapping[str, str] | None = None,
) -> Link:
    """A link of an enrollment's partner to a page of the seller.

    Raises Unacceptable for a page on a foreign host, a malformed or taken code, an ended
    enrollment, or a campaign of another program.
    """
    program = enrollment.program
    if enrollment.status != Enrollment.Status.ACTIVE:
        raise Unacceptable(_("This enrollment has ended."), field="enrollment", code="ended")
    host = rules.host_of(destination)
    if not rules.is_allowed_host(host, program.allowed_hosts, [rules.host_of(program.landing_url)]):
        hosts = ", ".join(program.allowed_hosts or [rules.host_of(program.landing_url)])
        raise Unacceptable(
            _("Links of this program lead to %(hosts)s. Choose a page there.") % {"hosts": hosts},
            field="destination",
            code="host_not_allowed",
        )
    if campaign is not None and campaign.program_id != program.pk:
        raise Unacceptable(
            _("This campaign belongs to another program."), field="campaign", code="other_program"
        )
    if code and not CODE_FORM.fullmatch(code):
        raise Unacceptable(str(CODE.message), field="code", code="invalid")
    link = Link(
        seller_id=enrollment.seller_id,
        enrollment=enrollment,
        campaign=campaign,
        destination=destination,
        label=label.strip(),
        **{name: value for name, value in (subs or {}).items() if name in rules.SUB_IDS},
    )
    with transaction.atomic():
        _save_with_code(link, code)
        record(
            seller=enrollment.seller,
            actor=actor,
            verb="link.created",
            object=link,
            label=link.code,
            partner_id=enrollment.partner_id,
            detail={"destination": destination},
        )
    return link


def _save_with_code(link: Link, wanted: str) -> None:
    """Save under the wanted code, or under a fresh random one; a taken code is refused."""
    for _attempt in range(5):
        link.code = wanted or "".join(secrets.choice(CODE_ALPHABET) for _i in range(8))
        try:
            with transaction.atomic():
                link.save(force_insert=True)
            return
        except IntegrityError as error:
            if "code" not in str(error):
                raise
            if wanted:
                raise Unacceptable(
                    _("This code is taken. Choose another."), field="code", code="taken"
                ) from None
    raise Conflict(_("No free code was found. Try again."))


def disable_link(*, link: Link, actor: Actor) -> None:
    """Stop a link from earning; visitors still reach the page. Repeating it changes nothing."""
    with transaction.atomic():
        if Link.objects.filter(pk=link.pk, disabled_at=None).update(disabled_at=timezone.now()):
            record(
                seller=link.seller,
                actor=actor,
                verb="link.disabled",
                object=link,
                label=link.code,
                partner_id=link.enrollment.partner_id,
            )
