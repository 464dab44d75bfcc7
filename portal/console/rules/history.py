"""A rule's versions over time, with what changed from each to the next."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import Program
from commissions import selectors
from commissions.models import Rule, RuleVersion
from commissions.reasons import rule_words
from commissions.reasons.condition_words import Names
from portal import time_format
from portal.console.rules.words import changed_parts, names_of
from portal.console.rules.world import version_at


@dataclass(frozen=True)
class ShownRule:
    """A rule as it is today: the version to tell of, its state, since or from when."""

    rule: Rule
    version: RuleVersion
    state: str
    since: datetime

    @property
    def version_words(self) -> str:
        """`Version 2 in force`."""
        if self.state == "in_force" and self.rule.ended_at is not None:
            until = time_format.moment_text(self.rule.ended_at)
            return _("Version %(number)d in force until %(until)s") % {
                "number": self.version.number,
                "until": until,
            }
        words = {
            "in_force": _("Version %(number)d in force"),
            "planned": _("Version %(number)d planned"),
            "ended": _("Ended with version %(number)d"),
        }
        return words[self.state] % {"number": self.version.number}

    @property
    def may_change(self) -> bool:
        """Whether no end of it is set."""
        return self.rule.ended_at is None

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return {"in_force": "good", "planned": "wait", "ended": "done"}[self.state]


def shown_of(rule: Rule) -> ShownRule:
    """What to tell of a rule whose versions are prefetched."""
    now = timezone.now()
    force = version_at(rule, now)
    if rule.ended_at is not None and rule.ended_at <= now:
        last = selectors.current_version(rule)
        return ShownRule(rule, last, "ended", rule.ended_at)
    if force is None:
        first = min(rule.versions.all(), key=lambda one: one.number)
        return ShownRule(rule, first, "planned", first.valid_from)
    return ShownRule(rule, force, "in_force", force.valid_from)


def steps_of(rule: Rule) -> list[dict[str, Any]]:
    """The timeline, newest first: what changed, who, why, and how many commissions it made."""
    versions = sorted(rule.versions.all(), key=lambda one: -one.number)
    uses = selectors.uses_of_versions([rule.pk])
    force = version_at(rule, timezone.now())
    names = names_of(rule.program)
    return [
        _step(version, earlier, later, uses, force, names)
        for later, version, earlier in zip(
            [None, *versions], versions, [*versions[1:], None], strict=False
        )
    ]


def _step(
    version: RuleVersion,
    earlier: RuleVersion | None,
    later: RuleVersion | None,
    uses: Mapping[uuid.UUID, int],
    force: RuleVersion | None,
    names: Names,
) -> dict[str, Any]:
    count = uses.get(version.pk, 0)
    made = ngettext("%(count)d commission", "%(count)d commissions", count) % {"count": count}
    who = str(version.author) if version.author else ""
    why = f"“{version.reason}”" if version.reason else ""
    title = _("Version %(number)d") % {"number": version.number}
    if version == force:
        title = _("Version %(number)d, in force") % {"number": version.number}
    elif force is None or version.number > force.number:
        title = _("Version %(number)d, planned") % {"number": version.number}
    return {
        "title": title,
        "meta": " · ".join(filter(None, [_span(version, later), who, why, made])),
        "state": "now"
        if version == force
        else "done"
        if force and version.number < force.number
        else "",
        "extra": _said(version, earlier, names),
    }


def _span(version: RuleVersion, later: RuleVersion | None) -> str:
    ends = [one for one in (later and later.valid_from, version.rule.ended_at) if one]
    since = time_format.moment_text(version.valid_from)
    if ends:
        return f"{since} – {time_format.moment_text(min(ends))}"
    return _("from %(when)s") % {"when": since}


def _said(version: RuleVersion, earlier: RuleVersion | None, names: Names) -> str | SafeString:
    currency = version.rule.program.currency
    own = rule_words.content_of(version)
    if earlier is None:
        return rule_words.sentence_of(own, currency, names)
    return changed_parts(rule_words.content_of(earlier), own, currency, names) or _(
        "It says the same under another name."
    )


def to_come(
    version: RuleVersion, content: Mapping[str, Any] | None, program: Program
) -> str | SafeString:
    """What the version being written changes; "" while it is not whole or nothing differs."""
    if content is None:
        return ""
    old = rule_words.content_of(version)
    return changed_parts(old, content, program.currency, names_of(program))


@dataclass(frozen=True)
class Compared:
    """Two versions part by part."""

    old: RuleVersion
    new: RuleVersion
    changes: list[rule_words.Change]
    versions: list[RuleVersion]


def compared(rule: Rule, old: str, new: str) -> Compared | None:
    """Any two versions side by side, by number; None where the rule has just one."""
    versions = sorted(rule.versions.all(), key=lambda one: one.number)
    if len(versions) < 2:
        return None
    by_number = {str(one.number): one for one in versions}
    before = by_number.get(old, versions[-2])
    after = by_number.get(new, versions[-1])
    program = rule.program
    changes = rule_words.difference(
        rule_words.content_of(before),
        rule_words.content_of(after),
        program.currency,
        names_of(program),
    )
    return Compared(before, after, changes, versions)
