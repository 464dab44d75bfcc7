"""Pieces handed in, sent back, approved and paid: once, by the fee agreed."""

from typing import Any

import pytest
from django.utils import timezone, translation

from activity import work
from activity.models import Event, Notification
from commissions import deliverable_rules, deliverable_selectors, reasons, selectors
from commissions.engine import holds
from commissions.models import Brief, Commission, Deliverable, Occasion
from commissions.services import briefs, deliverables
from commissions.services.rulebook import RuleInput, create_rule
from commissions.services.taking_back import take_back_fee
from partners.services.recruiting import set_recruiter
from prm.errors import Conflict, NotFound, Refusal, Unacceptable
from sellers.actors import Actor
from tests.campaigns.scene import image, upload
from tests.cast import join_team, make_user
from tests.commissions.delivering import PDF, Desk, make_desk
from tests.payouts.scene import at_once


@pytest.fixture(scope="module")
def desk() -> Desk:
    """One seller for tests that do not count what is there."""
    return make_desk()


def refusal(act: Any) -> tuple[type[Refusal], str]:
    """What an act is refused with: its kind and the field or code."""
    with pytest.raises(Refusal) as caught:
        act()
    errors = caught.value.errors
    return type(caught.value), errors[0].field if errors else ""


# The agreed fee


@pytest.mark.parametrize(
    ("terms", "fees"),
    [
        ({"fee": "piece", "amount_minor": 5000, "pieces": 3}, [5000, 5000, 5000]),
        ({"fee": "total", "amount_minor": 10000, "pieces": 3}, [3334, 3333, 3333]),
        ({"fee": "total", "amount_minor": 100001, "pieces": 6}, [16667] * 5 + [16666]),
        ({"fee": "total", "amount_minor": 2, "pieces": 3}, [1, 1, 0]),
        ({"fee": "rule", "amount_minor": 0, "pieces": 2}, [None, None]),
    ],
)
def test_what_each_piece_pays(terms: dict[str, Any], fees: list[int | None]) -> None:
    found = [
        deliverable_rules.piece_fee(**terms, number=number)
        for number in range(1, terms["pieces"] + 1)
    ]
    assert found == fees
    if terms["fee"] == "total":
        assert sum(fee or 0 for fee in found) == terms["amount_minor"]


def test_a_sponsorship_pays_its_fee_piece_by_piece_as_each_is_approved() -> None:
    desk = make_desk("sponsorship")
    brief = desk.agree(fee="total", amount_minor=100_000, pieces=3, kind="event")
    pieces = [desk.hand_in(brief) for _ in range(3)]
    assert desk.lines() == []
    for piece in pieces:
        desk.approve(piece)
    assert [amount for amount, _status in desk.lines()] == [33_334, 33_333, 33_333]
    with desk.team.scope():
        lines = list(selectors.lines().order_by("id"))
        assert {line.kind for line in lines} == {Commission.Kind.SETTLEMENT}
        assert Occasion.objects.filter(kind="deliverable", outcome="earned").count() == 3
        with translation.override("en"):
            said = reasons.sentence(lines[0]).replace("\xa0", " ")
    expected = "Agreed fee of EUR 333.34, its part of EUR 1,000.00, because the piece was approved."
    assert said == expected


def test_a_post_is_paid_flat_and_never_again(desk: Desk) -> None:
    brief = desk.agree(kind="post", amount_minor=2500, pieces=2)
    piece = desk.hand_in(brief, "https://social.example/p/1")
    before = desk.lines()
    done = desk.approve(piece)
    assert (done.status, done.fee_minor) == ("approved", 2500)
    assert len(desk.lines()) == len(before) + 1
    assert refusal(lambda: desk.approve(piece)) == (Conflict, "")
    with desk.team.scope():
        row = deliverables.locked(piece.pk)
        deliverables._pay(row, desk.team.actor, timezone.now())
    assert len(desk.lines()) == len(before) + 1, "asked once more, it is known by its key"


