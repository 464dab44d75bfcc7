"""Inbound sources over the API: shop systems that send their sales, their secrets and their log."""

import uuid
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.fields import ListField

from campaigns import selectors as campaigns
from campaigns.models import Program
from commissions.inbound import secrets, selectors, services
from commissions.inbound.kinds import KINDS
from commissions.models import Arrival, Source, SourceKind
from prm.json_text import canonical
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Instant, Key, Text, Whole, Yes
from sellers.rest.pagination import NEWEST
from sellers.rest.serializers import Input, Output

STATES = [("new", _("Nothing came yet")), ("active", _("In use")), ("paused", _("Paused"))]
MADE_NOTE = (
    "The secret to sign with, where one was made here: shown now and never again. null where \
you sent yours, and in the answer to a repeated Idempotency-Key."
)


class Address(Text):
    """Where the shop system posts to."""

    def to_representation(self, value: Any) -> str:
        return f"{settings.BASE_URL}/hooks/{value.pk}"


class Events(ListField):
    """What the shop system must send."""

    def to_representation(self, value: Any) -> list[str]:
        return list(KINDS[value.kind].events)


class SourceOutput(Output):
    """A shop system; `url` is where it posts its messages."""

    id = Key()
    kind = Choice(choices=SourceKind.choices)
    name = Text()
    program = Key(source="program_id", allow_null=True)
    number_prefix = Text(source="prefix")
    url = Address(source="*")
    events = Events(source="*", child=Text(), help_text="What the shop system must send.")
    state = Choice(choices=STATES)
    last_at = Instant(allow_null=True, help_text="When the newest message came.")
    failed = Whole(help_text="Messages that need a look.")
    refused_at = Instant(allow_null=True, help_text="When a message was last refused.")
    refused_why = Text(
        help_text="Why: no_secret, no_signature, bad_header, wrong_signature or too_old."
    )
    created_at = Instant()


class SourceInput(Input):
    """A new shop system. It opens to nobody until its secret is set."""

    kind = Choice(choices=SourceKind.choices)
    name = Text(max_length=80)
    program = Key(required=False, help_text="The only one whose partners it may credit.")
    number_prefix = Text(
        max_length=12, required=False, help_text="Put before its order and customer numbers."
    )


class SourceQuery(Input):
    """Which sources."""

    kind = Choice(choices=SourceKind.choices, required=False)
    state = Choice(choices=STATES, required=False)


class SourceChange(Input):
    """Another name, or another program for what comes from now on; null for all programs."""

    name = Text(max_length=80)
    program = Key(allow_null=True)


class SecretInput(Input):
    """The secret that the shop system shows; without one, one is made."""

    secret = Text(max_length=300, required=False)


class SecretOutput(Output):
    """The secret that was made, and until when the one before goes on."""

    secret = Text(allow_null=True, help_text=MADE_NOTE)
    old_secrets_end_at = Instant(
        allow_null=True, help_text="Until then the secret before opens the source too."
    )


class OldSecretsOutput(Output):
    """How many secrets were ended."""

    ended = Whole()


class BookedOutput(Output):
    """A record that a message became."""

    kind = Text(help_text="sale, refund, lead or fact.")
    id = Text()
    label = Text()  # type: ignore[assignment]
    note = Text()


class ArrivalOutput(Output):
    """A verified message of a source, and what became of it."""

    id = Key()
    delivery_id = Text(help_text="The sender's own name for it, or the hash of its body.")
    topic = Text()
    subject = Text()
    state = Choice(choices=Arrival.State.choices)
    outcome = BookedOutput(many=True)
    why = Text(help_text="A code: why it was not taken over.")
    detail = Text()
    waits_for = Text()
    repeats = Whole(help_text="How often it came again.")
    has_body = Yes(help_text="Whether what came is still kept.")
    processed_at = Instant(allow_null=True)
    created_at = Instant(help_text="When it came.")


class ArrivalQuery(Input):
    """Which messages."""

    state = Choice(choices=Arrival.State.choices, required=False)
    topic = Text(max_length=80, required=False)


class Sources(Endpoint):
    """All sources in use."""

    scopes = {"GET": "sales:read", "POST": "sales:write"}

    @operation(_("List sources"), query=SourceQuery, answer=SourceOutput, orders=NEWEST)
    def get(self, call: Call) -> QuerySet[Source]:
        return selectors.sources().filter(**call.filters())

    @operation(_("Create a source"), body=SourceInput, answer=SourceOutput, statuses=(201,))
    def post(self, call: Call) -> Source:
        data = {"prefix": call.data.get("number_prefix", ""), **call.data}
        data.pop("number_prefix", None)
        data["program"] = _program(call)
        made = services.create_source(seller=call.seller, actor=call.actor, **data)
        return call.found(selectors.sources(), made.pk)


