"""A partner who begins to fade, or goes dormant: his manager is told, once for each change."""

from collections.abc import Iterator, Sequence
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from activity.services import Notice, record
from commissions.models import Health, Standing
from commissions.performance.rules import DAYS
from partners.models import Partner
from partners.notices import notices_to
from sellers.actors import SYSTEM
from sellers.models import Seller

_VERBS: Final = {Health.FADING: "partner.fading", Health.DORMANT: "partner.dormant"}
_SUBJECTS: Final[dict[str, Promise]] = {
    Health.FADING: _("%(partner)s begins to fade"),
    Health.DORMANT: _("%(partner)s has gone quiet"),
}
_BODY: Final = _(
    "%(sales)s sales and %(clicks)s clicks in %(days)s days, "
    "after %(sales_before)s and %(clicks_before)s in the days before."
)


def warn(seller: Seller, worse: Sequence[Standing]) -> None:
    """Note that these do worse than the day before; who is suspended is passed over.

    In the transaction that keeps the standings, so that a change is told once.
    """
    active = Partner.objects.filter(status=Partner.Status.ACTIVE).select_related("manager__user")
    partners = active.in_bulk([row.partner_id for row in worse]) if worse else {}
    for row in worse:
        if row.partner_id in partners:
            _warn(seller, partners[row.partner_id], row)


def _warn(seller: Seller, partner: Partner, row: Standing) -> None:
    record(
        seller=seller,
        actor=SYSTEM,
        verb=_VERBS[Health(row.health)],
        object=partner,
        partner_id=partner.pk,
        detail={"why": row.why, "as_of": row.as_of.isoformat()},
        notify=_notices(seller, partner, row),
    )


def _notices(seller: Seller, partner: Partner, row: Standing) -> Iterator[Notice]:
    manager = partner.manager
    if manager is None or not manager.is_active:
        return
    yield from notices_to(
        [manager.user],
        seller=seller,
        room="console",
        subject=_SUBJECTS[row.health],
        body=_BODY,
        values={
            "partner": partner.name,
            "days": DAYS,
            "sales": row.sales,
            "clicks": row.clicks,
            "sales_before": row.sales_before,
            "clicks_before": row.clicks_before,
        },
        path=f"/{seller.slug}/console/partners/{partner.pk}/performance/",
    )
