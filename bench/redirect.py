"""What a click costs: ours against the least a server can do, and against a view of Django's."""

import statistics
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from bench.hammer import Hammered, hammer
from bench.measure import Measured, make_seller
from bench.serving import apart, serving
from campaigns import services as campaigns
from partners import services as partners
from prm.launcher import WEB_THREADS
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
Server = tuple[str, int]
"""An application, and its number of Python threads."""


def measure(rounds: int = ROUNDS, seconds: float = SECONDS) -> list[Measured]:
    """Medians of rounds in turn: each server rests while another one answers.

    With one Python thread in each, too: with several on one processor, a bare answer gains much
    from being handed over in heaps, so the server is twice as fast and Python's part weighs double.
    """
    path = f"/r/{make_link()}"
    several = [(OURS, WEB_THREADS), (BARE, WEB_THREADS), (VIEW, WEB_THREADS)]
    single = [(OURS, 1), (BARE, 1)]
    found: dict[Server, list[Hammered]] = {server: [] for server in several + single}
    with servers(list(found)) as ports, apart():
        for port in ports.values():
            hammer(port, path, status=302, connections=CONNECTIONS, seconds=0.5)
        for _round in range(rounds):
            for server, port in ports.items():
                once = hammer(port, path, status=302, connections=CONNECTIONS, seconds=seconds)
                found[server].append(once)
    rate = {server: statistics.median(one.rate for one in all_) for server, all_ in found.items()}
    p99 = round(statistics.median(one.p99 for one in found[several[0]]) * 1000, 2)
    ours, bare, view = (rate[server] for server in several)
    return [
        _compared("Redirect, against a bare granian 302", ours, bare, 0.7),
        _compared(
            "Redirect, the same with one Python thread", rate[single[0]], rate[single[1]], 0.7
        ),
        _compared("Redirect, against a view behind Django's", ours, view, 8.0),
        Measured("Redirect, p99 at 32 connections", p99, 10.0, "ms", round(p99 / 10, 3), 1.0),
    ]


def _compared(name: str, ours: float, against: float, goal: float) -> Measured:
    return Measured(
        name, round(ours), round(against), "redirects/s", round(ours / against, 3), goal
    )


@contextmanager
def servers(wanted: list[Server]) -> Iterator[dict[Server, int]]:
    """The servers, all on one processor; their ports."""
    with ExitStack() as stack:
        yield {
            (name, threads): stack.enter_context(serving(name, threads=threads))
            for name, threads in wanted
        }


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
