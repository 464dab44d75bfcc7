"""What is looked for: each kind of signal, its limits by strictness, and what it is by default.

By default every kind is noted and nothing is held: a seller who never looked at the settings must
not find his partners' money stopped.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from commissions.models import SignalAction, SignalKind, SignalStrictness

Words = str | Promise


@dataclass(frozen=True)
class Look:
    """One kind. `limits` maps a strictness to its limit, which `measure` puts into words with
    `%(limit)s`; a kind without limits is either looked for or not."""

    kind: SignalKind
    about: Words
    of_sale: bool
    measure: Words = ""
    limits: Mapping[str, int] = field(default_factory=dict)
    has_words: bool = False
    strictness: SignalStrictness = SignalStrictness.NORMAL
    action: SignalAction = SignalAction.NOTE

    def limit(self, strictness: str) -> int:
        """The limit at a strictness; 0 where the kind has none."""
        return self.limits.get(strictness, 0)


def _limits(low: int, normal: int, high: int) -> dict[str, int]:
    return {"low": low, "normal": normal, "high": high}


_LOOKS: Final = (
    Look(
        SignalKind.SELF_REFERRAL,
        _("The buyer is one of the partner’s own people. The program says what follows."),
        of_sale=True,
    ),
    Look(
        SignalKind.TIME_TO_SALE,
        _("Nobody reads, chooses and pays in so short a time."),
        of_sale=True,
        measure=_("less than %(limit)s seconds between click and sale"),
        limits=_limits(3, 10, 60),
    ),
    Look(
        SignalKind.DISPOSABLE_EMAIL,
        _("The buyer’s address belongs to a service that gives addresses for minutes."),
        of_sale=True,
    ),
    Look(
        SignalKind.BANNED_SOURCE,
        _("The visitor came from a site that you do not want to pay for."),
        of_sale=True,
        has_words=True,
    ),
    Look(
        SignalKind.BRAND_BIDDING,
        _("The click carries the mark of a paid search ad. Often the ad names your own brand."),
        of_sale=True,
    ),
    Look(
        SignalKind.ORDER_PATTERN,
        _("The order number is made otherwise than those of your last sales."),
        of_sale=True,
        measure=_("seen in less than %(limit)s of 1,000 sales"),
        limits=_limits(1, 5, 20),
    ),
    Look(
        SignalKind.CONVERSION_RATE,
        _("So few visitors do not buy only where somebody buys for the commission."),
        of_sale=False,
        measure=_("%(limit)s of 100 clicks become sales in a week, of at least 10 sales"),
        limits=_limits(60, 30, 15),
    ),
    Look(
        SignalKind.CLICK_FLOOD,
        _("One address or program clicks again and again. Such clicks are never paid."),
        of_sale=False,
        measure=_("%(limit)s such clicks in a week"),
        limits=_limits(1_000, 200, 50),
    ),
    Look(
        SignalKind.MACHINE_SHARE,
        _("Most clicks come from programs and data centres, not from people."),
        of_sale=False,
        measure=_("%(limit)s of 100 clicks in a week, of at least 100"),
        limits=_limits(95, 80, 50),
    ),
    Look(
        SignalKind.COUPON_LEAKAGE,
        _("Customers whom other partners brought use the coupon: it may be on a coupon site."),
        of_sale=False,
        measure=_("%(limit)s of 100 coupon sales in a month, of at least 5"),
        limits=_limits(80, 50, 25),
    ),
    Look(
        SignalKind.DUPLICATE_ACCOUNT,
        _("Two partners have the same e-mail address or the same account to be paid to."),
        of_sale=False,
    ),
)
LOOKS: Final[Mapping[str, Look]] = {look.kind.value: look for look in _LOOKS}
