"""What the operator watches: how each host's clicks and everybody's queues stand."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from activity.standing import Standing, standing
from portal.time_format import span_text
from tracking.models import Shipper
from tracking.shipping import months, reports

SILENT_AFTER: Final = timedelta(seconds=30)
BEHIND_AFTER: Final = timedelta(seconds=60)


@dataclass(frozen=True)
class Host:
    """One host's spool: what its shipper said, and what to make of it."""

    said: Shipper
    now: datetime

    @property
    def age(self) -> timedelta:
        """How long the oldest click waits that is not stored yet; zero when none does."""
        waits = self.said.oldest_at
        return max(self.now - waits, timedelta(0)) if waits else timedelta(0)

    @property
    def waits(self) -> str:
        """The age in words."""
        return wait_text(self.age)

    @property
    def silence(self) -> timedelta:
        """Since when its shipper has said nothing."""
        return max(self.now - self.said.reported_at, timedelta(0))

    @property
    def state(self) -> str:
        """`well`, `behind` or `silent`, as `portal.statuses` has it."""
        if self.silence > SILENT_AFTER:
            return "silent"
        return "behind" if self.age > BEHIND_AFTER else "well"


@dataclass(frozen=True)
class Figures:
    """Everything on the operator's page and in the metrics."""

    hosts: list[Host]
    work: list[Standing]
    months: list[months.Month]
    at: datetime


def wait_text(span: timedelta) -> str:
    """`12 s`, and from a minute on as all spans are written."""
    seconds = span.total_seconds()
    return _("%(seconds)d s") % {"seconds": seconds} if seconds < 60 else span_text(span)


def gather() -> Figures:
    """All of it, now."""
    now = timezone.now()
    hosts = [Host(said, now) for said in reports.shippers()]
    return Figures(hosts, standing(), months.present(), now)
