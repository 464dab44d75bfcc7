"""A coupon in a link: the shop finds it in the address and takes it off the price by itself."""

from dataclasses import replace
from urllib.parse import unquote_plus

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record
from campaigns.models import Enrollment, Program
from prm.errors import Unacceptable
from prm.validation import require_valid
from sellers.actors import Actor
from tracking import rules
from tracking.models import Coupon, CouponParameter
from tracking.places import place_of


def parameter_of(program: Program) -> str:
    """The query parameter that the program's shop takes a coupon from; "" where it has none."""
    return (
        CouponParameter.objects.filter(program=program).values_list("name", flat=True).first() or ""
    )


@transaction.atomic
def set_coupon_parameter(*, program: Program, name: str, actor: Actor) -> None:
    """Say how the program's shop takes a coupon from an address; "": it takes none.

    Links that exist keep their address. Raises Unacceptable for what is no parameter's name.
    """
    Program.objects.select_for_update(no_key=True).only("pk").get(pk=program.pk)
    before, after = parameter_of(program), name.strip()
    if before == after:
        return
    row = CouponParameter(seller_id=program.seller_id, program=program, name=after)
    if after:
        require_valid(row, only=("name",))
    if after in {rules.CLICK_PARAMETER, *rules.SUB_IDS}:
        raise Unacceptable(_("This word is in use for clicks."), field="name", code="taken")
    CouponParameter.objects.filter(program=program).delete()
    if after:
        row.save(force_insert=True)
    record(
        seller=program.seller,
        actor=actor,
        verb="program.coupon_parameter",
        object=program,
        changes={"coupon_parameter": (before, after)},
    )


def require_usable(coupon: Coupon, enrollment: Enrollment) -> None:
    """Raises Unacceptable on `coupon` unless it is this enrollment's and counts now or later."""
    over = coupon.valid_until is not None and coupon.valid_until <= timezone.now()
    if coupon.enrollment_id != enrollment.pk or coupon.disabled_at is not None or over:
        message = _("Choose a coupon of this program that still counts.")
        raise Unacceptable(message, field="coupon", code="choice")


def page_with(
    program: Program, page: str, coupon: Coupon | None, before: Coupon | None = None
) -> str:
    """The page's address with `coupon` in it, and that of `before` no longer."""
    name = parameter_of(program) if coupon or before else ""
    place = place_of(page) if name else None
    if place is None:
        return page
    if before is not None and coupon is None:
        kept = [
            part for part in place.query.split("&") if part and not _is(part, name, before.code)
        ]
        return replace(place, query="&".join(kept)).text
    return place.with_parameters({name: coupon.code}).text if coupon else page


def _is(part: str, name: str, value: str) -> bool:
    left, _equals, right = part.partition("=")
    return unquote_plus(left) == name and unquote_plus(right) == value
