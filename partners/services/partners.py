"""Partners: made, changed, suspended, brought back, ended."""

from typing import TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.services import record
from partners import selectors
from partners.models import Partner
from partners.models import PartnerStatus as Status
from partners.notices import Text, notices_to
from partners.services.profiles import cleaned_profile
from prm.errors import Conflict, Unacceptable
from prm.validation import changed_fields, require_valid
from sellers.actors import Actor
from sellers.models import Seller, Staff

TAKEN = gettext_lazy("Another partner already has this id.")
TEXTS = ("name", "notes", "external_id")
CHECKED = frozenset({"name", "email", "kind", "website", "external_id", "notes"})
STARTING = {"invited", "applied", "active"}


class PartnerFields(TypedDict, total=False):
    """What may be changed of a partner after he was made."""

    name: str
    email: str
    kind: str
    country: str
    website: str
    external_id: str | None
    manager: Staff | None
    notes: str


def create_partner(
    *,
    seller: Seller,
    actor: Actor,
    name: str,
    email: str = "",
    kind: str = "company",
    country: str = "",
    website: str = "",
    external_id: str | None = None,
    manager: Staff | None = None,
    notes: str = "",
    status: str = "active",
) -> Partner:
    """A new partner. Without a `manager` the actor looks after him, or the seller's owner.

    One who has only applied gets his manager when he is approved.
    Raises Unacceptable by the field, and Conflict when `external_id` is taken.
    """
    if status not in STARTING:
        raise Unacceptable(_("A partner cannot start like this."), field="status")
    partner = Partner(seller=seller, status=status)
    fields: PartnerFields = {
        "name": name,
        "email": email,
        "kind": kind,
        "country": country,
        "website": website,
        "external_id": external_id,
        "notes": notes,
        "manager": manager,
    }
    if manager is None and status != Status.APPLIED:
        fields["manager"] = selectors.default_manager(actor.user)
    for field, value in cleaned_profile(fields, TEXTS).items():
        setattr(partner, field, value)
    require_valid(partner, only=CHECKED)
    _save(partner)
    record(
        seller=seller,
        actor=actor,
        verb="partner.created",
        object=partner,
        partner_id=partner.pk,
        changes={"status": ("", status)},
        detail={"name": partner.name, "email": partner.email, "country": partner.country},
    )
    return partner


@transaction.atomic
def change_partner(*, partner: Partner, actor: Actor, **fields: Unpack[PartnerFields]) -> Partner:
    """Set the given fields. Nothing is written or recorded when nothing differs.

    Raises Unacceptable by the field, and Conflict when `external_id` is taken.
    """
    current = Partner.objects.select_for_update().get(pk=partner.pk)
    if "manager" in fields and fields["manager"] is None:
        raise Unacceptable(_("Every partner has a manager. Choose one."), field="manager")
    changes = changed_fields(current, cleaned_profile(fields, TEXTS))
    for field, (_before, after) in changes.items():
        setattr(current, field, after)
    require_valid(current, only=CHECKED & set(changes))
    if not changes:
        return current
    _save(current)
    shown = {
        field: (_plain(before), _plain(after))
        for field, (before, after) in changes.items()
        if field not in {"name_key", "domain"}
    }
    record(
        seller=current.seller,
        actor=actor,
        verb="partner.changed",
        object=current,
        partner_id=current.pk,
        changes=shown,
    )
    return current


@transaction.atomic
def suspend_partner(*, partner: Partner, reason: str, actor: Actor) -> Partner:
    """active -> suspended: his links lead on but earn nothing. He reads `reason`."""
    return _move(
        partner,
        Status.SUSPENDED,
        _reason(reason),
        actor,
        gettext_lazy("%(seller)s suspended your account"),
        gettext_lazy(
            "%(reason)s\n\nYour links still lead to the shop, but sales through them earn nothing "
            "until the suspension is lifted. What you earned before stays yours."
        ),
    )


