"""Programs, applicants and files for tests."""

import io
import zipfile
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from campaigns import services
from campaigns.models import Application, Program
from campaigns.services import Company
from partners import services as partners
from partners.models import Partner
from sellers.actors import Actor
from sellers.models import User
from tests.cast import Team, make_user, token

LANDING = "https://shop.example.com/beans"
TERMS = "Say that it is paid.\n\nDo not bid on our name."


def make_program(team: Team, *, opened: bool = True, **settings: Any) -> Program:
    """A program with terms, open unless said otherwise; needs the seller's scope."""
    values: dict[str, Any] = {
        "name": "Affiliate",
        "slug": f"p-{token()}",
        "currency": "EUR",
        "landing_url": LANDING,
        "terms": TERMS,
        **settings,
    }
    program = services.create_program(seller=team.seller, actor=team.actor, **values)
    return services.open_program(program=program, actor=team.actor) if opened else program


def make_partner(team: Team, program: Program | None = None, user: User | None = None) -> Partner:
    """An active partner, in `program` and with `user` as his admin where given."""
    partner = partners.create_partner(seller=team.seller, actor=team.actor, name=f"Ngopi {token()}")
    if program is not None:
        services.enroll(program=program, partner=partner, actor=team.actor)
    if user is not None:
        partners.add_member(partner=partner, user=user, role="admin", actor=team.actor)
    return partner


def hand_in(program: Program, user: User | None = None, **changes: Any) -> Application:
    """An application of a new company; needs the seller's scope."""
    person = user or make_user("Ayu Applicant")
    values: dict[str, Any] = {
        "company": Company(name=f"Kedai {token()}", country="ID"),
        "answers": {},
        "actor": Actor.person(person, "198.51.100.7"),
        "address": "198.51.100.7",
        **changes,
    }
    return services.apply(program=program, user=person, **values)


def image(form: str = "PNG", size: tuple[int, int] = (60, 40), **save: Any) -> bytes:
    """The bytes of a small picture."""
    out = io.BytesIO()
    Image.new("RGB", size, "#c8743a").save(out, form, **save)
    return out.getvalue()


def office(ending: str = "docx", **extra: bytes) -> bytes:
    """The bytes of something that looks like an office file."""
    folder = {"docx": "word", "xlsx": "xl", "pptx": "ppt"}[ending]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(f"{folder}/document.xml", "<w/>")
        for name, content in extra.items():
            archive.writestr(name, content)
    return out.getvalue()


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    """An upload as a form hands it over."""
    return SimpleUploadedFile(name, content)
