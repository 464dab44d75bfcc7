"""Prospects over the API: kept, moved, scored against wanted profiles, invited to apply."""

import uuid
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework.fields import ListField

from campaigns import prospect_selectors as fits
from campaigns import selectors
from campaigns.api.reach import (
    ChannelFields,
    ChannelOutput,
    ReferenceFields,
    ReferenceOutput,
    set_reach,
)
from campaigns.fit import CRITERIA, WEIGHTS, Profile
from campaigns.models import ProspectInvitation, WantedProfile
from campaigns.services import prospect_invitations, wanted
from partners import prospect_selectors as prospects
from partners.models import ContentKind, Platform, Prospect
from partners.models.reach import MOST_FOLLOWERS
from partners.prospect_rules import MOST_WORDS, WORD_LENGTH
from partners.selectors import managers
from partners.services import prospects as services
from sellers.mail import LANGUAGES
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import (
    Choice,
    Country,
    Email,
    Instant,
    Key,
    Rate,
    Text,
    Url,
    Whole,
    Yes,
    choices,
)
from sellers.rest.pagination import NEWEST
from sellers.rest.serializers import Input, Output, input_of

OUT_STATES = ("waiting", "sent", "unsent", "started", "applied", "declined", "withdrawn", "expired")


def _texts(limit: int = 12) -> ListField:
    return ListField(child=Text(max_length=limit), max_length=50, required=False)


class ProspectOutput(Output):
    """A company or person who is no partner yet. `audience` sums the channels."""

    id = Key()
    name = Text()
    email = Text()
    kind = Choice(choices=Prospect.Kind.choices)
    stage = Choice(choices=Prospect.Stage.choices)
    stage_at = Instant()
    stage_reason = Text()
    country = Text()
    languages = ListField(child=Text())
    niches = ListField(child=Text())
    content_kinds = ListField(child=Text())
    website = Text()
    external_id = Text(allow_null=True)
    source = Text()  # type: ignore[assignment]
    manager = Key(source="manager_id", allow_null=True, help_text="The staff member's id.")
    partner = Key(source="partner_id", allow_null=True, help_text="Whom he has become.")
    no_contact = Yes(help_text="He asked not to be written to.")
    audience = Whole()
    channels = ChannelOutput(many=True, source="channels.all")
    references = ReferenceOutput(many=True, source="references.all")
    notes = Text()
    created_at = Instant()
    updated_at = Instant()


class ProspectInput(Input):
    """A prospect as the seller knows him. Lists replace those that are kept."""

    name = Text(max_length=160)
    email = Email(required=False, allow_blank=True)
    kind = Choice(choices=Prospect.Kind.choices, required=False)
    country = Country(required=False, allow_blank=True)
    languages = _texts(3)
    niches = ListField(child=Text(max_length=WORD_LENGTH), max_length=MOST_WORDS, required=False)
    content_kinds = ListField(
        child=Choice(choices=ContentKind.choices), max_length=20, required=False
    )
    website = Url(required=False, allow_blank=True)
    external_id = Text(max_length=120, required=False, allow_null=True)
    source = Text(  # type: ignore[assignment]
        max_length=120, required=False, allow_blank=True
    )
    manager = Key(required=False, help_text="A staff member's id; by default the key's maker.")
    notes = Text(max_length=5000, required=False, allow_blank=True)
    channels = ChannelFields(many=True, required=False)
    references = ReferenceFields(many=True, required=False)


class ProspectQuery(Input):
    """Which prospects."""

    stage = Choice(choices=Prospect.Stage.choices, required=False)
    country = Country(required=False)
    external_id = Text(max_length=120, required=False)
    email = Email(required=False)
    manager = Key(required=False)
    partner = Key(required=False)


class MoveInput(Input):
    """Where to: found, talking, or dropped with the reason."""

    stage = Choice(choices=choices(sorted(Prospect.BY_HAND)))
    reason = Text(max_length=500, required=False, allow_blank=True)


class ReasonOutput(Output):
    """What one criterion of the wanted profile gave. `found` and `wanted` were compared."""

    criterion = Choice(choices=choices(CRITERIA))
    state = Choice(choices=choices(["met", "partly", "missed", "unknown"]))
    weight = Choice(choices=choices(WEIGHTS))
    found = ListField(child=Text())
    wanted = ListField(child=Text())


class FitOutput(Output):
    """How well a prospect fits one program, 0 to 100."""

    program = Key(source="program.pk")
    score = Whole(source="fit.score")
    reasons = ReasonOutput(many=True, source="fit.reasons")


