"""Reads about simulations: the list, what came of one, who gains and who loses."""

import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Abs, Coalesce
from django.utils.translation import gettext as _

from commissions.models import Rule, RuleVersion, Simulation, SimulationLine
from commissions.simulation.services import GAIN, LOSE, NO_SUMS, SAME, has_changed
from prm.errors import NotFound

LARGEST: Final = 10


def simulations() -> QuerySet[Simulation]:
    """All simulations with their program, job and author."""
    return Simulation.objects.select_related(
        "program__seller", "job__started_by", "author", "seller"
    )


def listed() -> QuerySet[Simulation]:
    """Simulations with `state` (the job's, or published) and how many partners gain and lose."""
    state = Case(
        When(published_at__isnull=False, then=Value("published")),
        default=F("job__status"),
        output_field=CharField(),
    )
    return simulations().annotate(
        state=state, gaining=_partners(GAIN), losing=_partners(LOSE), title=F("job__title")
    )


def _partners(effect: str) -> Coalesce:
    own: Any = with_effect(SimulationLine.objects.filter(simulation=OuterRef("pk")))
    counted = (
        own.filter(effect=effect)
        .order_by()
        .values("simulation")
        .annotate(n=Count("partner", distinct=True))
    )
    return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)


def simulation_by_id(simulation_id: uuid.UUID) -> Simulation:
    """One simulation. Raises NotFound."""
    found = simulations().filter(pk=simulation_id).first()
    if found is None:
        raise NotFound(_("There is no such simulation."))
    return found


def with_effect(rows: QuerySet[SimulationLine]) -> QuerySet[Any]:
    """Lines with `effect`: gain, lose or same."""
    return rows.annotate(
        effect=Case(
            When(difference_minor__gt=0, then=Value(GAIN)),
            When(difference_minor__lt=0, then=Value(LOSE)),
            default=Value(SAME),
            output_field=CharField(),
        )
    )


def lines() -> QuerySet[Any]:
    """Partners' differences with their `effect` and its `size` without its sign."""
    rows = SimulationLine.objects.select_related("partner", "seller", "simulation__seller")
    found: QuerySet[Any] = with_effect(rows).annotate(size=Abs("difference_minor"))
    return found


@dataclass(frozen=True)
class Sums:
    """What a simulation came to in one currency or in points; money in minor units.

    `net` is what was sold, less refunds; 0 for points.
    """

    currency: str
    sales: int
    net: int
    now: int
    then: int
    gain: int
    lose: int
    same: int

    @property
    def difference(self) -> int:
        """What the candidates would have paid more."""
        return self.then - self.now


def sums_of(simulation: Simulation) -> list[Sums]:
    """The totals by currency, the program's own first."""
    own = simulation.program.currency
    codes = sorted(simulation.totals, key=lambda code: (code != own, code))
    return [Sums(code, **{**NO_SUMS, **simulation.totals[code]}) for code in codes]


def largest(simulation: Simulation, currency: str) -> list[SimulationLine]:
    """The ten largest differences in a currency, gains first, the largest loss last."""
    rows: QuerySet[Any] = (
        lines().filter(simulation=simulation, currency=currency).exclude(difference_minor=0)
    )
    found = rows.order_by("-size", "id")[:LARGEST]
    return sorted(found, key=lambda line: -line.difference_minor)


@dataclass(frozen=True)
class Tried:
    """One candidate beside the rule as it is: its newest version, None for a new rule.

    `is_stale` says that the rule was changed or ended after the simulation was started.
    """

    stored: dict[str, Any]
    rule: Rule | None
    newest: RuleVersion | None
    is_stale: bool


def tried(simulation: Simulation) -> list[Tried]:
    """The candidates with the rules that they change."""
    ids = [one["rule"] for one in simulation.candidates if one["rule"]]
    rows = Rule.objects.filter(pk__in=ids).select_related(
        "partner", "group", "campaign", "tier", "program"
    )
    rules = {str(rule.pk): rule for rule in rows.prefetch_related("versions__author")}
    return [
        _tried(simulation, stored, rules.get(stored["rule"])) for stored in simulation.candidates
    ]


def _tried(simulation: Simulation, stored: dict[str, Any], rule: Rule | None) -> Tried:
    if rule is None:
        return Tried(stored, None, None, False)
    newest = max(rule.versions.all(), key=lambda version: version.number)
    before = [one for one in rule.versions.all() if one.created_at <= simulation.created_at]
    shown = max(before, key=lambda version: version.number, default=newest)
    is_stale = simulation.published_at is None and has_changed(simulation, rule, newest)
    return Tried(stored, rule, shown, is_stale)


def others_changed(simulation: Simulation) -> int:
    """How many other rules of the program were made, changed or ended since it was started."""
    changed = Q(versions__created_at__gt=simulation.created_at) | Q(
        ended_at__gt=simulation.created_at
    )
    ids = [one["rule"] for one in simulation.candidates if one["rule"]]
    rows = Rule.objects.filter(changed, program_id=simulation.program_id).exclude(pk__in=ids)
    return rows.distinct().count()
