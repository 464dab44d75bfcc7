"""Tiers by figures over the API: who would move, where a partner stands, every move, pinning."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework.fields import ListField

from campaigns import selectors as campaigns
from campaigns import services
from campaigns.api.enrollments import EnrollmentOutput
from campaigns.api.tiers import TierInput, terms_of
from campaigns.models import Enrollment, Tier, TierCause, TierMove
from commissions.tiering import previews, selectors
from commissions.tiering.previews import Preview
from commissions.tiering.rules import Step
from commissions.tiering.selectors import Standing
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Day, Instant, Key, Text, Whole, choices
from sellers.rest.pagination import NEWEST
from sellers.rest.payloads import FreeObject
from sellers.rest.serializers import Input, Output, input_of

MOST_MOVERS = 200
STEPS = {Step.RISES: "rises", Step.DROPS: "drops", Step.FALLS_SHORT: "falls_short"}

PreviewInput = input_of(
    "TierPreviewInput",
    {
        **TierInput().get_fields(),
        "tier": Key(required=False, help_text="The tier that this would change; none for a new."),
    },
)


class PinInput(Input):
    """The tier to keep the partner in whatever his figures say; null for none."""

    tier = Key(allow_null=True)
    reason = Text(max_length=300)


class MoverOutput(Output):
    """One partner whom the change would touch; tiers are named by their keys, "" for none."""

    enrollment = Key(source="enrollment.pk")
    partner = Key(source="enrollment.partner_id")
    step = Choice(choices=choices(STEPS.values()))
    before = Text()
    after = Text()
    falls_on = Day(allow_null=True)
    reason = Text()

    def to_representation(self, instance: previews.Mover) -> dict[str, Any]:
        """The mover with keys for its tiers."""
        row = {
            "enrollment": instance.enrollment,
            "step": STEPS[instance.step],
            "before": instance.before.key if instance.before else "",
            "after": instance.after.key if instance.after else "",
            "falls_on": instance.falls_on,
            "reason": instance.reason,
        }
        return super().to_representation(row)


class PreviewOutput(Output):
    """Who would move if the tier were saved now; the first 200 by name."""

    risen = Whole()
    dropped = Whole()
    warned = Whole(help_text="Who would fall short and keep the tier for its days of grace.")
    stay = Whole()
    pinned = Whole()
    movers = ListField(child=MoverOutput())

    def to_representation(self, instance: Preview) -> dict[str, Any]:
        """Counts, and the movers."""
        row = {
            "risen": len(instance.risen),
            "dropped": len(instance.dropped),
            "warned": len(instance.warned),
            "stay": instance.stay,
            "pinned": instance.pinned,
            "movers": instance.movers[:MOST_MOVERS],
        }
        return super().to_representation(row)


_GapOutput = type(
    "TierGap",
    (Output,),
    {
        "__doc__": "How far a partner is from a tier in the window that runs.",
        "tier": Key(source="tier.pk"),
        "metric": Choice(source="tier.metric", choices=Tier.Metric.choices),
        "window": Choice(source="tier.window", choices=Tier.Window.choices),
        "value": Whole(),
        "from": Whole(source="target"),
        "missing": Whole(),
        "first_day": Day(source="days.first"),
        "last_day": Day(source="days.last"),
        "decides_on": Day(source="days.decides_on"),
        "reaches_on": Day(allow_null=True),
    },
)


class StandingOutput(Output):
    """Where a partner stands in a program, counted now; values are in minor units for money."""

    enrollment = Key(source="enrollment.pk")
    tier = Key(source="enrollment.tier_id", allow_null=True)
    since = Instant(source="enrollment.tier_since", allow_null=True)
    falls_on = Day(source="enrollment.tier_falls_on", allow_null=True)
    pinned_at = Instant(source="enrollment.tier_pinned_at", allow_null=True)
    next = _GapOutput(allow_null=True, help_text="The tier above; null on top.")


class MoveOutput(Output):
    """One change of a partner's tier, in force from `at` on. `facts` say what was counted."""

    id = Key()
    enrollment = Key(source="enrollment_id")
    partner = Key(source="enrollment.partner_id")
    program = Key(source="enrollment.program_id")
    before = Key(source="before_id", allow_null=True)
    after = Key(source="after_id", allow_null=True)
    cause = Choice(choices=TierCause.choices)
    at = Instant()
    facts = FreeObject()


