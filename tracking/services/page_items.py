"""What a partner puts on his public page: links, landing pages and coupons, in his order."""

from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from activity.services import record
from partners.models import PartnerPage
from prm.errors import Conflict, NotFound, Unacceptable
from prm.validation import require_valid
from sellers.actors import Actor
from tracking.models import Coupon, Link, PageItem

MOST: Final = 40


@transaction.atomic
def add_page_item(
    *,
    page: PartnerPage,
    actor: Actor,
    link: Link | None = None,
    coupon: Coupon | None = None,
    title: str = "",
    note: str = "",
) -> PageItem:
    """Put a link or a coupon of the page's partner at the page's end.

    Raises NotFound for another partner's, Unacceptable by the field, Conflict for what stands
    there already and for a full page.
    """
    shown = link or coupon
    if shown is None or shown.enrollment.partner_id != page.partner_id:
        raise NotFound("link")
    PartnerPage.objects.select_for_update(no_key=True).only("pk").get(pk=page.pk)
    rows = PageItem.objects.filter(page=page)
    if rows.count() >= MOST:
        raise Conflict(_("A page has room for %(most)s of them.") % {"most": MOST}, code="full")
    last = rows.aggregate(last=Max("position"))["last"]
    item = PageItem(
        seller_id=page.seller_id,
        page=page,
        link=link,
        coupon=coupon,
        position=0 if last is None else last + 1,
        **_words(title or str(shown)[:80], note),
    )
    require_valid(item, only=("title", "note"))
    try:
        with transaction.atomic():
            item.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(_("This stands on the page already."), code="taken") from error
    _record(item, actor, "partner_page.item_added")
    return item


@transaction.atomic
def change_page_item(*, item: PageItem, actor: Actor, title: str, note: str) -> PageItem:
    """Say it in other words. Raises Unacceptable by the field."""
    wanted = _words(title, note)
    if wanted == {"title": item.title, "note": item.note}:
        return item
    item.title, item.note = wanted["title"], wanted["note"]
    require_valid(item, only=("title", "note"))
    item.save(update_fields=["title", "note"])
    _record(item, actor, "partner_page.item_changed")
    return item


@transaction.atomic
def move_page_item(*, item: PageItem, up: bool) -> None:
    """Let it change places with its neighbour; at the end of the row nothing changes."""
    PartnerPage.objects.select_for_update(no_key=True).only("pk").get(pk=item.page_id)
    ordered = list(PageItem.objects.filter(page_id=item.page_id).order_by("position", "pk"))
    place = next((n for n, one in enumerate(ordered) if one.pk == item.pk), None)
    if place is None:
        raise NotFound("item")
    other = place + (-1 if up else 1)
    if not 0 <= other < len(ordered):
        return
    ordered[place], ordered[other] = ordered[other], ordered[place]
    for number, one in enumerate(ordered):
        one.position = number
    PageItem.objects.bulk_update(ordered, ["position"])


@transaction.atomic
def remove_page_item(*, item: PageItem, actor: Actor) -> None:
    """Take it off the page; the link or coupon itself stays. Repeating it changes nothing."""
    if PageItem.objects.filter(pk=item.pk).delete()[0]:
        _record(item, actor, "partner_page.item_removed")


def _words(title: str, note: str) -> dict[str, Any]:
    found = {"title": " ".join(title.split()), "note": " ".join(note.split())}
    if not found["title"]:
        raise Unacceptable(_("Give it a title."), field="title", code="required")
    return found


def _record(item: PageItem, actor: Actor, verb: str) -> None:
    record(
        seller=item.page.seller,
        actor=actor,
        verb=verb,
        object=item.page,
        label=item.page.name,
        partner_id=item.page.partner_id,
        detail={"title": item.title},
    )
