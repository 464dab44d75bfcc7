"""The waiting work of tracking: hosts of links to ask."""

from activity import work
from tracking.services import domains

work.register(domains.WORK)