class MoveQuery(Input):
    """Whose moves."""

    enrollment = Key(required=False)
    partner = Key(required=False)
    program = Key(required=False)


class TierPreview(Endpoint):
    """Who would move if a tier asked for something else; nothing is saved."""

    scopes = {"POST": "programs:write"}

    @operation(_("Preview a tier"), body=PreviewInput, answer=PreviewOutput)
    def post(self, call: Call) -> Preview:
        data = terms_of(call.data)
        program = call.one(campaigns.programs(), data.pop("program"), "program")
        old = data.pop("tier", None)
        draft = services.drafted_tier(program=program, **data)
        if old is not None:
            tiers = Tier.objects.filter(program=program)
            draft.pk = call.one(tiers, old, "tier").pk
        return previews.preview(program, draft)


class TierMoves(Endpoint):
    """Every move between tiers."""

    scopes = {"GET": "partners:read"}
    partner_keys = True

    @operation(_("List moves between tiers"), query=MoveQuery, answer=MoveOutput, orders=NEWEST)
    def get(self, call: Call) -> QuerySet[TierMove]:
        paths = {"enrollment": "enrollment", "partner": "enrollment__partner",
                 "program": "enrollment__program"}  # fmt: skip
        rows = call.own(selectors.moves(), "enrollment__partner_id")
        return rows.filter(**{paths[name]: value for name, value in call.filters().items()})


class EnrollmentTier(Endpoint):
    """Where one partner stands among a program's tiers."""

    scopes = {"GET": "partners:read"}
    partner_keys = True

    @operation(_("Read a partner's standing among the tiers"), answer=StandingOutput)
    def get(self, call: Call, enrollment_id: uuid.UUID) -> Standing:
        rows = campaigns.enrollments().select_related("program__seller")
        row = call.found(call.own(rows, "partner_id"), enrollment_id)
        return selectors.standing_of(row) or Standing(row, [], None, None)


class EnrollmentTierPin(Endpoint):
    """Keeps a partner in a tier."""

    scopes = {"POST": "partners:write"}

    @operation(_("Pin a partner's tier"), body=PinInput, answer=EnrollmentOutput)
    def post(self, call: Call, enrollment_id: uuid.UUID) -> Enrollment:
        row = call.found(campaigns.enrollments(), enrollment_id)
        tier_id = call.data["tier"]
        tier = None if tier_id is None else call.one(campaigns.tiers(), tier_id, "tier")
        return services.pin_tier(
            enrollment=row, tier=tier, reason=call.data["reason"], actor=call.actor
        )


class EnrollmentTierUnpin(Endpoint):
    """Lets figures move a partner again."""

    scopes = {"POST": "partners:write"}

    @operation(_("Let figures move a partner again"), answer=EnrollmentOutput)
    def post(self, call: Call, enrollment_id: uuid.UUID) -> Enrollment:
        row = call.found(campaigns.enrollments(), enrollment_id)
        return services.unpin_tier(enrollment=row, actor=call.actor)


urlpatterns: list[Any] = [
    path("tiers/preview", TierPreview.as_view()),
    path("tier-moves", TierMoves.as_view()),
    path("enrollments/<uuid:enrollment_id>/tier", EnrollmentTier.as_view()),
    path("enrollments/<uuid:enrollment_id>/tier/pin", EnrollmentTierPin.as_view()),
    path("enrollments/<uuid:enrollment_id>/tier/unpin", EnrollmentTierUnpin.as_view()),
]
