"""What a click costs: ours against the least a server can do, and against a view of Django's."""

import statistics
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from bench.hammer import Hammered, hammer
from bench.measure import Measured, make_seller
from bench.serving import apart, serving
from campaigns import services as campaigns
from partners import services as partners
from sellers.scope import seller_scope
from tracking import services

CONNECTIONS = 32
ROUNDS = 7
SECONDS = 2.0
OURS, BARE, VIEW = (
    "prm.wsgi:application",
    "bench.bare_redirect:application",
    "bench.redirect_view:application",
)


def measure(rounds: int = ROUNDS, seconds: float = SECONDS) -> list[Measured]:
    """Medians of rounds in turn: each server rests while another one answers."""
    path = f"/r/{make_link()}"
    found: dict[str, list[Hammered]] = {OURS: [], BARE: [], VIEW: []}
    with servers(list(found)) as ports, apart():
        for port in ports.values():
            hammer(port, path, status=302, connections=CONNECTIONS, seconds=0.5)
        for _round in range(rounds):
            for name, port in ports.items():
                once = hammer(port, path, status=302, connections=CONNECTIONS, seconds=seconds)
                found[name].append(once)
    rate = {name: statistics.median(one.rate for one in all_) for name, all_ in found.items()}
    p99 = round(statistics.median(one.p99 for one in found[OURS]) * 1000, 2)
    return [
        _compared("Redirect, against a bare granian 302", rate[OURS], rate[BARE], 0.7),
        _compared("Redirect, against a view behind Django's", rate[OURS], rate[VIEW], 8.0),
        Measured("Redirect, p99 at 32 connections", p99, 10.0, "ms", round(p99 / 10, 3), 1.0),
    ]


def _compared(name: str, ours: float, against: float, goal: float) -> Measured:
    return Measured(
        name, round(ours), round(against), "redirects/s", round(ours / against, 3), goal
    )


@contextmanager
def servers(applications: list[str]) -> Iterator[dict[str, int]]:
    """One server for each application, all on one processor; their ports."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(serving(name)) for name in applications}


def make_link() -> str:
    """The code of a partner's new link."""
    seller, actor = make_seller()
    with seller_scope(seller.pk):
        program = campaigns.create_program(
            seller=seller, actor=actor, name="Bench", slug="bench", currency="EUR",
            landing_url="https://shop.example/", terms="None.",
        )  # fmt: skip
        campaigns.open_program(program=program, actor=actor)
        partner = partners.create_partner(seller=seller, actor=actor, name="Partner")
        enrollment = campaigns.enroll(program=program, partner=partner, actor=actor)
        link = services.create_link(
            enrollment=enrollment, destination="https://shop.example/beans", actor=actor
        )
    return link.code
