"""Health, engagement and reviews in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commissions.models import Review, Standing
from commissions.performance.reviews import BEST, MONEY
from commissions.performance.rules import DAYS, PARTS
from portal import money_format, time_format

WHY: Final[dict[str, str | Promise]] = {
    "quiet": gettext_lazy("No clicks and no sales for 60 days or more."),
    "new": gettext_lazy("New: with you for less than 30 days."),
    "stopped": gettext_lazy("No sale in 30 days, after %(sales_before)s in the 30 days before."),
    "sales_down": gettext_lazy(
        "Sales fell by %(change)s: %(now)s in 30 days, after %(before)s in the 30 before."
    ),
    "clicks_down": gettext_lazy(
        "Clicks fell by %(clicks_change)s: %(clicks)s in 30 days, after %(clicks_before)s."
    ),
    "started": gettext_lazy("%(sales)s sales in 30 days, after none in the 30 before."),
    "sales_up": gettext_lazy(
        "Sales grew by %(change)s: %(now)s in 30 days, after %(before)s in the 30 before."
    ),
    "no_sales": gettext_lazy("No sale in 30 days; the last was on %(last)s."),
    "never": gettext_lazy("No sale yet, but not for long enough to worry."),
    "even": gettext_lazy("Sales are much as before: %(now)s in 30 days, after %(before)s."),
}
PART_NAMES: Final[dict[str, str | Promise]] = {
    "portal": gettext_lazy("Days somebody was in the portal"),
    "clicks": gettext_lazy("Days with clicks"),
    "sales": gettext_lazy("Days with sales"),
    "links": gettext_lazy("New links"),
    "materials": gettext_lazy("Materials taken"),
    "news": gettext_lazy("Announcements read"),
    "messages": gettext_lazy("Messages written"),
}
METRIC_NAMES: Final[dict[str, str | Promise]] = {
    "amount": gettext_lazy("Net sales"),
    "sales": gettext_lazy("Sales"),
    "clicks": gettext_lazy("Clicks"),
    "earned": gettext_lazy("Earned"),
}
CRITERION_NAMES: Final[dict[str, str | Promise]] = {
    "results": gettext_lazy("Results"),
    "activity": gettext_lazy("Activity"),
    "quality": gettext_lazy("Quality of what he publishes"),
    "cooperation": gettext_lazy("Working together"),
    "rules": gettext_lazy("Keeping to the rules"),
}
SCORE_NAMES: Final[dict[int, str | Promise]] = {
    1: gettext_lazy("1 · far below"),
    2: gettext_lazy("2 · below"),
    3: gettext_lazy("3 · as agreed"),
    4: gettext_lazy("4 · above"),
    5: gettext_lazy("5 · far above"),
}


def why(standing: Standing) -> str:
    """The reason of a standing's health in a sentence with its figures."""
    return str(WHY[standing.why]) % _values(standing)


def _values(one: Standing) -> Mapping[str, str]:
    return {
        "sales": money_format.number(one.sales),
        "sales_before": money_format.number(one.sales_before),
        "clicks": money_format.number(one.clicks),
        "clicks_before": money_format.number(one.clicks_before),
        "now": money_format.plain(one.amount_minor, one.currency),
        "before": money_format.plain(one.before_minor, one.currency),
        "change": _size(one.amount_minor, one.before_minor),
        "clicks_change": _size(one.clicks, one.clicks_before),
        "last": time_format.full_day_text(one.last_sale_on) if one.last_sale_on else "",
    }


def _size(now: int, before: int) -> str:
    share = Decimal(abs(now - before)) * 100 / before if before else Decimal(0)
    return money_format.percent(share, 0)


@dataclass(frozen=True)
class PartShown:
    """One part of engagement: words, its points of at most `most`, and how full points are had."""

    name: str
    points: int
    most: int
    full: str


def parts(standing: Standing) -> list[PartShown]:
    """The parts of a standing's score."""
    return [
        PartShown(
            str(PART_NAMES[part.key]),
            int(standing.parts.get(part.key, 0)),
            part.most,
            _("full from %(n)s in %(days)s days") % {"n": part.full, "days": DAYS},
        )
        for part in PARTS
    ]


@dataclass(frozen=True)
class TargetShown:
    """One metric of a review: what it came to, its target, and how much of it in per cent."""

    name: str
    actual: str
    target: str
    share: float | None

    @property
    def met(self) -> bool:
        """Whether the target was reached."""
        return self.share is not None and self.share >= 100


def targets(review: Review) -> list[TargetShown]:
    """The figures of a review against its targets."""
    return [_target(review, one) for one in review.targets]


def _target(review: Review, one: Mapping[str, Any]) -> TargetShown:
    def shown(value: int | None) -> str:
        if value is None:
            return ""
        if one["metric"] in MONEY:
            return money_format.plain(value, review.currency)
        return money_format.number(value)

    wanted, came = one["target"], one["actual"]
    share = came * 100 / wanted if wanted else None
    return TargetShown(str(METRIC_NAMES[one["metric"]]), shown(came), shown(wanted), share)


@dataclass(frozen=True)
class ScoreShown:
    """One line of a scorecard."""

    name: str
    score: int
    words: str
    most: int = BEST


def scores(review: Review) -> list[ScoreShown]:
    """The scorecard of a review."""
    return [
        ScoreShown(
            str(CRITERION_NAMES[one["criterion"]]), one["score"], str(SCORE_NAMES[one["score"]])
        )
        for one in review.scores
    ]


def average(review: Review) -> float | None:
    """The mean of a review's scores; None without any."""
    given = [one["score"] for one in review.scores]
    return sum(given) / len(given) if given else None
