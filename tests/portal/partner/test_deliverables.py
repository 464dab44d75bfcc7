"""What is agreed with a partner in his portal: reading, handing in, what came of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from commissions.models import Brief, Deliverable
from commissions.services import deliverables
from partners.services import add_member
from tests.campaigns.scene import upload
from tests.cast import make_user, signed_in
from tests.commissions.delivering import PDF, Desk, make_desk


@pytest.fixture(scope="module")
def desk() -> Desk:
    """A seller with a content program."""
    return make_desk()


@pytest.fixture
def rani(desk: Desk) -> Client:
    """The partner's browser."""
    return signed_in(desk.person)


def url(desk: Desk, rest: str = "") -> str:
    return desk.team.url(f"deliverables/{rest}", "portal")


def send_back(desk: Desk, piece: Deliverable, reason: str) -> None:
    with desk.team.scope():
        deliverables.send_back(deliverable=piece, actor=desk.team.actor, reason=reason)


def test_the_whole_way_of_a_piece() -> None:
    desk = make_desk()
    rani = signed_in(desk.person)
    assert "Nothing is agreed yet" in rani.get(url(desk)).text
    brief = desk.agree(title="Brewing guide", pieces=2, needs_file=True, backlink="shop.example")
    assert "Brewing guide" in rani.get(url(desk), {"state": "open"}).text
    page = url(desk, f"{brief.pk}/")
    assert "Hand in piece 1 of 2" in rani.get(page).text
    form = f"{page}hand-in/"
    assert "must link to shop.example" in rani.get(form).text
    empty = rani.post(form, {"url": ""})
    assert empty.status_code == 422
    assert 'id="id_url_error"' in empty.text
    assert 'id="id_file_error"' in empty.text
    proof = {"url": "https://blog.example/guide", "file": upload("proof.pdf", PDF)}
    assert rani.post(form, proof).status_code == 302
    text = rani.get(page).text
    for words in ("https://blog.example/guide", "proof.pdf", "EUR 50.00", "Not looked at yet"):
        assert words in text
    same = rani.post(form, {**proof, "file": upload("proof.pdf", PDF)})
    assert same.status_code == 422
    assert "handed in already" in same.text
    with desk.team.scope():
        piece = Deliverable.objects.get(brief=brief)
    file = rani.get(url(desk, f"pieces/{piece.pk}/file/"))
    assert file.headers["Content-Disposition"].startswith("attachment")
    send_back(desk, piece, "Name our beans")
    assert "Came back to you" in rani.get(url(desk)).text
    text = rani.get(page).text
    assert "Name our beans" in text
    again = url(desk, f"pieces/{piece.pk}/again/")
    assert "You handed in proof.pdf" in rani.get(again).text
    assert rani.post(again, {"url": "https://blog.example/guide-2"}).status_code == 302
    assert rani.post(again, {"url": "https://blog.example/guide-3"}).status_code == 422
    desk.approve(piece, anyway=True, reason="Seen")
    assert "1 of 2 approved" in rani.get(url(desk)).text
    assert "See earnings" in rani.get(page).text


def test_late_and_ended_are_said(desk: Desk, rani: Client) -> None:
    brief = desk.agree(title="Late post")
    with desk.team.scope():
        past = timezone.localdate() - timedelta(days=3)
        Brief.objects.filter(pk=brief.pk).update(due_on=past)
    assert "Late post" in rani.get(url(desk), {"state": "late"}).text
    assert "The due date has passed." in rani.get(url(desk, f"{brief.pk}/")).text
    desk.hand_in(brief)
    assert "Late post" in rani.get(url(desk), {"state": "waiting"}).text
    with desk.team.scope():
        Brief.objects.filter(pk=brief.pk).update(ended_at=timezone.now())
    shown = rani.get(url(desk, f"{brief.pk}/"))
    assert "nothing more can be handed in" in shown.text
    assert "Hand in piece" not in shown.text


def test_a_lost_link_can_be_put_right(desk: Desk, rani: Client) -> None:
    piece = desk.hand_in(desk.agree(backlink="shop.example", live_days=30))
    desk.approve(piece, anyway=True, reason="Seen")
    desk.later(piece, lost_at=timezone.now(), link_state="missing", next_look_at=None)
    page = rani.get(url(desk, f"{piece.brief_id}/")).text
    assert "The agreed link is gone from your page." in page
    assert rani.post(url(desk, f"pieces/{piece.pk}/look/")).status_code == 302
    assert desk.now(piece).next_look_at is not None


def test_another_partners_things_are_not_found(desk: Desk, rani: Client) -> None:
    other, user = desk.another()
    brief = desk.agree(partner=other)
    piece = desk.hand_in(brief, partner=other, file=upload("proof.pdf", PDF))
    for rest in (
        f"{brief.pk}/",
        f"{brief.pk}/hand-in/",
        f"pieces/{piece.pk}/again/",
        f"pieces/{piece.pk}/file/",
    ):
        assert rani.get(url(desk, rest)).status_code == 404
        assert signed_in(user).get(url(desk, rest)).status_code == 200
    assert rani.post(url(desk, f"pieces/{piece.pk}/look/")).status_code == 404
    assert brief.title not in rani.get(url(desk)).text


def test_who_only_sees_the_money_hands_nothing_in(desk: Desk) -> None:
    clerk = make_user("Finn Clerk")
    with desk.team.scope():
        add_member(partner=desk.partner, user=clerk, role="finance", actor=desk.team.actor)
    brief = desk.agree()
    browser = signed_in(clerk)
    page = browser.get(url(desk, f"{brief.pk}/"))
    assert page.status_code == 200
    assert "hand-in/" not in page.text
    assert browser.get(url(desk, f"{brief.pk}/hand-in/")).status_code == 403
