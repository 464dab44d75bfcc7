"""A program's rules: what pays, since when, and every version before."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns import selectors as campaigns
from campaigns.models import Program
from commissions import reasons, selectors, services
from commissions.models import Rule, RuleVersion
from partners.models import Partner
from portal import time_format
from portal.access import actor_of, reader_of, requires
from portal.console.rule_forms import Example, RuleForm, example, initial_of
from prm.errors import Unacceptable

START_EXAMPLE = 250
SMALL_UNITS = frozenset({"IDR", "VND", "KRW", "JPY"})


@dataclass(frozen=True)
class ShownRule:
    """A rule in words with the timeline of its versions, newest first."""

    rule: Rule
    version: RuleVersion
    words: str
    state: str
    since: datetime
    uses: int
    steps: list[dict[str, Any]]

    @property
    def version_words(self) -> str:
        """`Version 2 in force`."""
        words = {
            "in_force": _("Version %(number)d in force"),
            "planned": _("Version %(number)d planned"),
            "ended": _("Ended with version %(number)d"),
        }
        return words[self.state] % {"number": self.version.number}


@requires("programs.view", room="console")
def rules(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """The program's rules in words, the more specific first."""
    program = campaigns.program_by_id(program_id)
    rows = list(selectors.rules_of(program_id))
    uses = selectors.uses_of_versions([rule.pk for rule in rows])
    shown = [_shown(rule, program, uses) for rule in rows]
    context = {
        "program": program,
        "crumbs": _crumbs(program, seller_slug),
        "rules": [one for one in shown if one.state != "ended"],
        "ended": [one for one in shown if one.state == "ended"],
        "may_manage": reader_of(request).may("rules.manage"),
    }
    return render(request, "console/rules/list.html", context)


