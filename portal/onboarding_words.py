"""Check-lists in words: what each step asks, where it is done, what it keeps closed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from campaigns.models.onboarding import Gate, StepKind, TickedBy
from campaigns.onboarding import Item, Progress
from portal.navigation import address

LABELS: Final[dict[str, str | Promise]] = {
    StepKind.PROFILE: gettext_lazy("Fill in your profile"),
    StepKind.TERMS: gettext_lazy("Read the terms"),
    StepKind.PAYOUT: gettext_lazy("Say where your money goes"),
    StepKind.LINK: gettext_lazy("Make your first link"),
    StepKind.MATERIAL: gettext_lazy("Take your first material"),
}
TEXTS: Final[dict[str, str | Promise]] = {
    StepKind.PROFILE: gettext_lazy("Country and website are needed."),
    StepKind.TERMS: gettext_lazy("They say what earns and what is not allowed."),
    StepKind.PAYOUT: gettext_lazy("Without an account nothing can be paid out."),
    StepKind.LINK: gettext_lazy("Sales through it are yours."),
    StepKind.MATERIAL: gettext_lazy("Banners, texts and papers, ready to use."),
}
PAGES: Final = {
    StepKind.PROFILE: "partner:profile",
    StepKind.PAYOUT: "partner:payout-method",
    StepKind.LINK: "partner:links",
    StepKind.MATERIAL: "partner:materials",
    StepKind.TERMS: "partner:programs",
}
CLOSED: Final[dict[str, str | Promise]] = {
    Gate.LINKS: gettext_lazy("making links"),
    Gate.MATERIALS: gettext_lazy("materials"),
    Gate.PAYOUTS: gettext_lazy("being paid"),
}


@dataclass(frozen=True)
class Step:
    """One step ready to show; `partner_ticks` and `staff_tick` say who may tick it by hand."""

    id: object
    label: str | Promise
    text: str | Promise
    url: str
    done: bool
    at: datetime | None
    opens: list[Any]
    partner_ticks: bool
    staff_tick: bool


@dataclass(frozen=True)
class Listed:
    """One program's list ready to show."""

    progress: Progress
    steps: list[Step]
    closed: list[Any]


def listed(progress: Progress) -> Listed:
    """A check-list ready to show."""
    slug = progress.enrollment.seller.slug
    steps = [_step(item, slug) for item in progress.items]
    return Listed(progress, steps, [CLOSED[gate] for gate in progress.closed])


def _step(item: Item, slug: str) -> Step:
    step = item.step
    own = step.kind == StepKind.OWN
    return Step(
        id=step.pk,
        label=step.label or LABELS.get(step.kind, step.label),
        text=step.text or TEXTS.get(step.kind, ""),
        url=step.url if own else address(PAGES[StepKind(step.kind)], slug),
        done=item.done,
        at=item.at,
        opens=[CLOSED[gate] for gate in step.gates],
        partner_ticks=step.kind == StepKind.TERMS or (own and step.ticked_by == TickedBy.PARTNER),
        staff_tick=own,
    )
