"""Every status that a record can have has a look, and every icon exists."""

import pytest
from django.db.models import TextChoices

from activity.models import JobStatus
from campaigns.models.enrollments import ApplicationStatus, EnrollmentStatus
from campaigns.models.programs import ProgramStatus
from commissions.models import CommissionStatus
from partners.models import PartnerStatus
from payouts.models import BatchStatus, LineStatus
from portal import icons, navigation, statuses
from tracking.models.sales import WorkState


@pytest.mark.parametrize(
    ("kind", "choices"),
    [
        ("commission", CommissionStatus),
        ("partner", PartnerStatus),
        ("application", ApplicationStatus),
        ("enrollment", EnrollmentStatus),
        ("program", ProgramStatus),
        ("batch", BatchStatus),
        ("payout", LineStatus),
        ("job", JobStatus),
        ("sale", WorkState),
    ],
)
def test_every_status_has_a_look(kind: str, choices: type[TextChoices]) -> None:
    missing = set(choices.values) - set(statuses.STATUSES[kind])
    assert not missing


def test_every_icon_exists() -> None:
    names = {look.icon for looks in statuses.STATUSES.values() for look in looks.values()}
    names |= set(statuses.SHAPES.values())
    for groups in navigation.ROOMS.values():
        names |= {entry.icon for group in groups for entry in group.entries}
    for name in names - {""}:
        assert icons.drawing(name).startswith("<path")


def test_shapes_are_the_six() -> None:
    used = {look.shape for looks in statuses.STATUSES.values() for look in looks.values()}
    assert used == set(statuses.SHAPES)


@pytest.mark.parametrize("name", ["../secret", "no-such-icon", "", "Home"])
def test_an_icon_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(LookupError):
        icons.drawing(name)


def test_an_unknown_status_is_refused() -> None:
    with pytest.raises(LookupError):
        statuses.look("commission", "nonsense")
