"""What messages said of things that other messages name, and whom that wakes."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from commissions.models import Arrival, Reference, Source

NAME_LENGTH = 200


@dataclass(frozen=True)
class Memory:
    """The references of one source. Its row is locked while a message is processed."""

    source: Source

    def of(self, name: str) -> Reference | None:
        """What is known of a thing."""
        return Reference.objects.filter(source=self.source, name=name[:NAME_LENGTH]).first()

    def tell(self, name: str, facts: dict[str, Any], *, sale: str = "") -> None:
        """Remember facts of a thing, add to what is known, and wake what waited for it."""
        found, made = Reference.objects.get_or_create(
            seller_id=self.source.seller_id,
            source=self.source,
            name=name[:NAME_LENGTH],
            defaults={"facts": facts, "sale_external_id": sale},
        )
        if not made:
            number = max(found.facts.get("number", 0), facts.get("number", 0))
            found.facts = {**found.facts, **facts} | ({"number": number} if number else {})
            found.sale_external_id = sale or found.sale_external_id
            found.save(update_fields=["facts", "sale_external_id"])
        self._wake(name[:NAME_LENGTH])

    def _wake(self, name: str) -> None:
        waiting = Arrival.objects.filter(source=self.source, waits_for=name)
        waiting.exclude(state=Arrival.State.DONE).update(
            state=Arrival.State.PENDING, due_at=timezone.now()
        )

    def sale_of(self, names: tuple[str, ...]) -> tuple[Reference | None, str]:
        """The reference to the sale that one of `names` leads to; else what to wait for."""
        missing = ""
        for name in names:
            asked, found = name, self.of(name)
            if found is not None and not found.sale_external_id and found.facts.get("of"):
                asked = found.facts["of"]
                found = self.of(asked)
            if found is not None and found.sale_external_id:
                return found, ""
            missing = missing or asked
        return None, missing

    def given_back(self, sale: str) -> int:
        """What was given back of a sale so far, tax and shipping counted in, in minor units."""
        rows = Reference.objects.filter(source=self.source, sale_external_id=sale)
        return sum(row.facts.get("back", 0) for row in rows)
