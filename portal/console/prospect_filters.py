"""What the directory of prospects can be narrowed to."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import prospect_selectors as fits
from partners import prospect_selectors as selectors
from partners.models import ContentKind, Platform, Prospect
from partners.selectors import managers
from portal import statuses
from portal.console.partners import country_name
from portal.console.prospect_forms import language_choices
from portal.filters import ChoicesFilter, SearchFilter, named_choices


class ProspectFilters(django_filters.FilterSet):
    """Search, stage, fit, country, platform, kind of content, language, who looks after them."""

    q = SearchFilter(
        "name", "email", "external_id", "domain", "notes", hint=gettext_lazy("Name, e-mail, note")
    )
    stage = ChoicesFilter(label=gettext_lazy("Stage"), choices=statuses.labels("prospect"))
    program = ChoicesFilter(
        label=gettext_lazy("Fit to"),
        all_label=gettext_lazy("Best program"),
        choices=[],
        method="as_it_is",
    )
    fit = ChoicesFilter(
        label=gettext_lazy("Fit"),
        all_label=gettext_lazy("Any fit"),
        choices=[
            ("75", gettext_lazy("75 and more")),
            ("50", gettext_lazy("50 and more")),
            ("25", gettext_lazy("25 and more")),
        ],
        method="at_least",
    )
    niche = SearchFilter(hint=gettext_lazy("Niche"), method="about")
    country = ChoicesFilter(
        label=gettext_lazy("Country"), all_label=gettext_lazy("All countries"), choices=[]
    )
    platform = ChoicesFilter(
        label=gettext_lazy("Platform"),
        all_label=gettext_lazy("All platforms"),
        choices=Platform.choices,
        method="heard_on",
    )
    content = ChoicesFilter(
        label=gettext_lazy("Kind of content"),
        all_label=gettext_lazy("All kinds"),
        choices=ContentKind.choices,
        method="makes",
    )
    language = ChoicesFilter(
        label=gettext_lazy("Language"),
        all_label=gettext_lazy("All languages"),
        choices=[],
        method="speaks",
    )
    manager = ChoicesFilter(
        label=gettext_lazy("Looked after by"), all_label=gettext_lazy("All managers"), choices=[]
    )

    class Meta:
        model = Prospect
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = [(code, country_name(code)) for code in selectors.countries_in_use()]
        self.filters["country"].extra["choices"] = sorted(codes, key=lambda pair: pair[1])
        self.filters["language"].extra["choices"] = language_choices()
        people = ((staff.pk, str(staff.user)) for staff in managers())
        self.filters["manager"].extra["choices"] = named_choices(people)
        wanted = ((row.program_id, row.program.name) for row in fits.profiles())
        self.filters["program"].extra["choices"] = named_choices(wanted)
        self.filters["niche"].label = _("Niche")

    def as_it_is(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Which program the fit is to; the rows stay the same."""
        return rows

    def at_least(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """With a score of so much."""
        return rows.filter(fit_score__gte=int(value))

    def about(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """With that very niche."""
        return rows.filter(niches__contains=[value.strip().casefold()[:40]]) if value else rows

    def heard_on(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """With a channel there."""
        return selectors.heard_on(rows, value)

    def makes(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """With that kind of content."""
        return rows.filter(content_kinds__contains=[value])

    def speaks(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """In that language."""
        return rows.filter(languages__contains=[value])
