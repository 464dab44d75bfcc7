"""The auditor's room: overview, trail, chain, ledger."""

import csv
import io
import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

from activity import chain, jobs, verifying
from activity.models import ChainLink, Event
from ledger import checking
from ledger.models import Account
from portal.verb_words import OBJECTS, WORDS
from tests.cast import signed_in
from tests.payouts.scene import IBANS, Scene, make_scene
from tests.superuser import superuser

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def scene() -> Scene:
    scene = make_scene()
    partner = scene.partner("Ngopi Pagi")
    scene.earn(partner, 8000)
    scene.approved()
    return scene


@pytest.fixture
def auditor(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(chain, "SETTLE", timedelta(seconds=-1))
    chain.step(scene.team.id)
    return signed_in(scene.team.auditor)


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return unescape(response.content.decode()).replace("\xa0", " ")


def test_the_overview_shows_chain_and_books(scene: Scene, auditor: Client) -> None:
    text = page(auditor, scene.team.url(room="audit"))
    assert "Payout batch approved" in text
    assert "Trial balance, EUR" in text
    assert "Balances" in text


def test_verifying_says_what_was_found_and_is_an_entry(scene: Scene, auditor: Client) -> None:
    response = auditor.post(scene.team.url("trail/verify/", room="audit"), follow=True)
    text = unescape(response.content.decode())
    assert "Verifying the chain" in text
    assert "Verify the chain" not in text, "one at a time"
    part = auditor.get(scene.team.url("trail/work/", room="audit"))
    assert "HX-Refresh" not in part
    assert verifying.step(scene.team.id)
    assert auditor.get(scene.team.url("trail/work/", room="audit"))["HX-Refresh"] == "true"
    assert "Chain verified." in page(auditor, scene.team.url(room="audit"))
    with scene.scope():
        event = Event.objects.filter(verb="trail.verified").latest("id")
        assert event.actor_label == str(scene.team.auditor)
        assert event.detail["whole"] is True


def test_a_broken_chain_is_shown_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "SETTLE", timedelta(seconds=-1))
    scene = make_scene()
    chain.step(scene.team.id)
    with superuser() as cursor:
        cursor.execute(
            "UPDATE activity_event SET object_label = 'x' WHERE id = (SELECT event_id "
            "FROM activity_chainlink WHERE seller_id = %s AND place = 3)",
            [str(scene.team.id)],
        )
    client = signed_in(scene.team.auditor)
    monkeypatch.setattr(chain, "PART", 2)
    client.post(scene.team.url("trail/verify/", room="audit"))
    assert verifying.step(scene.team.id)
    with scene.team.scope():
        job = jobs.newest(verifying.JOB_KIND)
        assert job is not None
        assert (job.status, job.position) == ("running", 2), "it goes on behind its part"
    assert verifying.step(scene.team.id)
    assert not verifying.step(scene.team.id)
    text = page(client, scene.team.url(room="audit"))
    assert "Chain broken." in text
    assert "Place 3 is not as it was sealed" in text


def test_the_trail_is_found_by_place_hash_words_and_object(scene: Scene, auditor: Client) -> None:
    base = scene.team.url("trail/", room="audit")
    with scene.scope():
        link = ChainLink.objects.select_related("event").get(event__verb="payout.approved")
    number, label = link.event.object_label, str(scene.team.finance)
    rows = "<tr id="
    for query in (
        f"q={link.place}",
        f"q={link.hash[:12]}",
        f"q={number}&verb=payout.approved",
        "verb=payout.approved",
    ):
        text = page(auditor, f"{base}?{query}")
        assert number in text, query
    assert rows in page(auditor, f"{base}?object={link.event.object_id}")
    assert rows in page(auditor, f"{base}?q={label.split(maxsplit=1)[0]}")
    for odd in ("object=x", "q=%00", "partner=x", "since=x", "open=x", "after=x"):
        assert auditor.get(f"{base}?{odd}").status_code == 200


