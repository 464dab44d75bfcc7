"""What may be put up: pictures drawn anew, documents that are what they say."""

import io

import pytest
from PIL import Image, PngImagePlugin

from campaigns import uploads
from prm.errors import Unacceptable
from tests.campaigns.scene import image, office, upload

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_pictures_come_out_as_they_went_in_but_new(form: str) -> None:
    came = image(form) + b"<script>alert(1)</script>"
    kept = uploads.checked_image(upload("Foto Kopi!.png", came))
    assert b"<script" not in kept.content
    assert (kept.width, kept.height) == (60, 40)
    with Image.open(io.BytesIO(kept.content)) as again:
        assert again.format == form
    assert kept.name.startswith("Foto Kopi.")


def test_nothing_rides_along_in_comments_and_profiles() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "<script>alert(1)</script>")
    sources = [
        image("PNG", pnginfo=info, icc_profile=b"secret" * 40),
        image("JPEG", comment=b"<script>secret", exif=Image.Exif()),
        image("GIF", comment=b"<script>secret"),
    ]
    for came in sources:
        kept = uploads.checked_image(upload("x.png", came)).content
        assert b"secret" not in kept
        assert b"<script" not in kept


def test_animation_and_transparency_stay() -> None:
    frames = [Image.new("RGBA", (20, 10), (n * 60, 0, 0, 128)) for n in range(4)]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], duration=80)
    kept = uploads.checked_image(upload("x.webp", out.getvalue()))
    with Image.open(io.BytesIO(kept.content)) as again:
        assert again.n_frames == 4  # type: ignore[attr-defined]
        assert again.convert("RGBA").getpixel((0, 0))[3] < 255  # type: ignore[index]


@pytest.mark.parametrize(
    "content",
    [
        SVG,
        HTML,
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 40,
        image()[:60],
        image("BMP"),
        image("TIFF"),
        b"GIF89a" + HTML,
        b"\x00" * 100,
        b"",
    ],
)
def test_other_things_are_no_pictures(content: bytes) -> None:
    with pytest.raises(Unacceptable) as caught:
        uploads.checked_image(upload("x.png", content))
    assert caught.value.errors[0].field == "file"


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = image("PNG", (8000, 6000))
    assert len(bomb) < uploads.MAX_IMAGE_BYTES
    with pytest.raises(Unacceptable) as caught:
        uploads.checked_image(upload("x.png", bomb))
    assert caught.value.errors[0].code == "too_large"
    frames = [Image.new("RGB", (10, 10), (n, 255 - n, 0)) for n in range(250)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(Unacceptable):
        uploads.checked_image(upload("x.gif", out.getvalue()))


@pytest.mark.parametrize("ending", ["docx", "xlsx", "pptx"])
def test_office_files(ending: str) -> None:
    kept = uploads.checked_document(upload(f"Plan.{ending}", office(ending)))
    assert kept.name == f"Plan.{ending}"
    assert "openxml" in kept.content_type


def test_a_pdf() -> None:
    kept = uploads.checked_document(upload("../../etc/Karte\x00.PDF", b"%PDF-1.7 text"))
    assert kept.content_type == "application/pdf"
    assert kept.name == "Karte.pdf"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.pdf", HTML),
        ("x.pdf", b"GIF89a%PDF-1.4"),
        ("x.html", HTML),
        ("x.svg", SVG),
        ("x.exe", b"MZ"),
        ("x", b"%PDF-1.4"),
        ("x.doc", b"\xd0\xcf\x11\xe0"),
        ("x.docx", b"PK\x03\x04broken"),
        ("x.docx", office("xlsx")),
        ("x.xlsx", office("xlsx", **{"xl/vbaProject.bin": b"macro"})),
        ("x.odt", office()),
        ("x.pdf", b""),
    ],
)
def test_other_documents_are_refused(name: str, content: bytes) -> None:
    with pytest.raises(Unacceptable) as caught:
        uploads.checked_document(upload(name, content))
    assert caught.value.errors[0].field == "file"


def test_too_large() -> None:
    with pytest.raises(Unacceptable) as caught:
        uploads.checked_document(upload("x.pdf", b"%PDF-" + b"x" * uploads.MAX_DOCUMENT_BYTES))
    assert caught.value.errors[0].code == "too_large"
