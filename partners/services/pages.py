"""Partners' public pages: written by the partner, allowed and hidden by the seller."""

from functools import partial
from typing import Any, Final, TypedDict, Unpack

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.services import Notice, record
from partners import pages, selectors
from partners.models import PageSettings, Partner, PartnerPage
from partners.notices import notices_to
from prm.errors import Conflict, Unacceptable
from prm.validation import changed_fields, checked_url, require_valid
from sellers.actors import Actor
from sellers.logo import redrawn
from sellers.models import Seller

CHECKED: Final = frozenset({"name", "slug", "headline", "about", "email", "phone", "website"})
SETTINGS: Final = ("pages_on", "directory_on", "directory_intro")
_SHOWN: Final = 300


class PageFields(TypedDict, total=False):
    """What a partner writes of himself, and where he lets it be shown."""

    name: str
    slug: str
    headline: str
    about: str
    topics: list[str]
    email: str
    phone: str
    website: str
    is_public: bool
    is_listed: bool


@transaction.atomic
def set_page_settings(
    *,
    seller: Seller,
    actor: Actor,
    pages_on: bool,
    directory_on: bool,
    directory_intro: str = "",
) -> PageSettings:
    """Say whether partners may have public pages and stand in a directory.

    Raises Unacceptable for an intro that is too long.
    """
    Seller.objects.select_for_update(no_key=True).only("pk").get(pk=seller.pk)
    current = pages.settings_of(seller)
    wanted = {
        "pages_on": pages_on,
        "directory_on": directory_on,
        "directory_intro": " ".join(directory_intro.split()),
    }
    changes = changed_fields(current, wanted)
    for name, (_before, after) in changes.items():
        setattr(current, name, after)
    require_valid(current, only=("directory_intro",))
    if not changes:
        return current
    current.save()
    record(
        seller=seller,
        actor=actor,
        verb="page_settings.changed",
        object=current,
        label=seller.name,
        changes=changes,
    )
    return current


@transaction.atomic
def save_page(
    *,
    partner: Partner,
    actor: Actor,
    logo: "File[bytes] | None" = None,
    remove_logo: bool = False,
    **fields: Unpack[PageFields],
) -> PartnerPage:
    """Write a partner's page: the given fields, the rest stays. It is made when it is not there.

    Raises Unacceptable by the field (`logo` too), and Conflict on `slug` when another partner of
    the seller has it.
    """
    picture = redrawn(logo) if logo else None
    Partner.objects.select_for_update(no_key=True).only("pk").get(pk=partner.pk)
    page = pages.page_or_blank(partner)
    changes = changed_fields(page, _cleaned(fields))
    was_public = page.is_public and not page._state.adding
    for name, (_before, after) in changes.items():
        setattr(page, name, after)
    require_valid(page, only=CHECKED)
    old = _set_logo(page, picture, remove=remove_logo)
    if picture or (remove_logo and old):
        changes["logo"] = (bool(old), bool(picture))
    if not changes and not page._state.adding:
        return page
    _save(page)
    if old and page.logo.name != old:
        transaction.on_commit(partial(default_storage.delete, old), robust=True)
    record(
        seller=partner.seller,
        actor=actor,
        verb="partner_page.changed",
        object=page,
        partner_id=partner.pk,
        changes={name: (_short(old), _short(new)) for name, (old, new) in changes.items()},
        notify=_told_of(page) if page.is_public and not was_public else (),
    )
    return page


@transaction.atomic
def hide_page(*, page: PartnerPage, reason: str, actor: Actor) -> PartnerPage:
    """Take a partner's page and directory entry off; the partner reads why.

    Raises Unacceptable without a reason, Conflict when it is hidden already.
    """
    text = reason.strip()
    if not text or len(text) > 500 or "\x00" in text:
        message = _("Give a reason of at most 500 characters; the partner reads it.")
        raise Unacceptable(message, field="reason", code="required")
    hit = PartnerPage.objects.filter(pk=page.pk, hidden_at=None).update(
        hidden_at=timezone.now(), hidden_reason=text
    )
    return _after_move(page, actor, hit, hidden=True)


