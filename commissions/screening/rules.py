"""Pure decisions: what looks like fraud, in plain values. Each says with which figures."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from tracking.rules import AD_MARKS, is_allowed_host

Facts = dict[str, Any]

_AD: Final = re.compile(rf"[?&]({'|'.join(sorted(AD_MARKS))})=", re.IGNORECASE)

FEWEST_SHAPES: Final = 200
"""Sales that must be known before an order number can be unlike them."""

FEWEST_SALES, FEWEST_CLICKS, FEWEST_COUPONS = 10, 100, 5


@dataclass(frozen=True)
class SaleFacts:
    """One partner's sale as it is looked at. Texts are "" where nothing is known of the click."""

    order: str
    sold_at: datetime
    clicked_at: datetime | None = None
    own_purchase: bool = False
    disposable: bool = False
    referrer: str = ""
    destination: str = ""


@dataclass(frozen=True)
class PartnerFacts:
    """A partner's days in a program: clicks of people, of machines, and of those by floods; sales
    by a click in the same days; coupon sales of a month and those that others brought."""

    clicks: int = 0
    bots: int = 0
    flood: int = 0
    click_sales: int = 0
    coupon_sales: int = 0
    coupon_of_others: int = 0


def shape_of(order: str) -> str:
    """How an order number is made: letters, digits and what stands between, without lengths."""
    text = re.sub(r"\d+", "9", order)
    text = re.sub(r"[^\W\d_]+", lambda found: "A" if found.group().isupper() else "a", text)
    return text[:60]


def time_to_sale(sale: SaleFacts, limit: int) -> Facts | None:
    """A sale within `limit` seconds of its click."""
    if sale.clicked_at is None:
        return None
    seconds = int((sale.sold_at - sale.clicked_at).total_seconds())
    return {"seconds": seconds} if 0 <= seconds < limit else None


def banned_source(sale: SaleFacts, hosts: Sequence[str]) -> Facts | None:
    """A click from one of the banned hosts or from below them."""
    try:
        host = (urlsplit(sale.referrer).hostname or "").lower()
    except ValueError:
        return None
    patterns = [name for host_ in hosts for name in (host_, f"*.{host_}")]
    return {"host": host} if patterns and is_allowed_host(host, patterns, []) else None


def brand_bidding(sale: SaleFacts) -> Facts | None:
    """A click that a paid search ad brought, by the parameter that the ad network added."""
    found = _AD.search(sale.destination) or _AD.search(sale.referrer)
    return {"mark": found.group(1).lower()} if found else None


def order_pattern(sale: SaleFacts, shapes: Counter[str], limit: int) -> Facts | None:
    """An order number whose make fewer than `limit` of 1,000 other sales share."""
    total = shapes.total()
    shape = shape_of(sale.order)
    if total < FEWEST_SHAPES or shapes[shape] * 1_000 >= limit * total:
        return None
    usual = shapes.most_common(1)[0][0]
    return {"shape": shape, "usual": usual, "seen": shapes[shape], "of": total}


def sale_signals(
    sale: SaleFacts,
    limits: Mapping[str, int],
    banned: Sequence[str],
    shapes: Counter[str],
) -> dict[str, Facts]:
    """Everything that is wrong with a sale, by kind; `limits` names the kinds to look for."""
    checks: dict[str, Callable[[int], Facts | None]] = {
        "self_referral": lambda _limit: {} if sale.own_purchase else None,
        "time_to_sale": lambda limit: time_to_sale(sale, limit),
        "disposable_email": lambda _limit: {} if sale.disposable else None,
        "banned_source": lambda _limit: banned_source(sale, banned),
        "brand_bidding": lambda _limit: brand_bidding(sale),
        "order_pattern": lambda limit: order_pattern(sale, shapes, limit),
    }
    found = {kind: checks[kind](limit) for kind, limit in limits.items() if kind in checks}
    return {kind: facts for kind, facts in found.items() if facts is not None}


def partner_signals(partner: PartnerFacts, limits: Mapping[str, int]) -> dict[str, Facts]:
    """Everything that is wrong with a partner's days, by kind."""
    checks: dict[str, Callable[[PartnerFacts, int], Facts | None]] = {
        "conversion_rate": conversion_rate,
        "click_flood": click_flood,
        "machine_share": machine_share,
        "coupon_leakage": coupon_leakage,
    }
    found = {kind: checks[kind](partner, limit) for kind, limit in limits.items() if kind in checks}
    return {kind: facts for kind, facts in found.items() if facts is not None}


def conversion_rate(partner: PartnerFacts, limit: int) -> Facts | None:
    """At least `limit` of 100 clicks became sales."""
    enough = partner.click_sales >= FEWEST_SALES
    if not enough or partner.click_sales * 100 < limit * partner.clicks:
        return None
    return {"sales": partner.click_sales, "clicks": partner.clicks}


def click_flood(partner: PartnerFacts, limit: int) -> Facts | None:
    """At least `limit` clicks that came too fast from one address."""
    return {"flood": partner.flood} if partner.flood >= limit else None


def machine_share(partner: PartnerFacts, limit: int) -> Facts | None:
    """At least `limit` of 100 clicks were machines'."""
    total = partner.clicks + partner.bots
    if total < FEWEST_CLICKS or partner.bots * 100 < limit * total:
        return None
    return {"bots": partner.bots, "clicks": total}


def coupon_leakage(partner: PartnerFacts, limit: int) -> Facts | None:
    """At least `limit` of 100 coupon sales were of customers whom others brought."""
    total = partner.coupon_sales
    if total < FEWEST_COUPONS or partner.coupon_of_others * 100 < limit * total:
        return None
    return {"others": partner.coupon_of_others, "sales": total}
