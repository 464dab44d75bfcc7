"""Search in lists that grow with every sale: by what an index finds, never by reading all rows.

An order is found by its number or how that begins, as written or in small or capital letters; a
partner by words of his name; a line also by the whole code of the link that brought it.
"""

from collections.abc import Callable
from typing import Any, Final

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from partners import selectors as partners
from tracking import selectors as tracking

NAMED: Final = 500
"""So many partners or orders are named one by one, so that their rows are found by an index. Where
there are more, some stand in any stretch of rows."""


class OrderSearchFilter(django_filters.CharFilter):
    """`q = OrderSearchFilter(of_sales, hint=…)`: the rows that `find` names for the words."""

    def __init__(self, find: Callable[[str], Q], *, hint: Any, **kwargs: Any) -> None:
        self.find = find
        super().__init__(
            label=_("Search"),
            widget=forms.TextInput(attrs={"type": "search", "placeholder": hint}),
            max_length=200,
            **kwargs,
        )

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        words = " ".join((value or "").split())
        return qs.filter(self.find(words)) if words else qs


def of_sales(words: str) -> Q:
    """Sales by order number or partner; one query."""
    return tracking.number_begins(words) | _of_partners(words)


def of_lines(words: str) -> Q:
    """Lines of earnings by the number of their order or refund, by partner, or by link; four
    queries."""
    found = _of_partners(words)
    for name, rows in (("sale", tracking.sales()), ("refund", tracking.refunds())):
        numbered = rows.select_related(None).order_by().filter(tracking.number_begins(words))
        ids = list(numbered.values_list("pk", flat=True)[: NAMED + 1])
        if len(ids) > NAMED:
            found |= tracking.number_begins(words, f"{name}__")
        elif ids:
            found |= Q(**{f"{name}_id__in": ids})
    for link in tracking.links().filter(code=words):
        found |= Q(partner_id=link.enrollment.partner_id, sale__link_id=link.pk)
    return found


def _of_partners(words: str) -> Q:
    named = partners.named(words)
    ids = list(named.values_list("pk", flat=True)[: NAMED + 1])
    return Q(partner_id__in=ids if len(ids) <= NAMED else named.values("pk"))
