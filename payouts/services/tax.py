"""Tax numbers of partners: checked by the country's rule, kept encrypted."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from activity.services import record
from partners.models import Partner
from partners.notices import notices_to
from partners.selectors import users_of
from payouts import selectors, tax_numbers, vault
from payouts.models import TaxNumber
from prm.ids import new_id
from sellers.actors import Actor


@transaction.atomic
def set_tax_number(*, partner: Partner, country: str, number: str, actor: Actor) -> TaxNumber:
    """The number under which the partner pays his taxes; the one before is kept as replaced.

    The same number again changes nothing. His people who see money are told. Raises Unacceptable
    naming `country` or `number`.
    """
    checked = tax_numbers.checked(country, number)
    # two changes at once: one after the other
    Partner.objects.select_for_update(no_key=True).get(pk=partner.pk)
    before = selectors.current_tax_number(partner.pk)
    found = TaxNumber(
        id=new_id(),
        seller_id=partner.seller_id,
        partner=partner,
        country=country,
        scheme=checked.scheme,
        tail=checked.shown,
    )
    found.number_key = vault.tax_key(found, checked.number)
    if before is not None and before.number_key == found.number_key:
        return before
    if before is not None:
        before.replaced_at = timezone.now()
        before.save(update_fields=["replaced_at"])
    found.number = vault.seal_tax_number(found, checked.number)
    found.save(force_insert=True)
    _record(partner, before, found, actor)
    return found


def _record(partner: Partner, before: TaxNumber | None, found: TaxNumber, actor: Actor) -> None:
    fields = ("country", "scheme", "tail")
    record(
        seller=partner.seller,
        actor=actor,
        verb="tax_number.changed",
        object=found,
        label=str(found),
        partner_id=partner.pk,
        changes={
            field: (getattr(before, field) if before else "", getattr(found, field))
            for field in fields
            if before is None or getattr(before, field) != getattr(found, field)
        },
        notify=notices_to(
            users_of(partner, "admin", "finance"),
            seller=partner.seller,
            room="partner",
            subject=gettext_lazy("Your tax number was changed to %(number)s"),
            body=gettext_lazy("%(who)s changed it for %(partner)s."),
            values={"number": str(found), "who": actor.label, "partner": partner.name},
            path=f"/{partner.seller.slug}/portal/tax/",
        ),
    )
