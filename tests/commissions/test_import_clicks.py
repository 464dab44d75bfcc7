"""Clicks from files: counted as the shipper counts, and never twice."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db.models import Sum

from commissions.imports import jobs
from commissions.imports.kinds.clicks import ClicksRunner
from prm.errors import NotFound
from tests.cast import token
from tests.commissions.import_files import PAGE, Desk, csv, make_desk
from tests.tracking.clicks import MACHINE, PERSON
from tracking import services as tracking
from tracking.models import Click, Link, LinkDay, PartnerMonth
from tracking.services import past, told

HEAD = "Link,Time,Click id,IP,User agent,Referrer,sub2"


@pytest.fixture
def desk() -> Desk:
    """An empty desk."""
    return make_desk()


def a_link(desk: Desk) -> Link:
    """A link of a partner."""
    enrollment = desk.partner(f"Partner {token()}")
    with desk.team.scope():
        return tracking.create_link(
            enrollment=enrollment,
            actor=desk.team.actor,
            destination=PAGE,
            subs={"sub1": "own", "sub2": "of the link"},
        )


def sums(desk: Desk) -> tuple[int, int, int]:
    """Clicks stored, people's clicks by day, people's clicks by month."""
    with desk.team.scope():
        days = LinkDay.objects.aggregate(n=Sum("clicks"))["n"] or 0
        months = PartnerMonth.objects.aggregate(n=Sum("clicks"))["n"] or 0
        return Click.objects.count(), days, months


def test_clicks_count_in_their_own_days_and_months_once(desk: Desk) -> None:
    link = a_link(desk)
    rows = (
        f"{link.code},2019-03-31T23:59:59.120Z,a1,203.0.113.7,{PERSON},https://blog.example/x,s",
        f"{link.code},2019-04-01 08:00:00,a2,203.0.113.8,{PERSON},,",
        f"{link.code},2024-02-29 08:00:00,a3,203.0.113.9,{MACHINE},,",
        f"{link.code},2024-02-29 08:00:00,,203.0.113.9,{PERSON},,",
        f"{link.code},2024-02-29 08:00:00,,203.0.113.9,{PERSON},,",
    )
    dry = desk.bring("clicks", csv(HEAD, rows), dry=True)
    assert sums(desk) == (0, 0, 0)
    wet = desk.bring("clicks", csv(HEAD, rows))
    assert desk.report(dry) == desk.report(wet)
    report = desk.report(wet)
    assert (report.rows, report.made, report.known, report.bad_rows) == (5, 4, 1, 0)
    assert sums(desk) == (4, 3, 3)
    with desk.team.scope():
        first = Click.objects.get(at=datetime(2019, 3, 31, 23, 59, 59, 120_000, tzinfo=UTC))
        assert (first.address, first.referrer) == ("203.0.113.0", "https://blog.example/x")
        assert (first.sub1, first.sub2) == ("own", "s")
        assert (first.id.version, first.id.variant) == (7, "specified in RFC 4122")
        assert Click.objects.exclude(bot_reason="").count() == 1
    for _time in range(2):
        again = desk.bring("clicks", csv(HEAD, rows))
        assert (desk.report(again).made, desk.report(again).known) == (0, 5)
    assert sums(desk) == (4, 3, 3)


def test_an_overlapping_file_adds_only_what_is_new(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ClicksRunner, "batch", 3)
    link = a_link(desk)
    rows = [f"{link.code},2026-03-0{day} 10:00,,10.0.0.{day},{PERSON},," for day in range(1, 9)]
    assert desk.report(desk.bring("clicks", csv(HEAD, rows[:5]))).made == 5
    report = desk.report(desk.bring("clicks", csv(HEAD, [*rows[3:], *rows[3:]])))
    assert (report.made, report.known) == (3, 7)
    assert sums(desk) == (8, 8, 8)


def test_bad_clicks_are_refused_by_row(desk: Desk) -> None:
    link = a_link(desk)
    foreign = a_link(make_desk())
    rows = (
        f"{foreign.code},2026-01-01 10:00,,,,,",
        f"{link.code},soon,,,,,",
        f"{link.code},2999-01-01 10:00,,,,,",
        f"{link.code},1989-12-31 10:00,,,,,",
        f"{link.code},2026-01-01 10:00,,300.1.1.1,,,",
        f"{link.code},2026-01-01 10:00,,,,,{'s' * 101}",
        f"{link.code},2026-01-01 10:00,x1,,{PERSON},,",
        f"{link.code},2026-01-01 11:00,x1,,,,",
        f"{link.code},,,,,,",
        f"{link.code},2026-01-01 10:00,x2,,=1+1,,",
    )
    dry = desk.bring("clicks", csv(HEAD, rows), dry=True)
    wet = desk.bring("clicks", csv(HEAD, rows))
    wanted = [
        (2, "link"), (3, "occurred_at"), (4, "occurred_at"), (5, "occurred_at"), (6, "address"),
        (7, "sub2"), (9, "external_id"), (10, "occurred_at"), (11, "agent"),
    ]  # fmt: skip
    assert desk.problems(dry) == desk.problems(wet) == wanted
    assert sums(desk) == (1, 1, 1)
    changed = desk.bring("clicks", csv(HEAD, (f"{link.code},2026-01-01 10:00,x1,,other,,",)))
    assert desk.problems(changed) == [(2, "external_id")]
    assert sums(desk) == (1, 1, 1)


def test_addresses_are_not_kept_beside_the_policy(desk: Desk) -> None:
    link = a_link(desk)
    rows = (
        f"{link.code},2026-01-01 10:00,,203.0.113.77,{PERSON},,",
        "none,2026-01-01 10:00,,203.0.113.78,,,",
    )
    dry = desk.bring("clicks", csv(HEAD, rows), dry=True)
    kept = Path(dry.file.path)
    assert "203.0.113.77" in kept.read_text()
    with desk.team.scope():
        jobs.start(job=dry)
    while jobs.step(desk.team.id):
        pass
    assert not kept.exists()
    with desk.team.scope():
        done = jobs.import_by_id(dry.pk)
        assert (done.status, bool(done.file)) == ("done", False)
        problem = done.problems.get()
        assert problem.raw["Link"] == "none"
        assert "203.0.113.78" not in str(problem.raw)
        with pytest.raises(NotFound):
            jobs.first_rows(done)


def test_the_control_without_fixed_ids_doubles(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Random ids, as the API gives them, would count a file twice: the test above would see it."""
    monkeypatch.setattr(past, "id_of", lambda _s, one, _l: told._id_at(one.click.occurred_at))
    link = a_link(desk)
    file = csv(HEAD, (f"{link.code},2026-01-01 10:00,,10.0.0.1,{PERSON},,",))
    desk.bring("clicks", file)
    desk.bring("clicks", file)
    assert sums(desk)[0] == 2
