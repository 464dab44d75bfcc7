"""Check-lists that tick themselves and keep things closed, and the welcome sequence."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from activity.models import Event, Notification
from campaigns import onboarding, selectors, welcoming
from campaigns import services as campaigns
from campaigns.models import Enrollment, WelcomeSent
from campaigns.services import onboarding as services
from campaigns.services import welcome
from partners import services as partners
from payouts import rules as payout_rules
from payouts import selectors as payouts
from payouts import services as payout_services
from prm.errors import Conflict, NotAllowed, Unacceptable
from sellers.actors import Actor
from sellers.scope import maintenance_scope
from tests.cast import Team, make_partner, make_team, make_user
from tests.portal.market import Market, make_market
from tracking import services as tracking

OWN = {"kind": "own", "label": "Call us", "ticked_by": "staff", "gates": ["materials"]}


@pytest.fixture(scope="module")
def market() -> Market:
    """Two partners in a program whose first sale is over its hold."""
    return make_market()


def newcomer(market: Market) -> tuple[Enrollment, Actor]:
    """A partner just put into the market's program, and his person."""
    person = make_user("Nia New")
    partner = make_partner(market.team, person, name="Newcomer")
    with market.team.scope():
        enrollment = campaigns.enroll(
            program=market.program, partner=partner, actor=market.team.actor
        )
    return selectors_enrollment(market.team, enrollment), Actor.person(person)


def selectors_enrollment(team: Team, enrollment: Enrollment) -> Enrollment:
    with team.scope():
        return selectors.enrollment_by_id(enrollment.pk)


def ticked(market: Market, enrollment: Enrollment) -> dict[str, bool]:
    with market.team.scope():
        (found,) = onboarding.progress([selectors.enrollment_by_id(enrollment.pk)])
        return {item.step.label or item.step.kind: item.done for item in found.items}


def setting(market: Market, *steps: dict[str, Any]) -> list[Any]:
    with market.team.scope():
        return services.set_checklist(program=market.program, steps=steps, actor=market.team.actor)


def test_built_in_steps_tick_themselves(market: Market) -> None:
    kinds = ("profile", "terms", "payout", "link", "material")
    steps = setting(market, *({"kind": kind} for kind in kinds))
    nia, person = newcomer(market)
    assert ticked(market, nia) == dict.fromkeys(kinds, False)
    team = market.team
    with team.scope():
        partners.change_partner(
            partner=nia.partner, actor=team.actor, country="ID", website="https://nia.example/"
        )
        tracking.create_link(enrollment=nia, destination="https://shop.example/beans", actor=person)
        material = campaigns.create_material(
            program=market.program, kind="text", name="T", text="Hello", actor=team.actor
        )
        assert person.user is not None
        campaigns.record_material_use(
            material=material, partner_id=nia.partner_id, user=person.user
        )
        services.tick_step(enrollment=nia, step=steps[1], actor=person, as_staff=False)
        payout_services.set_payout_method(
            partner=nia.partner, kind="paypal", name="Nia", account="n@example.com",
            actor=team.actor,
        )  # fmt: skip
    found = ticked(market, nia)
    assert {kind for kind, done in found.items() if done} >= {
        "profile",
        "terms",
        "link",
        "material",
    }


def test_links_stay_closed_to_the_partner_and_open_to_staff(market: Market) -> None:
    (step,) = setting(market, {"kind": "own", "label": "Watch the film", "gates": ["links"]})
    nia, person = newcomer(market)
    page = {"enrollment": nia, "destination": "https://shop.example/beans"}
    with market.team.scope():
        with pytest.raises(Conflict) as caught:
            tracking.create_link(**page, actor=person)  # type: ignore[arg-type]
        assert "first steps" in caught.value.message
        tracking.create_link(**page, actor=market.team.actor)  # type: ignore[arg-type]
        services.tick_step(enrollment=nia, step=step, actor=person, as_staff=False)
        services.tick_step(enrollment=nia, step=step, actor=person, as_staff=False)
        assert Event.objects.filter(object_id=nia.pk, verb="onboarding.done").count() == 1
        tracking.create_link(**page, actor=person)  # type: ignore[arg-type]
        services.untick_step(enrollment=nia, step=step, actor=market.team.actor)
        with pytest.raises(Conflict):
            tracking.create_link(**page, actor=person)  # type: ignore[arg-type]


def test_materials_open_when_staff_tick(market: Market) -> None:
    (step,) = setting(market, OWN)
    nia, person = newcomer(market)
    with market.team.scope():
        material = campaigns.create_material(
            program=market.program, kind="text", name="U", text="Hi", actor=market.team.actor
        )
        usable = selectors.usable_materials(nia.partner_id)
        assert not usable.filter(pk=material.pk).exists()
        with pytest.raises(NotAllowed):
            services.tick_step(enrollment=nia, step=step, actor=person, as_staff=False)
        services.tick_step(enrollment=nia, step=step, actor=market.team.actor, as_staff=True)
        usable = selectors.usable_materials(nia.partner_id)
        assert usable.filter(pk=material.pk).exists()


