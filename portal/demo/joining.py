"""How the demo's partners come in: the form, who waits with which answers, their first steps."""

import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from campaigns import services as campaigns
from campaigns.models import (
    Application,
    Enrollment,
    OnboardingStep,
    StepTick,
    WelcomeMail,
    WelcomeSent,
)
from campaigns.services import onboarding, welcome
from campaigns.services.applications import Company
from partners import services as partners
from partners.models import Partner
from portal.demo import people
from portal.demo.catalogue import PARTNERS, Person
from portal.demo.scene import Scene
from sellers.actors import Actor
from sellers.models import Staff

QUESTIONS: Final[list[dict[str, Any]]] = [
    {"key": "where", "label": "Where do you write about coffee?", "kind": "url",
     "required": True, "choices": []},
    {"key": "reach", "label": "How many people read or watch you in a month?", "kind": "number",
     "required": True, "choices": [], "least": "0"},
    {"key": "makes", "label": "What do you make?", "kind": "many", "required": True,
     "choices": ["Articles", "Videos", "Short posts", "Newsletter", "Events"]},
    {"key": "about", "label": "Tell us about your readers", "kind": "long",
     "required": False, "choices": []},
    {"key": "honest", "label": "I say openly when I earn by a recommendation", "kind": "consent",
     "required": True, "choices": []},
]  # fmt: skip
ADMISSION: Final[list[dict[str, Any]]] = [
    {"decision": "reject",
     "conditions": {"all": [{"field": "answers.reach", "op": "lt", "value": "200"}]},
     "reason": "We begin with 200 readers a month. Come back when you are there!"},
]  # fmt: skip
STEPS: Final[list[dict[str, Any]]] = [
    {"kind": "profile"},
    {"kind": "terms", "gates": ["links"]},
    {"kind": "payout", "gates": ["payouts"]},
    {"kind": "link"},
    {"kind": "material"},
    {"kind": "own", "label": "Taste the welcome set",
     "text": "Three bags are on their way. Write down what you taste: it is your best text."},
]  # fmt: skip
MAILS: Final = (
    (0, "Welcome to {program}", False,
     ("Hello {person},\n\ngood that you are here. Your portal is open: {portal}\n\nMake a link to "
     "the coffee that you would recommend to a friend, and begin with that one.")),
    (3, "Three things that sell coffee", False,
     ("Hello {person},\n\nsay where it grew, how you brew it, and what it tastes like. Prices we "
     "tell ourselves.\n\nPhotos and texts are in your portal: {portal}")),
    (14, "May we help with the first steps?", True,
     ("Hello {person},\n\nsomething on your list is still open: {portal}\n\nAnswer this mail if "
     "anything is unclear.")),
)  # fmt: skip

NEW_DAYS: Final = 30
"""Who joined since has first steps under way."""


@dataclass(frozen=True)
class Applicant:
    """Somebody whose application is not, or not well, decided."""

    name: str
    contact: str
    kind: str
    country: str
    reach: int
    makes: tuple[str, ...]
    about: str
    refused: str = ""


APPLICANTS: Final = (
    Applicant("Rumah Seduh", "Intan Permata", "company", "ID", 5_200, ("Events", "Short posts"),
              "Forty seats in Bogor. Guests ask every day which beans we use."),
    Applicant("Kedai Pojok", "Rizky Firmansyah", "company", "ID", 2_900, ("Short posts",),
              "Students, most of them. They buy small bags and come back."),
    Applicant("Tiga Cangkir", "Maya Lestari", "person", "ID", 18_400, ("Videos", "Articles"),
              "I compare three coffees a week, blind. No brand has paid me so far."),
    Applicant("Kereta Senja", "Bagus Nugraha", "person", "ID", 42_000, ("Articles", "Videos"),
              "Slow travel by train. Every story ends in a cup somewhere."),
    Applicant("Sekar Diseduh", "Ayu Pratiwi", "company", "ID", 800, ("Short posts",),
              "A small shop for brewing gear in Solo."),
    Applicant("Promo Kilat", "Doni Saputro", "company", "ID", 310_000, ("Short posts",),
              "Coupon hunters. We post every code within the hour.",
              "We do not work with coupon sites: their sales come by somebody else."),
    Applicant("Kopi Pemula", "Citra Safitri", "person", "ID", 120, ("Articles",),
              "I have just begun."),
)  # fmt: skip


