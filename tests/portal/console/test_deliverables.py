"""Briefs and pieces in the console: agree, review one or many, the link's trail, take back."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commissions.models import Brief, Commission, Deliverable, LinkLook
from commissions.services.taking_back import take_back_fee
from tests.campaigns.scene import image, make_partner, upload
from tests.cast import make_team, signed_in
from tests.commissions.delivering import PDF, Desk, make_desk


@pytest.fixture(scope="module")
def desk() -> Desk:
    """A seller with a content program."""
    return make_desk()


@pytest.fixture
def owner(desk: Desk) -> Client:
    """The owner's browser."""
    return signed_in(desk.team.owner)


def url(desk: Desk, rest: str = "") -> str:
    return desk.team.url(f"deliverables/{rest}")


def terms(desk: Desk, **changes: Any) -> dict[str, str]:
    """A filled form."""
    return {
        "whom": f"program:{desk.program.pk}",
        "title": "Brewing guide",
        "kind": "article",
        "pieces": "2",
        "fee": "piece",
        "amount": "75.50",
        "due_on": str(timezone.localdate() + timedelta(days=9)),
        "needs_url": "on",
        "live_days": "",
        **changes,
    }


def test_agreeing_on_something(desk: Desk, owner: Client) -> None:
    assert "Brewing guide" not in owner.get(url(desk, "briefs/")).text
    page = owner.get(url(desk, "briefs/new/"))
    assert page.status_code == 200
    assert desk.partner.name in page.text
    with desk.team.scope():
        enrollment = f"enrollment:{desk.hand_in(desk.agree()).enrollment_id}"
    sent = terms(desk, whom=enrollment, backlink="shop.example", live_days="30")
    made = owner.post(url(desk, "briefs/new/"), sent)
    assert made.status_code == 302
    shown = owner.get(made.headers["Location"]).text
    for words in ("EUR 75.50 for each piece", "shop.example", "for 30 days", desk.partner.name):
        assert words in shown
    assert "Brewing guide" in owner.get(url(desk, "briefs/"), {"q": "brewing"}).text
    assert owner.get(url(desk, "briefs/"), {"export": "csv"}).status_code == 200
    with desk.team.scope():
        brief = Brief.objects.get(title="Brewing guide")
        assert (brief.amount_minor, brief.partner_id) == (7550, desk.partner.pk)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"whom": "program:nothing"}, "whom"),
        ({"pieces": "0"}, "pieces"),
        ({"amount": ""}, "amount"),
        ({"amount": "1.005"}, "amount"),
        ({"amount": "-3"}, "amount"),
        ({"fee": "barter"}, "fee"),
        ({"due_on": "2020-01-01"}, "due_on"),
        ({"due_on": "soon"}, "due_on"),
        ({"needs_url": ""}, "needs_url"),
        ({"backlink": "no host"}, "backlink"),
        ({"live_days": "7"}, "live_days"),
    ],
)
def test_mistakes_stand_by_their_field(
    desk: Desk, owner: Client, changes: dict[str, str], field: str
) -> None:
    answer = owner.post(url(desk, "briefs/new/"), terms(desk, **changes))
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.text


def test_changing_and_ending(desk: Desk, owner: Client) -> None:
    brief = desk.agree(pieces=2)
    page = url(desk, f"briefs/{brief.pk}/")
    changed = terms(desk, title="Better guide", amount="80")
    assert owner.post(f"{page}edit/", changed).status_code == 302
    assert "EUR 80.00 for each piece" in owner.get(page).text
    desk.hand_in(brief)
    form = owner.get(f"{page}edit/").text
    assert 'name="amount"' not in form
    assert "stand as agreed" in form
    assert owner.post(f"{page}edit/", {"title": "Best guide", "amount": "1"}).status_code == 302
    with desk.team.scope():
        assert Brief.objects.get(pk=brief.pk).amount_minor == 8000
    assert owner.get(f"{page}end/").status_code == 200
    assert owner.post(f"{page}end/").status_code == 302
    assert owner.post(f"{page}end/").status_code == 409
    assert "Ended" in owner.get(page).text


def test_a_brief_by_rules_warns_while_no_rule_pays(desk: Desk, owner: Client) -> None:
    brief = desk.agree(fee="rule")
    assert "No rule of the program pays" in owner.get(url(desk, f"briefs/{brief.pk}/")).text


def test_reviewing_one_piece(desk: Desk, owner: Client) -> None:
    brief = desk.agree(needs_file=True)
    piece = desk.hand_in(brief, file=upload("shelf.png", image()), note="Second shelf")
    page = owner.get(url(desk, f"{piece.pk}/"))
    for words in (piece.url, "shelf.png", "Second shelf", "Approve, pays EUR 50.00"):
        assert words in page.text
    shown = owner.get(url(desk, f"{piece.pk}/file/"), {"inline": "1"})
    assert shown.headers["Content-Type"] == "image/png"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    without = owner.post(url(desk, f"{piece.pk}/send-back/"), {"reason": ""})
    assert without.status_code == 422
    assert owner.post(url(desk, f"{piece.pk}/approve/")).status_code == 302
    assert owner.post(url(desk, f"{piece.pk}/approve/")).status_code == 409
    done = owner.get(url(desk, f"{piece.pk}/")).text
    assert "What it paid" in done
    assert "Take the fee back" in done
    assert owner.get(url(desk, f"{piece.pk}/take-back/")).status_code == 200
    back = owner.post(url(desk, f"{piece.pk}/take-back/"), {"reason": "Shelf is empty"})
    assert back.status_code == 302
    assert "fee taken back" in owner.get(url(desk, f"{piece.pk}/")).text