@transaction.atomic
def show_page(*, page: PartnerPage, actor: Actor) -> PartnerPage:
    """Let a hidden page be shown again, as far as its partner wants it shown.

    Raises Conflict when it is not hidden.
    """
    hit = PartnerPage.objects.filter(pk=page.pk, hidden_at__isnull=False).update(
        hidden_at=None, hidden_reason=""
    )
    return _after_move(page, actor, hit, hidden=False)


def _cleaned(fields: PageFields) -> dict[str, Any]:
    values: dict[str, Any] = dict(fields)
    for name in ("name", "headline", "phone", "email"):
        if name in values:
            values[name] = " ".join(values[name].split())
    if "about" in values:
        values["about"] = values["about"].replace("\r\n", "\n").strip()
    if "slug" in values:
        values["slug"] = values["slug"].strip().lower()
    if values.get("website"):
        values["website"] = checked_url(values["website"], "website")
    if "topics" in values:
        values["topics"] = _topics(values["topics"])
    _require_sayable(values)
    return values


def _require_sayable(values: dict[str, Any]) -> None:
    if values.get("name") == "":
        raise Unacceptable(_("Give a name."), field="name", code="required")
    if values.get("slug") in pages.RESERVED:
        raise _taken()
    if values.get("phone") and not pages.PHONE.fullmatch(values["phone"]):
        message = _("Digits, spaces, brackets and hyphens, with a + in front for the country.")
        raise Unacceptable(message, field="phone", code="invalid")


def _topics(words: list[str]) -> list[str]:
    found = pages.cleaned_topics(words)
    if len(found) > pages.MOST_TOPICS or any(
        len(word) > pages.TOPIC_LENGTH or not word.isprintable() for word in found
    ):
        message = _("At most %(most)s topics of up to %(length)s characters each.")
        values = {"most": pages.MOST_TOPICS, "length": pages.TOPIC_LENGTH}
        raise Unacceptable(message % values, field="topics", code="too_many")
    return found


def _set_logo(page: PartnerPage, picture: bytes | None, *, remove: bool) -> str:
    """Put the new logo on the page; answers the name of the one before."""
    old = page.logo.name or ""
    if picture:
        page.version += 1
        page.logo.save(f"{page.pk}-{page.version}.png", ContentFile(picture), save=False)
    elif remove and old:
        page.version += 1
        page.logo = ""
    return old


def _save(page: PartnerPage) -> None:
    try:
        with transaction.atomic():
            page.save()
    except IntegrityError as error:
        if "partner_page_slug_once" not in str(error):
            raise
        raise _taken() from error


def _taken() -> Conflict:
    return Conflict(_("This address is taken. Choose another."), field="slug", code="taken")


def _short(value: Any) -> Any:
    """A value as the trail keeps it."""
    return value[:_SHOWN] if isinstance(value, str) else value


def _told_of(page: PartnerPage) -> "list[Notice]":
    """The manager hears that a page is public now."""
    return list(
        notices_to(
            selectors.staff_to_tell(page.partner),
            seller=page.seller,
            room="console",
            subject=gettext_lazy("%(partner)s has a public page"),
            body=gettext_lazy("Have a look at it. You can hide it with a reason."),
            values={"partner": page.partner.name},
            path=f"/{page.seller.slug}/console/public-pages/{page.pk}/",
            mail=False,
        )
    )


def _after_move(page: PartnerPage, actor: Actor, hit: int, *, hidden: bool) -> PartnerPage:
    if hit != 1:
        raise Conflict(_("This was already done."), code="state")
    page = pages.page_by_id(page.pk)
    subject = (
        gettext_lazy("%(seller)s took your public page off")
        if hidden
        else gettext_lazy("Your public page at %(seller)s may be seen again")
    )
    record(
        seller=page.seller,
        actor=actor,
        verb="partner_page.hidden" if hidden else "partner_page.shown",
        object=page,
        partner_id=page.partner_id,
        changes={"hidden": (not hidden, hidden)},
        detail={"reason": page.hidden_reason} if hidden else {},
        notify=notices_to(
            selectors.users_of(page.partner, "admin"),
            seller=page.seller,
            room="partner",
            subject=subject,
            body=gettext_lazy("%(reason)s"),
            values={"seller": page.seller.name, "reason": page.hidden_reason},
            path=f"/{page.seller.slug}/portal/page/",
        ),
    )
    return page