def test_an_opened_entry_shows_before_after_and_history(scene: Scene, auditor: Client) -> None:
    with scene.scope():
        event = Event.objects.get(verb="payout.approved")
    text = page(auditor, scene.team.url(f"trail/?open={event.pk}", room="audit"))
    assert "<del>Draft</del>" in text
    assert "<ins>Approved</ins>" in text
    assert f"History of {event.object_label}" in text
    assert "Payout batch drafted" in text


def test_the_trail_can_be_taken_away(scene: Scene, auditor: Client) -> None:
    response = auditor.get(scene.team.url("trail/?export=csv", room="audit"))
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(text)))
    with scene.scope():
        assert len(rows) == Event.objects.count()
        places = {
            str(place): hash_ for place, hash_ in ChainLink.objects.values_list("place", "hash")
        }
    assert all(places[row["Place"]] == row["Hash"] for row in rows if row["Place"])
    assert not any(iban in text for iban in IBANS)


def test_accounts_and_transfers(scene: Scene, auditor: Client) -> None:
    text = page(auditor, scene.team.url("ledger/", room="audit"))
    assert "In payout" in text
    assert "Ngopi Pagi" in text
    with scene.scope():
        account = Account.objects.get(kind="in_payout")
    base = scene.team.url("transfers/", room="audit")
    text = page(auditor, f"{base}?account={account.pk}")
    assert "Into a payout" in text
    assert page(auditor, f"{base}?kind=paid").count("<tr id=") == 0
    for odd in ("account=x", "partner=x", "q=%00", "sort=x", "kind=x"):
        assert auditor.get(f"{base}?{odd}").status_code == 200


def test_checking_the_books(scene: Scene, auditor: Client) -> None:
    response = auditor.post(scene.team.url("ledger/check/", room="audit"), follow=True)
    assert "Checking the books" in unescape(response.content.decode())
    assert "HX-Refresh" not in auditor.get(scene.team.url("ledger/work/", room="audit"))
    assert checking.step(scene.team.id)
    assert auditor.get(scene.team.url("ledger/work/", room="audit"))["HX-Refresh"] == "true"
    assert "The books are whole" in page(auditor, scene.team.url("ledger/", room="audit"))


def test_faults_in_the_books_are_listed() -> None:
    scene = make_scene()
    scene.earn(scene.partner(), 8000)
    with superuser() as cursor:
        cursor.execute(
            "UPDATE ledger_account SET credits_minor = credits_minor + 1 "
            "WHERE seller_id = %s AND credits_minor > 0",
            [str(scene.team.id)],
        )
    client = signed_in(scene.team.auditor)
    client.post(scene.team.url("ledger/check/", room="audit"))
    assert checking.step(scene.team.id)
    text = page(client, scene.team.url("ledger/", room="audit"))
    assert "The books are not whole." in text
    assert "trial balance of EUR" in text


def test_only_those_who_audit_come_in(scene: Scene) -> None:
    for person in (scene.team.marketer, scene.team.manager):
        assert signed_in(person).get(scene.team.url(room="audit")).status_code == 403
    other = signed_in(make_scene().team.auditor)
    assert other.get(scene.team.url("trail/", room="audit")).status_code == 404


VERB = re.compile(r"""verb=["']([a-z_]+\.[a-z_]+)["']""")


def test_every_verb_and_object_has_words(scene: Scene) -> None:
    apps = ("sellers", "partners", "campaigns", "tracking", "commissions", "payouts", "activity")
    sources = [path.read_text() for app in apps for path in (ROOT / app).rglob("*.py")]
    used = {verb for text in sources for verb in VERB.findall(text)}
    assert {"payout.drafted", "trail.verified"} <= used
    with scene.scope():
        used |= set(Event.objects.values_list("verb", flat=True))
        objects = set(Event.objects.values_list("object_type", flat=True))
    assert used - WORDS.keys() == set()
    assert objects - OBJECTS.keys() == set()
