"""Channels and references over the API: the shapes that prospects and partners share."""

import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _

from partners import prospect_selectors as prospects
from partners.models import Partner, Platform, Reference
from partners.models.reach import MOST_FOLLOWERS
from partners.prospect_selectors import Holder
from partners.selectors import partner_by_id
from partners.services import reach as services
from partners.services.reach import ChannelInput, ReferenceInput
from sellers.actors import Actor
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Day, Key, Rate, Text, Url, Whole
from sellers.rest.serializers import Input, Output


class ChannelFields(Input):
    """One place where somebody is heard. Platform and handle tell channels apart."""

    platform = Choice(choices=Platform.choices)
    handle = Text(max_length=120, required=False, allow_blank=True)
    url = Url(required=False, allow_blank=True)
    audience = Whole(min_value=0, max_value=MOST_FOLLOWERS, required=False, allow_null=True)
    engagement = Rate(
        required=False, allow_null=True, help_text="Percent who react, at most two decimals."
    )


class ReferenceFields(Input):
    """Who works with somebody, or what is said of him. With `id` that one is changed."""

    id = Key(required=False)
    kind = Choice(choices=Reference.Kind.choices)
    name = Text(max_length=160)
    contact = Text(max_length=254, required=False, allow_blank=True)
    text = Text(max_length=2000, required=False, allow_blank=True)
    url = Url(required=False, allow_blank=True)
    given_on = Day(required=False, allow_null=True)


class ChannelOutput(Output):
    """One channel; null is not known."""

    platform = Text()
    handle = Text()
    url = Text()
    audience = Whole(allow_null=True)
    engagement = Rate(allow_null=True)


class ReferenceOutput(Output):
    """One reference."""

    id = Key()
    kind = Text()
    name = Text()
    contact = Text()
    text = Text()
    url = Text()
    given_on = Day(allow_null=True)


class ReachInput(Input):
    """Lists that replace those that are kept; one that is left out stays."""

    channels = ChannelFields(many=True, required=False)
    references = ReferenceFields(many=True, required=False)


class ReachOutput(Output):
    """Where a partner is heard, and who speaks for him."""

    partner = Key()
    channels = ChannelOutput(many=True)
    references = ReferenceOutput(many=True)


class PartnerReach(Endpoint):
    """A partner's channels and references."""

    scopes = {"GET": "partners:read", "PATCH": "partners:write"}

    @operation(_("Read a partner’s channels and references"), answer=ReachOutput)
    def get(self, call: Call, partner_id: uuid.UUID) -> dict[str, Any]:
        return _told(partner_by_id(partner_id))

    @operation(_("Set a partner’s channels and references"), body=ReachInput, answer=ReachOutput)
    def patch(self, call: Call, partner_id: uuid.UUID) -> dict[str, Any]:
        partner = partner_by_id(partner_id)
        set_reach(partner, call.data, call.actor)
        return _told(partner)


def set_reach(holder: Holder, data: Mapping[str, Any], actor: Actor) -> None:
    """The lists that `data` names, of those two."""
    if "channels" in data:
        services.set_channels(holder=holder, channels=_channels(data["channels"]), actor=actor)
    if "references" in data:
        given = [ReferenceInput(**one) for one in data["references"]]
        services.set_references(holder=holder, references=given, actor=actor)


def _channels(rows: Sequence[Mapping[str, Any]]) -> list[ChannelInput]:
    found = []
    for row in rows:
        values = dict(row)
        rate = values.pop("engagement", None)
        engagement = Decimal(rate) if rate is not None else None
        found.append(ChannelInput(engagement=engagement, **values))
    return found


def _told(partner: Partner) -> dict[str, Any]:
    return {
        "partner": partner.pk,
        "channels": prospects.channels_of(partner),
        "references": prospects.references_of(partner),
    }


urlpatterns: list[Any] = [path("partners/<uuid:partner_id>/reach", PartnerReach.as_view())]
