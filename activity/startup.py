"""The trail's own waiting work: events to seal."""

from activity import chain, work

work.register(work.Kind(chain.KIND, chain.waiting, chain.step))
