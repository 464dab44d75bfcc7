"""A program's check-list for partners who have joined."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns import onboarding as checklists
from campaigns import selectors
from campaigns.models import Program
from campaigns.services import onboarding as services
from portal.access import actor_of, requires
from portal.console.onboarding_forms import (
    PREFIX,
    StepFormSet,
    kinds_left,
    rows_of,
    rows_of_post,
    with_act,
)
from portal.console.programs import crumbs
from prm.errors import Refusal


@requires("programs.manage", room="console")
def onboarding(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """Change the check-list. Buttons change the page, Save keeps it."""
    program = selectors.program_by_id(program_id)
    if request.method != "POST":
        rows = rows_of(checklists.steps().get(program.pk, []))
        return _page(request, program, StepFormSet(initial=rows, prefix=PREFIX), rows, 200)
    act, rows = request.POST.get("act", "save"), rows_of_post(request.POST)
    if act != "save":
        rows = with_act(rows, act)
        return _page(request, program, StepFormSet(initial=rows, prefix=PREFIX), rows, 200)
    forms = StepFormSet(request.POST, prefix=PREFIX)
    if forms.is_valid() and _taken(request, program, forms):
        messages.success(request, _("The check-list is saved. Partners see it at once."))
        return HttpResponseRedirect(
            reverse("console:programs-detail", args=[seller_slug, program.pk])
        )
    return _page(request, program, forms, rows, 422)


def _page(
    request: HttpRequest, program: Program, forms: Any, rows: list[dict[str, Any]], status: int
) -> HttpResponse:
    context = {
        "forms": forms,
        "program": program,
        "kinds": kinds_left(rows),
        "last": len(forms.forms) - 1,
        "crumbs": crumbs(program, _("Check-list")),
    }
    return render(request, "console/programs/onboarding.html", context, status=status)


def _taken(request: HttpRequest, program: Program, forms: Any) -> bool:
    """Whether the service took the steps; its refusal is shown on the form it names."""
    try:
        services.set_checklist(
            program=program, actor=actor_of(request), steps=[form.row() for form in forms]
        )
    except Refusal as refusal:
        for error in refusal.errors:
            index, _bracket, field = error.field.removeprefix("steps[").partition("].")
            form = forms.forms[int(index) if index.isdecimal() else 0]
            visible = field in form.fields and not form[field].is_hidden
            form.add_error(field if visible else None, error.message)
        return False
    return True
