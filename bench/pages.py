"""The main list pages and dashboards of a large seller: time on the server."""

import os
import statistics
from typing import Final

from django.conf import settings
from django.test import Client

from bench.dashboards import read
from bench.measure import Measured, timed
from bench.past_partners import Crowd, make_crowd
from sellers.models import User

PARTNERS: Final = int(os.environ.get("PRM_BENCH_PAGES_PARTNERS", "50000"))
SALES: Final = int(os.environ.get("PRM_BENCH_PAGES_SALES", "1000000"))
CLICKS: Final = int(os.environ.get("PRM_BENCH_PAGES_CLICKS", "10000000"))
ROUNDS: Final = 11
WARM: Final = 2
MILLISECONDS: Final = 100.0

CONSOLE: Final = (
    "",
    "partners/",
    "partners/?q=partner+49",
    "partners/?sort=name",
    "partners/{partner}/",
    "performance/",
    "performance/?health=fading&sort=score",
    "partners/{partner}/performance/",
    "partners/{partner}/performance/?by=sub1",
    "sales/",
    "sales/?partner={partner}",
    "commissions/",
    "commissions/?status=payable",
    "links/",
    "coupons/",
    "traffic/",
    "materials/",
    "applications/",
    "claims/",
    "payouts/",
    "search/?q=partner",
)
PORTAL: Final = (
    "", "performance/", "links/", "earnings/", "traffic/", "statements/", "materials/",
    "notifications/",
)  # fmt: skip


def measure() -> list[Measured]:
    """Each page in turn, the median of some rounds, against the time that it may take."""
    crowd = make_crowd(PARTNERS, SALES, CLICKS)
    pages = {
        **{("console", rest): _client(crowd.owner) for rest in CONSOLE},
        **{("portal", rest): _client(crowd.person) for rest in PORTAL},
    }
    seconds: dict[tuple[str, str], list[float]] = {key: [] for key in pages}
    for number in range(ROUNDS + WARM):
        for (room, rest), client in pages.items():
            address = _address(crowd, room, rest)
            spent = timed(lambda client=client, address=address: read(client, address))  # type: ignore[misc]
            if number >= WARM:  # the first ones load templates, words and rows
                seconds[room, rest].append(spent)
    return [_measured(key, times) for key, times in seconds.items()]


def _client(person: User) -> Client:
    client = Client(headers={"accept-language": "en"}, SERVER_NAME=settings.ALLOWED_HOSTS[0])
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _address(crowd: Crowd, room: str, rest: str) -> str:
    return f"/{crowd.seller.slug}/{room}/{rest.format(partner=crowd.partner.pk)}"


def _measured(page: tuple[str, str], seconds: list[float]) -> Measured:
    taken = statistics.median(seconds) * 1000
    name = f"/{'/'.join(page)} of {PARTNERS:,} partners, {SALES:,} sales, {CLICKS:,} clicks"
    return Measured(name, taken, MILLISECONDS, "ms", taken / MILLISECONDS, 1.0)
