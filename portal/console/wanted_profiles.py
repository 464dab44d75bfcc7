"""Whom a program looks for, in the console, with who would fit best before it is saved."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import prospect_selectors as fits
from campaigns.fit import CRITERIA, USUAL_WEIGHT, Profile
from campaigns.models import Program
from campaigns.selectors import program_by_id
from campaigns.services import wanted as services
from partners.models import ContentKind, Platform
from partners.models.reach import MOST_FOLLOWERS
from portal import choices, fit_words
from portal.access import actor_of, reader_of, requires
from portal.console.prospect_forms import LanguagesField, WordsField
from portal.console.prospects import detail_url
from portal.refusals import put_on
from prm.errors import Refusal

LISTS = ("niches", "content_kinds", "platforms", "countries", "languages")
NUMBERS = ("least_audience", "most_audience", "least_engagement")
FIELDS_OF = {
    "niches": ("niches",),
    "content_kinds": ("content_kinds",),
    "platforms": ("platforms",),
    "countries": ("countries",),
    "languages": ("languages",),
    "audience": ("least_audience", "most_audience"),
    "engagement": ("least_engagement",),
}


class WantedProfileForm(forms.Form):
    """Each criterion with how much it counts. Empty: it does not matter."""

    niches = WordsField(
        label=gettext_lazy("Niches"),
        max_length=900,
        required=False,
        help_text=gettext_lazy("With commas between; one of them is enough."),
    )
    content_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of content"),
        choices=ContentKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    platforms = forms.MultipleChoiceField(
        label=gettext_lazy("Heard on"),
        choices=Platform.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    countries = forms.MultipleChoiceField(
        label=gettext_lazy("Countries"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=gettext_lazy("Choose several with Ctrl or Cmd."),
    )
    languages = LanguagesField(label=gettext_lazy("Languages"))
    least_audience = forms.IntegerField(
        label=gettext_lazy("Audience at least"),
        min_value=1,
        max_value=MOST_FOLLOWERS,
        required=False,
        help_text=gettext_lazy("Followers, readers or visitors over all channels."),
    )
    most_audience = forms.IntegerField(
        label=gettext_lazy("Audience at most"),
        min_value=1,
        max_value=MOST_FOLLOWERS,
        required=False,
    )
    least_engagement = forms.DecimalField(
        label=gettext_lazy("Engagement at least, percent"),
        max_digits=5,
        decimal_places=2,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["countries"].choices = choices.countries()  # type: ignore[attr-defined]
        self.fields["languages"].offer(list(self.initial.get("languages", [])))  # type: ignore[attr-defined]
        weights = self.initial.get("weights", {})
        for criterion in CRITERIA:
            self.fields[f"weight_{criterion}"] = forms.ChoiceField(
                label=_("%(criterion)s: how much it counts")
                % {"criterion": fit_words.TITLES[criterion]},
                choices=list(fit_words.WEIGHTS.items()),
                initial=weights.get(criterion, USUAL_WEIGHT),
                required=False,
            )

    def parts(self) -> list[dict[str, Any]]:
        """For the template: each criterion's fields and its weight."""
        return [
            {
                "title": fit_words.TITLES[criterion],
                "fields": [self[name] for name in FIELDS_OF[criterion]],
                "weight": self[f"weight_{criterion}"],
            }
            for criterion in CRITERIA
        ]

    def profile(self) -> Profile:
        """What the form says."""
        values = {name: self.cleaned_data[name] for name in (*LISTS, *NUMBERS)}
        weights = {
            criterion: weight
            for criterion in CRITERIA
            if (weight := self.cleaned_data[f"weight_{criterion}"] or USUAL_WEIGHT) != USUAL_WEIGHT
        }
        return Profile(**values, weights=weights)


@requires("programs.view", room="console")
def profile(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """Read and change whom a program looks for; `act=try` shows who would fit, unsaved."""
    program = program_by_id(program_id)
    may_manage = reader_of(request).may("programs.manage")
    kept = fits.profile_of(program)
    initial = {name: getattr(kept, name) for name in (*LISTS, *NUMBERS, "weights")} if kept else {}
    data = request.POST if request.method == "POST" and may_manage else None
    form = WantedProfileForm(data, initial=initial)
    tried = fits.as_profile(kept) if kept else None
    if data is not None and form.is_valid():
        try:
            tried = services.checked_profile(form.profile())
            if data.get("act") != "try":
                services.save_wanted_profile(
                    program=program, profile=tried, actor=actor_of(request)
                )
                messages.success(request, _("Saved. The scores follow within seconds."))
                return HttpResponseRedirect(request.path)
        except Refusal as refusal:
            put_on(form, refusal)
    context = {
        "form": form,
        "program": program,
        "may_manage": may_manage,
        "best": _best(tried) if tried and not form.errors else [],
        "wishes": bool(tried and tried.wishes),
        "trying": data is not None,
        "crumbs": _crumbs(program),
    }
    status = 422 if form.errors else 200
    return render(request, "console/programs/profile.html", context, status=status)


def _best(tried: Profile) -> list[dict[str, Any]]:
    return [
        {"prospect": prospect, "url": detail_url(prospect), "score": fit.score,
         "reasons": fit_words.told(fit)}
        for prospect, fit in fits.best_fits(tried)
    ]  # fmt: skip


def _crumbs(program: Program) -> list[dict[str, str]]:
    slug = program.seller.slug
    return [
        {"label": _("Programs"), "url": reverse("console:programs", args=[slug])},
        {"label": program.name,
         "url": reverse("console:programs-detail", args=[slug, program.pk])},
        {"label": _("Wanted profile"), "url": ""},
    ]  # fmt: skip
