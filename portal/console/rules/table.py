"""The list of a program's rules: who goes before whom, what each says and has made."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from campaigns.models import Program
from commissions import selectors
from commissions.listed_rules import listed
from commissions.models import Rule
from commissions.reasons import rule_words
from commissions.reasons.condition_words import Names
from commissions.rules import CompiledRule
from portal.columns import MarkupColumn, NumberColumn, StatusColumn
from portal.console.rules import pickers as pick
from portal.console.rules.places import detail_url
from portal.console.rules.words import scope_kind, scope_words
from portal.console.rules.world import compiled, content_of, scope_of
from portal.filters import ChoicesFilter, SearchFilter
from portal.listing import Listing
from portal.statuses import labels

SCOPES = (
    ("partner", gettext_lazy("One partner")),
    ("group", gettext_lazy("Group")),
    ("campaign", gettext_lazy("Campaign")),
    ("tier", gettext_lazy("Tier")),
    ("program", gettext_lazy("Whole program")),
)


class RuleTable(tables.Table):
    """Rules, the more specific first."""

    place = NumberColumn(gettext_lazy("Rank"))
    name = MarkupColumn(
        gettext_lazy("Rule"),
        show=lambda _rule: "",
        plain=lambda rule: rule.name,
        attrs={"td": {"class": "name-cell"}, "th": {}},
    )
    scope = MarkupColumn(gettext_lazy("For"), show=lambda _rule: "", plain=scope_words, label=True)
    event = MarkupColumn(
        gettext_lazy("Pays for"),
        show=lambda rule: pick.EVENT_NAMES[rule.event],
        plain=lambda rule: str(pick.EVENT_NAMES[rule.event]),
        label=True,
    )
    priority = NumberColumn(gettext_lazy("Priority"))
    uses = NumberColumn(gettext_lazy("Commissions"))
    state = StatusColumn(gettext_lazy("Status"), kind="rule")

    def __init__(self, *args: Any, names: Names, program: Program, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names, self.program = names, program

    def render_name(self, record: Rule) -> SafeString:
        """The name, and below it the whole rule in words."""
        url = detail_url(record, self.program.seller.slug)
        version = selectors.current_version(record)
        own = Names(rule_words.whom(record), self.names.tiers)
        words = rule_words.sentence_of(content_of(version), self.program.currency, own)
        return format_html(
            '<a class="q title strong" href="{}">{}</a><span class="why">{}</span>',
            url,
            version.name,
            words,
        )

    def render_scope(self, record: Rule) -> SafeString:
        """Whom it is for; the kind of scope below."""
        kind = scope_kind(record)
        if scope_of(record)[0] == "program":
            return format_html("{}", kind)
        return format_html('{}<div class="tiny dim">{}</div>', scope_words(record), kind)


class RuleFilters(django_filters.FilterSet):
    """Search, event, scope, state."""

    q = SearchFilter("name", "partner__name", "group__name", "tier__name", "campaign__name")
    event = ChoicesFilter(
        label=gettext_lazy("Pays for"),
        all_label=gettext_lazy("All events"),
        choices=list(pick.EVENT_NAMES.items()),
    )
    scope = ChoicesFilter(
        label=gettext_lazy("For"),
        all_label=gettext_lazy("For anybody"),
        choices=SCOPES,
        method="filter_scope",
    )
    state = ChoicesFilter(
        label=gettext_lazy("Status"), choices=labels("rule"), all_label=gettext_lazy("All")
    )

    class Meta:
        model = Rule
        fields: list[str] = []

    def filter_scope(self, rows: QuerySet[Rule], name: str, value: str) -> QuerySet[Rule]:
        """Rules of one kind of scope."""
        if value == "program":
            return rows.filter(Q(partner=None, group=None, campaign=None, tier=None))
        return rows.filter(**{f"{value}__isnull": False})


RULES = Listing(
    table=RuleTable,
    filters=RuleFilters,
    name="rules",
    default="place",
    orders={"place": "place", "name": "name", "uses": "uses", "priority": "priority"},
    chips=("state", "rule", "state"),
)


def rows_of(program: Program) -> QuerySet[Rule]:
    """The program's rules with their place among one another, as the engine ranks them."""
    now = timezone.now()
    rules = selectors.rules_of(program.pk)
    ranked = sorted(
        (one for one in rules if one.ended_at is None), key=lambda one: _rank(one, program).rank
    )
    places = {rule.pk: number for number, rule in enumerate(ranked, 1)}
    return listed(selectors.rules().filter(program=program), places, now)


def _rank(rule: Rule, program: Program) -> CompiledRule:
    return compiled(
        content_of(selectors.current_version(rule)),
        rule,
        program=program,
        scope=scope_of(rule),
        now=timezone.now(),
    )
