"""How the queues of all sellers stand: for the operator, who sees no seller's data in it."""

from dataclasses import dataclass

from django.db.models import Count, Max

from activity import work
from activity.models import WorkLease
from sellers.scope import maintenance_scope


@dataclass(frozen=True)
class Standing:
    """One kind of work: how many sellers have some, for how many it fails, and what went wrong."""

    kind: str
    queue: str
    waiting: int
    failing: int
    error: str


def standing() -> list[Standing]:
    """Every kind, by name; one query for failures and those of the kinds themselves."""
    with maintenance_scope():
        rows = WorkLease.objects.filter(failures__gt=0).values("kind")
        rows = rows.annotate(n=Count("id"), error=Max("last_error"))
        failing: dict[str, tuple[int, str]] = {
            row["kind"]: (row["n"], row["error"]) for row in rows
        }
        found = []
        for kind in sorted(work.kinds(), key=lambda one: one.name):
            count, error = failing.get(kind.name, (0, ""))
            # only what went wrong: the rest of the message may name a seller's customer
            what = error.partition(":")[0]
            found.append(Standing(kind.name, kind.queue, len(set(kind.waiting())), count, what))
        return found
