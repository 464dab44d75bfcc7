"""Campaigns: made, changed, ended."""

from datetime import date
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record
from campaigns.models import Campaign, Program
from prm.errors import Conflict, Unacceptable
from prm.validation import changed_fields, require_valid
from sellers.actors import Actor


class CampaignFields(TypedDict, total=False):
    """What may be changed of a campaign."""

    name: str
    summary: str
    starts_on: date
    ends_on: date | None


@transaction.atomic
def create_campaign(
    *,
    program: Program,
    actor: Actor,
    name: str,
    starts_on: date,
    ends_on: date | None = None,
    summary: str = "",
) -> Campaign:
    """A campaign of the program. Raises Unacceptable by the field."""
    campaign = Campaign(
        seller_id=program.seller_id,
        program=program,
        name=name.strip(),
        summary=summary.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
    )
    _check(campaign)
    campaign.save(force_insert=True)
    record(
        seller=program.seller,
        actor=actor,
        verb="campaign.created",
        object=campaign,
        detail={"program": program.name, "starts_on": str(starts_on), "ends_on": _day(ends_on)},
    )
    return campaign


@transaction.atomic
def change_campaign(
    *, campaign: Campaign, actor: Actor, **fields: Unpack[CampaignFields]
) -> Campaign:
    """Set the given fields. Raises Unacceptable by the field."""
    current = Campaign.objects.select_for_update().get(pk=campaign.pk)
    wanted = {k: v.strip() if isinstance(v, str) else v for k, v in fields.items()}
    changes = changed_fields(current, wanted)
    if not changes:
        return current
    for field, (_before, after) in changes.items():
        setattr(current, field, after)
    _check(current)
    current.save(update_fields=list(changes))
    record(
        seller=current.seller,
        actor=actor,
        verb="campaign.changed",
        object=current,
        changes={name: (_day(old), _day(new)) for name, (old, new) in changes.items()},
    )
    return current


@transaction.atomic
def end_campaign(*, campaign: Campaign, actor: Actor) -> Campaign:
    """Today is the campaign's last day. Raises Conflict when it is over or has not begun."""
    today = timezone.localdate()
    current = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if current.starts_on > today or (current.ends_on is not None and current.ends_on <= today):
        raise Conflict(_("This campaign is not running."), code="state")
    before, current.ends_on = current.ends_on, today
    current.save(update_fields=["ends_on"])
    record(
        seller=current.seller,
        actor=actor,
        verb="campaign.ended",
        object=current,
        changes={"ends_on": (_day(before), str(today))},
    )
    return current


def _check(campaign: Campaign) -> None:
    if not campaign.name:
        raise Unacceptable(_("Give the campaign a name."), field="name", code="required")
    require_valid(campaign, only=("name", "summary", "starts_on", "ends_on"))
    if campaign.ends_on is not None and campaign.ends_on < campaign.starts_on:
        message = _("The end cannot be before the start.")
        raise Unacceptable(message, field="ends_on", code="order")


def _day(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
