"""Filter fields that lists share. Bad input filters nothing out and never fails."""

import uuid
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from partners import selectors as partners
from prm.errors import Refusal

_FIRST, _LAST = date(1900, 1, 1), date(2200, 12, 31)


class SearchFilter(django_filters.CharFilter):
    """`q = SearchFilter("name", "email")`: every word must occur in one of the fields.

    `within` narrows what is searched: a reader must not learn by a match what he may not read.
    """

    def __init__(
        self, *fields: str, hint: Any = "", within: Q | None = None, **kwargs: Any
    ) -> None:
        self.fields = fields
        self.within = within or Q()
        super().__init__(
            label=_("Search"),
            widget=forms.TextInput(attrs={"type": "search", "placeholder": hint or _("Search")}),
            max_length=200,
            **kwargs,
        )

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        for word in (value or "").split()[:8]:
            anywhere = Q()
            for name in self.fields:
                anywhere |= Q(**{f"{name}__icontains": word})
            qs = qs.filter(anywhere & self.within)
        return qs


class _DayFilter(django_filters.DateFilter):
    """A day in the reader's zone against an instant (`_at`) or a date (`_on`)."""

    lookup = ""
    days_on = 0

    def __init__(self, field_name: str, label: Any, *, instant: bool = True, **kwargs: Any) -> None:
        self.instant = instant
        super().__init__(
            field_name=field_name,
            label=label,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            **kwargs,
        )

    def filter(self, qs: QuerySet[Any], value: date | None) -> QuerySet[Any]:
        if value is None:
            return qs
        edge: date | datetime = min(max(value, _FIRST), _LAST) + timedelta(days=self.days_on)
        if self.instant:
            edge = timezone.make_aware(datetime.combine(edge, time.min))
        return qs.filter(**{f"{self.field_name}__{self.lookup}": edge})


class SinceFilter(_DayFilter):
    """`since = SinceFilter("occurred_at")`: from the start of that day."""

    lookup = "gte"

    def __init__(self, field_name: str, **kwargs: Any) -> None:
        super().__init__(field_name, _("From"), **kwargs)


class UntilFilter(_DayFilter):
    """`until = UntilFilter("occurred_at")`: to the end of that day."""

    lookup = "lt"
    days_on = 1

    def __init__(self, field_name: str, **kwargs: Any) -> None:
        super().__init__(field_name, pgettext_lazy("end of a period", "To"), **kwargs)


class PartnerNameFilter(django_filters.CharFilter):
    """`whose = PartnerNameFilter("partner_id")`: rows of partners with these words in the name.

    A select of all partners would be longer than the list itself.
    """

    def __init__(self, field_name: str, **kwargs: Any) -> None:
        hint = _("Partner's name")
        super().__init__(
            field_name=field_name,
            label=_("Partner"),
            widget=forms.TextInput(attrs={"placeholder": hint}),
            max_length=200,
            **kwargs,
        )

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        if not (value or "").strip():
            return qs
        return qs.filter(**{f"{self.field_name}__in": partners.named(value).values("pk")})


class ChoicesFilter(django_filters.ChoiceFilter):
    """`program = ChoicesFilter(label=_("Program"), choices=…)`: a select; empty means all."""

    def __init__(self, *, label: Any, choices: Any, all_label: Any = "", **kwargs: Any) -> None:
        super().__init__(
            label=label, choices=choices, empty_label=all_label or label, null_label=None, **kwargs
        )


class OnlyFilter(django_filters.UUIDFilter):
    """`partner = OnlyFilter(partner_name)`: one record's rows, asked for by a link from its page.

    It has no field of its own: the list says whose rows it shows, and offers to show all.
    """

    def __init__(self, name_of: Callable[[uuid.UUID], str], **kwargs: Any) -> None:
        self.name_of = name_of
        super().__init__(widget=forms.HiddenInput(), **kwargs)

    def words(self, value: str) -> str:
        """What the record is called; the value itself where there is no such record."""
        try:
            return self.name_of(uuid.UUID(value))
        except (ValueError, Refusal):
            return value


def named_choices(rows: Iterable[tuple[Any, str]]) -> list[tuple[str, str]]:
    """(id, name) pairs as choices for a ChoicesFilter."""
    return [(str(key), name) for key, name in rows]
