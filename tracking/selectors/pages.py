"""Reads about landing pages and about what stands on partners' public pages."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import (
    BigIntegerField,
    Count,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from campaigns.models import Enrollment, Program
from partners.models import PartnerPage
from prm.errors import NotFound
from sellers.scope import maintenance_scope
from tracking.models import Coupon, Landing, Link, LinkDay, PageItem
from tracking.selectors.clicks import clicks_of_link
from tracking.selectors.coupons import coupons_of


@dataclass(frozen=True)
class OfferedLanding:
    """A live landing page of a partner's program, with his own link for it once he took it."""

    landing: Landing
    enrollment: Enrollment
    link: Link | None


def landings() -> QuerySet[Landing]:
    """All landing pages with program, and how many partners took each."""
    live = Link.objects.filter(landing=OuterRef("pk"), disabled_at=None).order_by()
    taken = live.values("landing").annotate(n=Count("id")).values("n")
    rows = Landing.objects.select_related("program__seller", "campaign", "seller")
    # a subquery: a join would count a page in the chips of the list once for each partner
    return rows.annotate(taken_count=Coalesce(Subquery(taken), 0))


def landings_with_clicks() -> QuerySet[Landing]:
    """The same with people's clicks through all partners' links of each, of all time."""
    links = Link.objects.filter(landing_id=OuterRef(OuterRef("pk"))).values("pk")
    days = LinkDay.objects.filter(link_id__in=links).order_by()
    summed = days.values("seller_id").annotate(n=Sum("clicks")).values("n")
    return landings().annotate(
        click_count=Coalesce(Subquery(summed, output_field=BigIntegerField()), 0)
    )


def takers(landing: Landing) -> QuerySet[Link]:
    """Partners' live links of the page with their clicks, most first."""
    rows = Link.objects.filter(landing=landing, disabled_at=None)
    return (
        rows.select_related("enrollment__partner")
        .annotate(click_count=clicks_of_link())
        .order_by("-click_count", "id")
    )


def landing_by_id(landing_id: uuid.UUID | str) -> Landing:
    """The landing page; raises NotFound."""
    found = landings().filter(pk=landing_id).first()
    if found is None:
        raise NotFound("landing")
    return found


def landings_for(partner_id: uuid.UUID) -> list[OfferedLanding]:
    """Live landing pages of the programs that the partner is in, newest first."""
    enrollments = {
        one.program_id: one
        for one in Enrollment.objects.filter(
            partner_id=partner_id, status=Enrollment.Status.ACTIVE
        ).select_related("program", "seller", "partner")
    }
    own = Link.objects.filter(enrollment__partner_id=partner_id, disabled_at=None).select_related(
        "domain"
    )
    rows = landings().filter(program__in=enrollments, status=Landing.Status.LIVE)
    return [
        OfferedLanding(row, enrollments[row.program_id], next(iter(row.links.all()), None))
        for row in rows.order_by("-id").prefetch_related(Prefetch("links", own))
    ]


def clicks_of_links(link_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """People's clicks of each link, of all time; a link without any is missing."""
    rows = LinkDay.objects.filter(link_id__in=link_ids).values_list("link_id")
    return dict(rows.annotate(n=Sum("clicks")))


def landing_for(partner_id: uuid.UUID, landing_id: uuid.UUID) -> OfferedLanding:
    """One of them; raises NotFound."""
    for offered in landings_for(partner_id):
        if offered.landing.pk == landing_id:
            return offered
    raise NotFound("landing")


def landing_of_page(page: PartnerPage, slug: str) -> Link:
    """The partner's live link with his version of the landing page; raises NotFound."""
    rows = _live_links().filter(landing__slug=slug, enrollment__partner_id=page.partner_id)
    found = rows.first()
    if found is None:
        raise NotFound("landing")
    return found


def page_items(page: PartnerPage) -> list[PageItem]:
    """Everything that the partner put on his page, in order; `shown` says what is seen of it."""
    rows = list(
        PageItem.objects.filter(page=page)
        .select_related("link__landing", "link__domain", "link__enrollment", "coupon", "page")
        .order_by("position", "id")
    )
    links = set(
        _live_links()
        .filter(pk__in=[row.link_id for row in rows if row.link_id])
        .values_list("pk", flat=True)
    )
    coupons = set(
        _live_coupons(page.partner_id)
        .filter(pk__in=[row.coupon_id for row in rows if row.coupon_id])
        .values_list("pk", flat=True)
    )
    for row in rows:
        row.shown = row.link_id in links or row.coupon_id in coupons  # type: ignore[attr-defined]
    return rows


def shown_items(page: PartnerPage) -> list[PageItem]:
    """What visitors of the page see: links and coupons that count at the moment."""
    return [row for row in page_items(page) if row.shown]  # type: ignore[attr-defined]


def item_by_id(page: PartnerPage, item_id: uuid.UUID) -> PageItem:
    """What stands on the page under this id; raises NotFound."""
    found = PageItem.objects.filter(page=page, pk=item_id).select_related("page__seller").first()
    if found is None:
        raise NotFound("item")
    return found


def links_to_show(partner_id: uuid.UUID, page: PartnerPage | None) -> QuerySet[Link]:
    """The partner's live links that do not stand on his page yet, newest first."""
    rows = _live_links().filter(enrollment__partner_id=partner_id)
    if page is not None:
        rows = rows.exclude(page_items__page=page)
    return rows.order_by("-id")


def coupons_to_show(partner_id: uuid.UUID, page: PartnerPage | None) -> QuerySet[Coupon]:
    """The partner's coupons that count now and do not stand on his page yet."""
    rows = _live_coupons(partner_id)
    if page is not None:
        rows = rows.exclude(page_items__page=page)
    return rows.order_by("code")


def usable_coupons(partner_id: uuid.UUID) -> QuerySet[Coupon]:
    """The partner's coupons that count now or later: what a link may carry."""
    rows = coupons_of(partner_id).filter(Q(state__in=("active", "planned", "contested")))
    return rows.order_by("code")


def is_code_taken(code: str) -> bool:
    """Whether any seller's link has this code: `/r/<code>` names no seller."""
    with maintenance_scope():
        return Link.objects.filter(code=code).exists()


def _live_links(today: date | None = None) -> QuerySet[Link]:
    """Links that lead somewhere and earn now (tracking.redirect.entries says it for visitors)."""
    today = today or timezone.localdate()
    return Link.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=timezone.now()),
        Q(campaign=None) | Q(campaign__ends_on=None) | Q(campaign__ends_on__gte=today),
        Q(landing=None) | Q(landing__status=Landing.Status.LIVE),
        disabled_at=None,
        enrollment__status=Enrollment.Status.ACTIVE,
        enrollment__program__status=Program.Status.OPEN,
    ).select_related("enrollment__program", "landing", "domain", "coupon", "seller")


def _live_coupons(partner_id: uuid.UUID) -> QuerySet[Coupon]:
    return coupons_of(partner_id).filter(
        Q(state="active"),
        enrollment__status=Enrollment.Status.ACTIVE,
        enrollment__program__status=Program.Status.OPEN,
    )
