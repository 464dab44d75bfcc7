"""Customers of sales and leads: by the seller's own id, else by mailbox; made at the first."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Q

from commissions.inputs import CustomerInput
from sellers.models import Seller
from tracking.models import Customer
from tracking.rules import email_hash
from tracking.throwaway import is_throwaway


@dataclass
class Customers:
    """Customers by what they are known by."""

    by_id: dict[str, Customer] = field(default_factory=dict)
    by_mailbox: dict[str, Customer] = field(default_factory=dict)

    def of(self, given: CustomerInput) -> Customer | None:
        """The one meant, None where he is not here or nobody is named."""
        if given.external_id:
            return self.by_id.get(given.external_id)
        return self.by_mailbox.get(mailbox_of(given)) if given.email else None


def is_named(given: CustomerInput) -> bool:
    """Whether somebody is meant at all."""
    return bool(given.external_id or (given.email and mailbox_of(given)))


def mailbox_of(given: CustomerInput) -> str:
    """The keyed hash of the mailbox, "" without one."""
    return email_hash(given.email, settings.SECRET_KEY)


def known(seller: Seller, given: Iterable[CustomerInput]) -> Customers:
    """Those that there are, in one statement; of several with one mailbox the first."""
    ids, mailboxes = _keys(given)
    wanted = Q()
    if ids:
        wanted |= Q(external_id__in=ids)
    if mailboxes:
        wanted |= Q(email_hash__in=mailboxes)
    found = Customers()
    if not wanted:
        return found
    for row in Customer.objects.filter(wanted).order_by("-id"):
        row.seller = seller
        if row.external_id is not None:
            found.by_id[row.external_id] = row
        found.by_mailbox[row.email_hash] = row
    return found


def made(seller: Seller, given: Iterable[CustomerInput]) -> Customers:
    """All of them, those not known yet made in one statement, in the order of their ids."""
    given = list(given)
    found = known(seller, given)
    missing: dict[tuple[str, str], Customer] = {}
    for one in given:
        if is_named(one) and found.of(one) is None:
            key = (one.external_id, "" if one.external_id else mailbox_of(one))
            missing.setdefault(key, row_of(seller, one))
    if not missing:
        return found
    rows = [row for _key, row in sorted(missing.items())]
    Customer.objects.bulk_create(rows, ignore_conflicts=True)
    return known(seller, given)  # somebody else may have made the same meanwhile


def row_of(seller: Seller, given: CustomerInput) -> Customer:
    """A customer as stored, not yet saved."""
    return Customer(
        seller=seller,
        external_id=given.external_id or None,
        email_hash=mailbox_of(given),
        is_disposable=bool(given.email) and is_throwaway(given.email),
        country=given.country,
    )


def _keys(given: Iterable[CustomerInput]) -> tuple[list[str], list[str]]:
    ids, mailboxes = set(), set()
    for one in given:
        if one.external_id:
            ids.add(one.external_id)
        elif one.email and (mailbox := mailbox_of(one)):
            mailboxes.add(mailbox)
    return sorted(ids), sorted(mailboxes)
