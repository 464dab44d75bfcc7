"""What new partners do first, and the mails that they get, over the API."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework.fields import ListField

from campaigns import onboarding, selectors, welcoming
from campaigns.models import Enrollment, OnboardingStep, Program, WelcomeMail
from campaigns.models.onboarding import Gate, StepKind, TickedBy
from campaigns.services import onboarding as checklists
from campaigns.services import welcome
from campaigns.services.welcome import MOST_DAYS
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Instant, Key, Text, Whole, Yes
from sellers.rest.pagination import NEWEST
from sellers.rest.serializers import Input, Output

LABEL, TEXT, URL = 160, 500, 500
FILLED_IN = "{person}, {partner}, {program}, {seller} and {portal} are filled in."


class CheckStepOutput(Output):
    """A step of a program's check-list."""

    id = Key()
    kind = Choice(
        choices=StepKind.choices, help_text="All but own tick themselves; terms is ticked as read."
    )
    label = Text(help_text="Empty: the product's own words.")  # type: ignore[assignment]
    text = Text()
    url = Text()
    ticked_by = Choice(choices=TickedBy.choices, help_text="Who ticks a step of your own.")
    gates = ListField(
        child=Choice(choices=Gate.choices), help_text="What stays closed until it is done."
    )


class CheckListOutput(Output):
    """What a program asks of new partners, in its order."""

    program = Key()
    steps = CheckStepOutput(many=True)


class CheckStepInput(Input):
    """A step; with the `id` of a present one that is changed and keeps its ticks."""

    id = Key(required=False)
    kind = Choice(choices=StepKind.choices)
    label = Text(max_length=LABEL, required=False, allow_blank=True)  # type: ignore[assignment]
    text = Text(max_length=TEXT, required=False, allow_blank=True)
    url = Text(max_length=URL, required=False, allow_blank=True, help_text="Of a step of your own.")
    ticked_by = Choice(choices=TickedBy.choices, required=False)
    gates = ListField(child=Choice(choices=Gate.choices), max_length=len(Gate), required=False)


class CheckListInput(Input):
    """The whole list: what is not named is taken out."""

    steps = CheckStepInput(many=True)


class CheckStepDoneOutput(Output):
    """A step and whether the partner has done it."""

    step = Key(source="step.pk")
    kind = Choice(choices=StepKind.choices, source="step.kind")
    label = Text(source="step.label")  # type: ignore[assignment]
    done = Yes()
    ticked_at = Instant(source="at", allow_null=True, help_text="When it was ticked by hand.")


class CheckListProgressOutput(Output):
    """How far a partner is with the check-list of a program."""

    enrollment = Key(source="enrollment.pk")
    done = Whole()
    total = Whole()
    closed = ListField(child=Choice(choices=Gate.choices), help_text="What is still closed to him.")
    steps = CheckStepDoneOutput(many=True, source="items")


class WelcomeMailOutput(Output):
    """A mail of a program's welcome sequence."""

    id = Key()
    program = Key(source="program_id")
    days = Whole(help_text="After joining; 0 is at once.")
    subject = Text()
    body = Text()
    only_unfinished = Yes(help_text="Only to partners with open steps.")
    sent_count = Whole(help_text="How many partners had it.")
    created_at = Instant()


class WelcomeMailChanges(Input):
    """What may be changed of a mail. Who had it does not get it again."""

    days = Whole(min_value=0, max_value=MOST_DAYS, required=False)
    subject = Text(max_length=160, required=False)
    body = Text(max_length=5000, required=False, help_text=FILLED_IN)
    only_unfinished = Yes(required=False)


class WelcomeMailInput(WelcomeMailChanges):
    """A mail to those for whom its day is still to come."""

    days = Whole(min_value=0, max_value=MOST_DAYS)
    subject = Text(max_length=160)
    body = Text(max_length=5000, help_text=FILLED_IN)


class CheckList(Endpoint):
    """A program's check-list."""

    scopes = {"GET": "programs:read", "PATCH": "programs:write"}

    @operation(_("Read a program’s check-list"), answer=CheckListOutput)
    def get(self, call: Call, program_id: uuid.UUID) -> dict[str, Any]:
        return _list(call.found(selectors.programs(), program_id))

    @operation(_("Set a program’s check-list"), body=CheckListInput, answer=CheckListOutput)
    def patch(self, call: Call, program_id: uuid.UUID) -> dict[str, Any]:
        program = _program(call, program_id)
        if "steps" in call.data:
            checklists.set_checklist(program=program, steps=call.data["steps"], actor=call.actor)
        return _list(program)


class CheckListProgress(Endpoint):
    """How far one partner is; steps are ticked for him."""

    scopes = {"GET": "partners:read"}
    partner_keys = True

    @operation(_("Read how far a partner is with the check-list"), answer=CheckListProgressOutput)
    def get(self, call: Call, enrollment_id: uuid.UUID) -> onboarding.Progress:
        return _progress(call, enrollment_id)


