"""Programs: made, changed, opened, closed."""

from collections.abc import Mapping
from typing import Any, Final, TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.services import record
from campaigns import rules
from campaigns.admission_checks import checked_rules
from campaigns.models import Enrollment, Program, Terms
from campaigns.models.programs import ProgramStatus
from campaigns.questions import checked_questions, questions_of
from prm.errors import Conflict, FieldError, Unacceptable
from prm.money import is_currency
from prm.validation import changed_fields, checked_url, refuse_if_any, require_valid
from sellers.actors import Actor
from sellers.models import Seller

CHECKED: Final = frozenset(
    {
        "name",
        "slug",
        "kind",
        "summary",
        "terms",
        "attribution",
        "window_days",
        "precedence",
        "claim_days",
        "hold_days",
        "hold_from",
        "self_purchase",
        "reapply_days",
        "landing_url",
    }
)
TAKEN = gettext_lazy("Another program already has this address.")
TERMS_LIMIT = 20000


class ProgramTerms(TypedDict, total=False):
    """Settings of a program that have a default.

    `customer_binding` is `none`, `lifetime` or {"months": N}. How sales are credited is decided
    when they come in, so that a change holds for those that come after it.
    """

    kind: str
    summary: str
    terms: str
    questions: list[dict[str, Any]]
    admission: list[dict[str, Any]]
    attribution: str
    window_days: int
    precedence: str
    customer_binding: str | Mapping[str, int]
    claim_days: int
    hold_days: int
    hold_from: str
    self_purchase: str
    minimum_payout: dict[str, int] | int
    auto_approve: bool
    auto_approve_commissions: bool
    reapply_days: int
    allowed_hosts: list[str]
    browser_sales: bool
    browser_approval: bool
    cookieless: bool


class ProgramChanges(ProgramTerms, total=False):
    """Everything that may be changed of a program."""

    name: str
    slug: str
    currency: str
    landing_url: str


@transaction.atomic
def create_program(
    *,
    seller: Seller,
    actor: Actor,
    name: str,
    slug: str,
    currency: str,
    landing_url: str,
    kind_settings: dict[str, Any] | None = None,
    **terms: Unpack[ProgramTerms],
) -> Program:
    """A draft program with version 1 of its terms.

    `kind_settings` are answers checked by `campaigns.kind_answers`; the rules that go with them
    are made by `commissions.services.start_program`. Raises Unacceptable by the field, and
    Conflict when another program has `slug`.
    """
    program = Program(seller=seller, kind_settings=kind_settings or {})
    values: ProgramChanges = {
        "name": name,
        "slug": slug,
        "currency": currency,
        "landing_url": landing_url,
        **terms,
    }
    for field, value in _cleaned(values, currency).items():
        setattr(program, field, value)
    require_valid(program, only=CHECKED)
    _save(program)
    _keep_terms(program)
    record(
        seller=seller,
        actor=actor,
        verb="program.created",
        object=program,
        detail={"slug": program.slug, "currency": program.currency, "kind": program.kind},
    )
    return program


@transaction.atomic
def change_program(*, program: Program, actor: Actor, **changes: Unpack[ProgramChanges]) -> Program:
    """Set the given fields; new terms make a new version, which new applicants accept.

    Raises Unacceptable by the field; Conflict for a taken slug, a currency once opened, or a kind
    once a partner was enrolled. Another kind drops the answers given for the one before.
    """
    current = Program.objects.select_for_update().get(pk=program.pk)
    currency = changes.get("currency", current.currency)
    found = changed_fields(current, _cleaned(changes, currency, current))
    if not found:
        return current
    if "currency" in found and current.status != Program.Status.DRAFT:
        message = _("The currency is fixed once a program has been opened. Make another program.")
        raise Conflict(message, field="currency", code="fixed")
    if "kind" in found:
        _refuse_fixed_kind(current)
        current.kind_settings = {}
    if "terms" in found:
        found["terms_version"] = (current.terms_version, current.terms_version + 1)
    for field, (_before, after) in found.items():
        setattr(current, field, after)
    require_valid(current, only=CHECKED & set(found))
    _save(current)
    if "terms" in found:
        _keep_terms(current)
    record(
        seller=current.seller,
        actor=actor,
        verb="program.changed",
        object=current,
        changes={name: pair for name, pair in found.items() if name != "terms"},
    )
    return current


@transaction.atomic
def open_program(*, program: Program, actor: Actor) -> Program:
    """draft or closed -> open: its page is public and takes applications. Needs terms."""
    current = Program.objects.select_for_update().get(pk=program.pk)
    if not current.terms.strip():
        message = _("Write the terms first: partners accept them when they apply.")
        raise Unacceptable(message, field="terms", code="required")
    return _move(current, Program.Status.OPEN, actor, "program.opened")


