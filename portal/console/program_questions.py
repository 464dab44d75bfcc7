"""The builder of a program's application form, with its preview."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns import selectors, services
from campaigns.models import Program
from campaigns.questions import KINDS
from portal.access import actor_of, requires
from portal.console.programs import crumbs
from portal.console.question_forms import (
    KIND_WORDS,
    PREFIX,
    PreviewForm,
    QuestionFormSet,
    formset_of,
    rows_of_post,
    rows_of_program,
    with_act,
)
from portal.refusals import put_on
from prm.errors import Refusal


@requires("programs.manage", room="console")
def questions(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """Change the questions of the application form. Buttons change the page, Save keeps it."""
    program = selectors.program_by_id(program_id)
    if request.method != "POST":
        rows = rows_of_program(program)
        return _page(request, program, formset_of(rows), rows, 200)
    act = request.POST.get("act", "save")
    if act != "save":
        rows = with_act(rows_of_post(request.POST), act)
        return _page(request, program, formset_of(rows), rows, 200)
    forms = QuestionFormSet(request.POST, prefix=PREFIX)
    if forms.is_valid() and _taken(request, program, forms):
        messages.success(request, _("The form is saved. New applicants see it."))
        return HttpResponseRedirect(
            reverse("console:programs-detail", args=[seller_slug, program.pk])
        )
    return _page(request, program, forms, rows_of_post(request.POST), 422)


@requires("programs.manage", room="console")
@require_POST
def preview(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """The form as applicants would see it; part of the builder's page."""
    selectors.program_by_id(program_id)  # another seller's is not there
    context = {"form": PreviewForm(rows_of_post(request.POST))}
    return render(request, "console/programs/questions_preview.html", context)


def _page(
    request: HttpRequest, program: Program, forms: Any, rows: list[dict[str, Any]], status: int
) -> HttpResponse:
    context = {
        "forms": forms,
        "form": PreviewForm(rows),
        "program": program,
        "kinds": [(kind, KIND_WORDS[kind]) for kind in KINDS],
        "last": len(forms.forms) - 1,
        "crumbs": crumbs(program, _("Questions")),
    }
    return render(request, "console/programs/questions.html", context, status=status)


def _taken(request: HttpRequest, program: Program, forms: Any) -> bool:
    """Whether the service took the questions; its refusal is shown on the form it names."""
    filled = [(form, question) for form in forms if (question := form.as_question())]
    try:
        services.change_program(
            program=program, actor=actor_of(request), questions=[q for _form, q in filled]
        )
    except Refusal as refusal:
        for error in refusal.errors:
            index, _bracket, field = error.field.removeprefix("questions[").partition("].")
            if index.isdecimal() and int(index) < len(filled):
                form = filled[int(index)][0]
                form.add_error(field if field in form.fields else None, error.message)
            else:
                put_on(forms.forms[0], Refusal(error.message))
        return False
    return True