class CheckListTick(Endpoint):
    """Staff say that a step of their own is done."""

    scopes = {"POST": "partners:write"}

    @operation(_("Tick a step"), answer=CheckListProgressOutput)
    def post(self, call: Call, enrollment_id: uuid.UUID, step_id: uuid.UUID) -> onboarding.Progress:
        enrollment = call.found(_enrollments(), enrollment_id)
        step = call.found(OnboardingStep.objects.filter(program=enrollment.program_id), step_id)
        checklists.tick_step(enrollment=enrollment, step=step, actor=call.actor, as_staff=True)
        return _progress(call, enrollment_id)


class CheckListUntick(Endpoint):
    """A tick is taken back."""

    scopes = {"POST": "partners:write"}

    @operation(_("Take a tick back"), answer=CheckListProgressOutput)
    def post(self, call: Call, enrollment_id: uuid.UUID, step_id: uuid.UUID) -> onboarding.Progress:
        enrollment = call.found(_enrollments(), enrollment_id)
        step = call.found(OnboardingStep.objects.filter(program=enrollment.program_id), step_id)
        checklists.untick_step(enrollment=enrollment, step=step, actor=call.actor)
        return _progress(call, enrollment_id)


class WelcomeMails(Endpoint):
    """A program's welcome sequence."""

    scopes = {"GET": "programs:read", "POST": "programs:write"}

    @operation(_("List a program’s welcome mails"), answer=WelcomeMailOutput, orders=NEWEST)
    def get(self, call: Call, program_id: uuid.UUID) -> QuerySet[WelcomeMail]:
        return welcoming.mails_of(call.found(selectors.programs(), program_id))

    @operation(
        _("Write a welcome mail"),
        body=WelcomeMailInput,
        answer=WelcomeMailOutput,
        statuses=(201,),
    )
    def post(self, call: Call, program_id: uuid.UUID) -> WelcomeMail:
        program = _program(call, program_id)
        made = welcome.create_welcome_mail(program=program, actor=call.actor, **call.data)
        return welcoming.mails_of(program).get(pk=made.pk)


class WelcomeMailDetail(Endpoint):
    """One mail."""

    scopes = {"GET": "programs:read", "PATCH": "programs:write", "DELETE": "programs:write"}

    @operation(_("Read a welcome mail"), answer=WelcomeMailOutput)
    def get(self, call: Call, welcome_mail_id: uuid.UUID) -> WelcomeMail:
        return _mail(call, welcome_mail_id)

    @operation(_("Change a welcome mail"), body=WelcomeMailChanges, answer=WelcomeMailOutput)
    def patch(self, call: Call, welcome_mail_id: uuid.UUID) -> WelcomeMail:
        mail = _mail(call, welcome_mail_id)
        names = ("days", "subject", "body", "only_unfinished")
        values = {name: getattr(mail, name) for name in names}
        welcome.change_welcome_mail(mail=mail, actor=call.actor, **{**values, **call.data})
        return _mail(call, welcome_mail_id)

    @operation(_("Stop a welcome mail"), statuses=(204,))
    def delete(self, call: Call, welcome_mail_id: uuid.UUID) -> None:
        welcome.stop_welcome_mail(mail=_mail(call, welcome_mail_id), actor=call.actor)


def _program(call: Call, program_id: uuid.UUID) -> Program:
    return call.found(selectors.programs().select_related("seller"), program_id)


def _list(program: Program) -> dict[str, Any]:
    return {"program": program.pk, "steps": onboarding.steps().get(program.pk, [])}


def _enrollments() -> QuerySet[Enrollment]:
    return selectors.enrollments().select_related("program__seller")


def _progress(call: Call, enrollment_id: uuid.UUID) -> onboarding.Progress:
    """The partner's list; an empty one where the program has none."""
    rows = call.own(_enrollments(), "partner_id")
    enrollment = call.found(rows, enrollment_id)
    found = onboarding.progress([enrollment])
    return found[0] if found else onboarding.Progress(enrollment, ())


def _mail(call: Call, mail_id: uuid.UUID) -> WelcomeMail:
    return call.found(welcoming.mails(), mail_id)


STEP = "enrollments/<uuid:enrollment_id>/check-list/<uuid:step_id>"
urlpatterns: list[Any] = [
    path("programs/<uuid:program_id>/check-list", CheckList.as_view()),
    path("programs/<uuid:program_id>/welcome-mails", WelcomeMails.as_view()),
    path("welcome-mails/<uuid:welcome_mail_id>", WelcomeMailDetail.as_view()),
    path("enrollments/<uuid:enrollment_id>/check-list", CheckListProgress.as_view()),
    path(f"{STEP}/tick", CheckListTick.as_view()),
    path(f"{STEP}/untick", CheckListUntick.as_view()),
]
