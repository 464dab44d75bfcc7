"""What is said in the world of the table of permissions: an announcement that everybody got."""

from campaigns.announcements import sending, services
from campaigns.segments import Segment
from partners.models import Partner
from sellers.models import User
from tests.cast import Team


def talk_of(team: Team, partner: Partner, admin: User) -> dict[str, object]:
    """An id for each thing that is said."""
    announcement = services.draft_announcement(
        seller=team.seller,
        actor=team.actor,
        title="Harvest",
        source="The harvest is in.",
        segment=Segment(),
    )
    services.send_announcement(announcement=announcement, actor=team.actor)
    sending.step(team.id)
    return {"announcement_id": announcement.pk}
