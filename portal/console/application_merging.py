"""Taking an applicant over into the partner that he is already."""

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import selectors, services
from campaigns.models import Application
from partners.models import Member, Partner
from partners.selectors import partner_by_id
from portal.access import actor_of, requires
from portal.refusals import try_on


class MergeForm(forms.Form):
    """What the applicant may do in the partner's portal."""

    role = forms.ChoiceField(
        label=gettext_lazy("Role there"), choices=Member.Role.choices, widget=forms.RadioSelect
    )


@requires("partners.manage", room="console")
def merge(
    request: HttpRequest, seller_slug: str, application_id: uuid.UUID, partner_id: uuid.UUID
) -> HttpResponse:
    """What merging does, then the merge."""
    application = selectors.application_by_id(application_id)
    into = partner_by_id(partner_id)
    people = into.members.filter(is_active=True)
    there = people.filter(user=application.applicant).exists()
    # Who applies is not known to speak for the partner: where people are, he is one of them.
    role = Member.Role.MEMBER if people.exists() else Member.Role.ADMIN
    form = MergeForm(request.POST or None, initial={"role": role})
    if there:
        form.fields["role"].required = False
        form.fields["role"].widget = forms.HiddenInput()
    if request.method == "POST" and form.is_valid() and _merged(request, application, into, form):
        values = {"person": application.applicant, "partner": into.name}
        messages.success(request, _("Merged: %(person)s belongs to %(partner)s.") % values)
        return HttpResponseRedirect(reverse("console:partners-detail", args=[seller_slug, into.pk]))
    context = {
        "application": application,
        "title": _("Is %(name)s the same as %(partner)s?")
        % {"name": application.partner.name, "partner": into.name},
        "form": form,
        "consequences": _consequences(application, into, there),
        "act": _("Merge and approve"),
        "tone": "primary",
        "back": reverse("console:applications-detail", args=[seller_slug, application.pk]),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "console/applications/merge.html", context, status=status)


def _merged(request: HttpRequest, application: Application, into: Partner, form: MergeForm) -> bool:
    role = form.cleaned_data["role"] or Member.Role.MEMBER
    return try_on(
        form,
        lambda: services.merge_application(
            application=application, into=into, role=role, actor=actor_of(request)
        ),
    )


def _consequences(application: Application, into: Partner, there: bool) -> list[str]:
    """What happens, sentence by sentence."""
    values = {
        "person": application.applicant,
        "email": application.applicant.email,
        "name": application.partner.name,
        "partner": into.name,
        "program": application.program.name,
    }
    joined = selectors.active_enrollment(application.program, into) is not None
    return [
        _("%(partner)s is in %(program)s already and stays as it is there.") % values
        if joined
        else _("%(partner)s joins %(program)s.") % values,
        _("%(person)s is one of its people and keeps the role.") % values
        if there
        else _(
            "%(person)s (%(email)s) becomes one of its people and sees what the role shows, "
            "earnings too. Make sure that it is them."
        )
        % values,
        _("Answers, channels and the prospect move to %(partner)s.") % values,
        _("“%(name)s” ends as the same partner. Merging cannot be undone.") % values,
    ]
