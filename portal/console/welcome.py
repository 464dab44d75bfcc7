"""The mails that a program sends to its new partners."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns import selectors, welcoming
from campaigns.models import Program, WelcomeMail
from campaigns.services import welcome as services
from partners.models import Partner
from portal.access import actor_of, reader_of, requires, user_of
from portal.console.programs import crumbs
from portal.console.welcome_forms import WelcomeForm, initial_of
from portal.refusals import try_on


@requires("programs.view", room="console")
def welcome(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """The sequence in its order, with how many had each mail."""
    program = selectors.program_by_id(program_id)
    context = {
        "program": program,
        "mails": welcoming.mails_of(program),
        "may_manage": reader_of(request).may("programs.manage"),
        "crumbs": crumbs(program, _("Welcome mails")),
    }
    return render(request, "console/programs/welcome.html", context)


@requires("programs.manage", room="console")
def edit(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """Write a mail, or change the one that `?mail=` names; with a preview."""
    program = selectors.program_by_id(program_id)
    mail = _mail(program, request.GET.get("mail", "")) if "mail" in request.GET else None
    form = WelcomeForm(request.POST or None, initial=initial_of(mail) if mail else None)
    valid = request.method == "POST" and form.is_valid()
    if (
        valid
        and request.POST.get("act") != "preview"
        and try_on(form, lambda: _save(request, program, mail, form))
    ):
        messages.success(request, _("Saved. It goes to those who reach its day from now on."))
        return HttpResponseRedirect(_list_url(program))
    shown = form.cleaned_data if valid else initial_of(mail) if mail else None
    context = {
        "form": form,
        "program": program,
        "mail": mail,
        "preview": _preview(request, program, shown) if shown else None,
        "crumbs": crumbs(program, _("Welcome mails")),
    }
    status = 422 if form.errors else 200
    return render(request, "console/programs/welcome_edit.html", context, status=status)


@requires("programs.manage", room="console")
@require_POST
def stop(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """Send a mail to nobody any more."""
    program = selectors.program_by_id(program_id)
    mail = _mail(program, request.POST.get("mail", ""))
    services.stop_welcome_mail(mail=mail, actor=actor_of(request))
    messages.success(request, _("Stopped. Nobody gets “%(subject)s” any more.") % {
        "subject": mail.subject
    })  # fmt: skip
    return HttpResponseRedirect(_list_url(program))


def _save(
    request: HttpRequest, program: Program, mail: WelcomeMail | None, form: WelcomeForm
) -> None:
    actor = actor_of(request)
    if mail is None:
        services.create_welcome_mail(program=program, actor=actor, **form.cleaned_data)
    else:
        services.change_welcome_mail(mail=mail, actor=actor, **form.cleaned_data)


def _preview(request: HttpRequest, program: Program, shown: dict[str, str]) -> dict[str, str]:
    """The mail as the reader of this page would get it, were he a partner."""
    mail = WelcomeMail(program=program, subject=shown["subject"], body=shown["body"])
    someone = Partner(name=_("Sample partner"))
    name = user_of(request).name
    return {
        "subject": welcoming.merged(mail, mail.subject, someone, name),
        "body": welcoming.merged(mail, mail.body, someone, name),
    }


def _mail(program: Program, text: str) -> WelcomeMail:
    try:
        mail_id = uuid.UUID(text)
    except ValueError:
        raise Http404 from None
    found = welcoming.mails_of(program).filter(pk=mail_id).first()
    if found is None:
        raise Http404
    return found


def _list_url(program: Program) -> str:
    return reverse("console:programs-welcome", args=[program.seller.slug, program.pk])
