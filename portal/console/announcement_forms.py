"""Forms about announcements."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns import segments, selectors
from campaigns.segments import STATUSES, Segment
from partners.models import Partner
from partners.selectors import countries_in_use
from portal import choices

PARTS = ("programs", "tiers", "groups", "countries", "statuses")


class AnnouncementForm(forms.Form):
    """The text, and whom it is for. Parts of the segment that have no choices are left out."""

    title = forms.CharField(label=_("Title"), max_length=160)
    source = forms.CharField(
        label=_("Text"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_(
            "Markdown or plain text: **bold**, # heading, - list, [words](https://address)."
        ),
    )
    programs = forms.MultipleChoiceField(
        label=_("Programs"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all of them."),
    )
    tiers = forms.MultipleChoiceField(
        label=_("Tiers"), required=False, widget=forms.CheckboxSelectMultiple
    )
    groups = forms.MultipleChoiceField(
        label=_("Groups"), required=False, widget=forms.CheckboxSelectMultiple
    )
    countries = forms.MultipleChoiceField(
        label=_("Countries"), required=False, widget=forms.CheckboxSelectMultiple
    )
    statuses = forms.MultipleChoiceField(
        label=_("Partners who are"), widget=forms.CheckboxSelectMultiple, initial=[STATUSES[0]]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, offered in _offered().items():
            if offered:
                self.fields[name].choices = offered  # type: ignore[attr-defined]
            else:
                del self.fields[name]

    def segment(self) -> Segment:
        """The segment that was chosen; raises Unacceptable by the field."""
        return segments.make_segment(**{name: self.cleaned_data.get(name, ()) for name in PARTS})


def _offered() -> dict[str, list[tuple[str, str]]]:
    used = set(countries_in_use())
    labels = dict(Partner.Status.choices)
    return {
        "programs": [
            (str(pk), name)
            for pk, name in selectors.programs().order_by("name").values_list("pk", "name")
        ],
        "tiers": [
            (str(tier.pk), f"{tier.name} ({tier.program.name})")
            for tier in selectors.tiers().select_related("program")
        ],
        "groups": [
            (str(group.pk), f"{group.name} ({group.program.name})")
            for group in selectors.groups().select_related("program")
        ],
        "countries": [pair for pair in choices.countries() if pair[0] in used],
        "statuses": [(one, str(labels[one])) for one in STATUSES],
    }
