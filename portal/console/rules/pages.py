"""A program's rules: the list, one rule with its versions, and ending one."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from campaigns import selectors as campaigns
from commissions import selectors, services
from commissions.models import Rule
from commissions.reasons import rule_words
from portal.access import actor_of, reader_of, requires
from portal.console.rules import history
from portal.console.rules.checks import catches_all
from portal.console.rules.places import crumbs_of, detail_url, list_url, simulation_url
from portal.console.rules.table import RULES, rows_of
from portal.console.rules.touched import touched
from portal.console.rules.words import names_of, scope_kind, scope_words
from portal.console.rules.world import compiled, content_of, scope_of, version_at, world_of
from portal.listing import Empty


@requires("programs.view", room="console")
def rules(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """The program's rules in the order in which they go before one another."""
    program = campaigns.program_by_id(program_id)
    may_manage = reader_of(request).may("rules.manage")
    empty = Empty(
        _("No rule pays yet"),
        _("Without a rule the program’s events are recorded but earn nothing."),
    )
    page = RULES.show(
        request,
        rows_of(program),
        empty=empty,
        table_kwargs={"names": names_of(program), "program": program},
    )
    context = {
        "page": page,
        "program": program,
        "crumbs": crumbs_of(program, seller_slug),
        "may_manage": may_manage,
    }
    return page.download or render(request, "console/rules/list.html", context)


@requires("programs.view", room="console")
def detail(request: HttpRequest, seller_slug: str, rule_id: uuid.UUID) -> HttpResponse:
    """One rule in words, its versions, any two of them compared, and whom it is for."""
    rule = selectors.rule_by_id(rule_id)
    program = rule.program
    shown = history.shown_of(rule)
    world = world_of(program, [], None, scope_of(rule), rule)
    made = compiled(
        content_of(shown.version), rule, program=program, scope=scope_of(rule), now=world.now
    )
    names = names_of(program, rule)
    context: dict[str, Any] = {
        "rule": rule,
        "program": program,
        "shown": shown,
        "crumbs": crumbs_of(program, seller_slug, inside=True),
        "words": rule_words.sentence_of(content_of(shown.version), program.currency, names),
        "scope": scope_words(rule),
        "scope_kind": scope_kind(rule),
        "touched": touched(program, made, world),
        "steps": history.steps_of(rule),
        "compared": history.compared(rule, request.GET.get("a", ""), request.GET.get("b", "")),
        "may_manage": reader_of(request).may("rules.manage"),
        "simulation": simulation_url(program, rule, seller_slug),
    }
    return render(request, "console/rules/detail.html", context)


@requires("rules.manage", room="console")
def end(request: HttpRequest, seller_slug: str, rule_id: uuid.UUID) -> HttpResponse:
    """Say what ending a rule means, then end it."""
    rule = selectors.rule_by_id(rule_id)
    program = rule.program
    if request.method == "POST":
        services.end_rule(rule=rule, actor=actor_of(request))
        messages.success(request, _("The rule has ended."))
        return HttpResponseRedirect(list_url(program, seller_slug))
    version = selectors.current_version(rule)
    context = {
        "program": program,
        "crumbs": crumbs_of(program, seller_slug, inside=True),
        "title": _("End “%(name)s”?") % {"name": version.name},
        "consequences": _consequences(rule),
        "back": detail_url(rule, seller_slug),
    }
    return render(request, "console/rules/end.html", context)


def _consequences(rule: Rule) -> list[str]:
    """Who pays afterwards, how many partners that touches, and what stays."""
    program = rule.program
    scope = scope_of(rule)
    world = world_of(program, selectors.rules_of(program.pk), None, scope, rule)
    version = version_at(rule, world.now) or selectors.current_version(rule)
    made = compiled(content_of(version), rule, program=program, scope=scope, now=world.now)
    found = touched(program, made, world)
    beside = [one for one in world.others if one.event == made.event and not one.adds]
    rest = sorted(beside, key=lambda one: one.rank)
    if any(catches_all(one) for one in rest) or (rest and scope[0] != "program"):
        names = ", ".join(f"“{one.name}”" for one in rest[:3])
        after = _("From now on %(names)s pays instead, where it fits.") % {"names": names}
    elif rest:
        names = ", ".join(f"“{one.name}”" for one in rest[:3])
        after = _("From now on only %(names)s is left; what it does not fit earns nothing.") % {
            "names": names
        }
    elif scope[0] == "program":
        after = _("No rule is left for all partners: their sales from now on earn nothing.")
    else:
        after = _("No other rule is left: from now on %(whom)s earns nothing by it.") % {
            "whom": scope_words(rule)
        }
    return [
        after,
        _("It is for %(count)d of %(whole)d partners today.")
        % {"count": found.count, "whole": found.whole},
        _("Sales before this moment keep being paid by it, also when they arrive later."),
        _("It cannot be started again; a new rule can be made."),
    ]
