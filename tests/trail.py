"""Looking into the trail."""

from activity.models import Event, Notification
from sellers.models import User
from tests.cast import Team


def verbs(team: Team) -> list[str]:
    """What happened at the seller, oldest first."""
    with team.scope():
        return list(Event.objects.order_by("id").values_list("verb", flat=True))


def last_event(team: Team) -> Event:
    """The newest thing that happened."""
    with team.scope():
        return Event.objects.order_by("-id")[0]


def told(team: Team, user: User) -> list[str]:
    """Subjects of what `user` was told, oldest first."""
    with team.scope():
        rows = Notification.objects.filter(user=user).order_by("id")
        return list(rows.values_list("subject", flat=True))
