"""Links of handed-in pages: looked at when handed in, before approval and while they must stay."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from pytest_django.fixtures import Settings

from activity import work
from activity.models import Event, Notification
from commissions import deliverable_rules, deliverable_selectors
from commissions.backlinks import target_of
from commissions.models import Deliverable
from commissions.services import deliverables, looks
from commissions.services.taking_back import take_back_fee
from prm.errors import Conflict, Unacceptable
from sellers.scope import maintenance_scope
from tests.commissions.delivering import Desk, make_desk
from tests.web_server import Site, running_site
from tracking import services as tracking

LINK = '<html><body><p>Read <a href="https://shop.example/beans">this</a></p></body></html>'
TARGETS = [target_of("shop.example")]
NOTHING = "<html><body><p>Nothing here</p></body></html>"


@pytest.fixture(scope="module")
def web() -> Iterator[Site]:
    """The partner's blog."""
    with running_site() as site:
        yield site


@pytest.fixture
def site(web: Site, settings: Settings) -> Site:
    """The blog, which may be asked."""
    settings.OUTBOUND_ALLOWED_TEST_NETS = ["127.0.0.0/8"]
    return web


@pytest.fixture
def desk() -> Desk:
    """A seller of its own: the worker's steps are counted."""
    return make_desk()


def handed_in(desk: Desk, url: str, **terms: Any) -> Deliverable:
    """A piece with a link agreed, not looked at yet."""
    agreed = {"backlink": "shop.example", "kind": "article", **terms}
    return desk.hand_in(desk.agree(**agreed), url)


def approved(desk: Desk, url: str, **terms: Any) -> Deliverable:
    """A piece whose link was found and that is approved."""
    piece = handed_in(desk, url, **terms)
    desk.look()
    return desk.approve(piece)


def verbs(desk: Desk, piece: Deliverable) -> list[str]:
    """What the trail says of the piece."""
    with desk.team.scope():
        rows = Event.objects.filter(object_id=piece.pk).order_by("id")
        return [verb.removeprefix("deliverable.") for verb in rows.values_list("verb", flat=True)]


def test_the_first_look_is_at_hand_in_and_by_the_worker(desk: Desk, site: Site) -> None:
    url = site.put("/review", LINK)
    before = len(site.asked)
    piece = handed_in(desk, url)
    assert desk.now(piece).link_state == "waiting"
    assert len(site.asked) == before, "a request never asks the page"
    with maintenance_scope():
        assert desk.team.id in set(looks.waiting())
    assert work.drain(deliverables.LOOKS, desk.team.id) >= 1
    found = desk.now(piece)
    assert (found.link_state, found.next_look_at) == ("live", None)
    assert found.live_since is not None
    with desk.team.scope():
        look = deliverable_selectors.looks_at(found).get()
    assert look.facts["href"] == "https://shop.example/beans"


@pytest.mark.parametrize(
    ("html", "status", "result", "code"),
    [
        (NOTHING, 200, "missing", "no_link"),
        (LINK, 404, "missing", "status"),
        (LINK, 410, "missing", "status"),
        (LINK, 500, "unreachable", "status"),
        (LINK, 429, "unreachable", "status"),
    ],
)
def test_what_a_look_finds(site: Site, html: str, status: int, result: str, code: str) -> None:
    site.put("/found", html, status)
    seen = looks.look(site.url("/found"), TARGETS)
    assert (seen.result, seen.facts["code"]) == (result, code)


def test_other_things_than_pages_and_pages_that_moved(site: Site) -> None:
    site.pages["/paper"] = (200, {"Content-Type": "application/pdf"}, LINK.encode())
    assert looks.look(site.url("/paper"), TARGETS).facts["code"] == "no_page"
    new = site.put("/new", LINK)
    moved = looks.look(site.lead("/old", "/new"), TARGETS)
    assert (moved.result, moved.facts["moved_to"]) == ("live", new)
    inside = looks.look(site.lead("/inside", "http://169.254.169.254/"), TARGETS)
    assert (inside.result, inside.facts["code"]) == ("unreachable", "private")
    long = "<p>" + "x" * 2_200_000 + LINK
    site.put("/long", long)
    assert looks.look(site.url("/long"), TARGETS).facts["code"] == "too_long"


