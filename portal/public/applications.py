"""Applying to a program."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from campaigns import application_selectors, selectors, services
from campaigns.models import Application, Program
from partners import selectors as partners
from partners.models import Partner
from portal.access import actor_of, public, reader_of
from portal.public.application_forms import ApplicationForm
from portal.public.invited import filled_in
from portal.public.programs import program_context
from prm.addresses import client_address
from prm.errors import Refusal
from sellers.accounts import COME_BACK_KEY
from sellers.models import User


@public
def apply(request: HttpRequest, seller_slug: str, program_slug: str) -> HttpResponse:
    """The application form, or where the application stands.

    Whoever is not signed in opens an account first and comes back here.
    """
    program = selectors.public_program(program_slug)
    reader = reader_of(request)
    if reader.user is None:
        request.session[COME_BACK_KEY] = request.path
        told = _("Open an account, or sign in. Your application to %(program)s comes next.")
        messages.info(request, told % {"program": program.name})
        signup = reverse("account_signup")
        return HttpResponseRedirect(f"{signup}?{urlencode({'next': request.path})}")
    known, may = _known_partner(request, reader.user)
    if not may or _stands(program, reader.user, known):
        context = {**program_context(request, program), "may": may, "known": known}
        again = application_selectors.reapplying(program, known) if known else None
        context |= {"again": again.at if again else None, "never": bool(again and again.never)}
        return render(request, "public/applications/status.html", context)
    form = ApplicationForm(
        request.POST or None,
        request.FILES or None,
        program=program,
        known=known,
        initial=filled_in(request, program, reader.user),
    )
    if request.method == "POST" and form.is_valid() and _apply(request, program, known, form):
        return HttpResponseRedirect(request.path)
    status = 422 if request.method == "POST" else 200
    context = {**program_context(request, program), "form": form, "known": known}
    return render(request, "public/applications/apply.html", context, status=status)


def _known_partner(request: HttpRequest, user: User) -> tuple[Partner | None, bool]:
    """The partner that the person acts for or applied for, and whether he may apply for him."""
    seat = reader_of(request).seat
    if seat is not None:
        return partners.partner_by_id(seat.partner_id), seat.role == "admin"
    return selectors.applicant_of(user), True


def _stands(program: Program, user: User, known: Partner | None) -> bool:
    """Whether there is nothing to hand in: closed, waiting, in it already, or too early."""
    if program.status != Program.Status.OPEN:
        return True
    mine = selectors.latest_application(program, user)
    if mine is not None and mine.status == Application.Status.SUBMITTED:
        return True
    if known is None:
        return False
    if known.status in {Partner.Status.SUSPENDED, Partner.Status.TERMINATED}:
        return True
    again = application_selectors.reapplying(program, known)
    too_early = again.never or bool(again.at and again.at > timezone.now())
    return too_early or selectors.is_enrolled(program, known.pk)


def _apply(
    request: HttpRequest, program: Program, known: Partner | None, form: ApplicationForm
) -> bool:
    """Whether the application went in; what stands against it is shown on the form."""
    user = reader_of(request).user
    assert user is not None  # noqa: S101  the page sends strangers away first
    try:
        services.apply(
            program=program,
            user=user,
            company=known or services.Company(**form.company()),
            answers=form.answers(),
            files=form.uploads(),
            actor=actor_of(request),
            address=client_address(request),
            terms_version=form.cleaned_data["terms_version"],
        )
    except Refusal as refusal:
        form.show(refusal)
        return False
    return True