def test_payouts_wait_for_the_list_and_say_so() -> None:
    market = make_market()
    team, side = market.team, market.rani
    with team.scope():
        payout_services.set_payout_method(
            partner=side.partner, kind="paypal", name="R", account="r@example.com",
            actor=team.actor,
        )  # fmt: skip
    market.sell(amount=100_000, days_ago=20)
    (step,) = setting(market, {"kind": "own", "label": "Sign", "gates": ["payouts"]})

    def reason() -> str:
        with team.scope():
            (one,) = payouts.candidates("EUR", timezone.now())
            return one.reason

    assert reason() in {payout_rules.ONBOARDING, payout_rules.NEW_METHOD}
    with team.scope():
        closed = onboarding.closed_to({side.partner.pk}, "payouts")
        assert closed == {(side.partner.pk, market.program.pk)}
        services.tick_step(
            enrollment=selectors.enrollment_by_id(side.enrollment.pk), step=step,
            actor=team.actor, as_staff=True,
        )  # fmt: skip
        assert not onboarding.closed_to({side.partner.pk}, "payouts")
    assert reason() != payout_rules.ONBOARDING


@pytest.mark.parametrize(
    ("steps", "field"),
    [
        ([{"kind": "own", "label": " "}], "steps[0].label"),
        ([{"kind": "link", "gates": ["links"]}], "steps[0].gates"),
        ([{"kind": "material", "gates": ["materials"]}], "steps[0].gates"),
        ([{"kind": "terms"}, {"kind": "terms"}], "steps[1].kind"),
        ([{"kind": "dance"}], "steps[0].kind"),
        ([{"kind": "own", "label": "x", "url": "javascript:1"}], "steps[0].url"),
        ([{"kind": "own", "label": "x", "gates": ["heaven"]}], "steps[0].gates"),
    ],
)
def test_lists_that_cannot_be(market: Market, steps: list[dict[str, Any]], field: str) -> None:
    with pytest.raises(Unacceptable) as caught:
        setting(market, *steps)
    assert caught.value.errors[0].field == field


def test_a_changed_step_keeps_its_ticks_and_a_removed_one_counts_no_more(market: Market) -> None:
    one, two = setting(market, OWN, {"kind": "own", "label": "Read"})
    nia, person = newcomer(market)
    with market.team.scope():
        services.tick_step(enrollment=nia, step=two, actor=person, as_staff=False)
    setting(market, {"id": two.pk, "kind": "own", "label": "Read it"})
    assert ticked(market, nia) == {"Read it": True}
    with market.team.scope(), pytest.raises(Conflict):
        services.tick_step(
            enrollment=nia, step=type(one).objects.get(pk=one.pk), actor=market.team.actor,
            as_staff=True,
        )  # fmt: skip


def test_welcome_mails_go_once_on_their_day_to_those_who_join_later() -> None:
    market = make_market()
    team = market.team
    values: dict[str, Any] = {
        "subject": "Hello {person}",
        "body": "Your {program} at {seller}",
    }
    with team.scope():
        now = welcome.create_welcome_mail(
            program=market.program, actor=team.actor, days=0, **values
        )
        week = welcome.create_welcome_mail(
            program=market.program, actor=team.actor, days=7, only_unfinished=True, **values
        )
    nia, person = newcomer(market)

    drained(team)
    with team.scope():
        sent = list(WelcomeSent.objects.values_list("mail", "enrollment", "left_out"))
        assert sent == [(now.pk, nia.pk, False)], "not those who joined before"
        told = Notification.objects.get(user=person.user, event__verb="onboarding.welcomed")
        assert (told.subject, told.mail_due) == ("Hello Nia New", True)
        assert told.body == f"Your Affiliate at {team.seller.name}"
        past = timezone.now() - timedelta(days=8)
        Enrollment.objects.filter(pk=nia.pk).update(created_at=past)
        type(week).objects.filter(pk=week.pk).update(started_at=past)
    drained(team)
    drained(team)
    with team.scope():
        rows = WelcomeSent.objects.filter(mail=week, enrollment=nia)
        assert [row.left_out for row in rows] == [True], "without a list nothing is open"
        welcome.stop_welcome_mail(mail=week, actor=team.actor)
        with pytest.raises(Conflict):
            welcome.stop_welcome_mail(mail=week, actor=team.actor)


def test_a_welcome_waits_for_a_partner_without_people() -> None:
    market = make_market()
    team = market.team
    with team.scope():
        welcome.create_welcome_mail(
            program=market.program, actor=team.actor, days=0, subject="Hello {person}", body="B"
        )
        invited = make_partner(team, name="Invited")
        campaigns.enroll(program=market.program, partner=invited, actor=team.actor)
    with maintenance_scope():
        assert team.id not in set(welcoming.waiting())
    assert drained(team) == 0, "nobody would read it, and it would count as sent"

    person = make_user("Lia Late")
    with team.scope():
        partners.add_member(partner=invited, user=person, actor=team.actor, role="admin")
    with maintenance_scope():
        assert team.id in set(welcoming.waiting())
    drained(team)
    with team.scope():
        told = Notification.objects.get(user=person, event__verb="onboarding.welcomed")
        assert (told.subject, told.mail_due) == ("Hello Lia Late", True)


def drained(team: Team) -> int:
    """Run the sequence dry; how many steps it took."""
    steps = 0
    while welcoming.step(team.id):
        steps += 1
        assert steps < 20
    return steps


def test_the_sequence_finds_sellers_by_due_mails_only() -> None:

    market, idle = make_market(), make_team()
    with market.team.scope():
        welcome.create_welcome_mail(
            program=market.program, actor=market.team.actor, days=0, subject="S", body="B"
        )
    newcomer(market)
    with maintenance_scope():
        found = set(welcoming.waiting())
    assert market.team.id in found
    assert idle.id not in found
    drained(market.team)
    with maintenance_scope():
        assert market.team.id not in set(welcoming.waiting())