def test_an_address_in_our_own_network_is_never_asked(desk: Desk, web: Site) -> None:
    """Without the tests' allowance this machine is as closed as any private address."""
    before = len(web.asked)
    piece = handed_in(desk, web.url("/review"))
    desk.look()
    assert desk.now(piece).link_state == "unreachable"
    assert len(web.asked) == before


def test_the_partners_own_link_counts_as_the_agreed_one(desk: Desk, site: Site) -> None:
    with desk.team.scope():
        piece = handed_in(desk, site.url("/own"))
        link = tracking.create_link(
            enrollment=piece.enrollment,
            destination="https://shop.example.com/beans",
            actor=desk.team.actor,
        )
    site.put("/own", f'<a href="{django_settings.BASE_URL}/r/{link.code}" rel="sponsored">x</a>')
    desk.look()
    assert desk.now(piece).link_state == "live"


def test_approval_looks_once_more_and_then_pays(desk: Desk, site: Site) -> None:
    piece = handed_in(desk, site.put("/again", LINK))
    desk.look()
    desk.later(piece, looked_at=timezone.now() - timedelta(hours=2))
    agreed = desk.approve(piece)
    assert (agreed.status, desk.lines()) == ("submitted", [])
    with desk.team.scope(), pytest.raises(Conflict, match="approved it already"):
        deliverables.approve_deliverable(deliverable=piece, actor=desk.team.actor)
    assert desk.look() == 1
    done = desk.now(piece)
    assert (done.status, done.decided_by_id) == ("approved", desk.team.owner.pk)
    assert desk.lines() == [(5000, "pending")]
    assert verbs(desk, piece) == ["handed_in", "agreed", "approved"]


def test_approval_of_a_page_whose_link_went_tells_who_approved(desk: Desk, site: Site) -> None:
    piece = handed_in(desk, site.put("/went", LINK))
    desk.look()
    desk.later(piece, looked_at=timezone.now() - timedelta(hours=2))
    site.put("/went", NOTHING)
    desk.approve(piece)
    desk.look()
    row = desk.now(piece)
    assert (row.status, row.agreed_at, row.link_state) == ("submitted", None, "missing")
    with desk.team.scope():
        told = Notification.objects.filter(user=desk.team.owner, subject__contains="no link found")
        assert told.count() == 1
    assert verbs(desk, piece)[-1] == "not_approved"
    with pytest.raises(Unacceptable, match="not found"):
        desk.approve(piece)
    with pytest.raises(Unacceptable, match="Say why"):
        desk.approve(piece, anyway=True)
    done = desk.approve(piece, anyway=True, reason="Shown on paper")
    assert (done.status, done.reason) == ("approved", "Shown on paper")
    assert desk.lines() == [(5000, "pending")]


def test_sending_back_while_the_link_is_looked_at_ends_the_approval(desk: Desk, site: Site) -> None:
    piece = handed_in(desk, site.put("/both", LINK))
    desk.approve(piece)
    with desk.team.scope():
        deliverables.send_back(deliverable=piece, actor=desk.team.actor, reason="Wait")
    assert desk.look() == 0
    assert desk.now(piece).status == "sent_back"
    assert desk.lines() == []