class FitsOutput(Output):
    """A prospect's fit to each program that looks for somebody, the best first."""

    prospect = Key()
    fits = FitOutput(many=True)


class ApplyInvitationInput(Input):
    """To which program; the mail goes to `email`, else to the prospect's own address."""

    program = Key()
    email = Email(required=False)
    message = Text(max_length=prospect_invitations.MOST_MESSAGE, required=False, allow_blank=True)
    language = Choice(choices=choices(sorted(LANGUAGES)), required=False)


class ApplyInvitationOutput(Output):
    """A personal invitation to apply. Its link is only in the mail."""

    id = Key()
    program = Key(source="program_id")
    prospect = Key(source="prospect_id")
    email = Text()
    language = Text()
    message = Text()
    state = Choice(choices=choices(OUT_STATES), source="state_now")
    application = Key(source="application_id", allow_null=True)
    expires_at = Instant()
    mailed_at = Instant(allow_null=True)
    created_at = Instant()


WeightsInput = input_of(
    "WeightsInput",
    {name: Choice(choices=choices(WEIGHTS), required=False) for name in CRITERIA},
)


class WantedProfileInput(Input):
    """What a program looks for; an empty list or null wishes nothing."""

    niches = ListField(child=Text(max_length=WORD_LENGTH), max_length=MOST_WORDS, required=False)
    content_kinds = ListField(
        child=Choice(choices=ContentKind.choices), max_length=20, required=False
    )
    platforms = ListField(child=Choice(choices=Platform.choices), max_length=20, required=False)
    countries = ListField(child=Country(), max_length=60, required=False)
    languages = _texts(3)
    least_audience = Whole(min_value=1, max_value=MOST_FOLLOWERS, required=False, allow_null=True)
    most_audience = Whole(min_value=1, max_value=MOST_FOLLOWERS, required=False, allow_null=True)
    least_engagement = Rate(required=False, allow_null=True)
    weights = WeightsInput(
        required=False, help_text="How much each criterion counts: must, much (default), little."
    )


class WantedProfileOutput(Output):
    """What a program looks for."""

    program = Key(source="program_id")
    niches = ListField(child=Text())
    content_kinds = ListField(child=Text())
    platforms = ListField(child=Text())
    countries = ListField(child=Text())
    languages = ListField(child=Text())
    least_audience = Whole(allow_null=True)
    most_audience = Whole(allow_null=True)
    least_engagement = Rate(allow_null=True)
    weights: Any = WeightsInput()


class Prospects(Endpoint):
    """All prospects."""

    scopes = {"GET": "partners:read", "POST": "partners:write"}

    @operation(_("List prospects"), query=ProspectQuery, answer=ProspectOutput, orders=NEWEST)
    def get(self, call: Call) -> QuerySet[Prospect]:
        return _rows().filter(**call.filters())

    @operation(_("Create a prospect"), body=ProspectInput, answer=ProspectOutput, statuses=(201,))
    @transaction.atomic
    def post(self, call: Call) -> Prospect:
        fields, reach = _fields(call)
        prospect = services.create_prospect(seller=call.seller, actor=call.actor, **fields)
        set_reach(prospect, reach, call.actor)
        return call.found(_rows(), prospect.pk)


class ProspectDetail(Endpoint):
    """One prospect."""

    scopes = {"GET": "partners:read", "PATCH": "partners:write"}

    @operation(_("Read a prospect"), answer=ProspectOutput)
    def get(self, call: Call, prospect_id: uuid.UUID) -> Prospect:
        return call.found(_rows(), prospect_id)

    @operation(_("Change a prospect"), body=ProspectInput, answer=ProspectOutput)
    @transaction.atomic
    def patch(self, call: Call, prospect_id: uuid.UUID) -> Prospect:
        prospect = call.found(_rows(), prospect_id)
        fields, reach = _fields(call)
        services.change_prospect(prospect=prospect, actor=call.actor, **fields)
        set_reach(prospect, reach, call.actor)
        return call.found(_rows(), prospect_id)


class ProspectMove(Endpoint):
    """By hand between found, talking and dropped; the rest follows the application."""

    scopes = {"POST": "partners:write"}

    @operation(_("Move a prospect"), body=MoveInput, answer=ProspectOutput)
    def post(self, call: Call, prospect_id: uuid.UUID) -> Prospect:
        prospect = call.found(_rows(), prospect_id)
        services.move_prospect(
            prospect=prospect,
            to=call.data["stage"],
            reason=call.data.get("reason", ""),
            actor=call.actor,
        )
        return call.found(_rows(), prospect_id)


