"""Prospects: made, changed, moved along, tied to the partner they become."""

from collections.abc import Iterable
from typing import Any, Final, TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity import work
from activity.services import record
from partners import prospect_rules, selectors
from partners.models import Channel, ContentKind, Partner, Prospect, Reference
from partners.services.profiles import cleaned_profile
from prm.errors import Conflict, Unacceptable
from prm.validation import changed_fields, require_valid
from sellers.actors import Actor
from sellers.models import Seller, Staff

FIT_WORK: Final = "prospect_fit"
"""The waiting work that scores prospects anew; campaigns does it."""
CHECKED: Final = frozenset({"name", "email", "kind", "website", "external_id", "source", "notes"})
TEXTS: Final = ("name", "external_id", "source", "notes")


class ProspectFields(TypedDict, total=False):
    """What may be changed of a prospect after he was made."""

    name: str
    email: str
    kind: str
    country: str
    languages: list[str]
    niches: list[str]
    content_kinds: list[str]
    website: str
    external_id: str | None
    source: str
    manager: Staff | None
    notes: str


@transaction.atomic
def create_prospect(*, seller: Seller, actor: Actor, **fields: Unpack[ProspectFields]) -> Prospect:
    """A new prospect in stage found. Without a `manager` the actor looks after him.

    Raises Unacceptable by the field, and Conflict when `external_id` is taken.
    """
    prospect = Prospect(seller=seller)
    wanted: ProspectFields = {"name": "", **fields}
    if wanted.get("manager") is None:
        wanted["manager"] = selectors.default_manager(actor.user)
    for field, value in _cleaned(wanted).items():
        setattr(prospect, field, value)
    require_valid(prospect, only=CHECKED)
    _save(prospect)
    work.nudge(FIT_WORK, seller.pk)
    record(
        seller=seller,
        actor=actor,
        verb="prospect.created",
        object=prospect,
        changes={"stage": ("", prospect.stage)},
        detail={"name": prospect.name, "country": prospect.country, "source": prospect.source},
    )
    return prospect


@transaction.atomic
def change_prospect(
    *, prospect: Prospect, actor: Actor, **fields: Unpack[ProspectFields]
) -> Prospect:
    """Set the given fields. Nothing is written or recorded when nothing differs.

    Raises Unacceptable by the field, and Conflict when `external_id` is taken.
    """
    current = Prospect.objects.select_for_update().select_related("seller").get(pk=prospect.pk)
    if "manager" in fields and fields["manager"] is None:
        raise Unacceptable(_("Every prospect has somebody. Choose one."), field="manager")
    changes = changed_fields(current, _cleaned(fields))
    for field, (_before, after) in changes.items():
        setattr(current, field, after)
    require_valid(current, only=CHECKED & set(changes))
    if not changes:
        return current
    current.fit_due = True
    _save(current)
    work.nudge(FIT_WORK, current.seller_id)
    shown = {
        field: (_plain(before), _plain(after))
        for field, (before, after) in changes.items()
        if field not in {"name_key", "domain"}
    }
    record(
        seller=current.seller,
        actor=actor,
        verb="prospect.changed",
        object=current,
        partner_id=current.partner_id,
        changes=shown,
    )
    return current


def move_prospect(*, prospect: Prospect, to: str, actor: Actor, reason: str = "") -> Prospect:
    """Move by hand between found, in talks and put aside; putting aside needs a `reason`.

    Raises Unacceptable for another stage or a missing reason, Conflict where that is not possible.
    """
    if to not in Prospect.BY_HAND:
        raise Unacceptable(_("This stage follows the application by itself."), field="stage")
    if to == Prospect.Stage.DROPPED and not reason.strip():
        raise Unacceptable(_("Say why; the next one who looks will ask."), field="reason")
    return set_stage(prospect=prospect, to=to, actor=actor, reason=reason)


@transaction.atomic
def set_stage(*, prospect: Prospect, to: str, actor: Actor, reason: str = "") -> Prospect:
    """One conditional update; the same stage stays as it is. Raises Conflict where it is refused.

    For what follows invitations and applications; staff move by `move_prospect`.
    """
    current = Prospect.objects.select_for_update().select_related("seller").get(pk=prospect.pk)
    before = current.stage
    if before == to:
        return current
    if to not in Prospect.TRANSITIONS[before]:
        state = Prospect.Stage(before).label
        message = _("This cannot be done now: the prospect is “%(state)s”.") % {"state": state}
        raise Conflict(message, code="state")
    current.stage, current.stage_at = to, timezone.now()
    current.stage_reason = _reason(reason)
    current.save(update_fields=["stage", "stage_at", "stage_reason", "updated_at"])
    record(
        seller=current.seller,
        actor=actor,
        verb="prospect.moved",
        object=current,
        partner_id=current.partner_id,
        changes={"stage": (before, to)},
        detail={"reason": current.stage_reason} if current.stage_reason else {},
    )
    return current


