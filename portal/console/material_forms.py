"""Forms about campaigns and materials."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns import selectors
from campaigns.models import Campaign, Material, Program
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
else:
    CampaignChoice = forms.ModelChoiceField


class CampaignField(CampaignChoice):
    """A campaign named with its program."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.program.name})"


class MaterialForm(forms.Form):
    """What can be changed of a material later."""

    name = forms.CharField(label=_("Name"), max_length=120)
    description = forms.CharField(label=_("What it is for"), max_length=300, required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    campaign = CampaignField(
        label=_("Campaign"),
        queryset=Campaign.objects.none(),
        required=False,
        empty_label=_("None, it always stands"),
    )
    text = forms.CharField(
        label=_("Text"),
        max_length=20000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "{link} becomes the partner's own link, {partner} his name, {program} the program's."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages = [("", _("Any")), *choices.languages()]
        self.fields["language"].choices = languages  # type: ignore[attr-defined]
        self.fields["campaign"].queryset = selectors.campaigns().order_by("-id")  # type: ignore[attr-defined]


class NewMaterialForm(MaterialForm):
    """A material with its program, kind and file."""

    program = forms.ModelChoiceField(
        label=_("Program"), queryset=Program.objects.none(), empty_label=_("Choose")
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Material.Kind.choices, widget=forms.RadioSelect, initial="banner"
    )
    file = forms.FileField(
        label=_("File"),
        required=False,
        max_length=200,
        help_text=_(
            "Banner: PNG, JPEG, WebP or GIF up to 10 MB. Document: PDF or office file up to 25 MB."
        ),
    )
    field_order = (
        "program", "kind", "name", "file", "text", "description", "language", "campaign",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_programs(self)