def open_form(scene: Scene) -> None:
    """Questions, what is decided by itself, first steps and welcome mails of the first program."""
    scene.program = campaigns.change_program(
        program=scene.program, actor=scene.actor, questions=QUESTIONS, admission=ADMISSION
    )
    onboarding.set_checklist(program=scene.program, steps=STEPS, actor=scene.actor)
    for days, subject, unfinished, body in MAILS:
        welcome.create_welcome_mail(
            program=scene.program,
            actor=scene.actor,
            days=days,
            subject=subject,
            body=body,
            only_unfinished=unfinished,
        )


def add_partners(scene: Scene) -> None:
    """Partners in both ways in which they come, by application and by hand, since their days."""
    for person in PARTNERS:
        partner = _join(scene, person)
        enrollment = campaigns.enroll(program=scene.program, partner=partner, actor=scene.actor)
        scene.enrollments.append((person, enrollment))
    now = timezone.now()
    manager = Staff.objects.get(seller=scene.seller, user=scene.owner)
    for person, enrollment in scene.enrollments:
        at = now - timedelta(days=person.joined, hours=person.weight % 7)
        Partner.objects.filter(pk=enrollment.partner_id).update(created_at=at, manager=manager)
        Enrollment.objects.filter(pk=enrollment.pk).update(created_at=at)
        Application.objects.filter(partner=enrollment.partner_id).update(
            created_at=at - timedelta(days=2, hours=5), decided_at=at
        )
    _note_mails(scene)


def add_applicants(scene: Scene) -> None:
    """Applications that wait, and two that were turned down: one by a person, one by itself."""
    now = timezone.now()
    for days_ago, applicant in enumerate(APPLICANTS, start=1):
        application = _apply(
            scene,
            applicant.name,
            applicant.contact,
            applicant.kind,
            applicant.country,
            {"reach": str(applicant.reach), "makes": list(applicant.makes),
             "about": applicant.about},
        )  # fmt: skip
        if applicant.refused:
            campaigns.reject_application(
                application=application,
                reason=applicant.refused,
                actor=scene.actor,
                may_reapply=False,
            )
        at = now - timedelta(days=days_ago, hours=3 * days_ago)
        Application.objects.filter(pk=application.pk).update(created_at=at)


def _note_mails(scene: Scene) -> None:
    """The newest partners have had their mails; the others came before there were any."""
    mails = WelcomeMail.objects.filter(program=scene.program)
    mails.update(started_at=scene.starts)
    WelcomeSent.objects.bulk_create(
        WelcomeSent(seller=scene.seller, mail=mail, enrollment=enrollment)
        for mail in mails
        for person, enrollment in scene.enrollments
        if mail.days <= person.joined < NEW_DAYS
    )


def tick_steps(scene: Scene) -> None:
    """Who came long ago has done his first steps, but for an account where he has none."""
    steps = OnboardingStep.objects.filter(program=scene.program, removed_at=None)
    StepTick.objects.bulk_create(
        StepTick(seller=scene.seller, enrollment=enrollment, step=step, user=scene.owner)
        for step in steps.exclude(kind__in=("payout", "profile"))
        for person, enrollment in scene.enrollments
        if person.joined > NEW_DAYS
    )


def _join(scene: Scene, person: Person) -> Partner:
    if person.applied:
        application = _apply(
            scene, person.name, person.contact, person.kind, person.country,
            {"reach": str(900 + 1_300 * person.weight), "makes": ["Articles"],
             "about": "People who brew at home and ask where it grew."},
        )  # fmt: skip
        campaigns.approve_application(application=application, actor=scene.actor)
        application.partner.refresh_from_db()
        partner: Partner = application.partner
        return partner
    return partners.create_partner(
        seller=scene.seller,
        actor=scene.actor,
        name=person.name,
        email=_email(person.name, person.contact),
        kind=person.kind,
        country=person.country,
        website=_website(person.name),
    )


def _apply(
    scene: Scene, name: str, contact: str, kind: str, country: str, answers: dict[str, Any]
) -> Application:
    logins = {login.email for login in people.LOGINS}
    email = _email(name, contact)
    user = people.make_person(contact, email, may_sign_in=email in logins)
    return campaigns.apply(
        program=scene.program,
        user=user,
        company=Company(name, kind, _website(name), country),
        answers={"where": _website(name), "honest": "yes", **answers},
        actor=Actor.person(user),
    )


def bare(name: str) -> str:
    """A name as it stands in an address: plain small letters and digits."""
    plain = unicodedata.normalize("NFKD", name.lower())
    return "".join(sign for sign in plain if sign.isascii() and sign.isalnum())


def _website(name: str) -> str:
    return f"https://{bare(name)}.example/"


def _email(name: str, contact: str) -> str:
    return f"{contact.split(maxsplit=1)[0].lower()}@{bare(name)}.example"
