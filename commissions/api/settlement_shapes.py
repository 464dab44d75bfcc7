"""What the API takes and gives of agreements and settlements."""

from typing import Any

from commissions.models import (
    Agreement,
    EntryKind,
    EntryStatus,
    LineCode,
    PeriodLength,
    SettlementStatus,
)
from commissions.settlements import words
from sellers.rest.fields import Choice, Day, Instant, Key, Minor, Text, Url, Whole, Yes
from sellers.rest.payloads import FreeObject
from sellers.rest.serializers import Input, Output

MOST_GRACE = 90


class AgreementPartyFields(Input):
    """A party: a partner by his enrollment, or without one the seller himself."""

    enrollment = Key(required=False, allow_null=True)
    parts = Whole(min_value=0, required=False)


class AgreementFields(Input):
    """What is agreed. `terms` depends on the program's kind and is checked by path."""

    program = Key()
    name = Text(max_length=120)
    period = Choice(choices=PeriodLength.choices)
    starts_on = Day()
    ends_on = Day(required=False, allow_null=True)
    grace_days = Whole(min_value=0, max_value=MOST_GRACE, required=False)
    auto_approve = Yes(required=False)
    parties = AgreementPartyFields(many=True)
    terms = FreeObject()


class AgreementChanges(Input):
    """New terms from the first day of an open period on. What is not given stays."""

    name = Text(max_length=120)
    grace_days = Whole(min_value=0, max_value=MOST_GRACE)
    auto_approve = Yes()
    parties = AgreementPartyFields(many=True)
    terms = FreeObject()
    from_on = Day()
    reason = Text(max_length=300, allow_blank=True)


class AgreementEndFields(Input):
    """The last day."""

    ends_on = Day()


class AdvanceFields(Input):
    """An advance on royalties; `pay` puts it into the partner's earnings at once."""

    amount = Minor(min_value=1)
    granted_on = Day()
    pay = Yes(required=False)
    note = Text(max_length=300, required=False, allow_blank=True)


class SettlementEntryFields(Input):
    """A figure that counts at once; `enrollment` says whose it is, none means the seller's."""

    enrollment = Key(required=False, allow_null=True)
    kind = Choice(choices=EntryKind.choices)
    on = Day()
    amount = Minor(required=False)
    quantity = Minor(required=False)
    note = Text(max_length=500)
    url = Url(required=False, allow_blank=True)


class EntryRefusalFields(Input):
    """Why. The partner reads it."""

    reason = Text(max_length=500)


class SettlementApprovalFields(Input):
    """`digest` of the draft that was looked at: other figures are not approved."""

    digest = Text(max_length=64, required=False)


class AgreementPartyOutput(Output):
    """A party with his part under the newest terms."""

    id = Key()
    enrollment = Key(source="enrollment_id", allow_null=True)
    name = Text(source="*")
    parts = Whole(allow_null=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """The party's name, and the part that the agreement's newest terms give him."""
        party, parts = instance
        return {
            "id": str(party.pk),
            "enrollment": str(party.enrollment_id) if party.enrollment_id else None,
            "name": str(party),
            "parts": parts,
        }


class AgreementOutput(Output):
    """An agreement with its newest terms."""

    id = Key()
    program = Key(source="program_id")
    kind = Choice(choices=Agreement.Kind.choices)
    name = Text()
    period = Choice(choices=PeriodLength.choices)
    currency = Text()
    time_zone = Text()
    starts_on = Day()
    ends_on = Day(allow_null=True)
    grace_days = Whole()
    auto_approve = Yes()
    version = Whole(source="newest.number")
    terms = FreeObject(source="newest.terms")
    parties = AgreementPartyOutput(many=True, source="named")
    created_at = Instant()

    def to_representation(self, instance: Agreement) -> dict[str, Any]:
        """The agreement's own columns, its newest terms and its parties."""
        newest = max(instance.versions.all(), key=lambda one: one.number)
        parts = newest.terms.get("parts", {})
        instance.newest = newest  # type: ignore[attr-defined]
        instance.named = [  # type: ignore[attr-defined]
            (one, parts.get(str(one.pk))) for one in instance.parties.all()
        ]
        return super().to_representation(instance)


class AgreementVersionOutput(Output):
    """Terms for periods that start on `from_on` or later, until the next version."""

    id = Key()
    number = Whole()
    from_on = Day()
    terms = FreeObject()
    reason = Text()
    created_at = Instant()


class AdvanceOutput(Output):
    """An advance on royalties."""

    id = Key()
    amount = Whole(source="amount_minor")
    granted_on = Day()
    paid = Yes()
    note = Text()
    created_at = Instant()


class SettlementEntryOutput(Output):
    """A reported figure. It counts once approved."""

    id = Key()
    agreement = Key(source="agreement_id")
    party = Key(source="party_id")
    kind = Choice(choices=EntryKind.choices)
    on = Day()
    amount = Whole(source="amount_minor")
    quantity = Whole()
    note = Text()
    url = Text()
    file_name = Text()
    status = Choice(choices=EntryStatus.choices)
    reason = Text()
    entered_by = Text()
    decided_by = Text()
    decided_at = Instant(allow_null=True)
    created_at = Instant()


class SettlementOutput(Output):
    """One settled period; `total` is what it comes to for the partners together."""

    id = Key()
    agreement = Key(source="agreement_id")
    version = Whole(source="version.number")
    starts_on = Day()
    ends_on = Day()
    late = Yes(help_text="It only gathers what came after the agreement's end.")
    currency = Text()
    status = Choice(choices=SettlementStatus.choices)
    total = Whole(source="total_minor")
    facts = FreeObject()
    digest = Text()
    computed_at = Instant()
    approved_at = Instant(allow_null=True)
    approved_by = Text()
    created_at = Instant()


class LineWords(Text):
    """How the amount came about, in the reader's language."""

    def to_representation(self, value: Any) -> str:
        return words.row_of(
            {
                "code": value.code,
                "belongs_on": value.belongs_on,
                "base": value.base_minor,
                "amount": value.amount_minor,
                "facts": value.facts,
            },
            value.settlement.starts_on,
            value.settlement.agreement.period,
            value.settlement.currency,
        ).words


class SettlementLineOutput(Output):
    """One signed amount. With `belongs_on` before the settlement's first day: a correction."""

    id = Key()
    party = Key(source="party_id")
    code = Choice(choices=LineCode.choices)
    belongs_on = Day()
    base = Whole(source="base_minor")
    amount = Whole(source="amount_minor")
    facts = FreeObject()
    reason = LineWords(source="*")
    created_at = Instant()
