"""Reads about materials beyond the rows themselves: versions, branded pieces, use by day."""

import uuid
from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from campaigns.models import (
    BrandedMaterial,
    Enrollment,
    Material,
    MaterialDay,
    MaterialUse,
    MaterialVersion,
)
from partners.models import Partner
from prm.errors import NotFound

Status = BrandedMaterial.Status


def versions(material: Material) -> QuerySet[MaterialVersion]:
    """All versions with who put them up, newest first."""
    rows = MaterialVersion.objects.filter(material=material).select_related("author")
    return rows.order_by("-number")


def version_of(material: Material, number: int) -> MaterialVersion:
    """One version; raises NotFound."""
    found = MaterialVersion.objects.filter(material=material, number=number).first()
    if found is None:
        raise NotFound("version")
    return found


def outdated(material: Material, partner_id: uuid.UUID) -> MaterialVersion | None:
    """The older version that the partner took last, where he has not taken the one in force."""
    uses = MaterialUse.objects.filter(material=material, partner_id=partner_id)
    newest = uses.aggregate(newest=Max("version"))["newest"]
    if newest is None or newest >= material.version:
        return None
    return MaterialVersion.objects.filter(material=material, number=newest).first()


def out_of_reach(partner_id: uuid.UUID) -> QuerySet[Material]:
    """Materials of the partner's programs that a higher tier would open, by rank."""
    mine = Enrollment.objects.filter(
        partner_id=partner_id,
        status=Enrollment.Status.ACTIVE,
        partner__status=Partner.Status.ACTIVE,
    )
    today = timezone.localdate()
    own_rank = mine.filter(program=OuterRef("program")).values("tier__rank")[:1]
    begun = Q(campaign=None) | Q(campaign__starts_on__lte=today)
    lasts = Q(expires_on=None) | Q(expires_on__gte=today)
    rows = Material.objects.filter(
        begun, lasts, program__in=mine.values("program"), withdrawn_at=None, tier__isnull=False
    ).annotate(own_rank=Subquery(own_rank))
    above = Q(own_rank=None) | Q(own_rank__lt=F("tier__rank"))
    return rows.filter(above).select_related("tier", "program").order_by("tier__rank", "-id")


def branded_newest(material: Material, partner_id: uuid.UUID) -> BrandedMaterial | None:
    """What the partner last asked for of this material."""
    rows = BrandedMaterial.objects.filter(material=material, partner_id=partner_id)
    return rows.order_by("-id").first()


def branded_in_use(material_id: uuid.UUID, partner_id: uuid.UUID) -> BrandedMaterial | None:
    """The partner's newest ready piece."""
    rows = BrandedMaterial.objects.filter(
        material_id=material_id, partner_id=partner_id, status=Status.READY
    )
    return rows.order_by("-id").first()


def branded_in_use_of(
    material_ids: Collection[uuid.UUID], partner_id: uuid.UUID
) -> dict[uuid.UUID, BrandedMaterial]:
    """The partner's newest ready piece of each material; one query."""
    rows = BrandedMaterial.objects.filter(
        material_id__in=material_ids, partner_id=partner_id, status=Status.READY
    )
    return {row.material_id: row for row in rows.order_by("id")}


def branded() -> QuerySet[BrandedMaterial]:
    """All pieces with material, partner and who asked."""
    return BrandedMaterial.objects.select_related(
        "material__program__seller", "partner", "asked_by", "decided_by"
    )


def branded_by_id(piece_id: uuid.UUID | str) -> BrandedMaterial:
    """One piece; raises NotFound."""
    found = branded().filter(pk=piece_id).first()
    if found is None:
        raise NotFound("branded material")
    return found


def waiting_branded() -> QuerySet[BrandedMaterial]:
    """Pieces that wait for approval."""
    return BrandedMaterial.objects.filter(status=Status.WAITING)


def counts(
    material_ids: Collection[uuid.UUID], *, partner_id: uuid.UUID | None, first: date, last: date
) -> dict[uuid.UUID, tuple[int, int]]:
    """Views and downloads of each material over days, of one partner or all; one query."""
    rows = MaterialDay.objects.filter(material_id__in=material_ids, day__range=(first, last))
    if partner_id is not None:
        rows = rows.filter(partner_id=partner_id)
    summed: Any = rows.values("material_id").annotate(v=Sum("views"), d=Sum("downloads"))
    return {row["material_id"]: (row["v"], row["d"]) for row in summed}
