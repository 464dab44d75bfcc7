"""Every page that somebody may open: wide and on a phone, in light and in dark.

Axe finds nothing, nothing sticks out at the side, and no entry of a bar is cut off. `make test`
looks at one page of each shape, the long run (`PRM_TEST_ROUNDS=20`) at all of them, each by the
person who sees most of it. On the phone the pages are Indonesian, whose words are longer.
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple
from zlib import crc32

import pytest
from django.conf import settings
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from playwright.sync_api import Page, ViewportSize

from sellers.models import User
from tests.browser.conftest import Visitors
from tests.browser.test_pictures import barriers, overhang
from tests.cast import make_user, signed_in, stranger
from tests.permissions.routes import other_routes, seller_routes
from tests.permissions.table import PAGES
from tests.permissions.test_pages import address
from tests.permissions.world import World, make_world
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDE: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 375, "height": 740}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SAMPLED_UP_TO = 2
"""So many rounds of races are `make test`."""
PARTS = 4
"""So that the long run can share the pages out among processes."""
MANY = 50
"""Each part has more pages than this; fewer seen means that they were not found."""

SAMPLE = {
    # a board, a thing with its trail, a builder, a question before an act, figures with a chart, a
    # list, a form, settings
    "console:prospects-board",
    "console:partners-detail",
    "console:programs-questions",
    "console:members-remove",
    "console:performance-partner",
    "partner:links",
    "partner:conversations-create",
    "partner:people",
    "audit:transfers",
    "program-apply",
    "partner-page",
    "account_email",
}

CUT_OFF = """() => [...document.querySelectorAll(
    '.band nav > *, .abar nav > *, .side nav > a, .tabs-a > *, .tabs-b > *, .head .acts > *')]
  .filter(entry => entry.checkVisibility())
  .filter(entry => {
    const box = entry.getBoundingClientRect(), bar = entry.parentElement.getBoundingClientRect()
    return box.left < -1 || box.right > Math.min(innerWidth, bar.right) + 1
      || entry.scrollWidth > entry.clientWidth + 1
  })
  .map(entry => entry.textContent.trim().replace(/\\s+/g, ' '))"""


class Sight(NamedTuple):
    """A page: its URL name, its address, and who looks at it."""

    name: str
    path: str
    user: User | None


@pytest.fixture(scope="module")
def world(stack: Stack) -> World:
    """A seller with one of everything; the worker leaves his work to the test meanwhile."""
    stack.worker.stop()
    return make_world()


@pytest.fixture(scope="module")
def operator() -> User:
    """Whoever runs the installation."""
    user = make_user("Otto Operator")
    call_command("make_operator", user.email)
    return user


def all_pages(world: World, operator: User) -> Iterator[Sight]:
    """Every address of the product that answers with a page of its own."""
    for name, pattern, _view in seller_routes():
        room = PAGES[name][0]
        insider = world.admin if room == "partner" else world.team.owner
        user = None if room == "public" else insider
        if name == "program-apply":
            user = operator  # whoever applies has an account
        yield Sight(name, address(pattern, world, user or world.team.owner), user)
    for name, pattern, _view in other_routes():
        if "<" in pattern or "(" in pattern:
            continue  # the same pages as in the mails: their tests open them
        user = operator if name == "operator" else world.team.owner
        yield Sight(name, f"/{pattern}", user)
        if pattern.startswith("accounts/"):
            yield Sight(name, f"/{pattern}", None)


def shown(sights: Iterator[Sight]) -> Iterator[Sight]:
    """Those that are a whole page: no file, no part of a page, no way on, no act."""
    clients: dict[User | None, Client] = {}
    for sight in sights:
        if sight.user not in clients:
            clients[sight.user] = signed_in(sight.user) if sight.user else stranger()
        answer = clients[sight.user].get(sight.path)
        if answer.status_code == 200 and _is_page(answer):
            yield sight


def _is_page(answer: object) -> bool:
    return (
        isinstance(answer, HttpResponse)
        and answer["Content-Type"].startswith("text/html")
        and b"</html>" in answer.content
    )


class Windows:
    """For each person a wide window in English and a phone in Indonesian."""

    def __init__(self, visitors: Visitors) -> None:
        self.visitors = visitors
        self.pages: dict[tuple[User | None, bool], Page] = {}

    def of(self, user: User | None, *, phone: bool = False) -> Page:
        """The window of `user`, who is signed in there; of a stranger for None."""
        if (user, phone) not in self.pages:
            size, locale = (PHONE, "id-ID") if phone else (WIDE, "en-GB")
            page = self.visitors(width=size["width"], height=size["height"], locale=locale)
            if user is not None:
                name = settings.SESSION_COOKIE_NAME
                key = signed_in(user).cookies[name].value
                page.context.add_cookies(
                    [{"name": name, "value": key, "url": self.visitors.base_url}]
                )
            self.pages[user, phone] = page
        return self.pages[user, phone]


def faults(page: Page, *themes: Literal["light", "dark"]) -> list[str]:
    """What is wrong with the page that is open, one line each."""
    found = [f"cut off: {entry}" for entry in page.evaluate(CUT_OFF)]
    if wide := overhang(page):
        found.append(f"{wide} pixels wider than the window")
    for theme in themes:
        page.emulate_media(color_scheme=theme)
        found += [f"{theme}: {line}" for line in barriers(page)]
    return found


def part_of(name: str) -> int:
    """Which part of the pages this one belongs to."""
    return crc32(name.encode()) % PARTS


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_is_in_the_way_on_any_page(
    part: int, visitors: Visitors, world: World, operator: User, rounds: int
) -> None:
    windows = Windows(visitors)
    thorough = rounds > SAMPLED_UP_TO
    wrong, seen = [], set()
    sample = {name for name in SAMPLE if part_of(name) == part}
    wanted = (
        sight
        for sight in all_pages(world, operator)
        if part_of(sight.name) == part and (thorough or sight.name in sample)
    )
    for sight in shown(wanted):
        seen.add(sight.name)
        for phone, theme in ((False, "light"), (True, "dark")):
            page = windows.of(sight.user, phone=phone)
            page.goto(sight.path)
            found = faults(page, *(THEMES if thorough else (theme,)))
            size = "phone" if phone else "wide"
            wrong += [f"{sight.name} {sight.path}, {size}: {line}" for line in found]
    assert not wrong, "\n".join(wrong)
    assert seen >= sample
    assert not thorough or len(seen) > MANY


def test_a_cut_bar_and_a_hidden_fault_would_be_seen(visitors: Visitors, world: World) -> None:
    page = Windows(visitors).of(world.admin)
    page.goto(world.team.url(room="portal"))
    assert faults(page, "light") == []
    page.evaluate(
        """() => { const bar = document.querySelector('.band nav');
        bar.style.flexWrap = 'nowrap'; bar.style.overflow = 'auto';
        bar.insertAdjacentHTML('beforeend',
          '<a href="#main">' + 'Far away '.repeat(40) + '</a>') }"""
    )
    assert any("cut off: Far away" in line for line in faults(page))
