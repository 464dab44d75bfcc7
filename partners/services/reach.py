"""Channels and references of a prospect or partner, each set as a whole list."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import models, transaction
from django.utils.translation import gettext as _

from activity import work
from activity.services import record
from partners.models import Channel, Partner, Prospect, Reference
from partners.prospect_rules import total_audience
from partners.prospect_selectors import Holder, channels_of, reach_of
from partners.services.prospects import FIT_WORK
from prm.errors import FieldError, Unacceptable
from prm.validation import checked_url, require_valid
from sellers.actors import Actor

MOST_CHANNELS: Final = 30
MOST_REFERENCES: Final = 50


@dataclass(frozen=True)
class ChannelInput:
    """One channel as it is given; `engagement` in percent."""

    platform: str
    handle: str = ""
    url: str = ""
    audience: int | None = None
    engagement: Decimal | None = None


@dataclass(frozen=True)
class ReferenceInput:
    """One reference as it is given; `id` of the one it replaces."""

    kind: str
    name: str
    contact: str = ""
    text: str = ""
    url: str = ""
    given_on: date | None = None
    id: uuid.UUID | None = None


@transaction.atomic
def set_channels(
    *, holder: Holder, channels: Sequence[ChannelInput], actor: Actor
) -> list[Channel]:
    """The holder has exactly these channels; platform and handle tell them apart.

    Nothing is written or recorded when nothing differs. Raises Unacceptable by the field
    (`channels[0].url`), also for the same channel twice.
    """
    current = _locked(holder)
    _require_few(channels, MOST_CHANNELS, "channels")
    rows = [_channel(current, one, place) for place, one in enumerate(channels)]
    _require_once(rows)
    known = {_mark(one): one for one in channels_of(current)}
    before = [_told_channel(one) for one in known.values()]
    kept = [_kept_channel(known.pop(_mark(row), None), row) for row in rows]
    Channel.objects.filter(pk__in=[one.pk for one in known.values()]).delete()
    _count(current, kept)
    after = [_told_channel(one) for one in kept]
    if sorted(before) != sorted(after):
        _record(current, actor, "channels", before, after)
    return kept


@transaction.atomic
def set_references(
    *, holder: Holder, references: Sequence[ReferenceInput], actor: Actor
) -> list[Reference]:
    """The holder has exactly these references; those with an `id` of his are changed.

    Raises Unacceptable by the field (`references[0].name`).
    """
    current = _locked(holder)
    _require_few(references, MOST_REFERENCES, "references")
    known = {one.pk: one for one in Reference.objects.filter(**_owner(current))}
    before = [_told_reference(one) for one in known.values()]
    kept = []
    for place, given in enumerate(references):
        row = known.pop(given.id, None) if given.id else None
        row = row or Reference(seller=current.seller, **_owner(current), **_twin(current))
        kept.append(_filled_reference(row, given, place))
    Reference.objects.filter(pk__in=list(known)).delete()
    after = [_told_reference(one) for one in kept]
    if sorted(before) != sorted(after):
        _record(current, actor, "references", before, after)
    return kept


def _locked(holder: Holder) -> Holder:
    if isinstance(holder, Prospect):
        rows = Prospect.objects.select_for_update(of=("self",)).select_related("seller", "partner")
        return rows.get(pk=holder.pk)
    found: Partner = (
        Partner.objects.select_for_update(of=("self",)).select_related("seller").get(pk=holder.pk)
    )
    return found


def _owner(holder: Holder) -> dict[str, Any]:
    return {"prospect" if isinstance(holder, Prospect) else "partner": holder}


def _twin(holder: Holder) -> dict[str, Any]:
    """What is noted of a prospect who has become a partner is the partner's, too."""
    return {"partner": holder.partner} if isinstance(holder, Prospect) else {}


def _require_few(items: Sequence[object], limit: int, field: str) -> None:
    if len(items) > limit:
        raise Unacceptable(_("At most %(limit)d.") % {"limit": limit}, field=field)


def _channel(holder: Holder, given: ChannelInput, place: int) -> Channel:
    url = given.url.strip()
    row = Channel(
        seller=holder.seller,
        platform=given.platform,
        handle=given.handle.strip(),
        url=url,
        audience=given.audience,
        engagement=given.engagement,
        **_owner(holder),
        **_twin(holder),
    )
    if not row.handle and not url:
        message = _("Give the name on the platform, or the address.")
        raise Unacceptable(message, field=f"channels[{place}].handle", code="required")
    checked = {"platform", "handle", "audience", "engagement"}
    _require(row, checked, f"channels[{place}]", url)
    return row


def _filled_reference(row: Reference, given: ReferenceInput, place: int) -> Reference:
    for name in ("kind", "given_on"):
        setattr(row, name, getattr(given, name))
    for name in ("name", "contact", "text", "url"):
        setattr(row, name, getattr(given, name).strip())
    _require(row, {"kind", "name", "contact", "text"}, f"references[{place}]", row.url)
    row.save()
    return row


def _require(row: models.Model, checked: set[str], prefix: str, url: str) -> None:
    """The row's own rules, as refusals under the list's path."""
    try:
        if url:
            checked_url(url, "url")
            checked = checked | {"url"}
        require_valid(row, only=checked)
    except Unacceptable as refusal:
        errors = [FieldError(f"{prefix}.{e.field}", e.code, e.message) for e in refusal.errors]
        raise Unacceptable(refusal.message, errors=errors) from refusal


def _require_once(rows: Sequence[Channel]) -> None:
    seen: set[tuple[str, str]] = set()
    for place, row in enumerate(rows):
        if _mark(row) in seen:
            message = _("This channel stands here twice.")
            raise Unacceptable(message, field=f"channels[{place}].handle", code="repeated")
        seen.add(_mark(row))


def _mark(row: Channel) -> tuple[str, str]:
    return row.platform, row.handle


def _kept_channel(known: Channel | None, row: Channel) -> Channel:
    if known is None:
        row.save(force_insert=True)
        return row
    values = ("url", "audience", "engagement")
    if any(getattr(known, name) != getattr(row, name) for name in values):
        for name in values:
            setattr(known, name, getattr(row, name))
        known.save(update_fields=[*values, "updated_at"])
    return known


def _count(holder: Holder, channels: Sequence[Channel]) -> None:
    """Keep the sum that lists sort by, and have the fit worked out anew."""
    if isinstance(holder, Prospect):
        audience = total_audience(reach_of(channels))
        Prospect.objects.filter(pk=holder.pk).update(audience=audience, fit_due=True)
        work.nudge(FIT_WORK, holder.seller_id)
        return
    for prospect in Prospect.objects.filter(partner=holder):
        _count(prospect, list(channels_of(prospect)))


def _record(holder: Holder, actor: Actor, what: str, before: list[str], after: list[str]) -> None:
    is_prospect = isinstance(holder, Prospect)
    record(
        seller=holder.seller,
        actor=actor,
        verb=f"{'prospect' if is_prospect else 'partner'}.{what}",
        object=holder,
        partner_id=holder.partner_id if isinstance(holder, Prospect) else holder.pk,
        changes={what: ("; ".join(before), "; ".join(after))},
    )


def _told_channel(row: Channel) -> str:
    parts: list[object] = [row.get_platform_display(), row.handle or row.url]
    parts += [row.audience] if row.audience is not None else []
    parts += [f"{row.engagement} %"] if row.engagement is not None else []
    return " · ".join(str(part) for part in parts if part != "")


def _told_reference(row: Reference) -> str:
    return f"{row.get_kind_display()}: {row.name}"
