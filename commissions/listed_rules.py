"""A program's rules as a list: what each is called, pays for, and has made."""

import uuid
from datetime import datetime

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from commissions.models import Commission, Rule, RuleVersion


def listed(rules: QuerySet[Rule], places: dict[uuid.UUID, int], now: datetime) -> QuerySet[Rule]:
    """The rules with `name` and `event` of the newest version, `state`, `uses` and `place`.

    `places` says which rule goes before which; a rule without a place stands at the end.
    """
    newest = RuleVersion.objects.filter(rule=OuterRef("pk")).order_by("-number")
    started = RuleVersion.objects.filter(rule=OuterRef("pk"), valid_from__lte=now)
    made = (
        Commission.objects.filter(
            rule_version__rule=OuterRef("pk"), kind=Commission.Kind.COMMISSION
        )
        .order_by()
        .values("rule_version__rule")
        .annotate(n=Count("pk"))
        .values("n")
    )
    order = [When(pk=key, then=Value(place)) for key, place in places.items()]
    return rules.annotate(
        name=Subquery(newest.values("name")[:1]),
        event=Subquery(newest.values("event")[:1]),
        uses=Coalesce(Subquery(made), 0),
        state=Case(
            When(ended_at__lte=now, then=Value("ended")),
            When(Exists(started), then=Value("in_force")),
            default=Value("planned"),
            output_field=CharField(),
        ),
        place=Case(*order, default=Value(len(places) + 1), output_field=IntegerField()),
    )
