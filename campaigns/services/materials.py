"""Materials: put up, changed, withdrawn, used."""

import uuid
from typing import Any, TypedDict, Unpack

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record
from campaigns import rules, uploads
from campaigns.models import Campaign, Material, MaterialUse, Program
from prm.errors import Conflict, Unacceptable
from prm.validation import changed_fields, require_valid
from sellers.actors import Actor
from sellers.models import User

CHECKED = frozenset({"kind", "name", "description", "language", "text"})


class MaterialFields(TypedDict, total=False):
    """What may be changed of a material; its file may not: put up a new one instead."""

    name: str
    description: str
    language: str
    text: str
    campaign: Campaign | None


@transaction.atomic
def create_material(
    *,
    program: Program,
    actor: Actor,
    kind: str,
    name: str,
    description: str = "",
    language: str = "",
    text: str = "",
    file: "File[Any] | None" = None,
    campaign: Campaign | None = None,
) -> Material:
    """A material for the program's partners. Banners are drawn anew, documents looked into.

    Raises Unacceptable by the field (`file`, `text`, `name`, `campaign`).
    """
    material = Material(
        seller_id=program.seller_id,
        program=program,
        campaign=campaign,
        kind=kind,
        name=name.strip(),
        description=description.strip(),
        language=language,
        text=rules.unified(text),
    )
    _check(material, file)
    if file is not None and kind != Material.Kind.TEXT:
        _attach(material, file)
    material.save(force_insert=True)
    record(
        seller=program.seller,
        actor=actor,
        verb="material.created",
        object=material,
        detail={"program": program.name, "kind": kind, "file_name": material.file_name},
    )
    return material


@transaction.atomic
def change_material(
    *, material: Material, actor: Actor, **fields: Unpack[MaterialFields]
) -> Material:
    """Set the given fields. Raises Unacceptable by the field."""
    current = Material.objects.select_for_update().get(pk=material.pk)
    wanted = {k: rules.unified(v) if isinstance(v, str) else v for k, v in fields.items()}
    changes = changed_fields(current, wanted)
    if not changes:
        return current
    for field, (_before, after) in changes.items():
        setattr(current, field, after)
    _check(current, current.file or None)
    current.save(update_fields=list(changes))
    record(
        seller=current.seller,
        actor=actor,
        verb="material.changed",
        object=current,
        changes={name: (_plain(old), _plain(new)) for name, (old, new) in changes.items()},
    )
    return current


@transaction.atomic
def withdraw_material(*, material: Material, actor: Actor) -> Material:
    """Take it from the partners; what they downloaded they have. Raises Conflict when done."""
    hit = Material.objects.filter(pk=material.pk, withdrawn_at=None).update(
        withdrawn_at=timezone.now()
    )
    return _after_move(material, actor, hit, "material.withdrawn")


@transaction.atomic
def restore_material(*, material: Material, actor: Actor) -> Material:
    """Give a withdrawn material back to the partners. Raises Conflict when it was not withdrawn."""
    hit = Material.objects.filter(pk=material.pk, withdrawn_at__isnull=False).update(
        withdrawn_at=None
    )
    return _after_move(material, actor, hit, "material.restored")


def record_material_use(*, material: Material, partner_id: uuid.UUID, user: User) -> MaterialUse:
    """Note that a partner's person took the material. The row is the record; no event is written.

    The caller has checked that the partner may use it.
    """
    return MaterialUse.objects.create(
        seller_id=material.seller_id, material=material, partner_id=partner_id, user=user
    )


def _after_move(material: Material, actor: Actor, hit: int, verb: str) -> Material:
    if hit != 1:
        raise Conflict(_("This was already done."), code="state")
    material.refresh_from_db()
    record(seller=material.seller, actor=actor, verb=verb, object=material)
    return material


def _check(material: Material, file: "File[Any] | None") -> None:
    if not material.name:
        raise Unacceptable(_("Give the material a name."), field="name", code="required")
    require_valid(material, only=CHECKED)
    if material.kind == Material.Kind.TEXT and not material.text:
        message = _("Write the text that partners will copy.")
        raise Unacceptable(message, field="text", code="required")
    if material.kind != Material.Kind.TEXT and file is None:
        raise Unacceptable(_("Choose a file."), field="file", code="required")
    if material.campaign is not None and material.campaign.program_id != material.program_id:
        message = _("Choose a campaign of the same program.")
        raise Unacceptable(message, field="campaign", code="choice")


def _attach(material: Material, file: "File[Any]") -> None:
    banner = material.kind == Material.Kind.BANNER
    kept = uploads.checked_image(file) if banner else uploads.checked_document(file)
    material.file_name = kept.name
    material.content_type = kept.content_type
    material.size = len(kept.content)
    material.width, material.height = kept.width, kept.height
    ending = kept.name.rpartition(".")[2]
    # Nobody's words in the path: the name people see is kept beside it.
    material.file.save(f"{material.pk}.{ending}", ContentFile(kept.content), save=False)


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Campaign) else value
