"""A partner's people in the seller's console."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from partners import selectors, services
from partners.models import Partner
from portal.access import actor_of, requires
from portal.console.partner_forms import InviteForm, RoleForm
from portal.console.partners import detail_context
from portal.leaving import question_of
from portal.refusals import try_on
from sellers import services as sellers


def _back(partner: Partner) -> HttpResponseRedirect:
    url = reverse("console:partners-detail", args=[partner.seller.slug, partner.pk])
    return HttpResponseRedirect(f"{url}#people")


@requires("partners.manage", room="console")
@require_POST
def invite(request: HttpRequest, seller_slug: str, partner_id: uuid.UUID) -> HttpResponse:
    """Invite a person to the partner's portal."""
    partner = selectors.partner_by_id(partner_id)
    form = InviteForm(request.POST)
    actor = actor_of(request)
    if form.is_valid() and try_on(
        form, lambda: services.invite_member(partner=partner, actor=actor, **form.cleaned_data)
    ):
        values = {"email": form.cleaned_data["email"]}
        messages.success(request, _("An invitation is on its way to %(email)s.") % values)
        return _back(partner)
    context = detail_context(request, partner, form)
    return render(request, "console/partners/detail.html", context, status=422)


@requires("partners.manage", room="console")
@require_POST
def change(
    request: HttpRequest, seller_slug: str, partner_id: uuid.UUID, member_id: uuid.UUID
) -> HttpResponse:
    """Give a person another role."""
    partner = selectors.partner_by_id(partner_id)
    member = selectors.member_by_id(partner, member_id)
    form = RoleForm(request.POST)
    if form.is_valid():
        member = services.change_member(
            member=member, role=form.cleaned_data["role"], actor=actor_of(request)
        )
        values = {"name": str(member.user), "role": member.get_role_display()}
        messages.success(request, _("%(name)s is %(role)s now.") % values)
    return _back(partner)


@requires("partners.manage", room="console")
def remove(
    request: HttpRequest, seller_slug: str, partner_id: uuid.UUID, member_id: uuid.UUID
) -> HttpResponse:
    """Take a person off, after saying what that means."""
    partner = selectors.partner_by_id(partner_id)
    member = selectors.member_by_id(partner, member_id)
    if request.method != "POST":
        context = {"partner": partner, **question_of(request, member, _back(partner).url)}
        return render(request, "console/members/remove.html", context)
    services.remove_member(member=member, actor=actor_of(request))
    values = {"name": str(member.user)}
    messages.success(request, _("%(name)s can no longer open the portal.") % values)
    return _back(partner)


@requires("partners.manage", room="console")
@require_POST
def withdraw(
    request: HttpRequest, seller_slug: str, partner_id: uuid.UUID, invitation_id: uuid.UUID
) -> HttpResponse:
    """End an open invitation."""
    partner = selectors.partner_by_id(partner_id)
    invitation = selectors.invitation_by_id(partner, invitation_id)
    sellers.withdraw_invitation(invitation=invitation, actor=actor_of(request))
    values = {"email": invitation.email}
    messages.success(request, _("The invitation to %(email)s no longer works.") % values)
    return _back(partner)


@requires("partners.manage", room="console")
@require_POST
def resend(
    request: HttpRequest, seller_slug: str, partner_id: uuid.UUID, invitation_id: uuid.UUID
) -> HttpResponse:
    """Send an open invitation again, with a fresh link."""
    partner = selectors.partner_by_id(partner_id)
    invitation = selectors.invitation_by_id(partner, invitation_id)
    sellers.resend_invitation(
        invitation=invitation,
        actor=actor_of(request),
        place=partner.name,
        template="join_partner",
    )
    values = {"email": invitation.email}
    messages.success(request, _("A new link is on its way to %(email)s.") % values)
    return _back(partner)
