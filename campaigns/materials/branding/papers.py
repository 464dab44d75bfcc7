"""A partner's mark set on a PDF by typst: the seller's pages stay what they are, text and all."""

import io
import json
import tempfile
from pathlib import Path
from typing import Final

import segno
import typst
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from campaigns.materials.branding import fonts
from campaigns.materials.branding.mark import Mark

MAX_PAGES: Final = 100
MOST_POINTS: Final = 14_400
"""The largest side of a page that readers must know (ISO 32000-1, annex C)."""
TEMPLATE: Final = Path(__file__).with_name("paper.typ")


class NotReadable(Exception):
    """The PDF cannot be set anew; the text says why, for people."""


def branded(content: bytes, place: str, mark: Mark) -> bytes:
    """The PDF with the mark on its last page, and a code of the partner's link beside it.

    Raises NotReadable for a broken, protected or far too long PDF.
    """
    pages = page_sizes(content)
    with tempfile.TemporaryDirectory(prefix="prm-paper-") as name:
        folder = Path(name)
        (folder / "source.pdf").write_bytes(content)
        (folder / "main.typ").write_bytes(TEMPLATE.read_bytes())
        if mark.logo:
            (folder / "logo.png").write_bytes(mark.logo)
        if mark.link:
            segno.make(mark.link, error="m").save(str(folder / "code.svg"), border=0)
        fonts.write_to(folder, [mark.seller, mark.name, mark.contact, mark.link])
        inputs = {
            "pages": json.dumps(pages),
            "place": place,
            "seller": mark.seller,
            "name": mark.name,
            "contact": mark.contact,
            "accent": mark.accent,
            "logo": "yes" if mark.logo else "",
            "code": "yes" if mark.link else "",
            "fonts": json.dumps([*fonts.FAMILIES.values(), "Libertinus Serif"]),
        }
        try:
            made = typst.compile(
                str(folder / "main.typ"),
                root=name,
                font_paths=[name],
                ignore_system_fonts=True,
                sys_inputs=inputs,
            )
        except typst.TypstError as error:
            raise NotReadable(str(error)) from error
    return bytes(made)


def page_sizes(content: bytes) -> list[tuple[float, float]]:
    """Width and height of each page in points, as it is shown. Raises NotReadable."""
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted or not 0 < len(reader.pages) <= MAX_PAGES:
            raise NotReadable("protected, empty or too long")
        found = []
        for page in reader.pages:
            width, height = float(page.cropbox.width), float(page.cropbox.height)
            if (page.rotation or 0) % 180:
                width, height = height, width
            if not (1 <= width <= MOST_POINTS and 1 <= height <= MOST_POINTS):
                raise NotReadable("odd size of a page")
            found.append((width, height))
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise NotReadable(str(error)) from error
    return found
