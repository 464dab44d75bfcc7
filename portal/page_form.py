"""What a partner writes of himself, as a form: his own, and staff's for him."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import PageSettings, PartnerPage

ACCEPT = "image/png,image/jpeg,image/webp,image/gif"


class PageForm(forms.Form):
    """Name, words, logo, contact, and where they are shown."""

    name = forms.CharField(label=_("Name"), max_length=160)
    headline = forms.CharField(
        label=_("In one line"),
        max_length=140,
        required=False,
        help_text=_("What people come to you for."),
    )
    about = forms.CharField(
        label=_("About you"),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("**bold**, lists with -, links as [text](https://…)."),
    )
    topics = forms.CharField(
        label=_("Topics"),
        max_length=400,
        required=False,
        help_text=_("Up to 8, with a comma between: filter coffee, home brewing"),
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=_(
            "PNG, JPEG, WebP or GIF, up to 2 MB. It also stands on materials made with your name."
        ),
    )
    remove_logo = forms.BooleanField(label=_("Remove the present logo"), required=False)
    email = forms.EmailField(
        label=_("E-mail for everybody"),
        max_length=254,
        required=False,
        help_text=_("Shown in public. Leave out what should not be."),
    )
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    website = forms.URLField(
        label=_("Website"), max_length=500, required=False, assume_scheme="https"
    )
    slug = forms.CharField(
        label=_("Address"),
        max_length=50,
        help_text=_("The last part of your page’s address: small letters, digits, -."),
    )
    is_public = forms.BooleanField(
        label=_("Anybody may see my page"),
        required=False,
        help_text=_("Until then only you see it."),
    )
    is_listed = forms.BooleanField(
        label=_("List me in the directory of partners"),
        required=False,
        help_text=_("With name, logo, line, topics and country."),
    )

    def __init__(
        self, *args: Any, page: PartnerPage, settings: PageSettings, **kwargs: Any
    ) -> None:
        super().__init__(*args, **{**kwargs, "initial": _initial(page)})
        if not page.logo:
            del self.fields["remove_logo"]
        # A consent to what the seller does not offer would be one to something unknown.
        if not settings.pages_on:
            del self.fields["is_public"]
        if not settings.directory_on:
            del self.fields["is_listed"]

    @property
    def changes(self) -> dict[str, Any]:
        """What `save_page` takes, of a valid form."""
        data = dict(self.cleaned_data)
        data["topics"] = data["topics"].split(",")
        return data


def _initial(page: PartnerPage) -> dict[str, Any]:
    names = (
        "name", "headline", "about", "email", "phone", "website", "slug", "is_public", "is_listed",
    )  # fmt: skip
    return {name: getattr(page, name) for name in names} | {"topics": ", ".join(page.topics)}
