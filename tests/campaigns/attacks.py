"""Files that mean harm, as somebody would upload them."""

import io
import struct
import zipfile
import zlib
from typing import Final

from PIL import Image

from tests.campaigns.scene import image, office

SCRIPT: Final = b"<script>alert(document.cookie)</script>"
SVG: Final = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">' + SCRIPT + b"</svg>"
HTML: Final = b"<!doctype html><title>x</title>" + SCRIPT


def archive(**entries: bytes) -> bytes:
    """A ZIP file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return out.getvalue()


def gif_and_script() -> bytes:
    """A GIF whose size bytes open a comment of JavaScript, which its end closes and runs."""
    whole = bytearray(image("GIF"))
    return bytes(whole) + b"*/=1;alert(1)//" + HTML


def png_and_archive() -> bytes:
    """A picture that any unpacker takes for an archive, too."""
    return image("PNG") + archive(**{"evil.html": HTML})


def png_with_page_inside() -> bytes:
    """A picture with a page in a chunk of its own, before the pixels."""
    data = image("PNG")
    chunk = b"tEXt" + b"Comment\x00" + HTML
    packed = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return data[:33] + packed + data[33:]


def many_pixels(side: int) -> bytes:
    """A one-bit picture of side x side pixels that weighs some kilobytes."""
    out = io.BytesIO()
    Image.new("1", (side, side)).save(out, "PNG")
    return out.getvalue()


def many_frames() -> bytes:
    """An animation of 300 frames of half a million pixels."""
    frames = [Image.new("P", (800, 640), n % 2) for n in range(300)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


def bursting(ending: str = "docx") -> bytes:
    """An office file with a part that unpacks to 400 times its size."""
    folder = {"docx": "word", "xlsx": "xl"}[ending]
    parts = {"[Content_Types].xml": b"<Types/>", f"{folder}/bomb.xml": b"\x00" * 40 * 2**20}
    return archive(**parts)


def overlapping() -> bytes:
    """An archive whose directory names one packed part many times over."""
    parts = {"[Content_Types].xml": b"<Types/>", "word/a.xml": bytes(range(256)) * 2000}
    data = archive(**parts)
    start = data.rindex(b"PK\x01\x02")
    end = data.rindex(b"PK\x05\x06")
    entry, tail = data[start:end], bytearray(data[end:])
    copies = 200
    tail[8:12] = struct.pack("<HH", 2 + copies, 2 + copies)
    size = struct.unpack("<I", tail[12:16])[0] + copies * len(entry)
    tail[12:16] = struct.pack("<I", size)
    return data[:end] + entry * copies + bytes(tail)


def pdf(body: bytes = b"") -> bytes:
    """The shape of a PDF with `body` among its objects."""
    return b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n" + body + b"\ntrailer\n%%EOF\n"


def packed_objects(text: bytes, *, times: int = 1) -> bytes:
    """A PDF with `text` in a packed object stream."""
    packed = zlib.compress(text * times, 9)
    return pdf(
        b"2 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length "
        + str(len(packed)).encode()
        + b" >>\nstream\n"
        + packed
        + b"\nendstream\nendobj"
    )


RUNS: Final = b"3 0 obj\n<< /S /JavaScript /JS (app.alert\\(1\\)) >>\nendobj"
HIDDEN: Final = b"3 0 obj\n<< /S /J#61vaScript /#4aS (app.alert\\(1\\)) >>\nendobj"
LAUNCH: Final = b"3 0 obj\n<< /S /Launch /F (cmd.exe) >>\nendobj"
SEALED: Final = b"trailer\n<< /Encrypt 9 0 R >>"

# name, kind, file name, content, what the answer says
REFUSED: Final = [
    ("svg", "banner", "logo.svg", SVG, "not an image we can read"),
    ("svg named png", "banner", "logo.png", SVG, "not an image we can read"),
    ("html named png", "banner", "logo.png", HTML, "not an image we can read"),
    ("html after a gif mark", "image", "x.gif", b"GIF89a/*" + HTML, "not an image we can read"),
    ("100 megapixels", "banner", "x.png", many_pixels(10_000), "too many pixels"),
    ("50 megapixels", "image", "x.png", many_pixels(7_100), "too many pixels"),
    ("frames without end", "image", "x.gif", many_frames(), "too many pixels"),
    ("program", "document", "tool.exe", b"MZ\x90\x00", "Upload a PDF, or an office file"),
    ("svg as document", "document", "x.svg", SVG, "Upload a PDF, or an office file"),
    ("html named pdf", "document", "x.pdf", HTML, "not what its ending"),
    ("page behind a pdf mark", "document", "x.pdf", b"%PDF-1.4\n" + HTML, "not what its ending"),
    (
        "archive in a pdf", "document", "x.pdf", pdf() + archive(x=b"1"), "not what its ending",
    ),
    ("script in a pdf", "document", "x.pdf", pdf(RUNS), "holds a program"),
    ("hidden script in a pdf", "document", "x.pdf", pdf(HIDDEN), "holds a program"),
    ("packed script in a pdf", "document", "x.pdf", packed_objects(RUNS), "holds a program"),
    ("launch in a pdf", "document", "x.pdf", pdf(LAUNCH), "holds a program"),
    ("protected pdf", "document", "x.pdf", pdf(SEALED), "is protected"),
    (
        "bursting pdf", "document", "x.pdf", packed_objects(b" " * 2**20, times=301),
        "far too large",
    ),
    ("archive named docx", "document", "x.docx", archive(a=b"1"), "not what its ending"),
    ("zip bomb", "document", "x.docx", bursting(), "far too large"),
    ("zip bomb in a sheet", "document", "x.xlsx", bursting("xlsx"), "far too large"),
    ("parts used twice", "document", "x.docx", overlapping(), "far too large"),
    (
        "macros", "document", "x.docx", office("docx", **{"word/vbaProject.bin": b"x"}),
        "not what its ending",
    ),
    (
        "paths in an archive", "document", "x.docx",
        office("docx", **{"../../etc/passwd": b"x"}), "not what its ending",
    ),
    (
        "page before an archive", "document", "x.docx", HTML + office("docx"),
        "not what its ending",
    ),
]  # fmt: skip

# name, kind, file name, content: taken, and only pixels are left
HARMLESS: Final = [
    ("gif and script", "banner", "x.gif", gif_and_script()),
    ("png and archive", "image", "x.png", png_and_archive()),
    ("png with a page inside", "banner", "x.png", png_with_page_inside()),
    ("jpeg with a comment", "image", "x.jpg", image("JPEG", comment=HTML)),
    ("png named exe", "image", "x.png.exe", image("PNG") + b"MZ"),
]

NAMES: Final = [
    "../../etc/passwd.png",
    "..\\..\\windows\\system32\\x.png",
    "C:\\boot.png",
    "a\u202egnp.exe.png",
    "<script>.png",
    'x";rm -rf ~;".png',
    "....png",
    "a\r\nSet-Cookie: x.png",
]
