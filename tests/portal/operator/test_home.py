"""The operator's page and the metrics: who may see them, and that they say what is."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from activity import work
from activity.models import WorkLease
from portal.operator import work_words
from sellers.models import User
from tests.cast import make_team, make_user, signed_in, stranger
from tests.portal.market import make_market
from tests.tracking.clicks import click_line
from tracking.models import Shipper
from tracking.shipping import reports, segments
from tracking.shipping.shipper import Shipper as Running
from tracking.spool import Place


@pytest.fixture
def operator() -> Client:
    user = make_user("Otto Operator")
    call_command("make_operator", user.email)
    return signed_in(user)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A host that has shipped one click, with a damaged record and one click waiting."""
    market = make_market()
    found = Place(tmp_path / "spool")
    found.prepare()
    reports.begin(found)
    line = click_line(market.rani.link)
    (found.directory / "1-1-a.log").write_bytes(b"torn\n" + line)
    Running(found).step()
    waiting = click_line(market.rani.link, at=timezone.now() - timedelta(minutes=10))
    (found.directory / "2-1-a.log").write_bytes(waiting)
    found.count("lost")
    reports.report(found, segments.backlog(found, lambda _name: 0))
    yield found
    Shipper.objects.filter(host=found.host).delete()


def test_only_operators_see_the_page(operator: Client) -> None:
    team = make_team()
    assert operator.get("/operator/").status_code == 200
    assert 'href="/operator/"' in operator.get("/switch/").content.decode()
    assert 'href="/operator/"' not in signed_in(team.owner).get("/switch/").content.decode()
    assert signed_in(team.owner).get("/operator/").status_code == 404
    assert stranger().get("/operator/").status_code == 404


def test_every_kind_of_work_has_words(operator: Client) -> None:
    assert {kind.name for kind in work.kinds()} == set(work_words.KINDS)
    assert {kind.queue for kind in work.kinds()} <= set(work_words.QUEUES)
    page = operator.get("/operator/").content.decode()
    assert all(str(words) in page for words in work_words.KINDS.values())


def test_an_operator_is_made_and_unmade() -> None:
    user = make_user("Otto Operator")
    call_command("make_operator", user.email.upper())
    assert User.objects.get(pk=user.pk).is_superuser
    call_command("make_operator", user.email, "--remove")
    assert not User.objects.get(pk=user.pk).is_superuser
    with pytest.raises(CommandError, match="Nobody"):
        call_command("make_operator", "nobody@example.com")


def test_the_page_tells_of_hosts_and_work(operator: Client, place: Place) -> None:
    html = operator.get("/operator/").content.decode()
    assert place.host in html
    for words in ("Behind", "10 min", "Damaged records", "Led on without a token", "visitors"):
        assert words in html
    assert f"{timezone.now():%Y-%m}" in html


def test_a_shipper_that_says_nothing_is_silent(operator: Client, place: Place) -> None:
    Shipper.objects.filter(host=place.host).update(
        reported_at=timezone.now() - timedelta(minutes=2)
    )
    assert "Silent" in operator.get("/operator/").content.decode()


def test_failing_work_is_named_without_what_it_was_about(operator: Client) -> None:
    team = make_team()
    with team.scope():
        WorkLease.objects.create(
            seller=team.seller,
            kind="visitors",
            leased_until=timezone.now(),
            nudged_at=timezone.now(),
            failures=2,
            last_error="ValueError: order of ann@example.com",
        )
    html = operator.get("/operator/").content.decode()
    with team.scope():
        WorkLease.objects.all().delete()
    assert "ValueError" in html
    assert "ann@example.com" not in html


def test_metrics_want_their_token(settings: Settings) -> None:
    settings.METRICS_TOKEN = ""
    assert stranger().get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "a-long-secret"
    assert stranger().get("/metrics").status_code == 401
    wrong = stranger().get("/metrics", headers={"authorization": "Bearer other"})
    assert wrong.status_code == 401


def test_metrics_are_what_prometheus_reads(settings: Settings, place: Place) -> None:
    settings.METRICS_TOKEN = "a-long-secret"
    answer = stranger().get("/metrics", headers={"authorization": "Bearer a-long-secret"})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    found = {}
    for line in answer.content.decode().splitlines():
        if not line.startswith("#"):
            name, _space, value = line.rpartition(" ")
            found[name] = float(value)
    mine = {name.split("{")[0]: value for name, value in found.items() if place.host in name}
    assert mine["prm_shipper_clicks_total"] == 1
    assert mine["prm_shipper_damaged_total"] == 1
    assert mine["prm_spool_lost_total"] == 1
    assert mine["prm_spool_backlog_clicks"] == 1
    assert mine["prm_spool_ballast"] == 1
    assert 590 < mine["prm_spool_oldest_click_seconds"] < 700
    assert found['prm_work_failing_sellers{kind="visitors"}'] == 0