class SourceDetail(Endpoint):
    """One source in use."""

    scopes = {"GET": "sales:read", "PATCH": "sales:write", "DELETE": "sales:write"}

    @operation(_("Read a source"), answer=SourceOutput)
    def get(self, call: Call, source_id: uuid.UUID) -> Source:
        return call.found(selectors.sources(), source_id)

    @operation(_("Change a source"), body=SourceChange, answer=SourceOutput)
    def patch(self, call: Call, source_id: uuid.UUID) -> Source:
        source = call.found(selectors.sources(), source_id)
        services.change_source(
            source=source,
            name=call.data.get("name", source.name),
            program=_program(call) if "program" in call.data else source.program,
            actor=call.actor,
        )
        return call.found(selectors.sources(), source_id)

    @operation(_("Remove a source"), statuses=(204,))
    def delete(self, call: Call, source_id: uuid.UUID) -> None:
        services.remove_source(source=call.found(selectors.sources(), source_id), actor=call.actor)


class SourcePause(Endpoint):
    """Keep what comes and process none of it."""

    scopes = {"POST": "sales:write"}

    @operation(_("Pause a source"), answer=SourceOutput)
    def post(self, call: Call, source_id: uuid.UUID) -> Source:
        services.pause_source(source=call.found(selectors.sources(), source_id), actor=call.actor)
        return call.found(selectors.sources(), source_id)


class SourceResume(Endpoint):
    """Process what waited, and go on."""

    scopes = {"POST": "sales:write"}

    @operation(_("Resume a source"), answer=SourceOutput)
    def post(self, call: Call, source_id: uuid.UUID) -> Source:
        services.resume_source(source=call.found(selectors.sources(), source_id), actor=call.actor)
        return call.found(selectors.sources(), source_id)


class SourceSecrets(Endpoint):
    """Set or rotate the signing secret."""

    scopes = {"POST": "sales:write"}

    @operation(_("Set a source's secret"), body=SecretInput, answer=SecretOutput)
    def post(self, call: Call, source_id: uuid.UUID) -> dict[str, Any]:
        source = call.found(selectors.sources(), source_id)
        given = call.data.get("secret", "")
        made = services.put_secret(source=source, actor=call.actor, text=given)
        old = secrets.in_force(source, timezone.now()).exclude(ends_at=None)
        ends = old.order_by("-ends_at").values_list("ends_at", flat=True).first()
        claim, self.claim = self.claim, None
        if claim is not None:  # a secret is never kept to be read again
            at = SecretOutput().fields["old_secrets_end_at"]
            told = at.to_representation(ends) if ends else None
            claim.keep(200, canonical({"secret": None, "old_secrets_end_at": told}))
        return {"secret": None if given else made, "old_secrets_end_at": ends}


class SourceOldSecrets(Endpoint):
    """Stop the secrets before the newest at once."""

    scopes = {"POST": "sales:write"}

    @operation(_("End a source's old secrets"), answer=OldSecretsOutput)
    def post(self, call: Call, source_id: uuid.UUID) -> dict[str, int]:
        source = call.found(selectors.sources(), source_id)
        return {"ended": services.end_old_secrets(source=source, actor=call.actor)}


class SourceArrivals(Endpoint):
    """What came from a source, also from one that is removed."""

    scopes = {"GET": "sales:read"}

    @operation(
        _("List a source's messages"), query=ArrivalQuery, answer=ArrivalOutput, orders=NEWEST
    )
    def get(self, call: Call, source_id: uuid.UUID) -> QuerySet[Arrival]:
        source = call.found(selectors.all_sources(), source_id)
        return selectors.arrivals_told().filter(source=source, **call.filters())


def _program(call: Call) -> Program | None:
    wanted = call.data.get("program")
    return call.one(campaigns.programs(), wanted, "program") if wanted else None


SOURCE = "sources/<uuid:source_id>"
urlpatterns = [
    path("sources", Sources.as_view()),
    path(SOURCE, SourceDetail.as_view()),
    path(f"{SOURCE}/pause", SourcePause.as_view()),
    path(f"{SOURCE}/resume", SourceResume.as_view()),
    path(f"{SOURCE}/secret", SourceSecrets.as_view()),
    path(f"{SOURCE}/end-old-secrets", SourceOldSecrets.as_view()),
    path(f"{SOURCE}/arrivals", SourceArrivals.as_view()),
]
