"""Where partners want their money: set by the seller, or asked for and confirmed in the portal.

A change is what a thief of a log-in makes first. So a person's change counts only after the link
in his own mailbox was used, everybody else who sees money is told at once, and no payout uses the
account for three days; meanwhile it can be stopped with one act.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.models import Partner
from payouts import accounts, selectors, vault
from payouts.models import HOLD, MethodKind, PayoutMethod
from payouts.services import method_events
from prm.errors import Conflict, FieldError, NotAllowed, Unacceptable
from prm.ids import new_id
from sellers.actors import Actor
from sellers.models import User
from sellers.rules import new_token, token_hash

NAME_LIMIT = 120


@transaction.atomic
def set_payout_method(
    *, partner: Partner, kind: str, name: str, account: str, actor: Actor
) -> PayoutMethod:
    """The seller's own word for where the partner is paid; the one before is kept as replaced.

    The first account is in force at once. One that takes the place of another is held for three
    days like every change. `name` is the holder. All of the partner's people who see money are
    told. Raises Unacceptable naming the field.
    """
    method = _checked(partner, kind, name, account)
    _in_turn(partner)
    now = timezone.now()
    before = selectors.current_method(partner.pk)
    method.confirmed_at = now
    method.usable_at = now + HOLD if before else now
    _take_place(method, before, now)
    method.save(force_insert=True)
    method_events.changed(partner, before, method, actor)
    return method


@transaction.atomic
def request_payout_method(
    *, partner: Partner, kind: str, name: str, account: str, user: User, actor: Actor
) -> PayoutMethod:
    """A person of the partner's asks for another account; counts once he confirms it by mail.

    An earlier request that waits is given up for it. Raises Unacceptable naming the field.
    """
    method = _checked(partner, kind, name, account)
    _in_turn(partner)
    now = timezone.now()
    PayoutMethod.objects.filter(partner=partner, replaced_at=None, confirmed_at=None).update(
        replaced_at=now
    )
    token = new_token()
    method.requested_by, method.token_hash = user, token_hash(token)
    method.expires_at = now + method_events.LINK_LIFE
    method.save(force_insert=True)
    method_events.requested(partner, method, token, actor)
    return method


@transaction.atomic
def resend_confirmation(*, partner: Partner, user: User, actor: Actor) -> PayoutMethod:
    """Mail a fresh link for the request that waits; the old link ends.

    Raises Conflict where none waits, NotAllowed for another than who asked.
    """
    _in_turn(partner)
    method = selectors.requested_method(partner.pk)
    if method is None:
        raise _over()
    if method.requested_by_id != user.pk:
        raise NotAllowed(_("The link goes to the person who asked for the change."))
    token = new_token()
    method.token_hash = token_hash(token)
    method.expires_at = timezone.now() + method_events.LINK_LIFE
    method.save(update_fields=["token_hash", "expires_at"])
    method_events.requested(partner, method, token, actor, again=True)
    return method


@transaction.atomic
def confirm_payout_method(
    *, partner: Partner, token: str, user: User, actor: Actor
) -> PayoutMethod:
    """The link of the mail was used: the account takes its place, and is held for three days.

    Held is also a partner's first account, since nobody else has vouched for it. Raises Conflict
    for a link that is over, NotAllowed for another person than who asked.
    """
    _in_turn(partner)
    method = selectors.requested_by_token(partner.pk, token)
    now = timezone.now()
    if method is None or method.expires_at is None or method.expires_at <= now:
        raise _over()
    if method.requested_by_id != user.pk:
        raise NotAllowed(_("Sign in as the person who asked for the change."))
    before = selectors.current_method(partner.pk)
    _take_place(method, before, now)
    method.confirmed_at, method.usable_at, method.token_hash = now, now + HOLD, ""
    method.save(update_fields=["confirmed_at", "usable_at", "token_hash", "previous"])
    method_events.changed(partner, before, method, actor)
    return method


@transaction.atomic
def stop_change(*, partner: Partner, actor: Actor, reason: str = "") -> PayoutMethod:
    """End a change that waits for its confirmation or is held; the account before counts again.

    Raises Conflict when there is none, or when payouts may use the account already.
    """
    _in_turn(partner)
    now = timezone.now()
    method = selectors.requested_method(partner.pk)
    if method is None:
        method = selectors.current_method(partner.pk)
        if method is None or not method.held_until:
            raise Conflict(_("No change of the account waits."), code="state")
    method.withdrawn_at = method.replaced_at = now
    method.token_hash = ""
    method.save(update_fields=["withdrawn_at", "replaced_at", "token_hash"])
    back = method.previous if method.confirmed_at else selectors.current_method(partner.pk)
    if method.confirmed_at and back is not None:
        back.replaced_at = None
        back.save(update_fields=["replaced_at"])
    method_events.stopped(partner, method, back, actor, _reason(reason))
    return method


def _in_turn(partner: Partner) -> None:
    """Two changes at once: one after the other."""
    Partner.objects.select_for_update(no_key=True).get(pk=partner.pk)


def _take_place(method: PayoutMethod, before: PayoutMethod | None, now: datetime) -> None:
    """Replace `before`; what comes back, should this be stopped, is the last that was in force."""
    if before is None:
        return
    before.replaced_at = now
    before.save(update_fields=["replaced_at"])
    method.previous = before.previous if before.held_until else before


def _checked(partner: Partner, kind: str, name: str, account: str) -> PayoutMethod:
    holder = _checked_holder(kind, name)
    checked = accounts.checked(kind, account)
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


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if len(reason) > 300 or not reason.isprintable():
        message = _("Use at most %(n)s letters.") % {"n": 300}
        raise Unacceptable(message, field="reason", code="too_long")
    return reason


def _over() -> Conflict:
    return Conflict(
        _("This link is over: the change was confirmed, given up, or a day has passed."),
        code="over",
    )
