"""Files that mean harm, handed in on the page: refused in plain words, or made harmless."""

import re
import zipfile
from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from campaigns.models import Material, Program
from tests.campaigns import attacks
from tests.campaigns.scene import image, make_program, office, upload
from tests.cast import Team, make_team, signed_in


@pytest.fixture(scope="module")
def team() -> Team:
    """A seller with one person in each role."""
    return make_team()


@pytest.fixture(scope="module")
def program(team: Team) -> Program:
    """The program that materials are put up for."""
    with team.scope():
        return make_program(team)


@pytest.fixture(scope="module")
def marketer(team: Team) -> Client:
    """The marketer's browser."""
    return signed_in(team.marketer)


def put_up(
    marketer: Client, team: Team, program: Program, kind: str, name: str, content: bytes
) -> Any:
    values = {"program": str(program.pk), "kind": kind, "name": "Panen"}
    file = upload("x.png", content)
    file.name = name
    return marketer.post(team.url("materials/new/"), {**values, "file": file})


@pytest.mark.parametrize(
    ("kind", "name", "content", "words"),
    [row[1:] for row in attacks.REFUSED],
    ids=[row[0] for row in attacks.REFUSED],
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_harm_is_refused_in_plain_words(
    team: Team, program: Program, marketer: Client, kind: str, name: str, content: bytes, words: str
) -> None:
    answer = put_up(marketer, team, program, kind, name, content)
    assert answer.status_code == 422
    _before, _found, after = answer.text.partition('id="id_file_error"')
    assert words in re.sub(r"<svg.*?</svg>", "", after, flags=re.DOTALL)[:300]


@pytest.mark.parametrize(
    ("kind", "name", "content"),
    [row[1:] for row in attacks.HARMLESS],
    ids=[row[0] for row in attacks.HARMLESS],
)
def test_only_pixels_are_kept_of_a_picture(
    team: Team, program: Program, marketer: Client, kind: str, name: str, content: bytes
) -> None:
    answer = put_up(marketer, team, program, kind, name, content)
    assert answer.status_code == 302
    shown = marketer.get(answer.headers["Location"] + "file/", {"inline": "1"})
    kept = b"".join(shown.streaming_content)  # type: ignore[attr-defined]
    assert b"<script" not in kept
    assert not zipfile.is_zipfile(BytesIO(kept))
    assert shown.headers["Content-Type"].startswith("image/")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", attacks.NAMES)
def test_names_lead_nowhere(team: Team, program: Program, marketer: Client, name: str) -> None:
    answer = put_up(marketer, team, program, "banner", name, image("PNG"))
    assert answer.status_code == 302
    with team.scope():
        material = Material.objects.order_by("-id")[0]
        assert material.file.name == f"materials/{material.created_at:%Y/%m}/{material.pk}.png"
        assert re.fullmatch(r"[A-Za-z0-9 .()_-]+\.png", material.file_name)
        assert ".." not in material.file_name
    taken = marketer.get(answer.headers["Location"] + "file/")
    assert taken.headers["Content-Disposition"] == f'attachment; filename="{material.file_name}"'


def test_honest_files_are_taken(team: Team, program: Program, marketer: Client) -> None:
    """The control: the same page takes what is in order."""
    honest = {
        "x.png": ("banner", image("PNG", (6000, 6000))),
        "x.pdf": ("document", attacks.packed_objects(b"<< /Type /Page >>")),
        "x.docx": ("document", office("docx", **{"word/long.xml": b"<w:p/>" * 20_000})),
    }
    for name, (kind, content) in honest.items():
        assert put_up(marketer, team, program, kind, name, content).status_code == 302
