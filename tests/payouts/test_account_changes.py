"""A changed payout account: confirmed by mail, held for three days, stopped with one act."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils import timezone

from activity.models import Event, Notification
from partners.models import Partner
from payouts import rules, selectors, services
from payouts.models import HOLD, BatchLine, PayoutMethod
from prm.errors import Conflict, NotAllowed
from sellers.actors import Actor
from sellers.models import User
from tests.cast import last_mail_to, link_in
from tests.payouts.scene import IBANS, Scene, make_scene


@pytest.fixture(scope="module")
def scene() -> Scene:
    return make_scene()


def ask(scene: Scene, partner: Partner, user: User, iban: str = IBANS[1]) -> PayoutMethod:
    with scene.scope():
        return services.request_payout_method(
            partner=partner,
            kind="iban",
            name="Rani",
            account=iban,
            user=user,
            actor=Actor.person(user),
        )


def token_for(user: User) -> str:
    link = link_in(last_mail_to(user.email), "/payout-method/confirm/")
    return link.rstrip("/").rpartition("/")[2]


def confirm(scene: Scene, partner: Partner, user: User, token: str = "") -> PayoutMethod:
    with scene.scope():
        return services.confirm_payout_method(
            partner=partner,
            token=token or token_for(user),
            user=user,
            actor=Actor.person(user),
        )


def later(scene: Scene, method: PayoutMethod, span: timedelta) -> None:
    """As if `span` had passed since the change was confirmed."""
    with scene.scope():
        PayoutMethod.objects.filter(pk=method.pk).update(
            confirmed_at=method.confirmed_at - span,  # type: ignore[operator]
            usable_at=method.usable_at - span,  # type: ignore[operator]
        )


def left_out(scene: Scene) -> dict[str, str]:
    with scene.scope():
        found = selectors.candidates("EUR", timezone.now())
        return {str(each.partner.pk): each.reason for each in found}


def test_what_nobody_confirmed_changes_nothing(scene: Scene) -> None:
    partner = scene.partner()
    user = scene.person(partner)
    scene.earn(partner, 8000)
    ask(scene, partner, user)
    assert left_out(scene)[str(partner.pk)] == ""
    with scene.scope():
        current = selectors.current_method(partner.pk)
        assert current is not None
        assert current.account_tail == "DE•• 3000"
        assert selectors.methods_of(partner.pk).count() == 1


def test_a_confirmed_change_is_held_for_three_days_and_nobody_is_paid(scene: Scene) -> None:
    partner = scene.partner()
    user = scene.person(partner)
    other = scene.person(partner, "finance")
    scene.earn(partner, 8000)
    ask(scene, partner, user)
    before = timezone.now()
    method = confirm(scene, partner, user)
    assert method.usable_at is not None
    assert timedelta(days=3) == HOLD
    assert before + HOLD <= method.usable_at <= timezone.now() + HOLD
    assert left_out(scene)[str(partner.pk)] == rules.NEW_METHOD
    with scene.scope():
        event = Event.objects.filter(partner_id=partner.pk, verb="payout_method.changed").latest(
            "id"
        )
        assert event.changes["account_tail"] == ["DE•• 3000", "GB•• 5432"]
        assert event.detail["usable_at"] == method.usable_at.isoformat()
        told = Notification.objects.filter(event=event)
        assert {each.user for each in told} == {user, other}
    later(scene, method, HOLD - timedelta(minutes=1))
    assert left_out(scene)[str(partner.pk)] == rules.NEW_METHOD
    later(scene, method, HOLD)
    assert left_out(scene)[str(partner.pk)] == ""


def test_the_very_instant_is_late_enough() -> None:
    now = timezone.now()
    tick = timedelta(microseconds=1)
    assert rules.why_not_there(usable_at=now, requested=False, now=now) == ""
    assert rules.why_not_there(usable_at=now + tick, requested=False, now=now) == rules.NEW_METHOD
    assert rules.why_not_there(usable_at=None, requested=True, now=now) == rules.UNCONFIRMED
    assert rules.why_not_there(usable_at=None, requested=False, now=now) == rules.NO_METHOD


def test_a_change_takes_the_partner_out_of_a_draft() -> None:
    scene = make_scene()
    first, second = scene.partner("One"), scene.partner("Two", iban=IBANS[2])
    for partner in (first, second):
        scene.earn(partner, 8000)
    user = scene.person(first)
    batch = scene.draft()
    ask(scene, first, user)
    with scene.scope():
        services.refresh_draft(batch=batch)
        kept = selectors.lines_of(batch).filter(status=BatchLine.Status.DRAFT)
        assert kept.count() == 2  # an asked change alone takes nobody out
    confirm(scene, first, user)
    with scene.scope():
        approved = services.approve_batch(batch=batch, actor=scene.approver)
        line = selectors.lines_of(approved).get(partner=first)
        assert (line.status, line.reason) == ("dropped", rules.NEW_METHOD)
        content = services.export_file(batch=approved, actor=scene.drafter).decode()
    assert IBANS[2] in content
    assert IBANS[0] not in content
    assert IBANS[1] not in content
    assert scene.statuses(first) == [(8000, "payable")]


def test_the_first_account_of_a_person_is_confirmed_and_held_too(scene: Scene) -> None:
    partner = scene.partner(iban=None)
    user = scene.person(partner)
    scene.earn(partner, 8000)
    assert left_out(scene)[str(partner.pk)] == rules.NO_METHOD
    ask(scene, partner, user)
    assert left_out(scene)[str(partner.pk)] == rules.UNCONFIRMED
    confirm(scene, partner, user)
    assert left_out(scene)[str(partner.pk)] == rules.NEW_METHOD


def test_the_sellers_first_word_counts_at_once_and_his_second_is_held(scene: Scene) -> None:
    partner = scene.partner()
    scene.earn(partner, 8000)
    assert left_out(scene)[str(partner.pk)] == ""
    with scene.scope():
        services.set_payout_method(
            partner=partner, kind="iban", name="R", account=IBANS[2], actor=scene.approver
        )
    assert left_out(scene)[str(partner.pk)] == rules.NEW_METHOD


def test_a_stopped_change_brings_back_the_account_before(scene: Scene) -> None:
    partner = scene.partner()
    user = scene.person(partner)
    scene.earn(partner, 8000)
    for iban in IBANS[1:]:  # a second change while the first is held
        ask(scene, partner, user, iban)
        confirm(scene, partner, user)
    with scene.scope():
        services.stop_change(partner=partner, actor=scene.drafter, reason="Not on the phone")
        current = selectors.current_method(partner.pk)
        assert current is not None
        assert current.account_tail == "DE•• 3000"
        event = Event.objects.get(partner_id=partner.pk, verb="payout_method.stopped")
        assert event.detail == {"reason": "Not on the phone"}
        assert {each.room for each in Notification.objects.filter(event=event)} == {
            "partner",
            "console",
        }
    assert left_out(scene)[str(partner.pk)] == ""
    with scene.scope(), pytest.raises(Conflict):
        services.stop_change(partner=partner, actor=scene.drafter)


def test_what_is_free_cannot_be_stopped(scene: Scene) -> None:
    partner = scene.partner()
    user = scene.person(partner)
    ask(scene, partner, user)
    later(scene, confirm(scene, partner, user), HOLD)
    with scene.scope(), pytest.raises(Conflict):
        services.stop_change(partner=partner, actor=Actor.person(user))


def test_the_link_works_once_for_one_person_and_a_day(scene: Scene) -> None:
    partner = scene.partner()
    user, other = scene.person(partner), scene.person(partner)
    ask(scene, partner, user)
    first = token_for(user)
    with scene.scope():
        services.resend_confirmation(partner=partner, user=user, actor=Actor.person(user))
    second = token_for(user)
    with pytest.raises(Conflict):
        confirm(scene, partner, user, first)
    with pytest.raises(NotAllowed):
        confirm(scene, partner, other, second)
    with scene.scope():
        method = selectors.requested_method(partner.pk)
        assert method is not None
        assert method.expires_at is not None
        PayoutMethod.objects.filter(pk=method.pk).update(expires_at=timezone.now())
    with pytest.raises(Conflict):
        confirm(scene, partner, user, second)
    with scene.scope():
        PayoutMethod.objects.filter(pk=method.pk).update(expires_at=method.expires_at)
    confirm(scene, partner, user, second)
    with pytest.raises(Conflict):
        confirm(scene, partner, user, second)


def test_a_later_wish_ends_the_earlier_one(scene: Scene) -> None:
    partner = scene.partner()
    user = scene.person(partner)
    ask(scene, partner, user)
    first = token_for(user)
    ask(scene, partner, user, IBANS[2])
    with pytest.raises(Conflict):
        confirm(scene, partner, user, first)
    assert confirm(scene, partner, user).account_tail == "NL•• 4300"


def test_the_mail_goes_to_the_asker_in_his_language_and_time_zone(scene: Scene) -> None:
    partner = scene.partner()
    user, other = scene.person(partner), scene.person(partner)
    user.language, user.time_zone = "id", "Asia/Jayapura"
    user.save(update_fields=["language", "time_zone"])
    method = ask(scene, partner, user)
    message = last_mail_to(user.email)
    assert method.expires_at is not None
    until = method.expires_at.astimezone(ZoneInfo("Asia/Jayapura"))
    assert f"{until:%H:%M} WIT" in message.body
    assert "GB•• 5432" in message.body
    assert IBANS[1] not in message.body
    assert not [each for each in mail.outbox if other.email in each.to]
