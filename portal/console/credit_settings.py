"""Who is credited with a program's sales, in the seller's console."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns import selectors, services
from portal.access import actor_of, requires
from portal.console.credit_forms import CreditForm
from portal.refusals import try_on


@requires("programs.manage", room="console")
def credit(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """Change how sales are credited, for those that come from now on."""
    program = selectors.program_by_id(program_id)
    form = CreditForm(request.POST or None, program=program)
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form,
            lambda: services.change_program(
                program=program, actor=actor_of(request), **form.values()
            ),
        )
    ):
        messages.success(request, _("Saved. It holds for sales that come in from now on."))
        back = reverse("console:programs-detail", args=[seller_slug, program.pk])
        return HttpResponseRedirect(back)
    context = {"form": form, "program": program}
    status = 422 if form.is_bound else 200
    return render(request, "console/programs/credit.html", context, status=status)
