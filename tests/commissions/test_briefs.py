"""Briefs: what is refused when agreeing, what stands once a piece is in, and being late."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from activity.models import Event, Notification
from commissions import deliverable_selectors
from commissions.models import Brief
from commissions.services import briefs, due_dates
from prm.errors import Refusal, Unacceptable
from sellers.scope import maintenance_scope
from tests.commissions.delivering import Desk, make_desk


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


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"pieces": 0}, "pieces"),
        ({"pieces": 201}, "pieces"),
        ({"amount_minor": 0}, "amount"),
        ({"amount_minor": -1}, "amount"),
        ({"fee": "barter"}, "fee"),
        ({"kind": "song"}, "kind"),
        ({"needs_url": False}, "needs_url"),
        ({"backlink": "not a host"}, "backlink"),
        ({"backlink": "shop"}, "backlink"),
        ({"live_days": 30}, "live_days"),
        ({"backlink": "shop.example", "live_days": 4000}, "live_days"),
    ],
)
def test_briefs_are_refused_where_the_mistake_is(
    desk: Desk, terms: dict[str, Any], field: str
) -> None:
    assert refusal(lambda: desk.agree(**terms)) == (Unacceptable, field)


def test_a_brief_has_no_day_in_the_past_and_no_foreign_partner(desk: Desk) -> None:
    past = timezone.localdate() - timedelta(days=2)
    assert refusal(lambda: desk.agree(due_on=past)) == (Unacceptable, "due_on")
    other = make_desk().partner
    assert refusal(lambda: desk.agree(partner=other)) == (Unacceptable, "partner")


def test_the_deal_stands_once_a_piece_is_handed_in(desk: Desk) -> None:
    brief = desk.agree(pieces=2)
    with desk.team.scope():
        briefs.change_brief(brief=brief, actor=desk.team.actor, amount_minor=7000)
    desk.hand_in(brief)
    with desk.team.scope():
        fixed = refusal(
            lambda: briefs.change_brief(brief=brief, actor=desk.team.actor, amount_minor=1)
        )
        renamed = briefs.change_brief(brief=brief, actor=desk.team.actor, title="Two posts")
    assert fixed == (Unacceptable, "amount")
    assert renamed.title == "Two posts"


def test_a_passed_due_date_is_told_once_to_who_owes() -> None:
    desk = make_desk()
    other, user = desk.another()
    brief = desk.agree(pieces=1, due_on=timezone.localdate() + timedelta(days=1))
    desk.hand_in(brief)
    assert desk.team.id not in set(waiting_sellers())
    with desk.team.scope():
        Brief.objects.filter(pk=brief.pk).update(due_on=timezone.localdate() - timedelta(days=2))
    assert desk.team.id in set(waiting_sellers())
    assert due_dates.step(desk.team.id) is False
    assert due_dates.step(desk.team.id) is False
    with desk.team.scope():
        told = Notification.objects.filter(subject__contains="past its due date")
        assert list(told.filter(room="partner").values_list("user", flat=True)) == [user.pk]
        assert told.filter(room="console", body__startswith="1 partner has").exists()
        assert Event.objects.filter(verb="brief.late").count() == 1
        assert deliverable_selectors.briefs_for(other.pk).get().state == "late"
        assert deliverable_selectors.briefs_for(desk.partner.pk).get().state == "waiting"
    assert desk.team.id not in set(waiting_sellers())
    with desk.team.scope():
        later = timezone.localdate() + timedelta(days=3)
        briefs.change_brief(brief=brief, actor=desk.team.actor, due_on=later)
        assert Brief.objects.get(pk=brief.pk).late_told_at is None


def waiting_sellers() -> Any:
    """Sellers with a passed due date, as the sweeper asks."""
    with maintenance_scope():
        return list(due_dates.waiting())
