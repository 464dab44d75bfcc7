"""Health checks of containers, asked of the real stack."""

import os
from pathlib import Path

import pytest
from django.db import OperationalError
from django.test import Client

from prm import probe
from tests.stack import Stack


def test_web_is_well_and_then_away(stack: Stack) -> None:
    environ = {"PORT": str(stack.port), "PRM_BASE_URL": stack.url}
    assert probe.main(["web"], environ) == 0
    assert probe.main(["web"], environ | {"PORT": "1"}) == 1


def test_worker_answers_through_the_broker(stack: Stack) -> None:
    assert probe.main(["worker"], {}) == 0


def test_a_shipper_is_known_by_its_rounds(tmp_path: Path) -> None:
    assert probe.main(["shipper", str(tmp_path)], {}) == 1
    lock = tmp_path / "shipper.lock"
    lock.touch()
    assert probe.main(["shipper", str(tmp_path)], {}) == 0
    os.utime(lock, (1_000_000_000, 1_000_000_000))
    assert probe.main(["shipper", str(tmp_path)], {}) == 1


def test_beat_is_known_by_what_it_writes(tmp_path: Path) -> None:
    schedule = tmp_path / "beat-schedule"
    assert probe.main(["beat", str(schedule)], {}) == 1
    written = tmp_path / "beat-schedule.db"
    written.touch()
    assert probe.main(["beat", str(schedule)], {}) == 0
    os.utime(written, (0, 0))
    assert probe.main(["beat", str(schedule)], {}) == 1


def test_an_unknown_part_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert probe.main(["door"], {}) == 1
    assert "web, worker, beat" in capsys.readouterr().err


def test_healthz_says_when_the_database_is_away(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/healthz").content == b"ok\n"

    def away(*_: object) -> None:
        raise OperationalError

    monkeypatch.setattr("prm.health.connection.cursor", away)
    assert client.get("/healthz").status_code == 503
