"""The partner's side of a claim: file it, answer what the seller asks, withdraw it."""

from datetime import date
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import uploads
from campaigns.models import Enrollment, Program
from campaigns.selectors import active_enrollment
from commissions.claims import terms
from commissions.claims.moving import locked, move, require, said, told_staff
from commissions.models import Claim
from commissions.models.claims import ClaimStatus as Status
from partners.models import Partner
from prm.errors import Conflict, FieldError, Unacceptable
from prm.money import MAX_MINOR, is_currency
from prm.validation import checked_url, refuse_if_any, require_valid
from sellers.actors import Actor
from tracking.models import Sale, SaleShare

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


@transaction.atomic
def file_claim(
    *,
    program: Program,
    partner: Partner,
    actor: Actor,
    order: str,
    bought_on: date,
    amount_minor: int,
    currency: str,
    statement: str,
    url: str = "",
    file: "File[Any] | None" = None,
) -> Claim:
    """Claim a sale that the partner misses; the seller's clock begins.

    Raises Conflict when he is not in the program, or claimed this order before, by that claim's
    number; Unacceptable by the field, also where the order is credited to him already.
    """
    enrollment = _enrollment(program, partner)
    order, key = " ".join(order.split()), terms.order_key(order)
    _check(order, bought_on, amount_minor, currency, statement)
    _refuse_known(partner, order, key)
    now = timezone.now()
    clock = terms.clock(now, program.claim_days)
    row = Claim(
        seller_id=program.seller_id,
        number=_next_number(program),
        program=program,
        enrollment=enrollment,
        partner=partner,
        order=order,
        order_key=key,
        bought_on=bought_on,
        amount_minor=amount_minor,
        currency=currency,
        statement=statement.strip(),
        url=checked_url(url, "url") if url.strip() else "",
        due_at=clock.due_at,
        remind_at=clock.remind_at,
    )
    require_valid(row, only={"order", "statement", "url"})
    if file is not None:
        _attach(row, file)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        _refuse_known(partner, order, key)
        raise
    told_staff(
        row,
        actor,
        "claim.filed",
        gettext_lazy("%(partner)s misses a sale: order %(order)s"),
        body=gettext_lazy("Look what is known of it, then accept, decline or ask back."),
        detail={"amount_minor": amount_minor, "currency": currency},
        changes={"status": ("", row.status)},
    )
    return row


@transaction.atomic
def answer(*, claim: Claim, text: str, actor: Actor) -> Claim:
    """Answer what the seller asked; his clock goes on. Raises Conflict, Unacceptable `text`."""
    row = locked(claim.pk)
    require(row, Status.ASKED)
    asked_at, now = row.asked_at or timezone.now(), timezone.now()
    said(row, actor, text, field="text", by_partner=True)
    clock = terms.resumed(terms.Clock(row.due_at, row.remind_at), asked_at, now)
    move(row, Status.OPEN, due_at=clock.due_at, remind_at=clock.remind_at)
    told_staff(
        row,
        actor,
        "claim.answered",
        gettext_lazy("%(partner)s answered on claim %(claim)s"),
        changes={"status": (Status.ASKED.value, row.status)},
    )
    return row


@transaction.atomic
def withdraw(*, claim: Claim, actor: Actor) -> Claim:
    """Take a claim back; the order may be claimed again. Raises Conflict once it is answered."""
    row = locked(claim.pk)
    before = row.status
    move(row, Status.WITHDRAWN, decided_at=timezone.now(), decided_by=actor.user)
    told_staff(
        row,
        actor,
        "claim.withdrawn",
        gettext_lazy("%(partner)s withdrew claim %(claim)s"),
        changes={"status": (before, row.status)},
    )
    return row


def _enrollment(program: Program, partner: Partner) -> Enrollment:
    found = active_enrollment(program, partner)
    if found is None or partner.status != Partner.Status.ACTIVE:
        message = _("Only active partners of the program can claim a sale.")
        raise Conflict(message, code="not_enrolled")
    return found


def _check(order: str, bought_on: date, amount_minor: int, currency: str, statement: str) -> None:
    """Everything that is wrong with what was given, by the field."""
    found = []
    if not order:
        found.append(FieldError("order", "required", _("Give the order number.")))
    if bought_on > timezone.localdate() + terms.ONE_DAY:
        found.append(FieldError("bought_on", "in_the_future", _("This day has not come yet.")))
    if not 0 <= amount_minor <= MAX_MINOR:
        found.append(FieldError("amount", "out_of_range", _("This is no amount of a sale.")))
    if not is_currency(currency):
        found.append(FieldError("currency", "unknown", _("Use a currency code like EUR.")))
    if not statement.strip():
        message = _("Say how the customer came through you.")
        found.append(FieldError("statement", "required", message))
    refuse_if_any(found)


def _refuse_known(partner: Partner, order: str, key: str) -> None:
    """One claim for each order and partner; and none for what he has already."""
    earlier = (
        Claim.objects.filter(partner=partner, order_key=key)
        .exclude(status=Status.WITHDRAWN)
        .first()
    )
    if earlier is not None:
        words = {"number": earlier.number}
        raise Conflict(_("This order is claimed already: claim %(number)s.") % words, code="known")
    mine = SaleShare.objects.filter(sale=OuterRef("pk"), partner=partner)
    credited = Sale.objects.filter(external_id=order)
    if credited.filter(Q(partner=partner) | Exists(mine)).exists():
        message = _("This order is credited to you already. Look among your earnings.")
        raise Unacceptable(message, field="order", code="yours")


def _next_number(program: Program) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [f"commissions.claims:{program.seller_id}"])
    return (Claim.objects.aggregate(last=Max("number"))["last"] or 0) + 1


def _attach(row: Claim, file: "File[Any]") -> None:
    kept = uploads.checked_proof(file)
    row.file_name, row.content_type, row.size = kept.name, kept.content_type, len(kept.content)
    ending = kept.name.rpartition(".")[2]
    # Nobody's words in the path: the name people see is kept beside it.
    row.file.save(f"{row.pk}.{ending}", ContentFile(kept.content), save=False)
