"""Checking the books while money is written, and as a worker's job."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection

from activity import jobs
from activity.models import Event, Job
from commissions.models import Commission
from ledger import checking, checks
from sellers.scope import snapshot_scope
from tests.payouts.scene import Scene, make_scene


class Between:
    """Once, between two statements of a check, does what another connection commits."""

    def __init__(self, write: Callable[[], Any]) -> None:
        self.write = write
        self.is_done = False

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        found = execute(sql, params, many, context)
        if not self.is_done and sql.startswith("SELECT") and "commissions_commission" in sql:
            self.is_done = True
            with ThreadPoolExecutor(1) as thread:
                thread.submit(self._written).result()
        return found

    def _written(self) -> None:
        try:
            self.write()
        finally:
            connection.close()


def test_what_is_written_between_two_statements_is_no_fault() -> None:
    scene = make_scene()
    partner = scene.partner()
    scene.earn(partner, 8000)

    def lines() -> int:
        with scene.team.scope():
            return Commission.objects.count()

    between = Between(lambda: scene.earn(partner, 500))
    with connection.execute_wrapper(between), scene.team.scope():
        found = checks.faults()
    assert between.is_done
    assert any("his lines sum to 8000" in fault for fault in found), "the control bites"
    assert lines() == 2

    between = Between(lambda: scene.earn(partner, 300))
    with connection.execute_wrapper(between):
        assert checks.faults_of(scene.team.id) == []
    assert between.is_done
    between, out = Between(lambda: scene.earn(partner, 200)), StringIO()
    with connection.execute_wrapper(between):
        call_command("check_ledger", seller=scene.team.seller.slug, stdout=out)
    assert between.is_done
    assert out.getvalue() == f"{scene.team.seller.slug}: whole\n"
    assert lines() == 4


def test_a_snapshot_only_reads_and_is_never_within_another() -> None:
    scene = make_scene()
    with pytest.raises(DatabaseError, match="read-only"), snapshot_scope(scene.team.id):
        Event.objects.update(verb="x.y")
    with scene.team.scope(), pytest.raises(RuntimeError), snapshot_scope(scene.team.id):
        pass


def started(scene: Scene) -> Job:
    with scene.team.scope():
        return checking.start(seller=scene.team.seller, actor=scene.team.actor)


def test_a_check_is_a_job_with_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = make_scene()
    job = started(scene)
    assert started(scene).pk == job.pk, "one at a time"
    seen: list[tuple[str, int, int]] = []

    def slow() -> list[str]:
        """Goes on until others can read how far it is."""
        while not seen:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.02)")
            with ThreadPoolExecutor(1) as thread:
                thread.submit(look).result()
        return []

    def look() -> None:
        try:
            with scene.team.scope():
                found = Job.objects.get(pk=job.pk)
                if found.position:
                    seen.append((found.status, found.position, found.total))
        finally:
            connection.close()

    monkeypatch.setattr(checking, "TOLD_SECONDS", 0.05)
    monkeypatch.setattr(checks, "_checks", [list, slow])
    assert checking.step(scene.team.id)
    assert not checking.step(scene.team.id)
    with scene.team.scope():
        job.refresh_from_db()
        event = Event.objects.get(verb="books.checked")
    assert seen == [("running", 1, 2)]
    assert (job.status, job.position, job.result) == ("done", 2, {"faults": [], "count": 0})
    assert (event.actor_id, event.detail) == (scene.team.actor.id, {"whole": True, "faults": 0})


def test_a_check_that_breaks_off_is_tried_again_and_then_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = make_scene()
    job = started(scene)

    def broken() -> list[str]:
        raise ZeroDivisionError("of the test")

    with monkeypatch.context() as patch:
        patch.setattr(checks, "_checks", [broken])
        for _try in range(jobs.MAX_ATTEMPTS):
            with pytest.raises(ZeroDivisionError):
                checking.step(scene.team.id)
    assert not checking.step(scene.team.id)
    with scene.team.scope():
        job.refresh_from_db()
        assert (job.status, job.error) == ("failed", "ZeroDivisionError: of the test")
        assert Event.objects.filter(verb="books_check.failed").count() == 1
    again = started(scene)
    assert again.pk != job.pk
    assert checking.step(scene.team.id)
