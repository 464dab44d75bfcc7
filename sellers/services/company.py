"""The seller's own account: opening it and its settings."""

import zoneinfo
from typing import Any, Final

from babel import Locale
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from prm.errors import Conflict, FieldError, Unacceptable
from prm.ids import new_id
from prm.money import is_currency
from prm.validation import require_valid
from sellers.actors import Actor
from sellers.models import Seller, Staff, User
from sellers.rules import RESERVED_SLUGS
from sellers.scope import seller_scope
from sellers.trail import record

CHANGEABLE: Final = (
    "name",
    "currency",
    "country",
    "time_zone",
    "language",
    "website",
    "support_email",
    "payout_day",
)
COUNTRIES: Final = frozenset(
    code
    for code in map(str, Locale("en").territories)
    if len(code) == 2 and code.isalpha() and code != "ZZ"
)


def sign_up_seller(
    *,
    user: User,
    name: str,
    slug: str,
    currency: str,
    country: str,
    time_zone: str,
    language: str,
) -> Seller:
    """Open a seller account and make `user` its owner.

    Raises Unacceptable by the field, Conflict on `slug` when the address is taken.
    """
    seller = Seller(
        id=new_id(),
        name=name.strip(),
        slug=slug.strip().lower(),
        currency=currency,
        country=country,
        time_zone=time_zone,
        language=language,
        support_email=user.email,
    )
    _require_acceptable(seller)
    if seller.slug in RESERVED_SLUGS:
        raise _taken()
    with seller_scope(seller.id):
        try:
            with transaction.atomic():
                seller.save(force_insert=True)
        except IntegrityError as error:
            raise _taken() from error
        staff = Staff.objects.create(seller=seller, user=user, role=Staff.Role.OWNER)
        actor = Actor.person(user)
        record(seller=seller, actor=actor, verb="seller.opened", object=seller)
        record(
            seller=seller,
            actor=actor,
            verb="staff.joined",
            object=staff,
            detail={"role": staff.role},
        )
    return seller


def change_seller(*, seller: Seller, actor: Actor, **changes: Any) -> Seller:
    """Change settings named in CHANGEABLE; nothing is recorded when nothing differs.

    Raises TypeError for any other name, Unacceptable by the field.
    """
    unknown = set(changes) - set(CHANGEABLE)
    if unknown:
        raise TypeError(f"not a setting of a seller: {sorted(unknown)}")
    row = Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
    differing = {
        name: (getattr(row, name), value)
        for name, value in changes.items()
        if getattr(row, name) != value
    }
    if not differing:
        return row
    for name, (_before, after) in differing.items():
        setattr(row, name, after)
    _require_acceptable(row)
    row.save(update_fields=list(differing))
    record(seller=row, actor=actor, verb="seller.changed", object=row, changes=differing)
    return row


def _require_acceptable(seller: Seller) -> None:
    require_valid(seller, only=(*CHANGEABLE, "slug"))
    wrong = [
        FieldError(field, "invalid", message)
        for field, fine, message in (
            ("name", bool(seller.name.strip()), _("Say what your company is called.")),
            ("currency", is_currency(seller.currency), _("Choose a currency from the list.")),
            (
                "country",
                not seller.country or seller.country in COUNTRIES,
                _("Choose a country from the list."),
            ),
            (
                "time_zone",
                seller.time_zone in zoneinfo.available_timezones(),
                _("Choose a time zone from the list."),
            ),
            (
                "language",
                seller.language in dict(settings.LANGUAGES),
                _("Choose a language from the list."),
            ),
        )
        if not fine
    ]
    if wrong:
        raise Unacceptable(_("Some values cannot be accepted."), errors=wrong)


def _taken() -> Conflict:
    return Conflict(
        _("This address is taken. Try another, with your city or country for example."),
        field="slug",
        code="taken",
    )
