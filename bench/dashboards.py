"""Whether the pages of figures cost the same however many clicks there are; time on the server."""

import os
import statistics
from collections.abc import Iterator

from django.conf import settings
from django.test import Client

from bench.measure import Measured, timed
from bench.past_traffic import Past, make_pasts
from sellers.models import User

MANY = int(os.environ.get("PRM_BENCH_DASHBOARD_CLICKS", "10000000"))
FEW = MANY // 10
ROUNDS = 31
GROWTH = 1.2
MILLISECONDS = 50.0


def measure() -> list[Measured]:
    """Both pages on two sellers, one with ten times the clicks and sales of the other, in turn."""
    places = dict(zip(("few", "many"), make_pasts(FEW, MANY), strict=True))
    pages = {
        (page, name): client_of(place, page) for name, place in places.items() for page in PAGES
    }
    seconds: dict[tuple[str, str], list[float]] = {key: [] for key in pages}
    for number in range(ROUNDS + 3):
        for key, (client, address) in pages.items():
            spent = timed(lambda client=client, address=address: read(client, address))  # type: ignore[misc]
            if number >= 3:  # the first ones load templates, words and rows
                seconds[key].append(spent)
    medians = {key: statistics.median(times) * 1000 for key, times in seconds.items()}
    return list(compared(medians))


PAGES = {"seller": "The seller's", "partner": "A partner's"}


def client_of(place: Past, page: str) -> tuple[Client, str]:
    """Somebody signed in, and the address that he reads."""
    person: User = place.owner if page == "seller" else place.person
    client = Client(headers={"accept-language": "en"}, SERVER_NAME=settings.ALLOWED_HOSTS[0])
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client, f"/{place.seller.slug}/{'console' if page == 'seller' else 'portal'}/"


def read(client: Client, address: str) -> None:
    """One page; anything but a page is an error."""
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answers {answer.status_code}")


def compared(medians: dict[tuple[str, str], float]) -> Iterator[Measured]:
    """Each page against itself with a tenth of the clicks, and against the time it may take."""
    for page, words in PAGES.items():
        many, few = medians[page, "many"], medians[page, "few"]
        name = f"{words} dashboard at {MANY:,} clicks"
        yield Measured(f"{name}, against {FEW:,}", many, few, "ms", many / few, GROWTH)
        yield Measured(f"{name}, against {MILLISECONDS:.0f} ms", many, MILLISECONDS, "ms",
                       many / MILLISECONDS, 1.0)  # fmt: skip
