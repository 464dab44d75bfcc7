"""Every list page of a large seller, and what else reads much: time on the server, slowest first.

List pages are found by opening every address of the three rooms that names no record: those that
show a list of portal/listing.py are measured as they open. Searches, orders and pages of one
partner that read much are measured beside them.
"""

import os
import statistics
from collections.abc import Iterator
from typing import Any, Final

from django.conf import settings
from django.test import Client
from django.test.utils import ContextList, setup_test_environment, teardown_test_environment
from django.urls import URLPattern, URLResolver, get_resolver

from bench.dashboards import read
from bench.measure import Measured, timed
from bench.past_partners import Crowd, make_crowd
from portal.listing import Page
from sellers.models import User

PARTNERS: Final = int(os.environ.get("PRM_BENCH_PAGES_PARTNERS", "50000"))
SALES: Final = int(os.environ.get("PRM_BENCH_PAGES_SALES", "1000000"))
CLICKS: Final = int(os.environ.get("PRM_BENCH_PAGES_CLICKS", "10000000"))
ROUNDS: Final = 7
WARM: Final = 2
MILLISECONDS: Final = 100.0
SELLER: Final = "<slug:seller_slug>/"
ROOMS: Final = ("console", "portal", "audit")

CONSOLE: Final = (
    "console/",
    "console/partners/?q=partner+49",
    "console/partners/?sort=name",
    "console/partners/?sort=status",
    "console/partners/{partner}/",
    "console/performance/?health=fading&sort=score",
    "console/performance/?sort=-score",
    "console/partners/{partner}/performance/",
    "console/partners/{partner}/performance/?by=sub1",
    "console/sales/?partner={partner}",
    "console/sales/?sort=-amount_minor",
    "console/sales/?q=partner+4711",
    "console/sales/?q=no-such-order",
    "console/commissions/?status=payable",
    "console/commissions/?sort=-amount_minor",
    "console/commissions/?q=partner+4711",
    "console/commissions/?q=no-such-order",
    "console/traffic/",
    "console/search/?q=partner",
    "audit/",
)
PORTAL: Final = ("portal/", "portal/performance/", "portal/traffic/")


def measure() -> list[Measured]:
    """Each page in turn, the median of some rounds, against the time that it may take."""
    return measure_of(make_crowd(PARTNERS, SALES, CLICKS))


def measure_of(crowd: Crowd) -> list[Measured]:
    """The pages of one seller, the slowest first."""
    clients = {"console": _client(crowd.owner), "portal": _client(crowd.person)}
    clients["audit"] = clients["console"]
    found = [path for path in _paths() if _shows_list(clients[_room(path)], _address(crowd, path))]
    pages = dict.fromkeys([*found, *CONSOLE, *PORTAL])
    seconds: dict[str, list[float]] = {path: [] for path in pages}
    for number in range(ROUNDS + WARM):
        for path in pages:
            client, address = clients[_room(path)], _address(crowd, path)
            spent = timed(lambda client=client, address=address: read(client, address))  # type: ignore[misc]
            if number >= WARM:  # the first ones load templates, words and rows
                seconds[path].append(spent)
    measured = [_measured(path, times) for path, times in seconds.items()]
    return sorted(measured, key=lambda one: one.ours, reverse=True)


def _client(person: User) -> Client:
    client = Client(headers={"accept-language": "en"}, SERVER_NAME=settings.ALLOWED_HOSTS[0])
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _paths() -> Iterator[str]:
    """Addresses of the rooms below a seller's that name no record."""
    for pattern in _walk(get_resolver(), ""):
        path = pattern.removeprefix(SELLER)
        if path != pattern and "<" not in path and _room(path) in ROOMS:
            yield path


def _walk(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, pattern)
        elif isinstance(entry, URLPattern):
            yield pattern


def _room(path: str) -> str:
    return path.partition("/")[0]


def _shows_list(client: Client, address: str) -> bool:
    setup_test_environment(debug=False)
    try:
        answer: Any = client.get(address)
    finally:
        teardown_test_environment()
    if answer.status_code != 200 or not answer.context:
        return False
    parts: list[Any] = (
        list(answer.context) if isinstance(answer.context, ContextList) else [answer.context]
    )
    values = [value for part in parts for value in part.flatten().values()]
    return any(type(value) is Page for value in values)  # what is lazy stays so


def _address(crowd: Crowd, path: str) -> str:
    return f"/{crowd.seller.slug}/{path.format(partner=crowd.partner.pk)}"


def _measured(path: str, seconds: list[float]) -> Measured:
    taken = statistics.median(seconds) * 1000
    name = f"/{path} of {PARTNERS:,} partners, {SALES:,} sales, {CLICKS:,} clicks"
    return Measured(name, taken, MILLISECONDS, "ms", taken / MILLISECONDS, 1.0)