def test_the_programs_rule_pays_where_the_brief_has_no_fee() -> None:
    desk = make_desk("influencer")
    with desk.team.scope():
        create_rule(
            program=desk.program,
            rule=RuleInput("Each post", {"type": "flat", "amount": 700}, event="deliverable"),
            actor=desk.team.actor,
        )
        assert deliverable_selectors.pays_by_rule(desk.program.pk)
    piece = desk.hand_in(desk.agree(fee="rule"))
    done = desk.approve(piece)
    assert done.fee_minor is None
    with desk.team.scope():
        occasion = Occasion.objects.get(key=f"deliverable:{piece.pk}")
        assert occasion.metadata == {"kind": "post", "brief": str(piece.brief_id)}
        assert done.occasion_id == occasion.pk


# Handing in


def test_proof_is_asked_for(desk: Desk) -> None:
    brief = desk.agree(needs_file=True)

    def with_proof(**proof: Any) -> Any:
        return lambda: desk.hand_in(brief, **proof)

    assert refusal(with_proof()) == (Unacceptable, "file")
    assert refusal(with_proof(url="ftp://x")) == (Unacceptable, "url")
    html = upload("proof.png", b"<html>")
    assert refusal(with_proof(file=html)) == (Unacceptable, "file")
    office = upload("proof.docx", b"PK")
    assert refusal(with_proof(file=office)) == (Unacceptable, "file")
    piece = desk.hand_in(brief, file=upload("Beleg Köln.pdf", PDF))
    assert (piece.file_name, piece.content_type) == ("Beleg Köln.pdf", "application/pdf")
    picture = desk.agree(needs_url=False, needs_file=True)
    kept = desk.hand_in(picture, file=upload("shelf.png", image()))
    assert kept.content_type == "image/png"
    with desk.team.scope():
        names = Notification.objects.filter(room="console", subject__contains=brief.title)
        assert names.exists()


def test_only_as_many_pieces_as_agreed_and_each_post_once(desk: Desk) -> None:
    brief = desk.agree(pieces=2)
    desk.hand_in(brief, "https://blog.example/same")
    again = refusal(lambda: desk.hand_in(brief, "https://blog.example/same"))
    assert again == (Unacceptable, "url")
    other, _user = desk.another()
    theirs = refusal(lambda: desk.hand_in(brief, "https://blog.example/same", partner=other))
    assert theirs == (Unacceptable, "url")
    desk.hand_in(brief)
    assert refusal(lambda: desk.hand_in(brief)) == (Conflict, "")


def test_who_may_hand_in(desk: Desk) -> None:
    other, _user = desk.another()
    brief = desk.agree(partner=desk.partner)
    assert refusal(lambda: desk.hand_in(brief, partner=other))[0] is NotFound
    with desk.team.scope():
        briefs.end_brief(brief=brief, actor=desk.team.actor)
        assert refusal(lambda: briefs.end_brief(brief=brief, actor=desk.team.actor))[0] is Conflict
    with desk.team.scope():
        ended = Brief.objects.select_related("program").get(pk=brief.pk)
    assert refusal(lambda: desk.hand_in(ended))[0] is Conflict