def test_a_pdf_is_only_downloaded(desk: Desk, owner: Client) -> None:
    piece = desk.hand_in(desk.agree(), file=upload("proof.pdf", PDF))
    file = owner.get(url(desk, f"{piece.pk}/file/"), {"inline": "1"})
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in file.headers["Content-Security-Policy"]


def test_sending_back_and_declining(desk: Desk, owner: Client) -> None:
    piece = desk.hand_in(desk.agree())
    sent = owner.post(url(desk, f"{piece.pk}/send-back/"), {"reason": "Name us"})
    assert sent.status_code == 302
    assert owner.post(url(desk, f"{piece.pk}/send-back/"), {"reason": "x"}).status_code == 422
    assert owner.post(url(desk, f"{piece.pk}/decline/"), {"reason": ""}).status_code == 422
    assert owner.post(url(desk, f"{piece.pk}/decline/"), {"reason": "Off"}).status_code == 302
    assert desk.now(piece).status == "declined"


def test_the_links_trail_and_approving_without_it(desk: Desk, owner: Client) -> None:
    piece = desk.hand_in(desk.agree(backlink="shop.example"))
    page = url(desk, f"{piece.pk}/")
    assert "Not looked at yet" in owner.get(page).text
    look_found(desk, piece, "missing", code="no_link", moved_to="https://blog.example/new")
    text = owner.get(page).text
    for words in ("The page has no such link.", "moved to https://blog.example/new", "Look now"):
        assert words in text
    refused = owner.post(f"{page}approve/", follow=True)
    assert "The link was not found on the page" in refused.text
    assert owner.post(f"{page}approve/", {"anyway": "1", "reason": ""}).status_code == 422
    approved = owner.post(f"{page}approve/", {"anyway": "1", "reason": "Shown on TV"})
    assert approved.status_code == 302
    assert desk.now(piece).status == "approved"


def test_looking_now_and_an_approval_that_waits_for_the_look(desk: Desk, owner: Client) -> None:
    piece = desk.hand_in(desk.agree(backlink="shop.example"))
    page = url(desk, f"{piece.pk}/")
    assert "We are looking at the page" in owner.post(f"{page}look/", follow=True).text
    agreed = owner.post(f"{page}approve/", follow=True).text
    assert "We look at the page once more" in agreed
    assert "approved it. We look" in agreed
    assert owner.post(f"{page}approve/").status_code == 409
    plain = desk.hand_in(desk.agree())
    assert owner.post(url(desk, f"{plain.pk}/look/")).status_code == 409


def look_found(desk: Desk, piece: Deliverable, result: str, **facts: Any) -> None:
    """A look that was noted a moment ago."""
    with desk.team.scope():
        LinkLook.objects.create(
            seller_id=desk.team.id, deliverable=piece, url=piece.url, result=result, facts=facts
        )
    desk.later(piece, link_state=result, looked_at=timezone.now(), next_look_at=None)


def test_a_lost_link_stands_out_and_can_be_filtered(desk: Desk, owner: Client) -> None:
    piece = desk.hand_in(desk.agree(title="Lost article", backlink="shop.example", live_days=9))
    look_found(desk, piece, "live", href="https://shop.example/", rel=["sponsored"])
    assert "marked sponsored" in owner.get(url(desk, f"{piece.pk}/")).text
    desk.approve(piece)
    desk.later(piece, lost_at=timezone.now())
    assert "The link is gone from the page." in owner.get(url(desk, f"{piece.pk}/")).text
    assert "Lost article" in owner.get(url(desk), {"link": "lost"}).text
    assert "Lost article" not in owner.get(url(desk), {"link": "missing"}).text


def test_many_at_once() -> None:
    desk = make_desk()
    owner = signed_in(desk.team.owner)
    brief = desk.agree(pieces=5, amount_minor=1000)
    pieces = [desk.hand_in(brief) for _ in range(4)]
    desk.approve(pieces[0])
    chosen = [str(piece.pk) for piece in pieces]
    ask = owner.post(url(desk), {"act": "approve", "chosen": chosen[:3]})
    assert "Approve 2 pieces?" in ask.text
    assert "1 chosen piece is decided already" in ask.text
    done = owner.post(url(desk), {"act": "approve", "chosen": chosen[:3], "sure": "1"}, follow=True)
    assert "Approved: 2 pieces." in done.text
    assert desk.lines() == [(1000, "pending")] * 3
    again = owner.post(url(desk), {"act": "approve", "chosen": chosen[:3], "sure": "1"})
    assert "None of the chosen pieces waits" in again.text
    without = owner.post(url(desk), {"act": "send_back", "chosen": chosen, "sure": "1"})
    assert without.status_code == 422
    sent = {"act": "send_back", "all": "1", "sure": "1", "reason": "Name us", "query": ""}
    assert "Sent back: 1 piece." in owner.post(url(desk), sent, follow=True).text
    assert desk.now(pieces[3]).status == "sent_back"
    assert owner.post(url(desk), {"act": "pay"}).status_code == 404


