"""Live tests of a program's set-up: a click that is nobody's, followed until it comes back."""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from campaigns.models import Program
from commissions.browser.reading import Told
from commissions.models import BrowserTrial
from tracking.rules import CLICK_PARAMETER, with_parameters

PREFIX: Final = "test."
LIFE: Final = timedelta(hours=24)
"""How long after its start a test still listens."""


def start(program: Program) -> BrowserTrial:
    """A new test of a program, in place of the one before."""
    fresh = BrowserTrial(
        seller_id=program.seller_id,
        program=program,
        token=PREFIX + secrets.token_urlsafe(16),
    )
    BrowserTrial.objects.filter(program=program).delete()
    fresh.save(force_insert=True)
    return fresh


def newest(program: Program) -> BrowserTrial | None:
    """The program's test, over or not; None where there was none."""
    return BrowserTrial.objects.filter(program=program).first()


def is_running(trial: BrowserTrial) -> bool:
    """Whether the test still listens."""
    return trial.created_at > timezone.now() - LIFE


def opened(trial: BrowserTrial) -> None:
    """Somebody went to the shop through the test's link."""
    BrowserTrial.objects.filter(pk=trial.pk, opened_at=None).update(opened_at=timezone.now())


def address(trial: BrowserTrial) -> str:
    """Where the test leads: the shop's page, with the click that is nobody's."""
    return with_parameters(trial.program.landing_url, {CLICK_PARAMETER: trial.token})


def seen(program: Program, told: Told, host: str) -> None:
    """The script found the click in its page's address."""
    _running(program, [told.external_id]).update(
        seen_at=timezone.now(), consent=told.consent, host=host[:253], fault=""
    )


def reported(program: Program, told: Told, channel: str) -> bool:
    """Note an event that carries a test's click, which is not kept; False for any other."""
    tests = [token for token in told.click_tokens if token.startswith(PREFIX)]
    if not tests:
        return False
    _running(program, tests).update(
        event=told.event,
        event_at=timezone.now(),
        channel=channel,
        external_id=told.external_id,
        currency=told.currency,
        amount_minor=told.amount_minor,
        fault="",
    )
    return True


def went_wrong(program: Program, message: str) -> None:
    """Note what could not be read, where a test waits for an event."""
    rows = BrowserTrial.objects.filter(program=program, event_at=None)
    rows.filter(created_at__gt=timezone.now() - LIFE).update(fault=message[:200])


def _running(program: Program, tokens: Iterable[str]) -> "QuerySet[BrowserTrial]":
    rows = BrowserTrial.objects.filter(program=program, token__in=list(tokens))
    return rows.filter(created_at__gt=timezone.now() - LIFE)
