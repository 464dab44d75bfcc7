"""Materials: put up, changed, renewed, withdrawn."""

from datetime import date
from typing import Any, Final, TypedDict, Unpack

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record
from campaigns import rules, uploads
from campaigns.materials import feeds, kinds
from campaigns.models import Campaign, Material, MaterialVersion, Program, Tier
from campaigns.models.materials import CONTENT
from prm.errors import Conflict, Unacceptable
from prm.validation import changed_fields, require_valid
from sellers.actors import Actor

CHECKED: Final = frozenset(
    {
        "kind", "name", "description", "language", "subject", "text", "url", "destination",
        "expires_on", "co_brand", "co_brand_place",
    }
)  # fmt: skip


class MaterialContent(TypedDict, total=False):
    """What a material holds beside its name and file."""

    description: str
    language: str
    subject: str
    text: str
    url: str
    destination: str
    campaign: Campaign | None
    tier: Tier | None
    expires_on: date | None
    co_brand: str
    co_brand_place: str


class MaterialFields(MaterialContent, total=False):
    """What may be changed of a material without a new version; a new file makes one."""

    name: str


class VersionFields(TypedDict, total=False):
    """What a new version may bring; what is not given stays."""

    subject: str
    text: str
    url: str
    expires_on: date | None


@transaction.atomic
def create_material(
    *,
    program: Program,
    actor: Actor,
    kind: str,
    name: str,
    file: "File[Any] | None" = None,
    **fields: Unpack[MaterialContent],
) -> Material:
    """A material for the program's partners. Images are drawn anew, documents looked into.

    Raises Unacceptable by the field (`kind`, `file`, `text`, `name`, `campaign`, `tier` …).
    """
    material = Material(seller_id=program.seller_id, program=program, kind=kind, name=name.strip())
    for field, value in fields.items():
        setattr(material, field, _unified(value))
    _check(material, file)
    if file is not None:
        _attach(material, file)
    material.save(force_insert=True)
    _keep_version(material, actor, "")
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
    """Set the given fields, also of the version in force. Raises Unacceptable by the field."""
    current = _locked(material)
    changes = changed_fields(current, {name: _unified(value) for name, value in fields.items()})
    if not changes:
        return current
    for field, (_before, after) in changes.items():
        setattr(current, field, after)
    _check(current, current.file or None)
    current.save(update_fields=list(changes))
    content = {name: after for name, (_old, after) in changes.items() if name in CONTENT}
    if content:
        MaterialVersion.objects.filter(material=current, number=current.version).update(**content)
    record(
        seller=current.seller,
        actor=actor,
        verb="material.changed",
        object=current,
        changes={name: (_plain(old), _plain(new)) for name, (old, new) in changes.items()},
    )
    return current


@transaction.atomic
def renew_material(
    *,
    material: Material,
    actor: Actor,
    note: str,
    file: "File[Any] | None" = None,
    old_until: date | None = None,
    **fields: Unpack[VersionFields],
) -> Material:
    """The next version of a material; its address, links and figures stay.

    `old_until` is the last day on which partners may go on with the version before; without it
    they should change at once. Raises Unacceptable by the field, Conflict for a withdrawn one.
    """
    current = _locked(material)
    if current.withdrawn_at is not None:
        raise Conflict(_("This material was withdrawn. Put it up again first."), code="state")
    if not note.strip():
        message = _("Say what is new: partners read it.")
        raise Unacceptable(message, field="note", code="required")
    if old_until is not None and old_until < timezone.localdate():
        raise Unacceptable(_("Choose a day to come."), field="old_until", code="past")
    before = current.version
    for field, value in fields.items():
        setattr(current, field, _unified(value))
    _check(current, file or current.file or None)
    current.version = before + 1
    if file is not None:
        _attach(current, file)
    current.save()
    MaterialVersion.objects.filter(material=current, number=before).update(
        expires_on=old_until or timezone.localdate()
    )
    _keep_version(current, actor, note.strip())
    record(
        seller=current.seller,
        actor=actor,
        verb="material.renewed",
        object=current,
        detail={"version": current.version, "note": note.strip(), "old_until": _plain(old_until)},
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


def _locked(material: Material) -> Material:
    rows = Material.objects.select_related("program", "campaign", "tier", "seller")
    return rows.select_for_update(of=("self",)).get(pk=material.pk)


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
    shape = kinds.SHAPES[material.kind]
    for need in shape.needs:
        if not (file if need == "file" else getattr(material, need)):
            raise Unacceptable(_missing(need), field=need, code="required")
    if file is not None and not shape.file:
        message = _("This kind of material has no file.")
        raise Unacceptable(message, field="file", code="not_allowed")
    _require_same_program(material)
    if material.destination and not kinds.is_on_hosts(material.destination, _hosts(material)):
        message = _("Links of this program lead to %(hosts)s. Choose a page there.")
        words = message % {"hosts": ", ".join(_hosts(material))}
        raise Unacceptable(words, field="destination", code="host_not_allowed")


def _require_same_program(material: Material) -> None:
    if material.campaign is not None and material.campaign.program_id != material.program_id:
        message = _("Choose a campaign of the same program.")
        raise Unacceptable(message, field="campaign", code="choice")
    if material.tier is not None and material.tier.program_id != material.program_id:
        raise Unacceptable(_("Choose a tier of the same program."), field="tier", code="choice")


def _missing(need: str) -> str:
    return {
        "file": _("Choose a file."),
        "text": _("Write the text that partners will copy."),
        "url": _("Give the address of the video."),
        "destination": _("Give the page that partners' links lead to."),
    }[need]


def _hosts(material: Material) -> list[str]:
    program = material.program
    return kinds.hosts_of(list(program.allowed_hosts), program.landing_url)


def _attach(material: Material, file: "File[Any]") -> None:
    """Keep the file, checked as its kind asks; nobody's words come into its path."""
    form = kinds.SHAPES[material.kind].file
    material.products = 0
    if form == kinds.IMAGE:
        kept = uploads.checked_image(file)
    elif form == kinds.FEED:
        kept, material.products = feeds.checked_feed(file, _hosts(material))
    else:
        kept = uploads.checked_document(file)
    material.file_name = kept.name
    material.content_type = kept.content_type
    material.size = len(kept.content)
    material.width, material.height = kept.width, kept.height
    ending = kept.name.rpartition(".")[2]
    number = f"-{material.version}" if material.version > 1 else ""
    material.file.save(f"{material.pk}{number}.{ending}", ContentFile(kept.content), save=False)


def _keep_version(material: Material, actor: Actor, note: str) -> None:
    content = {name: getattr(material, name) for name in CONTENT}
    version = MaterialVersion(
        seller_id=material.seller_id,
        material=material,
        number=material.version,
        note=note,
        author=actor.user,
        **content,
    )
    require_valid(version, only=("note",))
    version.save(force_insert=True)


def _unified(value: Any) -> Any:
    return rules.unified(value) if isinstance(value, str) else value


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Campaign | Tier) else value
