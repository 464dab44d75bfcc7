"""What is recorded, told and mailed about a partner's payout account."""

import logging
import smtplib
from datetime import date, timedelta
from functools import partial
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from activity.services import Notice, record
from partners.models import Partner
from partners.notices import notices_to
from partners.selectors import staff_to_tell, users_of
from payouts import rules
from payouts.models import PayoutMethod
from sellers.actors import Actor
from sellers.mail import Letter, compose
from sellers.models import Seller
from sellers.zones import zone_of

logger = logging.getLogger(__name__)

LINK_LIFE: Final = timedelta(days=1)
"""How long the link in the mail works."""

SHOWN: Final = ("kind", "name", "account_tail")

AT_ONCE: Final = gettext_lazy(
    "%(who)s changed the account to which %(seller)s pays %(partner)s. Was it not one"
    " of you? Then answer at once and change your password."
)
HELD: Final = gettext_lazy(
    "%(who)s changed the account to which %(seller)s pays %(partner)s. Payouts use it"
    " from %(until)s on and leave you out until then. Was it not one of you? Open the"
    " page, stop the change and change your password."
)
MISSES: Final = gettext_lazy(
    "%(who)s changed the account to which %(seller)s pays %(partner)s. Payouts use it"
    " from %(until)s on, so the payout of %(missed)s goes without you; the money is in the one"
    " after. Was it not one of you? Open the page, stop the change and change your password."
)


def requested(
    partner: Partner, method: PayoutMethod, token: str, actor: Actor, *, again: bool = False
) -> None:
    """A change was asked for: the link goes to who asked, and to nobody else."""
    record(
        seller=partner.seller,
        actor=actor,
        verb="payout_method.asked_again" if again else "payout_method.asked",
        object=method,
        label=str(method),
        partner_id=partner.pk,
        detail={field: getattr(method, field) for field in SHOWN},
    )
    transaction.on_commit(partial(_send, _letter(partner, method, token)), robust=True)


def changed(
    partner: Partner, before: PayoutMethod | None, method: PayoutMethod, actor: Actor
) -> None:
    """An account took its place; all of the partner's people who see money are told."""
    until = method.held_until
    missed = missed_payout(partner.seller, method)
    record(
        seller=partner.seller,
        actor=actor,
        verb="payout_method.changed",
        object=method,
        label=str(method),
        partner_id=partner.pk,
        changes={
            field: (getattr(before, field) if before else "", getattr(method, field))
            for field in SHOWN
            if before is None or getattr(before, field) != getattr(method, field)
        },
        detail={"usable_at": until.isoformat()} if until else {},
        notify=notices_to(
            users_of(partner, "admin", "finance"),
            seller=partner.seller,
            room="partner",
            subject=gettext_lazy("Your payout account was changed to %(account)s"),
            body=MISSES if missed else HELD if until else AT_ONCE,
            values={
                "account": method.account_tail,
                "until": until or "",
                "missed": missed or "",
                "who": actor.label,
                "seller": partner.seller.name,
                "partner": partner.name,
            },
            path=_path(partner),
        ),
    )


def missed_payout(seller: Seller, method: PayoutMethod) -> date | None:
    """The next day of payouts, in the seller's time, that comes before the account may be used."""
    until = method.held_until
    if until is None:
        return None
    zone = zone_of(seller.time_zone)
    today = timezone.localdate(timezone=zone)
    return rules.missed_day(seller.payout_day, today, timezone.localdate(until, zone))


def left_out(partner: Partner, method: PayoutMethod, amount: str, actor: Actor) -> None:
    """A payout was drafted without the partner, since his account is held; he is told until when.

    `amount` is what waits, as text.
    """
    record(
        seller=partner.seller,
        actor=actor,
        verb="payout_method.left_out",
        object=method,
        label=str(method),
        partner_id=partner.pk,
        notify=notices_to(
            users_of(partner, "admin", "finance"),
            seller=partner.seller,
            room="partner",
            subject=gettext_lazy("The next payout goes without you: %(amount)s waits"),
            body=gettext_lazy(
                "Your payout account was changed to %(account)s, and payouts use it from %(until)s"
                " on. The money stays owed and is in the payout after that."
            ),
            values={"amount": amount, "account": method.account_tail, "until": method.usable_at},
            path=_path(partner),
        ),
    )


def stopped(
    partner: Partner,
    method: PayoutMethod,
    back: PayoutMethod | None,
    actor: Actor,
    reason: str,
) -> None:
    """A change was stopped; the partner's people and who looks after him are told."""
    record(
        seller=partner.seller,
        actor=actor,
        verb="payout_method.stopped",
        object=method,
        label=str(method),
        partner_id=partner.pk,
        changes={"account_tail": (method.account_tail, back.account_tail if back else "")},
        detail={"reason": reason} if reason else {},
        notify=[*_told_partner(partner, method, actor, reason), *_told_staff(partner, method)],
    )


def _told_partner(
    partner: Partner, method: PayoutMethod, actor: Actor, reason: str
) -> list[Notice]:
    values = {"account": method.account_tail, "who": actor.label, "reason": reason}
    return list(
        notices_to(
            users_of(partner, "admin", "finance"),
            seller=partner.seller,
            room="partner",
            subject=gettext_lazy("The change of your payout account to %(account)s was stopped"),
            body=gettext_lazy("%(who)s stopped it. The account before counts again. %(reason)s"),
            values=values,
            path=_path(partner),
        )
    )


def _told_staff(partner: Partner, method: PayoutMethod) -> list[Notice]:
    return list(
        notices_to(
            staff_to_tell(partner),
            seller=partner.seller,
            room="console",
            subject=gettext_lazy("A change of %(partner)s’s payout account was stopped"),
            body=gettext_lazy("It was %(account)s. Ask the partner whether all is well."),
            values={"partner": partner.name, "account": method.account_tail},
            path=f"/{partner.seller.slug}/console/partners/{partner.pk}/",
        )
    )


def _path(partner: Partner) -> str:
    return f"/{partner.seller.slug}/portal/payout-method/"


def _letter(partner: Partner, method: PayoutMethod, token: str) -> Letter:
    asker = method.requested_by
    seller = partner.seller
    return compose(
        "confirm_account",
        to=asker.email if asker else "",
        language=(asker.language if asker else "") or seller.language,
        reply_to=seller.support_email,
        time_zone=(asker.time_zone if asker else "") or seller.time_zone,
        context={
            "seller": seller,
            "partner": partner,
            "method": method,
            "expires_at": method.expires_at,
            "path": f"{_path(partner)}confirm/{token}/",
        },
    )


def _send(letter: Letter) -> None:
    """After the commit: a mail server that is away must not undo the request."""
    try:
        letter.send()
    except (OSError, smtplib.SMTPException) as error:
        logger.warning("the link to confirm a payout account was not mailed: %s", error)
