"""API keys: made once, shown once, revoked for good."""

import uuid
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from prm.errors import Conflict, FieldError, Unacceptable
from prm.validation import require_valid
from sellers.actors import Actor
from sellers.models import ApiKey, Seller
from sellers.roles import API_SCOPES, PARTNER_KEY_SCOPES
from sellers.rules import SHOWN_PREFIX_LENGTH, new_secret, token_hash
from sellers.trail import record


def make_api_key(
    *,
    seller: Seller,
    name: str,
    scopes: Sequence[str],
    actor: Actor,
    partner_id: uuid.UUID | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its secret, which is not kept. With `partner_id` it reads that partner only.

    Raises Unacceptable by the field for no name, no scope or a scope that does not exist.
    """
    secret = new_secret()
    key = ApiKey(
        seller=seller,
        name=name.strip(),
        prefix=secret[:SHOWN_PREFIX_LENGTH],
        key_hash=token_hash(secret),
        scopes=sorted(set(scopes)),
        partner_id=partner_id,
        created_by=actor.user,
    )
    allowed = PARTNER_KEY_SCOPES if partner_id else frozenset(API_SCOPES)
    wrong = []
    if not key.name:
        wrong.append(FieldError("name", "required", _("Name the program that will use the key.")))
    if not key.scopes:
        wrong.append(FieldError("scopes", "required", _("Choose what the key may do.")))
    elif not allowed.issuperset(key.scopes):
        if partner_id:
            message = _("A partner’s key only reads programs, links, sales and commissions.")
        else:
            message = _("Choose from the list what it may do.")
        wrong.append(FieldError("scopes", "unknown", message))
    if wrong:
        raise Unacceptable(_("Some values cannot be accepted."), errors=wrong)
    require_valid(key, only=("name",))
    key.save(force_insert=True)
    record(
        seller=seller,
        actor=actor,
        verb="api_key.made",
        object=key,
        detail={"prefix": key.prefix, "scopes": key.scopes},
    )
    return key, secret


def revoke_api_key(*, key: ApiKey, actor: Actor) -> ApiKey:
    """End a key: the next request that carries it gets 401. Raises Conflict when it has ended."""
    now = timezone.now()
    if not ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now):
        raise Conflict(_("The key %(name)s was revoked already.") % {"name": key.name})
    key.revoked_at = now
    record(
        seller=key.seller,
        actor=actor,
        verb="api_key.revoked",
        object=key,
        detail={"prefix": key.prefix},
    )
    return key
