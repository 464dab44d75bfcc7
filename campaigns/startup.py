"""The waiting work of campaigns: announcements and invitations on their way, scores."""

from activity import work
from campaigns import prospect_mail, welcoming
from campaigns.announcements import sending, services
from campaigns.materials import making
from campaigns.services import wanted
from partners.services.prospects import FIT_WORK

work.register(work.Kind(services.KIND, sending.waiting, sending.step, work.BACKGROUND_QUEUE))
work.register(work.Kind(FIT_WORK, wanted.waiting, wanted.step, work.BACKGROUND_QUEUE))
work.register(prospect_mail.WORK)
work.register(welcoming.KIND)
work.register(making.WORK)
