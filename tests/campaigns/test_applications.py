"""Applications: handed in with the terms, decided once, and again after a while."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from activity.models import Event, Notification
from campaigns import rules, selectors, services
from campaigns.models import Application, Enrollment
from campaigns.services import Company
from partners import selectors as partner_selectors
from partners import services as partners
from partners.models import Partner
from prm.errors import Conflict, Unacceptable
from sellers.actors import Actor
from tests.campaigns.scene import TERMS, hand_in, make_partner, make_program
from tests.cast import Team, make_team, make_user

QUESTIONS = [
    {"key": "how", "label": "How do you sell?", "kind": "long"},
    {"key": "agree", "label": "I mark paid posts", "kind": "consent"},
]


@pytest.fixture(scope="module")
def team() -> Team:
    """A seller with one person in each role."""
    return make_team()


def test_an_application_keeps_answers_and_the_accepted_terms(team: Team) -> None:
    ayu = make_user("Ayu")
    with team.scope():
        program = make_program(team, questions=QUESTIONS)
        application = hand_in(program, ayu, answers={"how": "A blog", "agree": True})
        assert application.status == "submitted"
        assert application.answers[0] == {
            "key": "how", "label": "How do you sell?", "kind": "long", "value": "A blog",
        }  # fmt: skip
        assert application.terms_version == 1
        assert application.terms_hash == rules.terms_hash(TERMS)
        assert application.address == "198.51.100.7"
        assert application.partner.status == "applied"
        assert application.partner.email == ayu.email
        told = set(Notification.objects.filter(event__object_id=application.pk).values_list("user"))
        assert told == {(team.owner.pk,), (team.manager.pk,)}
        assert not partner_selectors.seats(team.seller, ayu)


def test_answers_are_refused_by_the_question(team: Team) -> None:
    with team.scope():
        program = make_program(team, questions=QUESTIONS)
        with pytest.raises(Unacceptable) as caught:
            hand_in(program, answers={"how": "x" * 4001, "other": "x"})
        fields = {error.field for error in caught.value.errors}
        assert fields == {"answers.how", "answers.agree", "answers.other"}
        with pytest.raises(Unacceptable) as by_name:
            hand_in(program, company=Company(name=""), answers={"how": "x", "agree": "on"})
        assert by_name.value.errors[0].field == "name"


def test_the_same_open_application_comes_back(team: Team) -> None:
    ayu = make_user("Ayu")
    with team.scope():
        program = make_program(team)
        first = hand_in(program, ayu)
        assert hand_in(program, ayu).pk == first.pk
        assert Event.objects.filter(object_id=first.pk).count() == 1
        other = hand_in(make_program(team), ayu)
        assert other.partner_id == first.partner_id, "one person, one partner"


def test_a_double_click_makes_one_partner(team: Team, rounds: int) -> None:
    with team.scope():
        program = make_program(team)
    for _round in range(rounds):
        ayu = make_user("Ayu")
        barrier = threading.Barrier(2)

        def click(user: object = ayu, barrier: threading.Barrier = barrier) -> None:
            try:
                with team.scope():
                    barrier.wait(10)
                    hand_in(program, user)  # type: ignore[arg-type]
            finally:
                connection.close()

        threads = [threading.Thread(target=click) for _n in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        with team.scope():
            assert Application.objects.filter(applicant=ayu).count() == 1
            assert Partner.objects.filter(email=ayu.email).count() == 1


def test_closed_and_changed_programs_take_none(team: Team) -> None:
    with team.scope():
        with pytest.raises(Conflict):
            hand_in(make_program(team, opened=False))
        program = make_program(team)
        services.change_program(program=program, actor=team.actor, terms="New terms.")
        with pytest.raises(Conflict) as caught:
            hand_in(program, terms_version=1)
        assert caught.value.errors[0].field == "terms_version"
        assert hand_in(program, terms_version=2).terms_hash == rules.terms_hash("New terms.")


def test_approval_opens_the_portal(team: Team) -> None:
    ayu = make_user("Ayu")
    with team.scope():
        application = hand_in(make_program(team), ayu)
        approved = services.approve_application(
            application=application, actor=Actor.person(team.manager)
        )
        partner = approved.partner
        assert (approved.status, partner.status) == ("approved", "active")
        assert approved.decided_by == team.manager
        assert partner.manager is not None
        assert partner.manager.user == team.manager
        (seat,) = partner_selectors.seats(team.seller, ayu)
        assert seat.role == "admin"
        assert Enrollment.objects.get(partner=partner).terms_version == 1
        notice = Notification.objects.get(user=ayu, event__verb="application.approved")
        assert notice.mail_due
        assert notice.path == f"/{team.seller.slug}/portal/"
        verbs = set(Event.objects.filter(partner_id=partner.pk).values_list("verb", flat=True))
        assert {"partner.approved", "enrollment.created", "member.added"} <= verbs


def test_a_decision_is_made_once(team: Team, rounds: int) -> None:
    for _round in range(rounds):
        with team.scope():
            application = hand_in(make_program(team))
        answers: list[str] = []

        def decide(
            approve: bool,
            application: Application = application,
            answers: list[str] = answers,
        ) -> None:
            try:
                with team.scope():
                    if approve:
                        services.approve_application(application=application, actor=team.actor)
                    else:
                        services.reject_application(
                            application=application, reason="No", actor=team.actor
                        )
                answers.append("approve" if approve else "reject")
            except Conflict:
                answers.append("conflict")
            finally:
                connection.close()

        threads = [threading.Thread(target=decide, args=[n % 2 == 0]) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert answers.count("conflict") == 3
        with team.scope():
            found = selectors.application_by_id(application.pk)
            enrolled = Enrollment.objects.filter(partner=found.partner).count()
            assert enrolled == (1 if "approve" in answers else 0)
            assert found.status == ("approved" if "approve" in answers else "rejected")


def test_rejection_is_told_and_lasts_for_a_while(team: Team) -> None:
    ayu = make_user("Ayu")
    with team.scope():
        program = make_program(team, reapply_days=30, auto_approve=False)
        application = hand_in(program, ayu)
        with pytest.raises(Unacceptable) as caught:
            services.reject_application(application=application, reason=" ", actor=team.actor)
        assert caught.value.errors[0].field == "reason"
        rejected = services.reject_application(
            application=application, reason="Too few readers", actor=team.actor
        )
        assert rejected.partner.status == "rejected"
        notice = Notification.objects.get(user=ayu, event__verb="application.rejected")
        assert "Too few readers" in notice.body
        with pytest.raises(Conflict) as early:
            hand_in(program, ayu)
        assert "again" in early.value.message
        long_ago = timezone.now() - timedelta(days=31)
        Application.objects.filter(pk=application.pk).update(decided_at=long_ago)
        again = hand_in(program, ayu)
        assert again.partner_id == application.partner_id
        services.approve_application(application=again, actor=team.actor)
        assert Partner.objects.get(pk=again.partner_id).status == "active"


def test_one_rejection_leaves_the_other_application_open(team: Team) -> None:
    ayu = make_user("Ayu")
    with team.scope():
        first, second = hand_in(make_program(team), ayu), hand_in(make_program(team), ayu)
        services.reject_application(application=first, reason="No", actor=team.actor)
        assert Partner.objects.get(pk=first.partner_id).status == "applied"
        services.reject_application(application=second, reason="No", actor=team.actor)
        assert Partner.objects.get(pk=first.partner_id).status == "rejected"


def test_a_program_may_take_everybody_but_not_whom_a_person_rejected(team: Team) -> None:
    ayu = make_user("Ayu")
    with team.scope():
        program = make_program(team, auto_approve=True, reapply_days=0)
        taken = hand_in(program)
        assert taken.status == "approved"
        assert taken.decided_by is None
        decision = Event.objects.get(object_id=taken.pk, verb="application.approved")
        assert decision.actor_kind == "system"
        by_hand = make_program(team, reapply_days=0)
        application = hand_in(by_hand, ayu)
        services.reject_application(application=application, reason="Spam", actor=team.actor)
        assert hand_in(program, ayu).status == "submitted"


def test_a_partner_applies_to_another_program_as_himself(team: Team) -> None:
    rani = make_user("Rani")
    with team.scope():
        program = make_program(team)
        partner = make_partner(team, user=rani)
        application = hand_in(program, rani, company=partner)
        assert application.partner == partner
        services.approve_application(application=application, actor=team.actor)
        with pytest.raises(Conflict):
            hand_in(program, rani, company=partner)
        partners.suspend_partner(partner=partner, reason="Pause", actor=team.actor)
        with pytest.raises(Conflict):
            hand_in(make_program(team), rani, company=partner)
