"""Rules by which a program decides about applications without a person."""

import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns import admission as rules
from campaigns import application_selectors, selectors, services
from campaigns.admission import Rule
from campaigns.admission_checks import checked_rules
from campaigns.models import Program
from campaigns.questions import questions_of
from campaigns.services import admitting
from portal.access import actor_of, reader_of, requires
from portal.admission_words import DECISIONS, field_words, rule_words
from portal.console.admission_forms import RuleForm, compared_words, initial_of
from portal.console.programs import crumbs
from prm.errors import Refusal, Unacceptable

TRIED: Final = 200


@requires("programs.view", room="console")
def admission(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """The rules in their order, with what they would have done lately."""
    program = selectors.program_by_id(program_id)
    found = rules.rules_of(program.admission)
    context = {
        "program": program,
        "rules": _told(program, found),
        "tried": _tried(program, found),
        "may_manage": reader_of(request).may("programs.manage"),
        "full": len(found) >= rules.MAX_RULES,
        "crumbs": crumbs(program, _("Automatic decisions")),
    }
    return render(request, "console/programs/admission.html", context)


@requires("programs.manage", room="console")
@require_POST
def move(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """Put a rule before or behind its neighbour, or take it out."""
    program = selectors.program_by_id(program_id)
    act, _colon, key = request.POST.get("act", "").partition(":")
    rows = list(program.admission)
    place = next((n for n, row in enumerate(rows) if row["key"] == key), -1)
    if place < 0 or act not in {"up", "down", "remove"}:
        raise Http404
    row = rows.pop(place)
    if act != "remove":
        rows.insert(max(place - 1, 0) if act == "up" else place + 1, row)
    services.change_program(program=program, actor=actor_of(request), admission=rows)
    if act == "remove":
        messages.success(request, _("The rule is gone. What it decided stays as it is."))
    return HttpResponseRedirect(_list_url(program))


@requires("programs.manage", room="console")
def edit(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """Write a rule, or change the one that `?rule=` names."""
    program = selectors.program_by_id(program_id)
    key = request.GET.get("rule", "")
    found = rules.rules_of(program.admission)
    place = next((n for n, rule in enumerate(found) if rule.key == key), len(found))
    if key and place == len(found):
        raise Http404
    start = initial_of(found[place]) if key else {}
    if start is None:
        messages.info(request, _("This rule is nested. Change it over the API, or take it out."))
        return HttpResponseRedirect(_list_url(program))
    fields = rules.fields_of(questions_of(program.questions))
    form = RuleForm(request.POST or None, initial=start, fields=fields)
    tried = None
    if request.method == "POST" and form.is_valid():
        drafted = list(program.admission)
        drafted[place : place + 1] = [form.rule(key)]
        if request.POST.get("act") == "try":
            tried = _try(program, form, drafted, place)
        elif _taken(request, program, form, drafted, place):
            messages.success(request, _("Saved. It holds for applications from now on."))
            return HttpResponseRedirect(_list_url(program))
    status = 422 if form.errors else 200
    context = {
        "form": form,
        "program": program,
        "number": place + 1,
        "key": key,
        "tried": tried,
        "fields": [(one, field_words(one), compared_words(one)) for one in fields.values()],
        "crumbs": crumbs(program, _("Automatic decisions")),
    }
    return render(request, "console/programs/admission_edit.html", context, status=status)


def _taken(
    request: HttpRequest, program: Program, form: RuleForm, rows: list[dict[str, Any]], place: int
) -> bool:
    try:
        services.change_program(program=program, actor=actor_of(request), admission=rows)
    except Refusal as refusal:
        form.show(refusal, place)
        return False
    return True


def _try(
    program: Program, form: RuleForm, rows: list[dict[str, Any]], place: int
) -> dict[str, Any] | None:
    """What the drafted rules would have done; None where they cannot be taken."""
    found, faults = checked_rules(rows, questions_of(program.questions))
    if faults:
        form.show(Unacceptable(_("Some values cannot be accepted."), errors=faults), place)
        return None
    return _tried(program, found, place)


def _tried(program: Program, found: Sequence[Rule], place: int | None = None) -> dict[str, Any]:
    """Counts over the newest applications, and whom the rule at `place` would have decided."""
    rows = application_selectors.recent_answers(program, TRIED)
    deciding = admitting.tried(program, found, rows)
    counts = Counter(rule.decision if rule else "" for rule in deciding)
    mine = [
        row for row, rule in zip(rows, deciding, strict=True)
        if place is not None and rule is found[place]
    ]  # fmt: skip
    return {
        "count": len(rows),
        "approved": counts["approve"],
        "rejected": counts["reject"],
        "left": counts["review"],
        "none": counts[""],
        "mine": mine[:8],
        "mine_count": len(mine),
    }


def _told(program: Program, found: Sequence[Rule]) -> list[dict[str, Any]]:
    labels = {row["key"]: row["label"] for row in program.questions}
    return [
        {
            "key": rule.key,
            "decision": rule.decision,
            "then": DECISIONS[rule.decision],
            "when": rule_words(rule.as_json(), labels),
            "reason": rule.reason,
        }
        for rule in found
    ]


def _list_url(program: Program) -> str:
    return reverse("console:programs-admission", args=[program.seller.slug, program.pk])