@transaction.atomic
def refuse_contact(*, prospect: Prospect, actor: Actor, reason: str) -> Prospect:
    """The prospect asked not to be written to: no invitation goes to him any more."""
    Prospect.objects.filter(pk=prospect.pk).update(no_contact=True)
    current = Prospect.objects.get(pk=prospect.pk)
    if Prospect.Stage.DROPPED in Prospect.TRANSITIONS[current.stage]:
        return set_stage(prospect=current, to=Prospect.Stage.DROPPED, actor=actor, reason=reason)
    return current


@transaction.atomic
def tie_to_partner(*, prospect: Prospect, partner: Partner, actor: Actor) -> Prospect:
    """The prospect is this partner: his channels and references are the partner's, too.

    A channel that the partner has already stays his own. Raises Conflict when the prospect is
    another partner.
    """
    current = Prospect.objects.select_for_update().select_related("seller").get(pk=prospect.pk)
    if current.partner_id == partner.pk:
        return current
    if current.partner_id is not None:
        raise Conflict(_("This prospect is another partner already."), code="state")
    current.partner = partner
    current.save(update_fields=["partner", "updated_at"])
    own = {(one.platform, one.handle) for one in Channel.objects.filter(partner=partner)}
    for channel in Channel.objects.filter(prospect=current):
        if (channel.platform, channel.handle) not in own:
            Channel.objects.filter(pk=channel.pk).update(partner=partner)
    Reference.objects.filter(prospect=current, partner=None).update(partner=partner)
    record(
        seller=current.seller,
        actor=actor,
        verb="prospect.tied",
        object=current,
        partner_id=partner.pk,
        detail={"partner": partner.name},
    )
    return current


@transaction.atomic
def recognise_partner(*, prospect: Prospect, partner: Partner, actor: Actor) -> Prospect:
    """Staff see that the prospect is a partner already: tied, and in stage joined or applied.

    Raises Conflict when the prospect is another partner.
    """
    tied = tie_to_partner(prospect=prospect, partner=partner, actor=actor)
    seated = partner.status in selectors.SEATED
    to = Prospect.Stage.JOINED if seated else Prospect.Stage.APPLIED
    return set_stage(prospect=tied, to=to, actor=actor)


def fit_is_due(seller: Seller, prospects: Iterable[Prospect] | None = None) -> None:
    """Have `prospects`, or all of the seller's, scored anew by a worker."""
    rows = Prospect.objects.filter(fit_due=False)
    if prospects is not None:
        rows = rows.filter(pk__in=[one.pk for one in prospects])
    rows.update(fit_due=True)
    work.nudge(FIT_WORK, seller.pk)


def _cleaned(fields: ProspectFields) -> dict[str, Any]:
    """Values as they are kept."""
    values = cleaned_profile(fields, TEXTS)
    return values | _cleaned_lists(fields)


def _cleaned_lists(fields: ProspectFields) -> dict[str, Any]:
    """The lists among the values."""
    values: dict[str, Any] = {}
    if "niches" in fields:
        values["niches"] = tags(fields["niches"], "niches")
    if "languages" in fields:
        values["languages"] = language_codes(fields["languages"])
    if "content_kinds" in fields:
        values["content_kinds"] = listed(
            fields["content_kinds"], ContentKind.values, "content_kinds"
        )
    return values


def tags(texts: Iterable[str], field: str) -> list[str]:
    """Words as they are kept. Raises Unacceptable for too many or too long ones."""
    words = prospect_rules.words_of(texts)
    if len(words) > prospect_rules.MOST_WORDS:
        message = _("At most %(limit)d words.") % {"limit": prospect_rules.MOST_WORDS}
        raise Unacceptable(message, field=field, code="max_length")
    for word in words:
        if len(word) > prospect_rules.WORD_LENGTH or "\x00" in word:
            message = _("Each word has at most %(limit)d characters.")
            message = message % {"limit": prospect_rules.WORD_LENGTH}
            raise Unacceptable(message, field=field, code="max_length")
    return words


def language_codes(codes: Iterable[str], field: str = "languages") -> list[str]:
    """ISO 639 codes in lower case. Raises Unacceptable for an unknown one."""
    return listed([code.strip().lower() for code in codes], prospect_rules.LANGUAGES, field)


def listed(values: Iterable[str], known: Iterable[str], field: str) -> list[str]:
    """Values of a closed list, each once. Raises Unacceptable for another one."""
    kept, allowed = list(dict.fromkeys(values)), set(known)
    strange = [value for value in kept if value not in allowed]
    if strange:
        message = _("“%(value)s” is not on the list.") % {"value": strange[0][:40]}
        raise Unacceptable(message, field=field, code="choice")
    return kept


def _reason(reason: str) -> str:
    text = reason.strip()
    if "\x00" in text or len(text) > 500:
        raise Unacceptable(_("At most %(limit)d characters.") % {"limit": 500}, field="reason")
    return text


def _save(prospect: Prospect) -> None:
    try:
        with transaction.atomic():
            prospect.save()
    except IntegrityError as error:
        if "prospect_external_id_once" not in str(error):
            raise
        message = _("Another prospect already has this id.")
        raise Conflict(message, field="external_id", code="taken") from error


def _plain(value: object) -> object:
    """A value as the trail keeps it."""
    if isinstance(value, list):
        return ", ".join(value)
    return str(value) if isinstance(value, Staff) else value