def test_sent_back_and_handed_in_again_then_declined(desk: Desk) -> None:
    piece = desk.hand_in(desk.agree())
    with desk.team.scope():
        without = refusal(
            lambda: deliverables.send_back(deliverable=piece, actor=desk.team.actor, reason=" ")
        )
        assert without == (Unacceptable, "reason")
        deliverables.send_back(deliverable=piece, actor=desk.team.actor, reason="Name us first")
        assert refusal(lambda: desk.approve(piece))[0] is Conflict
    with desk.team.scope():
        again = deliverables.hand_in_again(
            deliverable=piece, actor=desk.partner_actor, url="https://blog.example/better"
        )
    assert (again.status, again.times, again.reason) == ("submitted", 2, "")
    with desk.team.scope():
        deliverables.decline(deliverable=piece, actor=desk.team.actor, reason="Off topic")
        refused = refusal(
            lambda: deliverables.hand_in_again(
                deliverable=piece, actor=desk.partner_actor, url="https://blog.example/third"
            )
        )
        verbs = Event.objects.filter(object_id=piece.pk).order_by("id")
        assert list(verbs.values_list("verb", flat=True)) == [
            "deliverable.handed_in",
            "deliverable.sent_back",
            "deliverable.handed_in",
            "deliverable.declined",
        ]
        told = Notification.objects.filter(user=desk.person, subject__contains="came back to you")
        assert told.filter(body="Name us first").exists()
    assert refused[0] is Conflict


# Two at once


def second_approver(desk: Desk) -> Actor:
    """Somebody else of finance."""
    return Actor.person(
        join_team(desk.team.seller, desk.team.owner, make_user("Sri Finance"), "finance")
    )


def test_two_staff_approve_at_once_and_one_is_told(rounds: int) -> None:
    desk = make_desk()
    second = second_approver(desk)

    def approving(piece: Deliverable, actor: Actor) -> Any:
        def run() -> Any:
            with desk.team.scope():
                return deliverables.approve_deliverable(deliverable=piece, actor=actor)

        return run

    for done in range(1, rounds + 1):
        piece = desk.hand_in(desk.agree(amount_minor=1000))
        results = at_once(approving(piece, desk.team.actor), approving(piece, second))
        lost = [one for one in results if isinstance(one, Exception)]
        assert [type(one) for one in lost] == [Conflict]
        assert desk.lines() == [(1000, "pending")] * done
    desk.check()


