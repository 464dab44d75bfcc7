"""Several materials as one ZIP: files, with his name where that is made, and texts with his link.

Files lie in it as they are, for pictures and papers are packed already.
"""

import tempfile
import zipfile
from collections.abc import Sequence
from typing import IO, Any, Final, cast

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from campaigns import selectors, services
from campaigns.materials import feeds
from campaigns.materials import selectors as more
from campaigns.materials.kinds import PROSE
from campaigns.models import BrandedMaterial, Material
from campaigns.uploads import file_name
from partners.models import Partner
from portal.access import requires, user_of
from portal.link_address import link_url
from portal.partner.material_cards import Links, links_of, merged_text
from portal.partner.materials import MATERIALS
from portal.partner.scope import partner_of
from portal.public.feeds import through

MOST: Final = 50
MOST_BYTES: Final = 100 * 2**20
IN_MEMORY: Final = 4 * 2**20


@requires("portal.materials", room="partner")
@require_POST
def kit(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """The chosen materials, or all that match; back to the list where that is none or too much."""
    partner = partner_of(request)
    rows = MATERIALS.chosen(request, selectors.materials_for(partner.pk))
    chosen = list(rows.order_by("name", "id")[: MOST + 1])
    pieces = more.branded_in_use_of([one.pk for one in chosen], partner.pk)
    if fault := _fault(chosen, pieces):
        messages.error(request, fault)
        return HttpResponseRedirect(reverse("partner:materials", args=[seller_slug]))
    file = packed(chosen, pieces, links_of(partner), partner)
    services.record_material_uses(materials=chosen, partner_id=partner.pk, user=user_of(request))
    name = file_name(f"{chosen[0].program.seller.name} {partner.name}.zip", "zip")
    response = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    # Streams are responses to everybody but the stubs.
    return cast("HttpResponse", response)


def packed(
    chosen: Sequence[Material], pieces: dict[Any, BrandedMaterial], links: Links, partner: Partner
) -> IO[bytes]:
    """The ZIP, open at its beginning. A file that is gone from storage is left out."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 the answer closes it
    names = _Names()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as kit:
        for one in chosen:
            try:
                for name, content in _contents(one, pieces.get(one.pk), links, partner):
                    kit.writestr(names.free(name), content)
            except FileNotFoundError:
                continue
        kit.writestr(names.free(f"{_('Links')}.txt"), _links_text(chosen, links))
    file.seek(0)
    return cast("IO[bytes]", file)


class _Names:
    """File names that stand once in a ZIP, whatever the letters' case."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def free(self, name: str) -> str:
        stem, _dot, ending = name.rpartition(".")
        number, found = 1, name
        while found.lower() in self._taken:
            number += 1
            found = f"{stem} ({number}).{ending}"
        self._taken.add(found.lower())
        return found


def _fault(chosen: Sequence[Material], pieces: dict[Any, BrandedMaterial]) -> str:
    """Why these make no ZIP; "" where they do."""
    if not chosen:
        return _("Tick materials first, or take all that are shown.")
    if len(chosen) > MOST:
        return ngettext(
            "At most %(n)d material goes into one ZIP. Choose fewer, or filter first.",
            "At most %(n)d materials go into one ZIP. Choose fewer, or filter first.",
            MOST,
        ) % {"n": MOST}
    size = sum(one.size for one in chosen) + sum(piece.size for piece in pieces.values())
    if size > MOST_BYTES:
        values = {"size": filesizeformat(size), "most": filesizeformat(MOST_BYTES)}
        return _("These are %(size)s; one ZIP holds %(most)s. Choose fewer.") % values
    return ""


def _contents(
    one: Material, piece: BrandedMaterial | None, links: Links, partner: Partner
) -> list[tuple[str, bytes]]:
    """Files of one material: its own or the one with his name, and its text."""
    found = []
    link = links.best(one)
    if one.kind in PROSE:
        text = merged_text(one, link, partner)
        head = f"{one.subject}\n\n" if one.subject else ""
        found.append((file_name(f"{one.name}.txt", "txt"), (head + text).encode()))
    if piece is not None and piece.version == one.version:
        found.append((piece.file_name, _read(piece)))
    elif one.products and link is not None:
        with one.file.open("rb") as file:
            lines = feeds.as_csv(feeds.products(file), through(link_url(link)))
            found.append((one.file_name, "".join(lines).encode()))
    elif one.file:
        found.append((one.file_name, _read(one)))
    return found


def _read(kept: Material | BrandedMaterial) -> bytes:
    with kept.file.open("rb") as file:
        content: bytes = file.read()
    return content


def _links_text(chosen: Sequence[Material], links: Links) -> str:
    """What has no file, and the link that goes with each."""
    lines = [_("Say in the first line of a post that you earn by it."), ""]
    for one in chosen:
        link = links.best(one)
        lines += [line for line in (one.name, one.url, link_url(link) if link else "") if line]
        lines.append("")
    return "\r\n".join(lines)
