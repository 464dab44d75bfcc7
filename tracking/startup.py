"""The waiting work of tracking: hosts of links to ask, visitors to count; who has a first link."""

import uuid
from collections.abc import Sequence

from activity import work
from campaigns import onboarding
from campaigns.models import Enrollment
from campaigns.models.onboarding import StepKind
from tracking.models import Link
from tracking.services import domains
from tracking.shipping import visitors


def _with_link(rows: Sequence[Enrollment]) -> set[uuid.UUID]:
    """Which of these enrollments have made a link."""
    links = Link.objects.filter(enrollment__in=rows).order_by()
    return set(links.values_list("enrollment_id", flat=True).distinct())


work.register(domains.WORK)
onboarding.register(StepKind.LINK, _with_link)
work.register(visitors.KIND)