@transaction.atomic
def close_program(*, program: Program, actor: Actor) -> Program:
    """open -> closed: no new applications. Partners who are in it go on earning."""
    return _move(program, Program.Status.CLOSED, actor, "program.closed")


def _move(program: Program, to: ProgramStatus, actor: Actor, verb: str) -> Program:
    allowed = {status for status, ends in Program.TRANSITIONS.items() if to in ends}
    before = Program.objects.select_for_update().values_list("status", flat=True).get(pk=program.pk)
    hit = Program.objects.filter(pk=program.pk, status=before, status__in=allowed).update(status=to)
    if hit != 1:
        state = Program.Status(before).label
        message = _("This cannot be done now: the program is “%(state)s”.") % {"state": state}
        raise Conflict(message, code="state")
    program.refresh_from_db()
    record(
        seller=program.seller,
        actor=actor,
        verb=verb,
        object=program,
        changes={"status": (before, str(to))},
    )
    return program


def kind_is_fixed(program: Program) -> bool:
    """Whether the kind can no longer be changed: somebody is, or was, enrolled."""
    return Enrollment.objects.filter(program=program).exists()


def _refuse_fixed_kind(program: Program) -> None:
    if kind_is_fixed(program):
        message = _(
            "The kind is fixed once a partner is in the program: what partners agreed to, their "
            "pages and what they earned go with it. Make another program."
        )
        raise Conflict(message, field="kind", code="fixed")


def _cleaned(
    values: ProgramChanges, currency: str, current: Program | None = None
) -> dict[str, Any]:
    """Values as they are kept; raises Unacceptable with every wrong field."""
    found: dict[str, Any] = dict(values)
    errors: list[FieldError] = []
    for field in ("name", "slug", "summary"):
        if field in found:
            found[field] = found[field].strip()
    if "name" in found and not found["name"]:
        errors.append(FieldError("name", "required", _("Give the program a name.")))
    if "currency" in found and not is_currency(found["currency"]):
        errors.append(FieldError("currency", "choice", _("Choose a currency.")))
    if "terms" in found:
        found["terms"] = rules.unified(found["terms"])
    if "landing_url" in found:
        found["landing_url"] = _landing_url(found["landing_url"], errors)
    _check_composed(found, currency, errors)
    _check_form(found, current, errors)
    refuse_if_any(errors)
    return found


def _check_composed(found: dict[str, Any], currency: str, errors: list[FieldError]) -> None:
    """Bring settings that are no single value into the form in which they are kept."""
    if "allowed_hosts" in found:
        found["allowed_hosts"], wrong = rules.checked_hosts(found["allowed_hosts"])
        errors += wrong
    if "minimum_payout" in found:
        found["minimum_payout"], wrong = rules.checked_minimum(found["minimum_payout"], currency)
        errors += wrong
    if "customer_binding" in found:
        binding, wrong = rules.checked_binding(found["customer_binding"])
        found["customer_binding"], found["binding_months"] = binding
        errors += wrong


def _check_form(found: dict[str, Any], current: Program | None, errors: list[FieldError]) -> None:
    """Questions, and the rules that read the answers: they must fit each other."""
    if "questions" in found:
        asked, wrong = checked_questions(found["questions"])
        found["questions"] = [question.as_json() for question in asked]
        errors += wrong
        if wrong:
            return
    elif "admission" not in found:
        return
    questions = questions_of(found.get("questions", current.questions if current else []))
    given = found.get("admission", current.admission if current else [])
    decisions, wrong = checked_rules(given, questions)
    if "admission" in found:
        found["admission"] = [rule.as_json() for rule in decisions]
        errors += wrong
    elif wrong:
        number = wrong[0].field.removeprefix("admission[").partition("]")[0]
        message = _("Rule %(number)d of the automatic decisions reads what you change. %(why)s")
        values = {"number": int(number) + 1, "why": wrong[0].message}
        errors.append(FieldError("questions", "in_use", message % values))


def _landing_url(url: str, errors: list[FieldError]) -> str:
    try:
        return checked_url(url, "landing_url")
    except Unacceptable as refusal:
        errors += refusal.errors
        return url


def _keep_terms(program: Program) -> None:
    Terms.objects.create(
        seller_id=program.seller_id,
        program=program,
        version=program.terms_version,
        text=program.terms,
        text_hash=rules.terms_hash(program.terms),
    )


def _save(program: Program) -> None:
    try:
        with transaction.atomic():
            program.save()
    except IntegrityError as error:
        if "program_slug_once" not in str(error):
            raise
        raise Conflict(str(TAKEN), field="slug", code="taken") from error
