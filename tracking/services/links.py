"""Writes about links."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record
from campaigns import onboarding
from campaigns.models import Campaign, Enrollment, Material, Program
from campaigns.models.onboarding import Gate
from prm.errors import Conflict, Unacceptable
from prm.validation import changed_fields, refuse_if_any
from sellers.actors import Actor
from tracking import rules, targeting
from tracking.models import Coupon, Landing, Link, LinkDomain
from tracking.models.links import CODE, CODE_FORM
from tracking.services import link_coupons

LABEL_LENGTH = 120
CODE_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


class LinkTerms(TypedDict, total=False):
    """What a link may have beside its page."""

    label: str
    campaign: Campaign | None
    coupon: Coupon | None
    domain: LinkDomain | None
    expires_at: datetime | None
    targets: Sequence[Mapping[str, Any]]


class LinkFields(LinkTerms, total=False):
    """What may be changed of a link."""

    destination: str


def create_link(
    *,
    enrollment: Enrollment,
    actor: Actor,
    destination: str,
    code: str = "",
    subs: Mapping[str, str] | None = None,
    landing: Landing | None = None,
    material: Material | None = None,
    **terms: Unpack[LinkTerms],
) -> Link:
    """A link of an enrollment's partner to a page of the seller.

    With a `coupon` the page's address carries it where the program's shop takes one from there.
    Raises Unacceptable for a page on a foreign host, a malformed or taken code, an ended
    enrollment, a campaign of another program, an end that has passed, a host that did not prove
    to be the seller's. Raises Conflict while the check-list keeps links closed to the partner.
    Use `link_of_material` for the link of a material.
    """
    if enrollment.status != Enrollment.Status.ACTIVE:
        raise Unacceptable(_("This enrollment has ended."), field="enrollment", code="ended")
    onboarding.require_open(enrollment, Gate.LINKS, actor)
    if code and not CODE_FORM.fullmatch(code):
        raise Unacceptable(str(CODE.message), field="code", code="invalid")
    coupon = terms.get("coupon")
    if coupon is not None:
        link_coupons.require_usable(coupon, enrollment)
        destination = link_coupons.page_with(enrollment.program, destination, coupon)
    given: LinkFields = {**terms, "destination": destination}
    link = Link(
        seller_id=enrollment.seller_id,
        enrollment=enrollment,
        landing=landing,
        material=material,
        **_checked(enrollment.program, given),
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
            detail={"destination": link.destination},
        )
    return link


@transaction.atomic
def change_link(*, link: Link, actor: Actor, **fields: Unpack[LinkFields]) -> Link:
    """Set the given fields; its address and its owner stay. Raises Unacceptable by the field.

    Raises Conflict for a link that was switched off.
    """
    current = Link.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if current.disabled_at is not None:
        raise Conflict(_("This link was switched off. Make a new one."), code="disabled")
    if fields.get("expires_at") == current.expires_at:
        fields.pop("expires_at", None)  # it may have passed meanwhile
    _carry_coupon(current, fields)
    changes = changed_fields(current, _checked(current.enrollment.program, fields))
    if not changes:
        return current
    for name, (_before, after) in changes.items():
        setattr(current, name, after)
    current.save(update_fields=list(changes))
    record(
        seller=current.seller,
        actor=actor,
        verb="link.changed",
        object=current,
        label=current.code,
        partner_id=current.enrollment.partner_id,
        changes={name: (_plain(old), _plain(new)) for name, (old, new) in changes.items()},
    )
    return current


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


def _carry_coupon(link: Link, fields: LinkFields) -> None:
    """Put the wanted coupon into the page's address, and take the one before out of it."""
    before, after = link.coupon, fields.get("coupon", link.coupon)
    if before == after and "destination" not in fields:
        return
    if after is not None and after != before:
        link_coupons.require_usable(after, link.enrollment)
    page = fields.get("destination", link.destination)
    program = link.enrollment.program
    fields["destination"] = link_coupons.page_with(program, page, after, before)


def _checked(program: Program, fields: LinkFields) -> dict[str, Any]:
    """The fields as they are stored."""
    found: dict[str, Any] = dict(fields)
    if "destination" in fields:
        found["destination"] = own_page(program, fields["destination"])
    if "label" in fields:
        found["label"] = fields["label"].strip()
        if len(found["label"]) > LABEL_LENGTH:
            message = _("At most %(limit)d characters.") % {"limit": LABEL_LENGTH}
            raise Unacceptable(message, field="label", code="max_length")
    campaign, domain = fields.get("campaign"), fields.get("domain")
    if campaign is not None and campaign.program_id != program.pk:
        raise Unacceptable(
            _("This campaign belongs to another program."), field="campaign", code="other_program"
        )
    if domain is not None and domain.verified_at is None:
        raise Unacceptable(
            _("This host has not proved to be yours yet."), field="domain", code="not_verified"
        )
    end = fields.get("expires_at")
    if end is not None and end <= timezone.now():
        raise Unacceptable(_("Choose a time to come."), field="expires_at", code="past")
    if "targets" in fields:
        allowed = _hosts(program)
        found["targets"], errors = targeting.checked(fields["targets"], allowed)
        refuse_if_any(errors)
    return found


def own_page(program: Program, destination: str) -> str:
    """A page that the program's links may lead to."""
    allowed = _hosts(program)
    if not rules.is_allowed_host(rules.host_of(destination), allowed, []):
        raise Unacceptable(
            _("Links of this program lead to %(hosts)s. Choose a page there.")
            % {"hosts": ", ".join(allowed)},
            field="destination",
            code="host_not_allowed",
        )
    return destination


def _hosts(program: Program) -> list[str]:
    return list(program.allowed_hosts) or [rules.host_of(program.landing_url)]


def _plain(value: Any) -> Any:
    """A field's value as the trail keeps it."""
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Campaign | Coupon | LinkDomain) else value


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