def test_many_with_links_are_looked_at_first() -> None:
    desk = make_desk()
    owner = signed_in(desk.team.owner)
    brief = desk.agree(pieces=2, backlink="shop.example")
    looked, missing = desk.hand_in(brief), desk.hand_in(brief)
    look_found(desk, missing, "missing", code="no_link")
    chosen = {"chosen": [str(looked.pk), str(missing.pk)], "act": "approve", "sure": "1"}
    page = owner.post(url(desk), chosen, follow=True).text
    assert "1 piece is approved when its link is found" in page
    assert "1 piece stays as it is" in page
    assert desk.lines() == []


def test_who_only_reads_decides_nothing_and_strangers_find_nothing(desk: Desk) -> None:
    piece = desk.hand_in(desk.agree())
    marketer = signed_in(desk.team.marketer)
    page = marketer.get(url(desk, f"{piece.pk}/"))
    assert page.status_code == 200
    assert "Approve, pays" not in page.text
    assert marketer.post(url(desk, f"{piece.pk}/approve/")).status_code == 403
    assert marketer.post(url(desk), {"act": "approve", "chosen": [piece.pk]}).status_code == 403
    other = make_team()
    stranger = signed_in(other.owner)
    for rest in (f"{piece.pk}/", f"briefs/{piece.brief_id}/", f"{piece.pk}/file/"):
        assert stranger.get(other.url(f"deliverables/{rest}")).status_code == 404
    with other.scope():
        assert Deliverable.objects.count() == 0


def test_the_same_queries_however_many_pieces() -> None:
    desk = make_desk()
    owner = signed_in(desk.team.owner)
    brief = desk.agree(pieces=20)
    counts = []
    for _ in range(2):
        for _ in range(6):
            desk.approve(desk.hand_in(brief))
        counts.append(queries(owner, url(desk)))
    assert counts[1] <= counts[0]


def queries(client: Client, path: str) -> int:
    """How many statements a page takes."""
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


def test_the_empty_lists_say_what_belongs_there() -> None:
    desk = make_desk()
    owner = signed_in(desk.team.owner)
    with desk.team.scope():
        make_partner(desk.team, desk.program)
    assert "Nothing handed in yet" in owner.get(url(desk)).text
    assert "No briefs yet" in owner.get(url(desk, "briefs/")).text


def test_what_was_handed_in_stands_on_the_home_page() -> None:
    desk = make_desk("placement")
    owner = signed_in(desk.team.owner)
    piece = desk.hand_in(desk.agree(title="Shelf at the counter", kind="placement"))
    home = owner.get(desk.team.url())
    assert "1 piece was handed in" in home.text
    assert f"deliverables/{piece.pk}/" in home.text
    assert home.context["count"] == home.context["nav_counts"]["home"] == 1
    assert "piece was handed in" not in signed_in(desk.team.marketer).get(desk.team.url()).text
    brief = owner.get(url(desk, f"briefs/{piece.brief_id}/")).text
    assert "can pay on top of its fee" in brief


def test_a_brief_with_one_partner_is_late_only_while_he_owes() -> None:
    desk = make_desk()
    brief = desk.agree(partner=desk.partner)
    owner = signed_in(desk.team.owner)
    with desk.team.scope():
        past = timezone.localdate() - timedelta(days=3)
        Brief.objects.filter(pk=brief.pk).update(due_on=past)
    assert brief.title in owner.get(url(desk, "briefs/"), {"state": "late"}).text
    piece = desk.hand_in(brief)
    assert brief.title in owner.get(url(desk, "briefs/"), {"state": "open"}).text
    desk.approve(piece)
    assert brief.title in owner.get(url(desk, "briefs/"), {"state": "done"}).text


def test_the_line_that_a_piece_earned_explains_itself_in_both_rooms() -> None:
    desk = make_desk()
    brief = desk.agree(title="Brewing guide", pieces=3, fee="total", amount_minor=10_000)
    piece = desk.approve(desk.hand_in(brief))
    with desk.team.scope():
        take_back_fee(deliverable=piece, actor=desk.team.actor, reason="Taken down")
        second = desk.approve(desk.hand_in(brief))
        line = Commission.objects.get(occasion_id=str(second.occasion_id))
    for room, user, rest in (
        ("console", desk.team.owner, "commissions/"),
        ("portal", desk.person, "earnings/"),
    ):
        page = signed_in(user).get(desk.team.url(rest, room), {"open": str(line.pk)})
        assert page.status_code == 200
        assert "Brewing guide, piece 2 of 3" in page.text
        assert "Agreed for all 3 pieces" in page.text