class ProspectFits(Endpoint):
    """How well a prospect fits, with the reasons."""

    scopes = {"GET": "partners:read"}

    @operation(_("Read how well a prospect fits"), answer=FitsOutput)
    def get(self, call: Call, prospect_id: uuid.UUID) -> dict[str, Any]:
        prospect = call.found(_rows(), prospect_id)
        return {"prospect": prospect.pk, "fits": fits.fits_of(prospect)}


class ProspectInvitations(Endpoint):
    """A prospect's invitations to apply."""

    scopes = {"GET": "partners:read", "POST": "partners:write"}

    @operation(_("List a prospect’s invitations"), answer=ApplyInvitationOutput, orders=NEWEST)
    def get(self, call: Call, prospect_id: uuid.UUID) -> QuerySet[ProspectInvitation]:
        return fits.invitations_of(call.found(_rows(), prospect_id))

    @operation(
        _("Invite a prospect to apply"),
        body=ApplyInvitationInput,
        answer=ApplyInvitationOutput,
        statuses=(201,),
    )
    def post(self, call: Call, prospect_id: uuid.UUID) -> ProspectInvitation:
        data = dict(call.data)
        program = call.one(selectors.programs(), data.pop("program"), "program")
        prospect = call.found(_rows(), prospect_id)
        return prospect_invitations.invite_prospect(
            prospect=prospect, program=program, actor=call.actor, **data
        )


class ProspectInvitationWithdraw(Endpoint):
    """The link ends at once."""

    scopes = {"POST": "partners:write"}

    @operation(_("Withdraw an invitation to apply"), answer=ApplyInvitationOutput)
    def post(
        self, call: Call, prospect_id: uuid.UUID, invitation_id: uuid.UUID
    ) -> ProspectInvitation:
        rows = fits.invitations_of(call.found(_rows(), prospect_id))
        invitation = call.found(rows, invitation_id)
        prospect_invitations.withdraw_invitation(invitation=invitation, actor=call.actor)
        return call.found(rows, invitation_id)


class ProgramWantedProfile(Endpoint):
    """Whom a program looks for."""

    scopes = {"GET": "programs:read", "PATCH": "programs:write"}

    @operation(_("Read a program’s wanted profile"), answer=WantedProfileOutput)
    def get(self, call: Call, program_id: uuid.UUID) -> WantedProfile:
        program = call.found(selectors.programs(), program_id)
        return fits.profile_of(program) or WantedProfile(program=program)

    @operation(
        _("Set a program’s wanted profile"), body=WantedProfileInput, answer=WantedProfileOutput
    )
    def patch(self, call: Call, program_id: uuid.UUID) -> WantedProfile:
        program = call.found(selectors.programs().select_related("seller"), program_id)
        kept = fits.profile_of(program)
        values = vars(fits.as_profile(kept)) if kept else {}
        given = dict(call.data)
        if given.get("least_engagement") is not None:
            given["least_engagement"] = Decimal(given["least_engagement"])
        return wanted.save_wanted_profile(
            program=program, profile=Profile(**{**values, **given}), actor=call.actor
        )


def _rows() -> QuerySet[Prospect]:
    return prospects.prospects().prefetch_related("references")


def _fields(call: Call) -> tuple[dict[str, Any], dict[str, Any]]:
    """The body's facts, with the staff member in place of his id, and its lists of reach."""
    fields = dict(call.data)
    lists = [name for name in ("channels", "references") if name in fields]
    reach: dict[str, Any] = {name: fields.pop(name) for name in lists}
    if "manager" in fields:
        fields["manager"] = call.one(managers(), fields["manager"], "manager")
    return fields, reach


PROSPECT = "prospects/<uuid:prospect_id>"
urlpatterns: list[Any] = [
    path("prospects", Prospects.as_view()),
    path(PROSPECT, ProspectDetail.as_view()),
    path(f"{PROSPECT}/move", ProspectMove.as_view()),
    path(f"{PROSPECT}/fits", ProspectFits.as_view()),
    path(f"{PROSPECT}/invitations", ProspectInvitations.as_view()),
    path(
        f"{PROSPECT}/invitations/<uuid:invitation_id>/withdraw",
        ProspectInvitationWithdraw.as_view(),
    ),
    path("programs/<uuid:program_id>/wanted-profile", ProgramWantedProfile.as_view()),
]
