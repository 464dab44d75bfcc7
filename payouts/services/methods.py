"""Where partners want their money."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.services import record
from partners.models import Partner
from partners.notices import notices_to
from partners.selectors import users_of
from payouts import accounts, selectors, vault
from payouts.models import MethodKind, PayoutMethod
from prm.errors import FieldError, Unacceptable
from prm.ids import new_id
from sellers.actors import Actor

NAME_LIMIT = 120


@transaction.atomic
def set_payout_method(
    *, partner: Partner, kind: str, name: str, account: str, actor: Actor
) -> PayoutMethod:
    """Make this account the one that the partner is paid to. The one before is kept as replaced.

    `name` is the holder. The number is checked, stored encrypted, and shown only by its tail. All
    of the partner's people who see money are told. Raises Unacceptable naming the field.
    """
    holder = _checked_holder(kind, name)
    checked = accounts.checked(kind, account)
    # two changes at once: one after the other
    Partner.objects.select_for_update(no_key=True).get(pk=partner.pk)
    before = selectors.current_method(partner.pk)
    if before is not None:
        before.replaced_at = timezone.now()
        before.save(update_fields=["replaced_at"])
    method = PayoutMethod(
        id=new_id(),
        seller_id=partner.seller_id,
        partner=partner,
        kind=kind,
        name=holder,
        account_tail=checked.shown,
    )
    method.account = vault.seal_account(method, checked.number)
    method.account_key = vault.account_key(method, checked.number)
    method.save(force_insert=True)
    _record(partner, before, method, actor)
    return method


def _checked_holder(kind: str, name: str) -> str:
    holder = " ".join(name.split())
    errors = []
    if kind not in MethodKind.values:
        errors.append(FieldError("kind", "choice", _("Choose one of the kinds of account.")))
    if not holder:
        errors.append(FieldError("name", "required", _("Give the name of the account's holder.")))
    elif len(holder) > NAME_LIMIT or not holder.isprintable():
        message = _("Use at most %(n)s letters.") % {"n": NAME_LIMIT}
        errors.append(FieldError("name", "too_long", message))
    if errors:
        raise Unacceptable(errors[0].message, errors=errors)
    return holder


def _record(
    partner: Partner, before: PayoutMethod | None, method: PayoutMethod, actor: Actor
) -> None:
    fields = ("kind", "name", "account_tail")
    record(
        seller=partner.seller,
        actor=actor,
        verb="payout_method.changed",
        object=method,
        label=str(method),
        partner_id=partner.pk,
        changes={
            field: (getattr(before, field) if before else "", getattr(method, field))
            for field in fields
            if before is None or getattr(before, field) != getattr(method, field)
        },
        notify=notices_to(
            users_of(partner, "admin", "finance"),
            seller=partner.seller,
            room="partner",
            subject=gettext_lazy("Your payout account was changed to %(account)s"),
            body=gettext_lazy(
                "%(who)s changed the account to which %(seller)s pays %(partner)s. Was it not one"
                " of you? Then answer at once and change your password."
            ),
            values={
                "account": method.account_tail,
                "who": actor.label,
                "seller": partner.seller.name,
                "partner": partner.name,
            },
            path=f"/{partner.seller.slug}/portal/payout-method/",
        ),
    )
