"""What happened, in words: the trail's verbs as people read them."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from activity.models import Event
from commissions.reasons.stopped import stop_words
from portal.rule_changes import rule_changes
from portal.verb_words import FIELDS, OBJECTS, WORDS

SHOWN_CHANGES: Final = 4
FIRST = ("status", "stage")
"""Fields whose first value goes without saying."""


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


def objects_name(object_type: str) -> str | Promise:
    """What kind of thing an event is about, in words."""
    return OBJECTS.get(object_type) or object_type.rpartition(".")[2].capitalize()


def _begins(verb: str, field: str, before: object) -> bool:
    """Whether a value is only the first one of something new, so that nothing changed."""
    first = before in ("", None)
    return first and (field in FIRST or verb.endswith(("created", "added", "received")))


def told(event: Event, *, every_change: bool = False) -> Told:
    """The event in words, with the first changes, or with every one."""
    rule = rule_changes(event)
    pairs = [(name, pair) for name, pair in event.changes.items() if rule is None or name == "name"]
    changes = [
        Change(
            str(FIELDS.get(field) or field.replace("_", " ").capitalize()),
            shown(_named(event.object_type, field, before)),
            shown(_named(event.object_type, field, after)),
        )
        for field, (before, after) in (pairs if every_change else pairs[:SHOWN_CHANGES])
        if every_change or not _begins(event.verb, field, before)
    ]
    changes += [Change(label, old or "–", new or "–") for label, old, new in rule or ()]
    return Told(
        title=words(event.verb),
        about=_about(event.object_label),
        who=_("The system") if event.actor_kind == "system" else event.actor_label,
        at=event.at,
        reason=stop_words(str(event.detail.get("reason", ""))),
        changes=changes,
    )


def _about(label: str) -> str:
    """The label, unless it is a bare id: that says nothing to a reader."""
    try:
        uuid.UUID(label)
    except ValueError:
        return label
    return ""


def _named(object_type: str, field: str, value: Any) -> Any:
    """The words of a choice: `in_payout` of a commission's status is In payout."""
    if not isinstance(value, str):
        return value
    try:
        choices = apps.get_model(object_type)._meta.get_field(field).flatchoices
    except (LookupError, ValueError, FieldDoesNotExist, AttributeError):
        return value
    return dict(choices).get(value, value)


def shown(value: Any) -> str:
    """A kept value in one short line."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    text = str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