def test_a_look_that_was_overtaken_is_forgotten(
    desk: Desk, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    piece = handed_in(desk, site.put("/first", NOTHING))
    real = looks.look

    def slow(url: str, targets: Any) -> looks.Seen:
        seen = real(url, targets)
        with desk.team.scope():
            deliverables.send_back(deliverable=piece, actor=desk.team.actor, reason="Other page")
            deliverables.hand_in_again(
                deliverable=piece, actor=desk.partner_actor, url=site.put("/second", LINK)
            )
        return seen

    monkeypatch.setattr(looks, "look", slow)
    looks.step(desk.team.id)
    monkeypatch.setattr(looks, "look", real)
    assert desk.now(piece).link_state == "waiting"
    desk.look()
    assert desk.now(piece).link_state == "live"


def test_a_link_is_watched_weekly_until_its_days_are_over(desk: Desk, site: Site) -> None:
    piece = approved(desk, site.put("/watched", LINK), live_days=10)
    assert piece.next_look_at is not None
    assert timedelta(days=6) < piece.next_look_at - timezone.now() <= timedelta(days=7)
    desk.due_now(piece)
    assert desk.look() == 1
    row = desk.later(piece, watch_until=timezone.now() + timedelta(days=3))
    desk.due_now(row)
    desk.look()
    row = desk.now(piece)
    assert row.next_look_at == row.watch_until, "the last look is on the last day"
    desk.later(piece, watch_until=timezone.now())
    desk.due_now(piece)
    desk.look()
    assert desk.now(piece).next_look_at is None
    assert approved(desk, site.put("/unwatched", LINK)).next_look_at is None


def test_a_lost_link_is_told_to_both_once_and_the_fee_can_be_taken_back(
    desk: Desk, site: Site
) -> None:
    piece = approved(desk, site.put("/lost", LINK), live_days=30)
    site.put("/lost", NOTHING)
    desk.due_now(piece)
    desk.look()
    first = desk.now(piece)
    assert (first.lost_at, first.misses) == (None, 1), "once may be a slip"
    assert first.next_look_at is not None
    assert first.next_look_at - timezone.now() <= timedelta(hours=1)
    for _ in range(3):
        desk.due_now(piece)
        desk.look()
    lost = desk.now(piece)
    assert lost.lost_at is not None
    assert verbs(desk, piece).count("link_lost") == 1
    with desk.team.scope():
        told = Notification.objects.filter(subject__contains="is gone")
        assert set(told.values_list("room", flat=True)) == {"partner", "console"}
        take_back_fee(deliverable=piece, actor=desk.team.actor, reason="The link is gone")
    assert desk.lines() == [(5000, "rejected")]
    assert desk.now(piece).next_look_at is None


def test_a_link_that_comes_back_is_told_too(desk: Desk, site: Site) -> None:
    piece = approved(desk, site.put("/back", LINK), live_days=30)
    site.remove("/back")
    for _ in range(2):
        desk.due_now(piece)
        desk.look()
    assert desk.now(piece).lost_at is not None
    site.put("/back", LINK)
    desk.due_now(piece)
    desk.look()
    row = desk.now(piece)
    assert (row.lost_at, row.misses, row.link_state) == (None, 0, "live")
    assert verbs(desk, piece)[-1] == "link_back"


def test_a_page_that_is_down_is_given_time() -> None:
    now = timezone.now()
    until = now + timedelta(days=30)
    waits = []
    misses = 0
    for _ in range(4):
        after = deliverable_rules.after_look(
            result="unreachable", misses=misses, approved=True, until=until, now=now
        )
        misses = after.misses
        waits.append((after.lost, (after.next_at - now) if after.next_at else None))
    assert waits == [
        (False, timedelta(hours=1)),
        (False, timedelta(hours=6)),
        (False, timedelta(days=1)),
        (True, timedelta(days=7)),
    ]


def test_a_dead_workers_claim_runs_out(desk: Desk, site: Site) -> None:
    piece = handed_in(desk, site.put("/claimed", LINK))
    with desk.team.scope():
        assert looks._claim() is not None
        assert looks._claim() is None
    row = desk.now(piece)
    assert row.next_look_at is not None
    assert row.next_look_at > timezone.now() + timedelta(minutes=9)
    desk.due_now(piece)
    assert desk.look() == 1


def test_looking_again_is_for_pieces_with_a_link(desk: Desk, site: Site) -> None:
    piece = handed_in(desk, site.put("/later", NOTHING))
    desk.look()
    site.put("/later", LINK)
    with desk.team.scope(), pytest.raises(Conflict, match="just now"):
        looks.look_again(deliverable=piece)
    desk.later(piece, looked_at=timezone.now() - timedelta(minutes=1))
    with desk.team.scope():
        looks.look_again(deliverable=piece)
    desk.look()
    assert desk.now(piece).link_state == "live"
    plain = desk.hand_in(desk.agree())
    with desk.team.scope(), pytest.raises(Conflict):
        looks.look_again(deliverable=plain)
