"""Forms about landing pages, and how shops take coupons from addresses."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns import selectors
from campaigns.models import Campaign, Program
from portal.console.material_forms import CampaignField, offer_programs
from portal.link_pages import full_address
from portal.page_form import ACCEPT
from tracking.models import Landing


class LandingForm(forms.Form):
    """Text, picture and button."""

    title = forms.CharField(label=_("Title"), max_length=120)
    slug = forms.CharField(
        label=_("Address"),
        max_length=50,
        widget=forms.TextInput(attrs={"data-slug-from": "id_title", "autocomplete": "off"}),
        help_text=_("The last part of the page’s address: small letters, digits, -."),
    )
    text = forms.CharField(
        label=_("Text"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("# for a heading, **bold**, lists with -, links as [text](https://…)."),
    )
    file = forms.FileField(
        label=_("Picture"),
        required=False,
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=_("PNG, JPEG, WebP or GIF up to 10 MB, best 1200 pixels wide."),
    )
    remove_file = forms.BooleanField(label=_("Remove the present picture"), required=False)
    image_alt = forms.CharField(
        label=_("What the picture shows"),
        max_length=160,
        required=False,
        help_text=_("Read to people who do not see it."),
    )
    button = forms.CharField(label=_("Words on the button"), max_length=40)
    destination = forms.CharField(
        label=_("Where the button leads"),
        max_length=2000,
        help_text=_("A page of your shop. Each partner’s button goes there by a link of his own."),
    )
    campaign = CampaignField(
        label=_("Campaign"),
        queryset=Campaign.objects.none(),
        required=False,
        empty_label=_("None, it always stands"),
    )

    def __init__(self, *args: Any, landing: Landing | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._landing = landing
        self.fields["campaign"].queryset = selectors.campaigns().order_by("-id")  # type: ignore[attr-defined]
        if landing is None or not landing.file:
            del self.fields["remove_file"]

    @property
    def chosen_program(self) -> Program:
        """Whose page it is."""
        found = self._landing.program if self._landing else self.cleaned_data["program"]
        return cast("Program", found)

    @property
    def values(self) -> dict[str, Any]:
        """What services take, of a valid form."""
        data = dict(self.cleaned_data)
        data.pop("program", None)
        data["destination"] = full_address(self.chosen_program, data["destination"])
        return data


class NewLandingForm(LandingForm):
    """A landing page with its program."""

    program = forms.ModelChoiceField(
        label=_("Program"), queryset=Program.objects.none(), empty_label=_("Choose")
    )
    field_order = ("program", "title", "slug", "text", "file", "image_alt", "button", "destination")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_programs(self)


class CouponParameterForm(forms.Form):
    """One field for each program."""

    def __init__(self, *args: Any, programs: list[Program], now: dict[Any, str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._programs = programs
        for program in programs:
            self.fields[str(program.pk)] = forms.CharField(
                label=program.name,
                max_length=40,
                required=False,
                initial=now.get(program.pk, ""),
                widget=forms.TextInput(attrs={"placeholder": "discount", "autocomplete": "off"}),
            )

    @property
    def values(self) -> list[tuple[Program, str]]:
        """Programs with what was typed, of a valid form."""
        return [(one, self.cleaned_data[str(one.pk)]) for one in self._programs]
