"""The waiting work of activity itself: events to seal, chains to verify, notifications to mail."""

from activity import chain, mail, verifying, work

work.register(work.Kind(chain.KIND, chain.waiting, chain.step, work.BACKGROUND_QUEUE))
work.register(work.Kind(mail.KIND, mail.waiting, mail.step, work.BACKGROUND_QUEUE))
work.register(verifying.KIND)
