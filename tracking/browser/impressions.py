"""Banners shown: `GET /i/<code>.gif` beside a partner's banner, counted through the spool.

Nothing is looked up but the link, in this process's memory, and nothing is set in the browser.
Machines are sorted out by the shipper, as of clicks.
"""

import logging

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from uuid_utils import uuid7

from prm.addresses import address_in
from tracking.browser.pixel import dot
from tracking.redirect.answering import COUNTRY_KEY, is_no_click
from tracking.redirect.entries import Entry
from tracking.redirect.loading import PREFIX, Away
from tracking.redirect.memory import memory
from tracking.spool import IMPRESSION, record
from tracking.spool.own import own_spool

logger = logging.getLogger(__name__)


@require_safe
def shown(request: HttpRequest, code: str) -> HttpResponse:
    """One view of a banner. The picture is the answer whatever the link is.

    A link that earns nothing any more, HEAD, and what a browser fetches ahead are not counted.
    """
    try:
        entry = memory.link(PREFIX + code)
    except Away:
        logger.warning("a banner's view is not counted: its link cannot be looked up")
        return dot()
    if entry is not None and entry.earns and not is_no_click(request.META):
        _count(entry, request)
    return dot()


def _count(entry: Entry, request: HttpRequest) -> None:
    view = uuid7()
    if view.timestamp >= entry.ends_at:
        return
    line = record(
        kind=IMPRESSION,
        click_id=str(view),
        at=view.timestamp,
        link_id=entry.link_id,
        address=address_in(request.META),
        agent=request.headers.get("User-Agent", ""),
        referrer=request.headers.get("Referer", ""),
        subs=entry.subs,
        country=request.META.get(COUNTRY_KEY, ""),
    )
    if not own_spool().append(line):
        logger.warning("a banner's view could not be kept")