@requires("rules.manage", room="console")
def new(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """Make a rule, with a worked example beside the form."""
    program = campaigns.program_by_id(program_id)
    form = _form(request, program, initial={"type": "percent", "base": "net"})
    if _saves(request) and form.is_valid():
        partner = form.partners.get(form.cleaned_data["partner"])
        content = form.content()
        if form.is_valid() and _try(
            form,
            lambda: services.create_rule(
                program=program, rule=content, actor=actor_of(request), partner=partner
            ),
        ):
            messages.success(request, _("The rule is in place."))
            return HttpResponseRedirect(_list_url(program, seller_slug))
    return _edit_page(request, seller_slug, program, form, None)


@requires("rules.manage", room="console")
def edit(request: HttpRequest, seller_slug: str, rule_id: uuid.UUID) -> HttpResponse:
    """Make the next version of a rule; what was earned keeps the version it was earned by."""
    rule = selectors.rule_by_id(rule_id)
    program = rule.program
    initial = initial_of(selectors.current_version(rule), program.currency)
    form = _form(request, program, initial=initial, fixed=True)
    if _saves(request) and form.is_valid():
        content = form.content()
        if form.is_valid() and _try(
            form,
            lambda: services.change_rule(rule=rule, content=content, actor=actor_of(request)),
        ):
            messages.success(request, _("The next version is in place."))
            return HttpResponseRedirect(_list_url(program, seller_slug))
    return _edit_page(request, seller_slug, program, form, rule)


@requires("rules.manage", room="console")
def preview(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """The worked example of a rule that is being written; part of a page."""
    program = campaigns.program_by_id(program_id)
    form = RuleForm(request.GET, program=program, partners=[], fixed=True)
    context = {"example": example(form, request.GET.get("order", "")), "program": program}
    return render(request, "console/rules/example.html", context)


@requires("rules.manage", room="console")
def end(request: HttpRequest, seller_slug: str, rule_id: uuid.UUID) -> HttpResponse:
    """Say what ending a rule means, then end it."""
    rule = selectors.rule_by_id(rule_id)
    program = rule.program
    if request.method == "POST":
        services.end_rule(rule=rule, actor=actor_of(request))
        messages.success(request, _("The rule has ended."))
        return HttpResponseRedirect(_list_url(program, seller_slug))
    version = selectors.current_version(rule)
    others = [
        one for one in selectors.rules_of(program.pk) if one.ended_at is None and one.pk != rule.pk
    ]
    context = {
        "program": program,
        "crumbs": _crumbs(program, seller_slug, inside=True),
        "title": _("End “%(name)s”?") % {"name": version.name},
        "consequences": _consequences(rule, others),
        "back": _list_url(program, seller_slug),
    }
    return render(request, "console/rules/end.html", context)


def _form(
    request: HttpRequest, program: Program, *, initial: dict[str, Any], fixed: bool = False
) -> RuleForm:
    previews = request.POST.get("act") == "preview"
    return RuleForm(
        request.POST if request.method == "POST" and not previews else None,
        program=program,
        partners=_partners(program),
        fixed=fixed,
        initial=request.POST.dict() if previews else initial,
    )


def _edit_page(
    request: HttpRequest, seller_slug: str, program: Program, form: RuleForm, rule: Rule | None
) -> HttpResponse:
    """The form, its worked example, and the versions before."""
    order = request.POST.get("order") or _usual_order(program)
    context = {
        "program": program,
        "crumbs": _crumbs(program, seller_slug, inside=True),
        "form": form,
        "rule": rule,
        "for_whom": rule.partner.name if rule and rule.partner else _("any partner"),
        "version": selectors.current_version(rule) if rule else None,
        "order": order,
        "example": _first_example(form, program, order),
        "shown": _shown(rule, program, selectors.uses_of_versions([rule.pk])) if rule else None,
    }
    status = 422 if form.is_bound else 200
    return render(request, "console/rules/edit.html", context, status=status)


def _first_example(form: RuleForm, program: Program, order: str) -> Example | None:
    if form.is_bound:
        return example(RuleForm(form.data, program=program, partners=[], fixed=True), order)
    data = {"name": "-", **form.initial}
    return example(RuleForm(data, program=program, partners=[], fixed=True), order)


def _usual_order(program: Program) -> str:
    """A round example order: 250 of a currency, 250,000 where the units are small."""
    return str(START_EXAMPLE * (1000 if program.currency in SMALL_UNITS else 1))


def _partners(program: Program) -> list[Partner]:
    rows = campaigns.enrollments().filter(program=program, status="active")
    return [one.partner for one in rows.order_by("partner__name", "id")]


def _saves(request: HttpRequest) -> bool:
    return request.method == "POST" and request.POST.get("act") != "preview"


def _try(form: RuleForm, act: Any) -> bool:
    try:
        act()
    except Unacceptable as refusal:
        form.show(refusal)
        return False
    return True


def _list_url(program: Program, seller_slug: str) -> str:
    return reverse("console:rules", args=[seller_slug, program.pk])


def _crumbs(program: Program, slug: str, *, inside: bool = False) -> list[dict[str, str]]:
    rows = [
        {"label": _("Programs"), "url": reverse("console:programs", args=[slug])},
        {"label": program.name, "url": reverse("console:programs-detail", args=[slug, program.pk])},
    ]
    return [*rows, {"label": _("Rules"), "url": _list_url(program, slug)}] if inside else rows


def _shown(rule: Rule, program: Program, uses: dict[uuid.UUID, int]) -> ShownRule:
    versions = sorted(rule.versions.all(), key=lambda version: -version.number)
    now = timezone.now()
    force = next((version for version in versions if version.valid_from <= now), versions[-1])
    state = "in_force" if force.valid_from <= now else "planned"
    if rule.ended_at:
        state = "ended"
    steps = []
    for version, earlier in zip(versions, [*versions[1:], None], strict=True):
        steps.append(_step(version, earlier, program.currency, uses.get(version.pk, 0), force))
    return ShownRule(
        rule,
        force,
        reasons.reward_text(force.reward, program.currency),
        state,
        force.valid_from,
        sum(uses.get(version.pk, 0) for version in versions),
        steps,
    )


def _step(
    version: RuleVersion, earlier: RuleVersion | None, currency: str, uses: int, force: RuleVersion
) -> dict[str, Any]:
    states = {True: "now", False: "done"}
    state = states[version == force] if version.number <= force.number else ""
    made = ngettext("%(count)d commission", "%(count)d commissions", uses) % {"count": uses}
    who = str(version.author) if version.author else ""
    why = f"“{version.reason}”" if version.reason else ""
    since = _("from %(when)s") % {"when": time_format.moment_text(version.valid_from)}
    return {
        "title": _("Version %(number)d") % {"number": version.number},
        "meta": " · ".join(filter(None, [since, who, why, made])),
        "state": state,
        "extra": _difference(version, earlier, currency),
    }


def _difference(version: RuleVersion, earlier: RuleVersion | None, currency: str) -> SafeString:
    """The reward in words; what changed is struck and inserted."""
    now = reasons.reward_text(version.reward, currency)
    if earlier is None:
        return format_html("{}", now)
    before = reasons.reward_text(earlier.reward, currency)
    if before == now:
        return format_html("{}", now)
    return format_html("<del>{}</del> <ins>{}</ins>", before, now)


def _consequences(rule: Rule, others: list[Rule]) -> list[str]:
    rest = [one for one in others if one.partner_id is None or one.partner_id == rule.partner_id]
    if rest:
        names = ", ".join(f"“{selectors.current_version(one).name}”" for one in rest[:3])
        after = _("Sales from now on are paid by %(names)s.") % {"names": names}
    elif rule.partner:
        after = _("Sales of %(name)s from now on earn nothing.") % {"name": rule.partner.name}
    else:
        after = _("No rule is left for all partners: their sales from now on earn nothing.")
    return [
        after,
        _("Sales before this moment keep being paid by it, also when they arrive later."),
        _("It cannot be started again; a new rule can be made."),
    ]
