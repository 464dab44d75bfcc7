"""Coupons in words, for the console and the partner."""

from datetime import timedelta

from django.utils.translation import gettext as _

from portal import time_format
from tracking.models import Coupon

_LEAST = timedelta(microseconds=1)


def validity_text(coupon: Coupon) -> str:
    """The days on which a coupon counts, the last one included."""
    first = time_format.day_text(coupon.valid_from) if coupon.valid_from else ""
    last = time_format.day_text(coupon.valid_until - _LEAST) if coupon.valid_until else ""
    if first and last:
        return _("%(first)s to %(last)s") % {"first": first, "last": last}
    if first:
        return _("from %(first)s") % {"first": first}
    return _("until %(last)s") % {"last": last} if last else _("always")
