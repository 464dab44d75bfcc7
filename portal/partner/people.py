"""A partner's own people, run by his admins."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from partners import selectors, services
from partners.models import Member
from portal.access import actor_of, requires
from portal.console.partner_forms import InviteForm, RoleForm
from portal.leaving import question_of
from portal.partner.scope import partner_of
from portal.refusals import try_on
from sellers import services as sellers


def _back(seller_slug: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("partner:people", args=[seller_slug]))


@requires("portal.people", room="partner")
def people(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Everybody who can open the portal, invitations, and inviting."""
    partner = partner_of(request)
    form = InviteForm(request.POST or None)
    actor = actor_of(request)
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form, lambda: services.invite_member(partner=partner, actor=actor, **form.cleaned_data)
        )
    ):
        values = {"email": form.cleaned_data["email"]}
        messages.success(request, _("An invitation is on its way to %(email)s.") % values)
        return _back(seller_slug)
    context = {
        "partner": partner,
        "people": selectors.people_of(partner),
        "invitations": selectors.open_invitations(partner),
        "roles": Member.Role.choices,
        "form": form,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "partner/people/list.html", context, status=status)


@requires("portal.people", room="partner")
@require_POST
def change(request: HttpRequest, seller_slug: str, member_id: uuid.UUID) -> HttpResponse:
    """Give a person another role."""
    member = selectors.member_by_id(partner_of(request), member_id)
    form = RoleForm(request.POST)
    if form.is_valid():
        member = services.change_member(
            member=member, role=form.cleaned_data["role"], actor=actor_of(request)
        )
        values = {"name": str(member.user), "role": member.get_role_display()}
        messages.success(request, _("%(name)s is %(role)s now.") % values)
    return _back(seller_slug)


@requires("portal.people", room="partner")
def remove(request: HttpRequest, seller_slug: str, member_id: uuid.UUID) -> HttpResponse:
    """Take a person off, after saying what that means."""
    member = selectors.member_by_id(partner_of(request), member_id)
    if request.method != "POST":
        context = question_of(request, member, _back(seller_slug).url)
        return render(request, "partner/people/remove.html", context)
    services.remove_member(member=member, actor=actor_of(request))
    values = {"name": str(member.user)}
    messages.success(request, _("%(name)s can no longer open the portal.") % values)
    return _back(seller_slug)


@requires("portal.people", room="partner")
@require_POST
def withdraw(request: HttpRequest, seller_slug: str, invitation_id: uuid.UUID) -> HttpResponse:
    """End an open invitation."""
    invitation = selectors.invitation_by_id(partner_of(request), invitation_id)
    sellers.withdraw_invitation(invitation=invitation, actor=actor_of(request))
    values = {"email": invitation.email}
    messages.success(request, _("The invitation to %(email)s no longer works.") % values)
    return _back(seller_slug)


@requires("portal.people", room="partner")
@require_POST
def resend(request: HttpRequest, seller_slug: str, invitation_id: uuid.UUID) -> HttpResponse:
    """Send an open invitation again, with a fresh link."""
    partner = partner_of(request)
    invitation = selectors.invitation_by_id(partner, invitation_id)
    sellers.resend_invitation(
        invitation=invitation,
        actor=actor_of(request),
        place=partner.name,
        template="join_partner",
    )
    values = {"email": invitation.email}
    messages.success(request, _("A new link is on its way to %(email)s.") % values)
    return _back(seller_slug)
