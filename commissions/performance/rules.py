"""Engagement and health of a partner: pure decisions by tables.

Both look at the last 30 full days of the seller, health beside the 30 days before.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from commissions.models import Health
from prm.money import proportion

DAYS: Final = 30
NEW_DAYS: Final = 30
QUIET_DAYS: Final = 60
ENOUGH_SALES: Final = 3
ENOUGH_CLICKS: Final = 30
MOVED: Final = 25
LOST_CLICKS: Final = 50


@dataclass(frozen=True)
class Facts:
    """What is known of a partner as of the last full day `as_of`.

    `amount` and `before` are net sales in minor units of the currency he sells most in; the counts
    of days, of new links, of materials taken, of announcements read and of messages written are of
    the last 30 days.
    """

    as_of: date
    joined_on: date
    currency: str = ""
    clicks: int = 0
    clicks_before: int = 0
    sales: int = 0
    sales_before: int = 0
    amount: int = 0
    before: int = 0
    earned: int = 0
    refunded: int = 0
    portal_days: int = 0
    click_days: int = 0
    sale_days: int = 0
    new_links: int = 0
    taken: int = 0
    news_read: int = 0
    messages: int = 0
    last_sale_on: date | None = None

    @property
    def change(self) -> int | None:
        """Growth of net sales in tenths of a per cent; None where nothing was before."""
        return tenths(self.amount, self.before)

    @property
    def clicks_change(self) -> int | None:
        """The same of clicks."""
        return tenths(self.clicks, self.clicks_before)


@dataclass(frozen=True)
class Part:
    """One part of engagement: `points` of at most `most`, full from `full` of `count` on."""

    key: str
    most: int
    full: int
    count: Callable[[Facts], int]

    def points(self, facts: Facts) -> int:
        """In proportion, rounded down, so that a full part needs the full count."""
        return min(self.count(facts), self.full) * self.most // self.full


PARTS: Final = (
    Part("portal", 20, 8, lambda facts: facts.portal_days),
    Part("clicks", 20, 20, lambda facts: facts.click_days),
    Part("sales", 30, 10, lambda facts: facts.sale_days),
    Part("links", 10, 3, lambda facts: facts.new_links),
    Part("materials", 10, 4, lambda facts: facts.taken),
    Part("news", 5, 2, lambda facts: facts.news_read),
    Part("messages", 5, 2, lambda facts: facts.messages),
)


def engagement(facts: Facts) -> dict[str, int]:
    """Points of each part; their sum is the score, 0 to 100."""
    return {part.key: part.points(facts) for part in PARTS}


@dataclass(frozen=True)
class Case:
    """A code of a reason, the health it means, and when it holds."""

    why: str
    health: str
    holds: Callable[[Facts], bool]


def _is_new(facts: Facts) -> bool:
    """A partner who came with a past, as by an import, is not new."""
    young = facts.as_of - facts.joined_on < timedelta(days=NEW_DAYS)
    return young and not facts.sales_before and not facts.clicks_before


def _is_quiet(facts: Facts) -> bool:
    counts = facts.sales, facts.sales_before, facts.clicks, facts.clicks_before
    since = facts.last_sale_on or facts.joined_on
    return not any(counts) and facts.as_of - since >= timedelta(days=QUIET_DAYS)


def _moved(change: int | None, percent: int) -> bool:
    if change is None:
        return False
    return change >= percent * 10 if percent > 0 else change <= percent * 10


# The first that holds decides. Few sales say little: a partner with two a month who has one has
# not faded, so growth and decline need enough sales in the better of the two stretches.
CASES: Final = (
    Case("quiet", Health.DORMANT, _is_quiet),
    Case("new", Health.STEADY, _is_new),
    Case(
        "stopped", Health.FADING,
        lambda one: one.sales == 0 and one.sales_before >= ENOUGH_SALES,
    ),
    Case(
        "sales_down", Health.FADING,
        lambda one: one.sales_before >= ENOUGH_SALES and _moved(one.change, -MOVED),
    ),
    Case(
        "clicks_down", Health.FADING,
        lambda one: one.clicks_before >= ENOUGH_CLICKS and one.amount <= one.before
        and _moved(one.clicks_change, -LOST_CLICKS),
    ),
    Case(
        "started", Health.GROWING,
        lambda one: one.sales >= ENOUGH_SALES and one.sales_before == 0,
    ),
    Case(
        "sales_up", Health.GROWING,
        lambda one: one.sales >= ENOUGH_SALES and _moved(one.change, MOVED),
    ),
    Case("no_sales", Health.FADING, lambda one: one.sales == 0 and one.last_sale_on is not None),
    Case("never", Health.STEADY, lambda one: one.last_sale_on is None),
    Case("even", Health.STEADY, lambda _one: True),
)  # fmt: skip


def health(facts: Facts) -> Case:
    """The first case that holds."""
    return next(case for case in CASES if case.holds(facts))


def worsened(before: str, now: str) -> bool:
    """Whether a change of health is one to tell of: he begins to fade, or goes dormant."""
    if now == Health.FADING:
        return before in (Health.GROWING, Health.STEADY)
    return now == Health.DORMANT and before != Health.DORMANT


def tenths(now: int, before: int) -> int | None:
    """Growth in tenths of a per cent, rounded half up from zero; None where nothing was before."""
    return proportion(now - before, 1000, before) if before > 0 else None
