"""The partner's best links, the link just made, and what his programs pay."""

import uuid
from typing import Any

from django.utils import timezone

from commissions import offers, reasons
from commissions.best_links import best_coupons, best_links
from portal.link_address import link_url
from portal.partner import links
from portal.partner.home_cards.place import Place
from prm import periods
from tracking import selectors as tracking


def card(place: Place) -> dict[str, Any]:
    """The best links and coupons of this month, the link just made, what each program pays."""
    partner_id = place.partner_id
    now = timezone.localtime()
    month = periods.month_so_far(now)
    own = tracking.links_of(partner_id)
    best = best_links(partner_id, month.start)
    starts = periods.week_starts(now, links.SPARK_WEEKS)
    weekly = tracking.weekly_clicks([one.link.pk for one in best], starts)
    made_id = _uuid(place.request.GET.get("made", ""))
    made = own.filter(pk=made_id).first() if made_id else None
    return {
        "best": [(one, weekly[one.link.pk], link_url(one.link)) for one in best],
        "best_coupons": best_coupons(partner_id, month.start),
        "link_count": own.count(),
        "made": made,
        "made_url": link_url(made) if made else "",
        "offers": [
            (one, reasons.reward_text(one.reward, one.enrollment.program.currency))
            for one in offers.offers(place.enrollments)
            if one.reward
        ],
        "today": timezone.localdate(),
    }


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
