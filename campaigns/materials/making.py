"""The worker that puts partners' names on materials: one piece at a time, drawn outside of any
transaction."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext_lazy

from activity import work
from activity.services import record
from campaigns.materials import kinds
from campaigns.materials.branding import fonts, papers, pictures
from campaigns.materials.branding.mark import Mark
from campaigns.models import BrandedMaterial, Material, MaterialVersion
from campaigns.services.branding import KIND
from campaigns.uploads import file_name
from partners import selectors as partners
from partners.models import PartnerPage
from partners.notices import notices_to
from sellers.actors import SYSTEM
from sellers.scope import seller_scope

MAX_ATTEMPTS: Final = 3
Status = BrandedMaterial.Status


@dataclass(frozen=True)
class Order:
    """All that one piece is made of, read beforehand."""

    piece_id: uuid.UUID
    path: str
    content_type: str
    place: str
    mark: Mark
    logo_path: str


def waiting() -> Iterable[uuid.UUID]:
    """Sellers with a piece to make."""
    queued = BrandedMaterial.objects.filter(status=Status.QUEUED)
    return set(queued.values_list("seller_id", flat=True).distinct())


def step(seller_id: uuid.UUID) -> bool:
    """Make one piece; whether there may be more. A piece that broke off three times has failed."""
    with seller_scope(seller_id):
        piece = _next()
        if piece is None:
            return False
        if piece.attempts > MAX_ATTEMPTS:
            _fail(piece.pk, "broken")
            return True
        order = _order(piece)
    try:
        content = made(order)
    except (papers.NotReadable, OSError, ValueError):
        with seller_scope(seller_id):
            _fail(order.piece_id, "unreadable")
        return True
    with seller_scope(seller_id):
        _keep(order, content)
    return True


def made(order: Order) -> bytes:
    """The file with the mark on it; raises NotReadable, OSError or ValueError."""
    with default_storage.open(order.path) as file:
        source = file.read()
    logo = b""
    if order.logo_path and default_storage.exists(order.logo_path):
        with default_storage.open(order.logo_path) as file:
            logo = file.read()
    mark = Mark(
        order.mark.seller, order.mark.name, order.mark.contact, logo, order.mark.accent,
        order.mark.link,
    )  # fmt: skip
    if not fonts.can_write(mark.name + mark.contact):
        raise ValueError("letters that the typeface has not")
    if order.content_type == kinds.PDF:
        return papers.branded(source, order.place, mark)
    return pictures.branded(source, order.place, mark)


def _next() -> BrandedMaterial | None:
    rows = BrandedMaterial.objects.filter(status=Status.QUEUED).order_by("id")
    locked = rows.select_related("material__program__seller", "partner")
    piece = locked.select_for_update(of=("self",), skip_locked=True).first()
    if piece is not None:
        piece.attempts += 1
        piece.save(update_fields=["attempts"])
    return piece


def _order(piece: BrandedMaterial) -> Order:
    version = MaterialVersion.objects.filter(
        material_id=piece.material_id, number=piece.version
    ).first()
    source: Material | MaterialVersion = version or piece.material
    page = PartnerPage.objects.filter(partner_id=piece.partner_id).first()
    seller = piece.material.program.seller
    return Order(
        piece.pk,
        str(source.file.name),
        source.content_type,
        piece.material.co_brand_place,
        Mark(seller.name, piece.name, piece.contact, b"", seller.brand_colour, piece.link_url),
        str(page.logo.name or "") if page else "",
    )


def _keep(order: Order, content: bytes) -> None:
    """Keep the piece: ready at once, or waiting for approval where the material asks for it."""
    piece = _queued(order.piece_id)
    if piece is None:
        return
    material = piece.material
    needs = material.co_brand == Material.CoBrand.APPROVED
    piece.status = Status.WAITING if needs else Status.READY
    piece.made_at, piece.size, piece.content_type = (
        timezone.now(),
        len(content),
        order.content_type,
    )
    ending = order.path.rpartition(".")[2]
    piece.file_name = file_name(f"{material.name} {piece.name}.{ending}", ending)
    piece.file.save(f"{piece.pk}.{ending}", ContentFile(content), save=False)
    piece.save()
    seller = material.program.seller
    record(
        seller=seller,
        actor=SYSTEM,
        verb="branding.made",
        object=piece,
        label=material.name,
        partner_id=piece.partner_id,
        changes={"status": (Status.QUEUED, piece.status)},
        notify=notices_to(
            partners.staff_to_tell(piece.partner) if needs else [],
            seller=seller,
            room="console",
            subject=gettext_lazy("%(partner)s put his name on %(name)s"),
            body=gettext_lazy("Look at it, then approve it or say what should be different."),
            values={"partner": piece.partner.name, "name": material.name},
            path=f"/{seller.slug}/console/materials/named/{piece.pk}/",
        ),
    )


def _fail(piece_id: uuid.UUID, code: str) -> None:
    piece = _queued(piece_id)
    if piece is None:
        return
    piece.status, piece.reason, piece.made_at = Status.FAILED, code, timezone.now()
    piece.save(update_fields=["status", "reason", "made_at"])
    record(
        seller=piece.material.program.seller,
        actor=SYSTEM,
        verb="branding.failed",
        object=piece,
        label=piece.material.name,
        partner_id=piece.partner_id,
        changes={"status": (Status.QUEUED, piece.status)},
        detail={"reason": code},
    )


def _queued(piece_id: uuid.UUID) -> BrandedMaterial | None:
    rows = BrandedMaterial.objects.filter(pk=piece_id, status=Status.QUEUED)
    return (
        rows.select_related("material__program__seller", "partner")
        .select_for_update(of=("self",))
        .first()
    )


WORK: Final = work.Kind(KIND, waiting, step, work.BACKGROUND_QUEUE)
