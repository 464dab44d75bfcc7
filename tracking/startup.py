"""The waiting work of tracking: hosts of links to ask, visitors to count."""

from activity import work
from tracking.services import domains
from tracking.shipping import visitors

work.register(domains.WORK)
work.register(visitors.KIND)
