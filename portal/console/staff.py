"""The seller's team: who belongs to it, inviting, roles, leaving."""

import uuid
from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from partners import selectors as partners
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MarkupColumn, NameColumn, StatusColumn
from portal.filters import ChoicesFilter, SearchFilter
from portal.listing import Listing
from portal.refusals import try_on
from portal.statuses import labels
from prm.errors import NotFound
from sellers import selectors, services
from sellers.models import Invitation, Staff

ROLE_WORDS = {
    "owner": gettext_lazy("Everything, with team, keys and settings"),
    "manager": gettext_lazy("Partners, programs, materials, sales and commissions"),
    "finance": gettext_lazy("Sales, commissions, payouts and the ledger"),
    "marketer": gettext_lazy("Materials and links; reads partners and programs"),
    "auditor": gettext_lazy("Reads everything about money and the trail; changes nothing"),
}


def _acts(staff: Staff) -> Any:
    if not staff.is_active:
        return ""
    return format_html(
        '<a class="btn btn-ghost" href="{}">{}<span class="visually-hidden"> {}</span></a>',
        reverse("console:staff-detail", args=[staff.seller.slug, staff.pk]),
        _("Change"),
        staff.user,
    )


class TeamTable(tables.Table):
    """One line per person."""

    name = NameColumn(gettext_lazy("Person"), accessor="user", meta=lambda staff: staff.user.email)
    role = MarkupColumn(
        gettext_lazy("Role"),
        show=lambda staff: staff.get_role_display(),
        plain=lambda staff: str(staff.get_role_display()),
        label=True,
    )
    two_step = MarkupColumn(
        gettext_lazy("Second factor"),
        show=lambda staff: _("On") if staff.two_step else _("Off"),
        plain=lambda staff: _("On") if staff.two_step else _("Off"),
        label=True,
    )
    created_at = DayColumn(gettext_lazy("Since"))
    state = StatusColumn(gettext_lazy("State"), kind="staff")
    acts = MarkupColumn(gettext_lazy("Acts"), show=_acts, css="r w1", exclude_from_export=True)


class TeamFilters(django_filters.FilterSet):
    """By name, e-mail, role and state."""

    q = SearchFilter("user__name", "user__email", hint=gettext_lazy("Name or e-mail"))
    state = ChoicesFilter(label=gettext_lazy("State"), choices=labels("staff"))
    role = ChoicesFilter(
        label=gettext_lazy("Role"), all_label=gettext_lazy("All roles"), choices=Staff.Role.choices
    )

    class Meta:
        model = Staff
        fields: list[str] = []


TEAM = Listing(
    table=TeamTable,
    filters=TeamFilters,
    name="team",
    default="name",
    orders={"name": "user__name", "created_at": "created_at"},
    chips=("state", "staff", "state"),
)


def _roles() -> list[tuple[str, Any]]:
    """The roles with what each may do, in the reader's language."""
    return [
        (value, format_html("<b>{}</b>. {}", label, ROLE_WORDS[value]))
        for value, label in Staff.Role.choices
    ]


class InviteForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    role = forms.ChoiceField(label=gettext_lazy("Role"), widget=forms.RadioSelect, choices=_roles)


class RoleForm(forms.Form):
    """Another role."""

    role = InviteForm.base_fields["role"]


@requires("staff.manage", room="console")
def staff(request: HttpRequest, seller_slug: str) -> HttpResponseBase:
    """The team and the invitations that are open."""
    page = TEAM.show(request, selectors.team_with_state())
    context = {"page": page, "invitations": selectors.team_invitations().order_by("-id")[:50]}
    return page.download or render(request, "console/settings/staff.html", context)


@requires("staff.manage", room="console")
def invite(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Invite a person by mail."""
    form = InviteForm(request.POST or None, initial={"role": "manager"})
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form,
            lambda: services.invite_staff(
                seller=reader_of(request).seller, actor=actor_of(request), **form.cleaned_data
            ),
        )
    ):
        email = form.cleaned_data["email"]
        messages.success(request, _("%(email)s gets a link by mail.") % {"email": email})
        return redirect("console:staff", seller_slug)
    status = 422 if form.errors else 200
    return render(request, "console/settings/staff_invite.html", {"form": form}, status=status)


@requires("staff.manage", room="console")
def detail(request: HttpRequest, seller_slug: str, staff_id: uuid.UUID) -> HttpResponse:
    """Change a person's role."""
    person = _person(staff_id)
    form = RoleForm(request.POST or None, initial={"role": person.role})
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form,
            lambda: services.change_staff_role(
                staff=person, role=form.cleaned_data["role"], actor=actor_of(request)
            ),
        )
    ):
        messages.success(request, _("The role of %(name)s is changed.") % {"name": person})
        return redirect("console:staff", seller_slug)
    context = {"form": form, "person": person}
    status = 422 if form.errors else 200
    return render(request, "console/settings/staff_detail.html", context, status=status)


@requires("staff.manage", room="console")
def remove(request: HttpRequest, seller_slug: str, staff_id: uuid.UUID) -> HttpResponse:
    """Remove a person from the team, after saying what that means."""
    person = _person(staff_id)
    if request.method == "POST":
        services.remove_staff(staff=person, actor=actor_of(request))
        messages.success(request, _("%(name)s has left the team.") % {"name": person})
        return redirect("console:staff", seller_slug)
    consequences = [
        _("%(email)s can no longer open this console, from the next click on.")
        % {"email": person.user.email},
        _("What %(name)s did stays in the trail under the same name.") % {"name": person},
        _("API keys that %(name)s made go on working.") % {"name": person},
        *_managed(person),
        _("You can invite the same person again at any time."),
    ]
    context = {"person": person, "consequences": consequences}
    return render(request, "console/settings/staff_remove.html", context)


@requires("staff.manage", room="console")
@require_POST
def resend(request: HttpRequest, seller_slug: str, invitation_id: uuid.UUID) -> HttpResponse:
    """Send an invitation again, with a fresh link."""
    found = _invitation(invitation_id)
    services.resend_invitation(invitation=found, actor=actor_of(request))
    messages.success(
        request,
        _("%(email)s gets a new link; the old one has ended.") % {"email": found.email},
    )
    return redirect("console:staff", seller_slug)


@requires("staff.manage", room="console")
@require_POST
def withdraw(request: HttpRequest, seller_slug: str, invitation_id: uuid.UUID) -> HttpResponse:
    """Withdraw an invitation."""
    found = _invitation(invitation_id)
    services.withdraw_invitation(invitation=found, actor=actor_of(request))
    messages.success(
        request, _("The invitation of %(email)s is withdrawn.") % {"email": found.email}
    )
    return redirect("console:staff", seller_slug)


def _managed(person: Staff) -> list[str]:
    count = partners.partners().filter(manager=person).count()
    words = ngettext(
        "%(count)d partner keeps the name as partner manager until you choose another.",
        "%(count)d partners keep the name as partner manager until you choose another.",
        count,
    )
    return [words % {"count": count}] if count else []


def _person(staff_id: uuid.UUID) -> Staff:
    person = selectors.staff_by_id(staff_id)
    if person is None:
        raise NotFound(_("There is no such person in the team."))
    return person


def _invitation(invitation_id: uuid.UUID) -> Invitation:
    found = selectors.team_invitations().filter(pk=invitation_id).first()
    if found is None:
        raise NotFound(_("There is no such open invitation."))
    return found
