"""What a change of a rule changed, in the words of its sentence."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from activity.models import Event
from commissions.reasons import rule_words

LABELS: Final[dict[str, Promise]] = {
    "when": gettext_lazy("When"),
    "goods": gettext_lazy("Goods"),
    "worth": gettext_lazy("Worth"),
    "if": gettext_lazy("If"),
    "unless": gettext_lazy("Unless"),
    "reward": gettext_lazy("Pays"),
    "brackets": gettext_lazy("Steps"),
    "duration": gettext_lazy("How long"),
    "limits": gettext_lazy("Limit"),
    "adds": gettext_lazy("Bonus"),
}


def rule_changes(event: Event) -> list[tuple[str, str, str]] | None:
    """Label, before and after of each changed part; None where `event` is about something else."""
    after = event.detail.get("content")
    if event.verb != "rule.changed" or not after:
        return None
    before = {**after, **{name: old for name, (old, _new) in event.changes.items()}}
    parts = rule_words.difference(before, after, event.detail["currency"])
    return [
        (str(LABELS[one.key.partition(".")[0]]), one.before, one.after)
        for one in parts
        if not one.is_same
    ]