def test_two_approvals_that_both_saw_it_submitted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the lock the conditional update still lets only one through."""
    desk = make_desk()
    second = second_approver(desk)
    piece = desk.hand_in(desk.agree(amount_minor=1000))
    plain = Deliverable.objects.select_related(
        "brief__program__seller", "enrollment__program", "partner", "seller", "occasion"
    )
    seen: list[str] = []

    def unlocked(deliverable_id: Any) -> Deliverable:
        row = plain.get(pk=deliverable_id)
        seen.append(row.status)
        return row

    monkeypatch.setattr(deliverables, "locked", unlocked)
    with desk.team.scope():
        stale = unlocked(piece.pk)
        deliverables.approve_deliverable(deliverable=piece, actor=desk.team.actor)
        with pytest.raises(Conflict):
            deliverables.complete_approval(stale, second)
    assert seen[0] == "submitted"
    assert desk.lines() == [(1000, "pending")]


def test_one_approves_while_another_sends_back(rounds: int) -> None:
    desk = make_desk()
    paid = 0
    for _ in range(rounds):
        piece = desk.hand_in(desk.agree(amount_minor=1000))

        def approve(piece: Deliverable = piece) -> Any:
            with desk.team.scope():
                return deliverables.approve_deliverable(deliverable=piece, actor=desk.team.actor)

        def back(piece: Deliverable = piece) -> Any:
            with desk.team.scope():
                return deliverables.send_back(
                    deliverable=piece, actor=desk.team.actor, reason="More"
                )

        results = at_once(approve, back)
        assert len([one for one in results if isinstance(one, Conflict)]) == 1
        paid += desk.now(piece).status == "approved"
        assert len(desk.lines()) == paid


def test_two_of_the_partner_hand_in_at_once() -> None:
    desk = make_desk()
    brief = desk.agree(pieces=1)
    results = at_once(lambda: desk.hand_in(brief), lambda: desk.hand_in(brief))
    assert len([one for one in results if isinstance(one, Conflict)]) == 1
    with desk.team.scope():
        assert Deliverable.objects.count() == 1


# Taking a fee back


def test_a_fee_is_taken_back_once_from_whatever_became_of_it() -> None:
    desk = make_desk(hold_days=0)
    brief = desk.agree(pieces=2, amount_minor=4000)
    held, free = desk.hand_in(brief), desk.hand_in(brief)
    desk.approve(held)
    with desk.team.scope():
        take_back_fee(deliverable=held, actor=desk.team.actor, reason="Taken down")
        twice = refusal(
            lambda: take_back_fee(deliverable=held, actor=desk.team.actor, reason="Again")
        )
    assert twice[0] is Conflict
    assert desk.lines() == [(4000, "rejected")]
    desk.approve(free)
    from_hold = desk.lines()
    assert from_hold[-1] == (4000, "pending")
    with desk.team.scope():
        line = Commission.objects.get(status="pending")
        Commission.objects.filter(pk=line.pk).update(payable_at=timezone.now())
    end_holds(desk)
    with desk.team.scope():
        take_back_fee(deliverable=free, actor=desk.team.actor, reason="Taken down")
        back = Commission.objects.get(amount_minor=-4000)
        with translation.override("en"):
            assert reasons.sentence(back) == "Fee taken back: Taken down"
    assert desk.lines()[1:] == [(4000, "payable"), (-4000, "payable")]
    desk.check()


def end_holds(desk: Desk) -> None:
    """What the worker would do."""
    holds.step(desk.team.id)


def test_only_what_was_paid_can_be_taken_back(desk: Desk) -> None:
    piece = desk.hand_in(desk.agree())
    with desk.team.scope():
        early = refusal(lambda: take_back_fee(deliverable=piece, actor=desk.team.actor, reason="x"))
    assert early[0] is Conflict


def test_a_rule_pays_each_approved_piece_by_the_engine_once() -> None:
    desk = make_desk("influencer")
    with desk.team.scope():
        create_rule(
            program=desk.program,
            rule=RuleInput("Each post", {"type": "flat", "amount": 700}, event="deliverable"),
            actor=desk.team.actor,
        )
    brief = desk.agree(fee="rule", pieces=2)
    piece = desk.approve(desk.hand_in(brief))
    with desk.team.scope():
        early = refusal(lambda: take_back_fee(deliverable=piece, actor=desk.team.actor, reason="x"))
    assert early[0] is Conflict, "not before it is computed"
    for _ in range(2):
        work.drain("commissions", desk.team.id)
    assert desk.lines() == [(700, "pending")]
    with desk.team.scope():
        shown = deliverable_selectors.deliverable_by_id(piece.pk)
        assert (shown.earned_minor, shown.points) == (700, 0)
        take_back_fee(deliverable=piece, actor=desk.team.actor, reason="Taken down")
    assert desk.lines() == [(700, "rejected")]
    desk.check()


def test_a_recruiters_share_is_taken_back_with_the_fee() -> None:
    desk = make_desk("influencer", hold_days=0)
    recruiter, _user = desk.another()
    with desk.team.scope():
        set_recruiter(partner=desk.partner, recruiter=recruiter, actor=desk.team.actor)
        for rule in (
            RuleInput("Each post", {"type": "flat", "amount": 1000}, event="deliverable"),
            RuleInput(
                "Recruiter", {"type": "percent", "rate": "10"}, event="commission", override_level=1
            ),
        ):
            create_rule(program=desk.program, rule=rule, actor=desk.team.actor)
    piece = desk.approve(desk.hand_in(desk.agree(fee="rule")))
    work.drain("commissions", desk.team.id)
    end_holds(desk)
    assert desk.lines() == [(1000, "payable")]
    assert desk.lines(recruiter.pk) == [(100, "payable")]
    with desk.team.scope():
        take_back_fee(deliverable=piece, actor=desk.team.actor, reason="Taken down")
    assert sum(amount for amount, _status in desk.lines()) == 0
    assert sum(amount for amount, _status in desk.lines(recruiter.pk)) == 0
    desk.check()
