"""What happened, in words: the trail's verbs as people read them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.models import Event

WORDS: Final[dict[str, str | Promise]] = {
    "application.approved": gettext_lazy("Application approved"),
    "application.received": gettext_lazy("Application handed in"),
    "application.rejected": gettext_lazy("Application rejected"),
    "campaign.changed": gettext_lazy("Campaign changed"),
    "campaign.created": gettext_lazy("Campaign made"),
    "campaign.ended": gettext_lazy("Campaign ended"),
    "enrollment.created": gettext_lazy("Joined a program"),
    "enrollment.ended": gettext_lazy("Left a program"),
    "enrollment.resumed": gettext_lazy("Joined a program again"),
    "enrollment.terms_accepted": gettext_lazy("New terms accepted"),
    "invitation.sent": gettext_lazy("Invitation sent"),
    "invitation.sent_again": gettext_lazy("Invitation sent again"),
    "invitation.withdrawn": gettext_lazy("Invitation withdrawn"),
    "link.created": gettext_lazy("Link made"),
    "material.changed": gettext_lazy("Material changed"),
    "material.created": gettext_lazy("Material put up"),
    "material.restored": gettext_lazy("Material put up again"),
    "material.withdrawn": gettext_lazy("Material withdrawn"),
    "member.added": gettext_lazy("Person added"),
    "member.changed": gettext_lazy("Role changed"),
    "member.removed": gettext_lazy("Person removed"),
    "partner.approved": gettext_lazy("Partner approved"),
    "partner.changed": gettext_lazy("Details changed"),
    "partner.created": gettext_lazy("Partner added"),
    "partner.reactivated": gettext_lazy("Suspension lifted"),
    "partner.rejected": gettext_lazy("Partner rejected"),
    "partner.suspended": gettext_lazy("Partner suspended"),
    "partner.terminated": gettext_lazy("Partnership ended"),
    "program.changed": gettext_lazy("Program changed"),
    "program.closed": gettext_lazy("Program closed"),
    "program.created": gettext_lazy("Program made"),
    "program.opened": gettext_lazy("Program opened"),
}
SHOWN_CHANGES: Final = 4


@dataclass(frozen=True)
class Change:
    """One field before and after."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Told:
    """One event ready to show."""

    title: str | Promise
    about: str
    who: str
    at: datetime
    reason: str
    changes: list[Change]


def words(verb: str) -> str | Promise:
    """The verb in words; one that has none yet is spelled out: `payout.drafted`, Payout drafted."""
    return WORDS.get(verb) or verb.replace(".", " ").replace("_", " ").capitalize()


def told(event: Event) -> Told:
    """The event in words, with what changed."""
    changes = [
        Change(field.replace("_", " ").capitalize(), shown(before), shown(after))
        for field, (before, after) in list(event.changes.items())[:SHOWN_CHANGES]
        if before != "" or not event.verb.endswith(("created", "added", "received"))
    ]
    return Told(
        title=words(event.verb),
        about=event.object_label,
        who=_("The system") if event.actor_kind == "system" else event.actor_label,
        at=event.at,
        reason=str(event.detail.get("reason", "")),
        changes=changes,
    )


def shown(value: Any) -> str:
    """A kept value in one short line."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    text = str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
