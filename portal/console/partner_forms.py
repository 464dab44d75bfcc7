"""Forms about partners and their people."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import Member, Partner
from partners.selectors import managers
from portal import choices
from sellers.models import Staff

if TYPE_CHECKING:
    StaffChoice = forms.ModelChoiceField[Staff]
else:
    StaffChoice = forms.ModelChoiceField


class ManagerField(StaffChoice):
    """One of the staff who may look after partners."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.user)


class PartnerForm(forms.Form):
    """What is known of a partner."""

    name = forms.CharField(label=_("Name"), max_length=160)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Partner.Kind.choices, widget=forms.RadioSelect, initial="company"
    )
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, required=False, help_text=_("Where you write to.")
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    website = forms.URLField(
        label=_("Website"), max_length=500, required=False, assume_scheme="https"
    )
    external_id = forms.CharField(
        label=_("Your own id"),
        max_length=120,
        required=False,
        help_text=_("How your shop or ERP calls this partner. Imports find him by it."),
    )
    manager = ManagerField(
        label=_("Partner manager"), queryset=Staff.objects.none(), help_text=_("Whom he can ask.")
    )
    notes = forms.CharField(
        label=_("Notes for your team"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [("", _("Not known")), *choices.countries()]  # type: ignore[attr-defined]
        self.fields["manager"].queryset = managers()  # type: ignore[attr-defined]


class NewPartnerForm(PartnerForm):
    """A partner of your own making, with an invitation to his first person."""

    invite = forms.BooleanField(
        label=_("Send an invitation to the portal to this e-mail address"),
        required=False,
        initial=True,
    )
    field_order = ("name", "kind", "email", "invite")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("invite") and not data.get("email") and "email" not in self.errors:
            self.add_error("email", _("Give the address that the invitation goes to."))
        return data


class ReasonForm(forms.Form):
    """Why; the partner reads it."""

    reason = forms.CharField(label=_("Reason, which the partner will read"), max_length=500)


class InviteForm(forms.Form):
    """A new person of a partner."""

    email = forms.EmailField(label=_("E-mail"), max_length=254)
    role = forms.ChoiceField(
        label=_("Role"), choices=Member.Role.choices, initial=Member.Role.MEMBER
    )


class RoleForm(forms.Form):
    """Another role for a person."""

    role = forms.ChoiceField(label=_("Role"), choices=Member.Role.choices)
