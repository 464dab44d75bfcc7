"""Announcements: drafted, sent to a segment, mailed as wanted, read with a receipt."""

from datetime import timedelta

from django.core import mail
from django.utils import timezone

from activity import preferences, work
from activity.mail import send_due
from activity.models import Notification
from campaigns import services as campaigns
from campaigns.announcements import sending, services
from campaigns.models import Announcement, Receipt
from campaigns.segments import Segment
from sellers.actors import Actor
from tests.cast import make_partner, make_team, make_user, signed_in
from tests.portal.market import Market, make_market

HARVEST = {
    "title": "Harvest is in",
    "source": "# Gayo\n\nThe **new crop** is here.\n\n<script>alert(1)</script><b onclick=x>!</b>",
    "statuses": ["active"],
}


def draft(market: Market, **more: object) -> Announcement:
    """Written on the page."""
    browser = signed_in(market.team.marketer)
    answer = browser.post(market.team.url("announcements/new/"), {**HARVEST, **more})
    assert answer.status_code == 302, answer.text[:2000]
    with market.team.scope():
        return Announcement.objects.latest("id")


def send(market: Market, announcement: Announcement) -> None:
    browser = signed_in(market.team.marketer)
    browser.post(market.team.url(f"announcements/{announcement.pk}/send/"))
    work.drain(services.KIND, market.team.id)


def test_an_announcement_is_written_looked_at_sent_and_read() -> None:
    market = make_market()
    found = draft(market)
    manager = signed_in(market.team.manager)
    page = manager.get(market.team.url(f"announcements/{found.pk}/")).text
    assert "<strong>new crop</strong>" in page
    assert "<h2>Gayo</h2>" in page
    assert "alert(1)" not in page
    assert "onclick" not in page
    assert "2 people" in manager.get(market.team.url(f"announcements/{found.pk}/send/")).text
    reader = signed_in(market.rani.user)
    assert "Harvest is in" not in reader.get(market.team.url("news/", "portal")).text
    send(market, found)
    assert "Harvest is in" in reader.get(market.team.url("news/", "portal")).text
    assert "Read by" in manager.get(market.team.url("announcements/")).text
    text = reader.get(market.team.url(f"news/{found.pk}/", "portal")).text
    assert "<strong>new crop</strong>" in text
    assert "alert(1)" not in text
    with market.team.scope():
        read = dict(Receipt.objects.values_list("user__name", "read_at"))
    assert read["Sekar Ayu"] is None
    first = read["Rani Wulandari"]
    assert first is not None
    reader.get(market.team.url(f"news/{found.pk}/", "portal"))
    with market.team.scope():
        again = Receipt.objects.get(user=market.rani.user)
    assert again.read_at == first, "the first time counts"
    page = manager.get(market.team.url(f"announcements/{found.pk}/")).text
    assert "1 of 2 read it" in page


def test_only_the_segment_gets_it_and_others_find_nothing() -> None:
    market = make_market()
    with market.team.scope():
        group = campaigns.create_group(
            program=market.program, name="Cafés", actor=market.team.actor
        )
        campaigns.place_enrollment(
            enrollment=market.rani.enrollment, tier=None, group=group, actor=market.team.actor
        )
    found = draft(market, groups=[str(group.pk)])
    send(market, found)
    path = market.team.url(f"news/{found.pk}/", "portal")
    assert signed_in(market.rani.user).get(path).status_code == 200
    assert signed_in(market.sekar.user).get(path).status_code == 404


def test_mails_go_as_each_person_wants_them() -> None:
    market = make_market()
    team = market.team
    with team.scope():
        Notification.objects.update(mail_due=False)
        preferences.set_modes(
            seller=team.seller,
            user=market.sekar.user,
            wanted={"news": "daily"},
            actor=Actor.person(market.sekar.user),
        )
    send(market, draft(market))
    getattr(mail, "outbox", []).clear()
    assert send_due(team.id) == 1
    assert [one.to for one in mail.outbox] == [[market.rani.user.email]]
    assert "The new crop is here." in mail.outbox[0].body
    with team.scope():
        Notification.objects.filter(digest=True).update(
            mail_not_before=timezone.now() - timedelta(seconds=1)
        )
    assert send_due(team.id) == 1
    assert mail.outbox[-1].subject.endswith("1 thing today")


def test_a_batch_done_twice_tells_nobody_twice() -> None:
    market = make_market()
    found = draft(market)
    send(market, found)
    with market.team.scope():
        Announcement.objects.filter(pk=found.pk).update(status="sending", last_partner_id=None)
    sending.step(market.team.id)
    with market.team.scope():
        assert Receipt.objects.count() == 2
        assert Notification.objects.filter(subject=HARVEST["title"]).count() == 2
        assert Announcement.objects.get(pk=found.pk).status == "sent"


def test_many_partners_are_told_in_batches() -> None:
    team = make_team()
    for number in range(5):
        make_partner(team, make_user(f"Person {number}"), name=f"Partner {number}")
    with team.scope():
        found = services.draft_announcement(
            seller=team.seller, actor=team.actor, title="News", source="Text",
            segment=Segment(),
        )  # fmt: skip
        services.send_announcement(announcement=found, actor=team.actor)
    steps = 0
    while sending.step(team.id, batch=2):
        steps += 1
    assert steps == 2
    with team.scope():
        assert Receipt.objects.count() == 5


def test_what_is_sent_cannot_be_changed_but_withdrawn() -> None:
    market = make_market()
    found = draft(market)
    send(market, found)
    browser = signed_in(market.team.marketer)
    base = market.team.url(f"announcements/{found.pk}/")
    assert browser.post(f"{base}edit/", {**HARVEST, "title": "Other"}).status_code == 302
    assert browser.post(f"{base}delete/").status_code == 409
    assert browser.post(f"{base}send/").status_code == 409
    assert browser.post(f"{base}withdraw/").status_code == 302
    assert browser.post(f"{base}withdraw/").status_code == 409
    with market.team.scope():
        assert Announcement.objects.get(pk=found.pk).title == "Harvest is in"
    path = market.team.url(f"news/{found.pk}/", "portal")
    assert signed_in(market.rani.user).get(path).status_code == 404


def test_drafts_are_checked_changed_and_deleted() -> None:
    market = make_market()
    browser = signed_in(market.team.marketer)
    empty = {**HARVEST, "source": "<script>alert(1)</script>"}
    answer = browser.post(market.team.url("announcements/new/"), empty)
    assert answer.status_code == 422
    assert "Write what partners shall read" in answer.text
    found = draft(market)
    base = market.team.url(f"announcements/{found.pk}/")
    assert "Harvest is in" in browser.get(f"{base}edit/").text
    assert browser.post(f"{base}edit/", {**HARVEST, "title": "Other"}).status_code == 302
    assert "Other" in browser.get(base).text
    assert browser.post(f"{base}delete/").status_code == 302
    assert browser.get(base).status_code == 404


def test_a_segment_of_nobody_is_not_sent() -> None:
    market = make_market()
    found = draft(market, statuses=["suspended"])
    answer = signed_in(market.team.marketer).post(
        market.team.url(f"announcements/{found.pk}/send/")
    )
    assert answer.status_code == 422
    with market.team.scope():
        assert Announcement.objects.get(pk=found.pk).status == "draft"
