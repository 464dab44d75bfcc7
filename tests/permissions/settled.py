"""An agreement, a settlement and a reported figure for the tables of addresses."""

from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from campaigns import services as campaigns
from commissions.settlements import agreements, entries, settling
from commissions.settlements.checks import AgreementInput, PartyInput
from commissions.settlements.entries import EntryInput
from partners.models import Partner
from tests.cast import Team, token


def settled_things(team: Team, partner: Partner) -> dict[str, object]:
    """Ids by the names in addresses; the partner's first month is settled."""
    program = campaigns.create_program(
        seller=team.seller,
        actor=team.actor,
        name="Licences",
        slug=f"licences-{token()}",
        kind="licensing",
        currency="EUR",
        landing_url="https://shop.example.com/",
    )
    enrollment = campaigns.enroll(program=program, partner=partner, actor=team.actor)
    first = (timezone.localdate() - timedelta(days=70)).replace(day=1)
    agreement = agreements.create_agreement(
        program=program,
        content=AgreementInput(
            name="Licence of the bird",
            period="month",
            starts_on=date(first.year, first.month, 1),
            terms={"rate": "8", "source": "both"},
            parties=[PartyInput(enrollment)],
        ),
        actor=team.actor,
    )
    entry = entries.report(
        party=agreement.parties.select_related("agreement__seller", "enrollment").get(),
        entry=EntryInput(
            "net_sales",
            first,
            "First month",
            amount_minor=1,
            file=SimpleUploadedFile("report.pdf", b"%PDF-1.7\n%%EOF\n"),
        ),
        actor=team.actor,
        agreed=False,
    )
    draft = settling.draft_next(agreement=agreement, actor=team.actor)
    if draft is None:
        raise LookupError("no period is over")
    settling.approve(settlement=draft, actor=team.actor)
    return {
        "settled_program_id": program.pk,
        "agreement_id": agreement.pk,
        "settlement_id": draft.pk,
        "entry_id": entry.pk,
    }
