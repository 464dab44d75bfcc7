"""Landing pages of programs: written by the seller, taken by partners as their own."""

from functools import partial
from typing import Any, Final, TypedDict, Unpack

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from activity.services import record
from campaigns import uploads
from campaigns.models import Campaign, Enrollment, Program
from prm.errors import Conflict, Unacceptable
from prm.validation import changed_fields, require_valid
from sellers.actors import Actor
from tracking.models import Landing, Link
from tracking.models.landings import LandingStatus as Status
from tracking.services.links import create_link, own_page

CHECKED: Final = frozenset({"slug", "title", "text", "button", "image_alt"})
_SHOWN: Final = 300


class LandingFields(TypedDict, total=False):
    """What is written of a landing page."""

    title: str
    slug: str
    text: str
    button: str
    destination: str
    campaign: Campaign | None
    image_alt: str


@transaction.atomic
def create_landing(
    *,
    program: Program,
    actor: Actor,
    file: "File[Any] | None" = None,
    **fields: Unpack[LandingFields],
) -> Landing:
    """A draft of a landing page. Raises Unacceptable by the field; Conflict for a taken `slug`.

    The picture is drawn anew (campaigns.uploads); refusals of it are on `file`.
    """
    landing = Landing(seller_id=program.seller_id, program=program)
    for name, value in _cleaned(program, fields).items():
        setattr(landing, name, value)
    _require_whole(landing)
    if file is not None:
        _attach(landing, file)
    _save(landing)
    record(
        seller=program.seller,
        actor=actor,
        verb="landing.created",
        object=landing,
        detail={"program": program.name, "destination": landing.destination},
    )
    return landing


@transaction.atomic
def change_landing(
    *,
    landing: Landing,
    actor: Actor,
    file: "File[Any] | None" = None,
    remove_file: bool = False,
    **fields: Unpack[LandingFields],
) -> Landing:
    """Set the given fields for all partners at once; their links follow the destination.

    Raises as `create_landing`.
    """
    current = Landing.objects.select_for_update(of=("self",)).get(pk=landing.pk)
    changes = changed_fields(current, _cleaned(current.program, fields))
    for name, (_before, after) in changes.items():
        setattr(current, name, after)
    _require_whole(current)
    old = current.file.name or ""
    if file is not None:
        _attach(current, file)
    elif remove_file and old:
        current.file, current.width, current.height = "", None, None
    if current.file.name != old:
        changes["file"] = (bool(old), bool(current.file))
        current.version += 1
        if old:
            transaction.on_commit(partial(default_storage.delete, old), robust=True)
    if not changes:
        return current
    _save(current)
    _lead_links(current, set(changes))
    record(
        seller=current.seller,
        actor=actor,
        verb="landing.changed",
        object=current,
        changes={name: (_short(was), _short(now)) for name, (was, now) in changes.items()},
    )
    return current


@transaction.atomic
def publish_landing(*, landing: Landing, actor: Actor) -> Landing:
    """draft or withdrawn -> live. Raises Conflict when it is live."""
    return _move(landing, Status.LIVE, actor)


@transaction.atomic
def withdraw_landing(*, landing: Landing, actor: Actor) -> Landing:
    """live -> withdrawn: gone from all partners' pages; their links lead on and earn."""
    return _move(landing, Status.WITHDRAWN, actor)


@transaction.atomic
def take_landing(*, landing: Landing, enrollment: Enrollment, actor: Actor) -> Link:
    """The partner's link for his version of the page, made when he has none yet.

    Raises Conflict for a page that is not live, Unacceptable for another program's.
    """
    if landing.program_id != enrollment.program_id:
        message = _("This page belongs to another program.")
        raise Unacceptable(message, field="enrollment", code="other_program")
    current = Landing.objects.select_for_update(no_key=True).get(pk=landing.pk)
    if current.status != Status.LIVE:
        raise Conflict(_("This page was withdrawn."), code="state")
    found = Link.objects.filter(landing=current, enrollment=enrollment, disabled_at=None).first()
    return found or create_link(
        enrollment=enrollment,
        actor=actor,
        destination=current.destination,
        label=current.title,
        campaign=current.campaign,
        landing=current,
    )


def _cleaned(program: Program, fields: LandingFields) -> dict[str, Any]:
    values: dict[str, Any] = dict(fields)
    for name in ("title", "button", "image_alt"):
        if name in values:
            values[name] = " ".join(values[name].split())
    if "slug" in values:
        values["slug"] = values["slug"].strip().lower()
    if "text" in values:
        values["text"] = values["text"].replace("\r\n", "\n").strip()
    if "destination" in values:
        values["destination"] = own_page(program, values["destination"])
    campaign = values.get("campaign")
    if campaign is not None and campaign.program_id != program.pk:
        message = _("This campaign belongs to another program.")
        raise Unacceptable(message, field="campaign", code="other_program")
    return values


def _require_whole(landing: Landing) -> None:
    for name in ("title", "text", "button", "destination"):
        if not getattr(landing, name):
            raise Unacceptable(_("This is needed."), field=name, code="required")
    require_valid(landing, only=CHECKED)


def _attach(landing: Landing, file: "File[Any]") -> None:
    kept = uploads.checked_image(file)
    landing.file_name, landing.content_type = kept.name, kept.content_type
    landing.width, landing.height = kept.width, kept.height
    ending = kept.name.rpartition(".")[2]
    name = f"{landing.pk}-{landing.version + 1}.{ending}"
    landing.file.save(name, ContentFile(kept.content), save=False)


def _lead_links(landing: Landing, changed: set[str]) -> None:
    """Partners' links of the page lead where it leads now."""
    follow = {name: getattr(landing, name) for name in changed & {"destination", "campaign"}}
    if follow:
        Link.objects.filter(landing=landing, disabled_at=None).update(**follow)


def _save(landing: Landing) -> None:
    try:
        with transaction.atomic():
            landing.save()
    except IntegrityError as error:
        if "landing_slug_once" not in str(error):
            raise
        message = _("Another landing page has this address.")
        raise Conflict(message, field="slug", code="taken") from error


def _move(landing: Landing, to: Status, actor: Actor) -> Landing:
    before = landing.status
    allowed = [str(status) for status, ends in Landing.TRANSITIONS.items() if to in ends]
    hit = Landing.objects.filter(pk=landing.pk, status__in=allowed).update(status=to)
    if hit != 1:
        raise Conflict(_("This was already done."), code="state")
    current = Landing.objects.select_related("seller", "program").get(pk=landing.pk)
    record(
        seller=current.seller,
        actor=actor,
        verb="landing.published" if to == Status.LIVE else "landing.withdrawn",
        object=current,
        changes={"status": (before, str(to))},
    )
    return current


def _short(value: Any) -> Any:
    """A value as the trail keeps it."""
    if isinstance(value, Campaign):
        return str(value)
    return value[:_SHOWN] if isinstance(value, str) else value
