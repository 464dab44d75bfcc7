"""Colours and logo: pictures only, drawn anew."""

import io
import struct
import zlib

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from prm.errors import Unacceptable
from sellers import services
from sellers.models import Seller
from tests.cast import Team, make_team
from tests.trail import last_event, verbs


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    """A red picture."""
    out = io.BytesIO()
    Image.new("RGB", size, "#c00").save(out, kind)
    return out.getvalue()


def _brand(team: Team, data: bytes | None = None, **more: object) -> Seller:
    values: dict[str, object] = {"brand_colour": "#12594B", "mark_colour": "#a4572a", **more}
    logo = SimpleUploadedFile("logo.png", data) if data is not None else None
    with team.scope():
        return services.set_branding(seller=team.seller, actor=team.actor, logo=logo, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_logo_is_kept_as_a_png_of_ours(kind: str) -> None:
    team = make_team()
    seller = _brand(team, picture(kind, (1200, 600)))
    with default_storage.open(seller.logo.name or "") as file, Image.open(file) as kept:
        assert (kept.format, kept.size) == ("PNG", (512, 256))
    assert seller.brand_version == 2


def test_what_stood_beside_the_pixels_is_gone() -> None:
    data = picture("JPEG") + b"trailing words of somebody"
    seller = _brand(make_team(), data)
    with default_storage.open(seller.logo.name or "") as file:
        assert b"somebody" not in file.read()


def _bomb() -> bytes:
    """A PNG head that claims 30,000 x 30,000 pixels."""
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    size = struct.pack(">I", len(head))
    return b"\x89PNG\r\n\x1a\n" + size + chunk + struct.pack(">I", zlib.crc32(chunk))


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture("GIF") + b"<ScRiPt>alert(1)</script>",
        picture("PNG") + b"PK\x05\x06" + b"\x00" * 18,
        picture("JPEG") + b"%PDF-1.7",
        picture("BMP"),
        picture("PNG")[:60],
        b"",
        b"GIF89a",
        b"not a picture",
        b"x" * (2 * 2**20 + 1),
        _bomb(),
    ],
)
def test_what_is_not_a_plain_picture_is_refused(data: bytes) -> None:
    team = make_team()
    with pytest.raises(Unacceptable) as caught:
        _brand(team, data)
    assert caught.value.errors[0].field == "logo"
    assert "seller.branded" not in verbs(team)


def test_a_new_logo_replaces_the_old_file() -> None:
    team = make_team()
    old = _brand(team, picture()).logo.name or ""
    new = _brand(team, picture(size=(10, 10))).logo.name or ""
    assert not default_storage.exists(old)
    assert default_storage.exists(new)
    gone = _brand(team, remove_logo=True)
    assert not gone.logo
    assert not default_storage.exists(new)


def test_colours_are_recorded_and_make_a_new_version() -> None:
    team = make_team()
    seller = _brand(team, brand_colour="#003366")
    assert (seller.brand_colour, seller.brand_version) == ("#003366", 2)
    assert last_event(team).changes == {"brand_colour": ["#12594b", "#003366"]}


def test_the_same_look_again_changes_nothing() -> None:
    team = make_team()
    assert _brand(team).brand_version == 1
    assert "seller.branded" not in verbs(team)


@pytest.mark.parametrize("colour", ["red", "#12", "#12345g", "", "#1234567", "url(x)"])
def test_what_is_no_colour_is_refused(colour: str) -> None:
    with pytest.raises(Unacceptable) as caught:
        _brand(make_team(), brand_colour=colour)
    assert caught.value.errors[0].field == "brand_colour"
