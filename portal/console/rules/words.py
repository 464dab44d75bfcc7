"""A rule in words for the console's pages; what differs between versions is struck and inserted."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from campaigns import selectors as campaigns
from campaigns.models import Program, Tier
from commissions.models import Rule
from commissions.reasons import rule_words
from commissions.reasons.condition_words import Names

MARKS = {"old": "<del>{}</del>", "new": "<ins>{}</ins>", "same": "{}"}


def names_of(program: Program, rule: Rule | None = None) -> Names:
    """Whom the rule is for, and the program's tiers by key; one query."""
    tiers = campaigns.tiers().filter(program=program)
    return names_from(tiers, rule)


def names_from(tiers: Iterable[Tier], rule: Rule | None = None) -> Names:
    """The same from tiers that are in hand."""
    return Names(rule_words.whom(rule) if rule else "", {one.key: one.name for one in tiers})


def scope_words(rule: Rule) -> str:
    """Whom a rule is for, as it stands in the sentence."""
    return rule_words.whom(rule) or _("any partner")


def scope_kind(rule: Rule) -> str:
    """The kind of a rule's scope in words."""
    kinds = (
        (rule.partner_id, _("One partner")),
        (rule.group_id, _("Group")),
        (rule.campaign_id, _("Campaign")),
        (rule.tier_id, _("Tier")),
    )
    return next((words for key, words in kinds if key), _("Whole program"))


def changed_parts(
    old: Mapping[str, Any], new: Mapping[str, Any], currency: str, names: Names
) -> SafeString:
    """The parts that differ, struck and inserted; "" where nothing does."""
    changes = rule_words.difference(old, new, currency, names)
    parts = [_marked(change) for change in changes if not change.is_same]
    return format_html_join("; ", "{}", ((part,) for part in parts))


def side_by_side(
    old: Mapping[str, Any], new: Mapping[str, Any], currency: str, names: Names
) -> list[rule_words.Change]:
    """Every part of two versions."""
    return rule_words.difference(old, new, currency, names)


def _marked(change: rule_words.Change) -> SafeString:
    pieces = [format_html(MARKS[mark], words) for mark, words in change.pieces]
    return format_html_join(" ", "{}", ((piece,) for piece in pieces))
