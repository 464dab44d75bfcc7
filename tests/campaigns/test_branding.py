"""Partners' names on pictures and PDFs: pixels and text of what comes out are checked."""

import io
from typing import Any

import pytest
import typst
from PIL import Image
from pypdf import PdfReader

from campaigns import services
from campaigns.materials import making
from campaigns.materials import selectors as materials
from campaigns.materials.branding import papers, pictures
from campaigns.materials.branding.mark import Mark, box_on
from campaigns.models import BrandedMaterial, Material
from prm.errors import Conflict, Unacceptable
from tests.campaigns.scene import image, make_partner, make_program, upload
from tests.cast import Team, make_team

GROUND = (200, 116, 58)
MARK = Mark("Kopi Nusantara", "Sekar Diseduh", "code SEKAR15", accent="#12594b")


@pytest.fixture(scope="module")
def team() -> Team:
    """A seller with one person in each role."""
    return make_team()


def brochure() -> bytes:
    """A PDF of two pages with text."""
    return bytes(
        typst.compile(
            b"#set page(width: 105mm, height: 148mm)\nBrew card\n#pagebreak()\nThe last page",
            ignore_system_fonts=True,
        )
    )


def pixels(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


@pytest.mark.parametrize(
    ("form", "size", "place"),
    [
        ("PNG", (600, 314), "bottom"),
        ("JPEG", (600, 600), "corner"),
        ("WEBP", (300, 250), "top"),
        ("PNG", (728, 90), "bottom"),
        ("PNG", (120, 90), "bottom"),
    ],
)
def test_the_name_stands_in_its_place_and_the_rest_is_untouched(
    form: str, size: tuple[int, int], place: str
) -> None:
    made = pixels(pictures.branded(image(form, size), place, MARK))
    assert made.size == size
    box = box_on(*size, place)
    label = made.crop((box.x, box.y, box.x + box.width, box.y + box.height))
    inks = label.convert("L").tobytes()
    assert max(inks) > 246, "there is paper"
    assert min(inks) < 100, "there is ink on it"
    far = (size[0] // 4, size[1] - 1 if place == "top" else size[1] // 4)
    assert all(abs(a - b) < 12 for a, b in zip(made.getpixel(far), GROUND, strict=True))  # type: ignore[arg-type]


def test_the_logo_is_drawn() -> None:
    out = io.BytesIO()
    Image.new("RGB", (80, 80), (255, 0, 0)).save(out, "PNG")
    marked = Mark("Kopi", "Sekar", logo=out.getvalue())
    plain, made = (
        pixels(pictures.branded(image("PNG", (600, 314)), "bottom", one))
        for one in (Mark("Kopi", "Sekar"), marked)
    )
    red = [made.getpixel((x, 296)) for x in range(100)]
    assert (255, 0, 0) in red
    assert (255, 0, 0) not in [plain.getpixel((x, 296)) for x in range(100)]


def test_a_pdf_keeps_its_text_and_gains_the_partners() -> None:
    made = PdfReader(io.BytesIO(papers.branded(brochure(), "bottom", MARK)))
    first, last = (page.extract_text() for page in made.pages)
    assert "Brew card" in first
    assert "Sekar" not in first
    for words in ("The last page", "Kopi Nusantara × Sekar Diseduh", "code SEKAR15"):
        assert words in last
    source = PdfReader(io.BytesIO(brochure()))
    sizes = [round(float(page.mediabox.width)) for page in made.pages]
    assert sizes == [round(float(page.mediabox.width)) for page in source.pages]


def test_a_name_is_text_and_never_a_program() -> None:
    odd = Mark("Kopi", "#panic() $x$ *b*", '"]; #image("/etc/passwd")')
    text = PdfReader(io.BytesIO(papers.branded(brochure(), "top", odd))).pages[1].extract_text()
    assert "#panic() $x$ *b*" in text
    assert "/etc/passwd" in text


@pytest.mark.parametrize("content", [b"%PDF-1.7\n%%EOF", b"%PDF-1.7" + b"x" * 100, b""])
def test_a_broken_pdf_is_told_apart(content: bytes) -> None:
    with pytest.raises(papers.NotReadable):
        papers.branded(content, "bottom", MARK)


def ask(team: Team, material: Any, partner: Any, **given: str) -> BrandedMaterial:
    values = {"name": "Sekar Diseduh", **given}
    with team.scope():
        return services.ask_for_branding(
            material=material, partner_id=partner.pk, actor=team.actor, **values
        )


def put_up(team: Team, co_brand: str, content: bytes, name: str) -> tuple[Material, Any]:
    with team.scope():
        program = make_program(team)
        material = services.create_material(
            program=program,
            actor=team.actor,
            kind="document" if name.endswith("pdf") else "banner",
            name="Harvest",
            file=upload(name, content),
            co_brand=co_brand,
        )
        return material, make_partner(team, program)


def work_off(team: Team) -> None:
    while making.step(team.seller.pk):
        pass


def test_a_worker_makes_it_and_staff_approve_where_asked(team: Team) -> None:
    material, partner = put_up(team, "approved", brochure(), "card.pdf")
    piece = ask(team, material, partner, contact="code SEKAR15", link_url="https://prm.example/r/x")
    with pytest.raises(Conflict):
        ask(team, material, partner)
    work_off(team)
    with team.scope():
        piece.refresh_from_db()
        assert piece.status == "waiting"
        assert materials.branded_in_use(material.pk, partner.pk) is None
        with pytest.raises(Unacceptable):
            services.reject_branding(piece=piece, actor=team.actor, reason=" ")
        services.approve_branding(piece=piece, actor=team.actor)
        with pytest.raises(Conflict):
            services.reject_branding(piece=piece, actor=team.actor, reason="Late")
        assert materials.branded_in_use(material.pk, partner.pk) == piece
        with piece.file.open() as file:
            assert "Sekar Diseduh" in PdfReader(file).pages[1].extract_text()


def test_without_approval_it_is_ready_at_once_and_a_refused_one_is_not(team: Team) -> None:
    material, partner = put_up(team, "free", image("PNG", (600, 314)), "x.png")
    first = ask(team, material, partner)
    work_off(team)
    second = ask(team, material, partner, name="珈琲")
    work_off(team)
    with team.scope():
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.status, second.status) == ("ready", "failed")
        assert second.reason == "unreadable"
        assert materials.branded_in_use(material.pk, partner.pk) == first
    plain, other = put_up(team, "none", image(), "x.png")
    with pytest.raises(Conflict):
        ask(team, plain, other)


def test_a_piece_that_breaks_off_three_times_has_failed(team: Team) -> None:
    material, partner = put_up(team, "free", image("PNG", (600, 314)), "x.png")
    piece = ask(team, material, partner)
    with team.scope():
        BrandedMaterial.objects.filter(pk=piece.pk).update(attempts=making.MAX_ATTEMPTS)
    work_off(team)
    with team.scope():
        piece.refresh_from_db()
        assert (piece.status, piece.reason) == ("failed", "broken")
