"""Forms of channels and references: as many rows as there are, and some empty ones."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _

from partners.models import Channel, Platform, Reference, ReferenceKind
from partners.models.reach import MOST_FOLLOWERS
from partners.services.reach import ChannelInput, ReferenceInput
from prm.errors import Refusal

EMPTY_ROWS: Final = 2
PATH: Final = re.compile(r"\w+\[(\d+)\]\.(\w+)")


class RowsForm(forms.Form):
    """Rows of the same fields, `field_0`, `field_1` and so on; a row without its marks is none."""

    names: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()

    def __init__(self, data: Any = None, *, kept: Sequence[Any], most: int) -> None:
        super().__init__(data)
        self.kept = list(kept)
        self.count = min(len(self.kept) + EMPTY_ROWS, most)
        self.given: list[int] = []
        for place in range(self.count):
            row = self.kept[place] if place < len(self.kept) else None
            for name, field in self.row_fields().items():
                field.initial = getattr(row, name) if row is not None else None
                self.fields[f"{name}_{place}"] = field

    def row_fields(self) -> dict[str, forms.Field]:
        """New fields of one row, by name."""
        raise NotImplementedError

    def rows(self) -> list[dict[str, Any]]:
        """For the template: each row's fields, its place, and whether something is kept in it."""
        return [
            {
                "place": place + 1,
                "kept": place < len(self.kept),
                "fields": [self[f"{name}_{place}"] for name in self.names],
            }
            for place in range(self.count)
        ]

    def values(self) -> list[dict[str, Any]]:
        """The filled rows, in order; `given` remembers which rows of the form they are."""
        self.given = []
        found = []
        for place in range(self.count):
            row = {name: self.cleaned_data.get(f"{name}_{place}") for name in self.names}
            row["place"] = place
            if any(row[name] for name in self.marks):
                self.given.append(place)
                found.append(row)
        return found

    def show(self, refusal: Refusal) -> None:
        """A service's refusal by the row and field that it names."""
        for error in refusal.errors:
            match = PATH.fullmatch(error.field)
            name = f"{match[2]}_{self.given[int(match[1])]}" if match else ""
            self.add_error(name if name in self.fields else None, error.message)
        if not refusal.errors:
            self.add_error(None, refusal.message)


class ChannelsForm(RowsForm):
    """Where somebody is heard."""

    names = ("platform", "handle", "url", "audience", "engagement")
    marks = ("handle", "url", "audience", "engagement")

    def row_fields(self) -> dict[str, forms.Field]:
        """Platform, name, address, how many, how many of them react."""
        return {
            "platform": forms.ChoiceField(
                label=_("Platform"), choices=Platform.choices, required=False
            ),
            "handle": forms.CharField(label=_("Name there"), max_length=120, required=False),
            "url": forms.URLField(
                label=_("Address"), max_length=500, required=False, assume_scheme="https"
            ),
            "audience": forms.IntegerField(
                label=_("Audience"),
                min_value=0,
                max_value=MOST_FOLLOWERS,
                required=False,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            ),
            "engagement": forms.DecimalField(
                label=_("Engagement, percent"),
                min_value=Decimal(0),
                max_value=Decimal(100),
                max_digits=5,
                decimal_places=2,
                required=False,
                widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
            ),
        }

    def channels(self) -> list[ChannelInput]:
        """The rows as the service takes them."""
        return [
            ChannelInput(
                platform=row["platform"] or Platform.OTHER,
                handle=row["handle"] or "",
                url=row["url"] or "",
                audience=row["audience"],
                engagement=row["engagement"],
            )
            for row in self.values()
        ]


class ReferencesForm(RowsForm):
    """Who works with somebody, and what is said of him."""

    names = ("kind", "name", "contact", "url", "given_on", "text")
    marks = ("name", "text", "contact", "url")

    def row_fields(self) -> dict[str, forms.Field]:
        """Kind, who, whom to ask, where it stands, when, what was said."""
        return {
            "kind": forms.ChoiceField(
                label=_("Kind"), choices=ReferenceKind.choices, required=False
            ),
            "name": forms.CharField(label=_("Who"), max_length=160, required=False),
            "contact": forms.CharField(label=_("Whom you can ask"), max_length=254, required=False),
            "url": forms.URLField(
                label=_("Where it stands"), max_length=500, required=False, assume_scheme="https"
            ),
            "given_on": forms.DateField(
                label=_("When"),
                required=False,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            ),
            "text": forms.CharField(
                label=_("What was said"),
                max_length=2000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            ),
        }

    def references(self) -> list[ReferenceInput]:
        """The rows as the service takes them."""
        found = []
        for row in self.values():
            place = row["place"]
            kept: Reference | None = self.kept[place] if place < len(self.kept) else None
            found.append(
                ReferenceInput(
                    kind=row["kind"] or ReferenceKind.WORKS_WITH,
                    name=row["name"] or "",
                    contact=row["contact"] or "",
                    text=row["text"] or "",
                    url=row["url"] or "",
                    given_on=row["given_on"],
                    id=kept.pk if kept else None,
                )
            )
        return found


def channels_form(data: Any, kept: Sequence[Channel], most: int) -> ChannelsForm:
    """The form over the channels that are kept."""
    return ChannelsForm(data or None, kept=kept, most=most)


def references_form(data: Any, kept: Sequence[Reference], most: int) -> ReferencesForm:
    """The form over the references that are kept."""
    return ReferencesForm(data or None, kept=kept, most=most)