@transaction.atomic
def reactivate_partner(*, partner: Partner, actor: Actor, reason: str = "") -> Partner:
    """suspended -> active: from now on sales earn again."""
    return _move(
        partner,
        Status.ACTIVE,
        _text(reason, "reason"),
        actor,
        gettext_lazy("Your account at %(seller)s is active again"),
        gettext_lazy("Sales through your links earn again from now on. %(reason)s"),
        only_from={Status.SUSPENDED},
    )


@transaction.atomic
def terminate_partner(*, partner: Partner, reason: str, actor: Actor) -> Partner:
    """active or suspended -> terminated, for good. What he earned stays owed."""
    return _move(
        partner,
        Status.TERMINATED,
        _reason(reason),
        actor,
        gettext_lazy("%(seller)s ended the partnership"),
        gettext_lazy(
            "%(reason)s\n\nWhat you earned before is still paid out, and you can read it."
        ),
    )


@transaction.atomic
def activate_partner(*, partner: Partner, actor: Actor) -> Partner:
    """invited, applied or rejected -> active, with a manager; an active partner stays as he is."""
    current = Partner.objects.select_for_update().get(pk=partner.pk)
    if current.status == Status.ACTIVE:
        return current
    if current.manager_id is None:
        current.manager = selectors.default_manager(actor.user)
        current.save(update_fields=["manager", "updated_at"])
    waiting = {Status.INVITED, Status.APPLIED, Status.REJECTED}
    return _move(current, Status.ACTIVE, "", actor, only_from=waiting, verb="partner.approved")


@transaction.atomic
def decline_partner(*, partner: Partner, reason: str, actor: Actor) -> Partner:
    """invited or applied -> rejected. The partner may apply again later."""
    return _move(partner, Status.REJECTED, _reason(reason), actor)


def _move(
    partner: Partner,
    to: Status,
    reason: str,
    actor: Actor,
    subject: Text = "",
    body: Text = "",
    *,
    only_from: set[Status] | None = None,
    verb: str = "",
) -> Partner:
    """One conditional update; Conflict when the partner has moved on meanwhile."""
    allowed = {status for status, ends in Partner.TRANSITIONS.items() if to in ends}
    before = Partner.objects.select_for_update().values_list("status", flat=True).get(pk=partner.pk)
    hit = Partner.objects.filter(
        pk=partner.pk, status=before, status__in=allowed & (only_from or allowed)
    ).update(status=to, status_reason=reason)
    if hit != 1:
        state = Status(before).label
        message = _("This cannot be done now: the partner is “%(state)s”.") % {"state": state}
        raise Conflict(message, code="state")
    partner.refresh_from_db()
    values = {"seller": partner.seller.name, "reason": reason}
    told = selectors.users_of(partner) if subject else []
    record(
        seller=partner.seller,
        actor=actor,
        verb=verb or f"partner.{'reactivated' if to == Status.ACTIVE else to}",
        object=partner,
        partner_id=partner.pk,
        changes={"status": (before, str(to))},
        detail={"reason": reason} if reason else {},
        notify=notices_to(
            told,
            seller=partner.seller,
            room="partner",
            subject=subject,
            body=body,
            values=values,
            path=f"/{partner.seller.slug}/portal/",
        ),
    )
    return partner


def _save(partner: Partner) -> None:
    try:
        with transaction.atomic():
            partner.save()
    except IntegrityError as error:
        if "partner_external_id_once" not in str(error):
            raise
        raise Conflict(str(TAKEN), field="external_id", code="taken") from error


def _reason(reason: str) -> str:
    text = _text(reason, "reason")
    if not text:
        raise Unacceptable(
            _("Give a reason; the partner reads it."), field="reason", code="required"
        )
    return text


def _text(value: str, field: str, limit: int = 500) -> str:
    text = value.strip()
    if "\x00" in text:
        raise Unacceptable(_("Remove the zero character."), field=field)
    if len(text) > limit:
        message = _("At most %(limit)d characters.") % {"limit": limit}
        raise Unacceptable(message, field=field, code="max_length")
    return text


def _plain(value: object) -> object:
    """A value as the trail keeps it."""
    return str(value) if isinstance(value, Staff) else value
