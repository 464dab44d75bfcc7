"""Forms about campaigns and materials."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns import selectors
from campaigns.materials.kinds import DOCUMENT, FEED, IMAGE, SHAPES
from campaigns.models import Campaign, Material, Program, Tier
from portal import choices

_DAY = {"type": "date"}


def offer_programs(form: forms.Form) -> None:
    """Lets `form` choose among the seller's programs; the only one is chosen already."""
    rows = selectors.programs().order_by("name")
    form.fields["program"].queryset = rows  # type: ignore[attr-defined]
    if not form.initial.get("program") and len(rows) == 1:
        form.initial["program"] = rows[0].pk


class CampaignForm(forms.Form):
    """A campaign's name and days."""

    name = forms.CharField(label=_("Name"), max_length=120)
    summary = forms.CharField(
        label=_("In one sentence"),
        max_length=300,
        required=False,
        help_text=_("Partners read it beside the materials."),
    )
    starts_on = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        help_text=_("Empty: it runs on."),
    )


class NewCampaignForm(CampaignForm):
    """A campaign with its program."""

    program = forms.ModelChoiceField(
        label=_("Program"), queryset=Program.objects.none(), empty_label=_("Choose")
    )
    field_order = ("program", "name", "summary", "starts_on", "ends_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_programs(self)


if TYPE_CHECKING:
    CampaignChoice = forms.ModelChoiceField[Campaign]
    TierChoice = forms.ModelChoiceField[Tier]
else:
    CampaignChoice = TierChoice = forms.ModelChoiceField


class CampaignField(CampaignChoice):
    """A campaign named with its program."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.program.name})"


class TierField(TierChoice):
    """A tier named with its program."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.program.name})"


class MaterialForm(forms.Form):
    """What can be changed of a material later; only what its kind has."""

    name = forms.CharField(label=_("Name"), max_length=120)
    description = forms.CharField(label=_("What it is for"), max_length=300, required=False)
    subject = forms.CharField(label=_("Subject"), max_length=160, required=False)
    text = forms.CharField(
        label=_("Text"),
        max_length=20000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "{link} becomes the partner's own link, {partner} his name, {program} the program's."
        ),
    )
    url = forms.URLField(
        label=_("Address of the video"), max_length=500, required=False, assume_scheme="https"
    )
    destination = forms.URLField(
        label=_("Page it leads to"),
        max_length=2000,
        required=False,
        assume_scheme="https",
        help_text=_("Empty: the program's landing page."),
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    campaign = CampaignField(
        label=_("Campaign"),
        queryset=Campaign.objects.none(),
        required=False,
        empty_label=_("None, it always stands"),
    )
    tier = TierField(
        label=_("From tier"),
        queryset=Tier.objects.none(),
        required=False,
        empty_label=_("All partners of the program"),
        help_text=_("Partners below see that it exists, and what opens it."),
    )
    expires_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        help_text=_("Empty: it may be used for good."),
    )
    co_brand = forms.ChoiceField(
        label=_("May partners put their name on it?"),
        choices=Material.CoBrand.choices,
        required=False,
        initial=Material.CoBrand.NONE,
    )
    co_brand_place = forms.ChoiceField(
        label=_("Where it stands"), choices=Material.Place.choices, required=False
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages = [("", _("Any")), *choices.languages()]
        self.fields["language"].choices = languages  # type: ignore[attr-defined]
        self.fields["campaign"].queryset = selectors.campaigns().order_by("-id")  # type: ignore[attr-defined]
        self.fields["tier"].queryset = selectors.tiers().select_related("program")  # type: ignore[attr-defined]
        keep_fields_of(self, kind)

    def clean_co_brand(self) -> str:
        """Nothing chosen is none."""
        return self.cleaned_data["co_brand"] or Material.CoBrand.NONE

    def clean_co_brand_place(self) -> str:
        """Nothing chosen is the foot."""
        return self.cleaned_data["co_brand_place"] or Material.Place.BOTTOM


def keep_fields_of(form: forms.Form, kind: str) -> None:
    """Drops the fields that a kind has not; an unknown kind has them all."""
    shape = SHAPES.get(kind)
    if shape is None:
        return
    drop = {"subject", "text", "url"} - shape.has
    if not shape.file:
        drop.add("file")
    if not shape.brands:
        drop |= {"co_brand", "co_brand_place"}
    for name in drop & form.fields.keys():
        del form.fields[name]
    for name in set(shape.needs) & form.fields.keys() - {"file"}:
        form.fields[name].widget.is_required = True
    if "destination" in shape.needs and "destination" in form.fields:
        form.fields["destination"].help_text = ""
    if "file" in form.fields:
        form.fields["file"].help_text = FILE_HELP[shape.file]


FILE_HELP = {
    IMAGE: _("PNG, JPEG, WebP or GIF, up to 10 MB and 40 million pixels."),
    DOCUMENT: _("PDF or office file, up to 25 MB. Partners' names can be put on PDFs."),
    FEED: _("CSV or XML with id, title and link of each product, up to 20 MB."),
}


class NewMaterialForm(MaterialForm):
    """A material with its program, kind and file."""

    program = forms.ModelChoiceField(
        label=_("Program"), queryset=Program.objects.none(), empty_label=_("Choose")
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Material.Kind.choices, widget=forms.RadioSelect, initial="banner"
    )
    file = forms.FileField(label=_("File"), required=False, max_length=200)
    field_order = (
        "program", "kind", "name", "file", "subject", "text", "url", "destination", "description",
        "language", "campaign", "tier", "expires_on", "co_brand", "co_brand_place",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_programs(self)
        if kwargs["kind"] in SHAPES:
            self.fields["kind"].widget = forms.HiddenInput()


class VersionForm(forms.Form):
    """The next version of a material: what is new in it, and how long the old one may stay."""

    file = forms.FileField(label=_("File"), required=False, max_length=200)
    subject = forms.CharField(label=_("Subject"), max_length=160, required=False)
    text = forms.CharField(
        label=_("Text"), max_length=20000, required=False, widget=forms.Textarea(attrs={"rows": 8})
    )
    url = forms.URLField(
        label=_("Address of the video"), max_length=500, required=False, assume_scheme="https"
    )
    note = forms.CharField(
        label=_("What is new"),
        max_length=300,
        help_text=_("Partners who took the old one read it."),
    )
    old_until = forms.DateField(
        label=_("The old version may be used until"),
        required=False,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        help_text=_("Empty: they should change at once."),
    )
    expires_on = forms.DateField(
        label=_("Last day of the new version"),
        required=False,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keep_fields_of(self, kind)


class RefusalForm(forms.Form):
    """Why a partner's piece is not approved."""

    reason = forms.CharField(
        label=_("What should be different"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The partner reads it."),
    )
