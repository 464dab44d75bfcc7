"""Reads about coupons."""

import uuid

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Now

from prm.errors import NotFound
from tracking.models import Coupon


def coupons() -> QuerySet[Coupon]:
    """Coupons with partner and program, and their `state` now.

    `active`, `planned`, `over` (its last day is past), `retired` (stopped) or `contested`:
    another partner has the same code now, so that it credits nobody.
    """
    others = _valid_now(Coupon.objects.filter(key=OuterRef("key"))).exclude(
        enrollment__partner_id=OuterRef("enrollment__partner_id")
    )
    state = Case(
        When(disabled_at__isnull=False, then=Value("retired")),
        When(valid_until__lte=Now(), then=Value("over")),
        When(valid_from__gt=Now(), then=Value("planned")),
        When(Exists(others), then=Value("contested")),
        default=Value("active"),
        output_field=CharField(),
    )
    rows = Coupon.objects.select_related("enrollment__partner", "enrollment__program", "seller")
    return rows.annotate(state=state)


def coupons_of(partner_id: uuid.UUID) -> QuerySet[Coupon]:
    """A partner's coupons."""
    return coupons().filter(enrollment__partner_id=partner_id)


def coupon_by_id(coupon_id: uuid.UUID | str) -> Coupon:
    """The coupon; raises NotFound."""
    found = coupons().filter(pk=coupon_id).first()
    if found is None:
        raise NotFound("coupon")
    return found


def _valid_now(rows: QuerySet[Coupon]) -> QuerySet[Coupon]:
    started = Q(valid_from=None) | Q(valid_from__lte=Now())
    return rows.filter(started & (Q(valid_until=None) | Q(valid_until__gt=Now())), disabled_at=None)
