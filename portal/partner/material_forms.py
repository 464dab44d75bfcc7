"""What a partner says of a material: where he uses it, and what stands on it of his."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PlaceForm(forms.Form):
    """Where the material will stand, so that its clicks are counted apart."""

    where = forms.CharField(
        label=_("Where"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("blog-top"), "autocomplete": "off"}),
    )


class NameForm(forms.Form):
    """What of his stands on it; his logo comes from his page."""

    name = forms.CharField(label=_("Name"), max_length=80)
    contact = forms.CharField(label=_("Contact or code"), max_length=120, required=False)
