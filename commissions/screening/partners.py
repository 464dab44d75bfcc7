"""Looking at partners as a whole, some times a day: their clicks, sales, coupons and accounts."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final

from django.conf import settings as django_settings
from django.utils import timezone

from activity import work
from commissions.models import Commission, ScreeningRound, Signal, SignalAction
from commissions.screening import facts, stopping
from commissions.screening.kinds import LOOKS
from commissions.screening.rules import partner_signals
from commissions.screening.settings import Setting, settings_of
from partners.models import Member, Partner
from sellers.models import Seller
from sellers.scope import seller_scope
from tracking.rules import email_hash

EVERY: Final = timedelta(hours=4)
SAME: Final = "duplicate_account"

# Questions to higher apps: groups of partners of the seller in scope that share an account.
Shared = Callable[[], Iterable[tuple[str, frozenset[uuid.UUID]]]]
_shared: list[Shared] = []


def register_shared(question: Shared) -> None:
    """Called at start-up by the app that knows accounts; yields (what they share, partners)."""
    _shared.append(question)


def waiting() -> Iterable[uuid.UUID]:
    """Sellers whose partners were not looked at for some hours."""
    fresh = ScreeningRound.objects.filter(looked_at__gt=timezone.now() - EVERY)
    live = Partner.objects.filter(status=Partner.Status.ACTIVE)
    sellers = Seller.objects.filter(pk__in=live.values("seller_id"))
    return set(sellers.exclude(pk__in=fresh.values("seller_id")).values_list("pk", flat=True))


def step(seller_id: uuid.UUID) -> bool:
    """Look at all partners of a seller; nothing is left over."""
    with seller_scope(seller_id):
        ScreeningRound.objects.update_or_create(
            seller_id=seller_id, defaults={"looked_at": timezone.now()}
        )
        settings = {kind: one for kind, one in settings_of().items() if one.is_on}
        found = [*_by_figures(seller_id, settings)]
        if SAME in settings:
            found += _by_accounts(seller_id, settings[SAME])
        known = {signal.key: signal for signal in found}
        seen = set(Signal.objects.filter(key__in=known).values_list("key", flat=True))
        fresh = [signal for key, signal in known.items() if key not in seen]
        stopping.raise_signals(seller_id, [(signal, _lines(signal)) for signal in fresh])
        stopping.hold_the_rest(seller_id)
    return False


def _lines(signal: Signal) -> list[Commission]:
    return [] if signal.action == SignalAction.NOTE else stopping.open_lines(signal)


def _by_figures(seller_id: uuid.UUID, settings: dict[str, Setting]) -> Iterable[Signal]:
    """Signals of a week's figures, each once a week for a partner and program."""
    limits = {kind: one.limit for kind, one in settings.items() if not LOOKS[kind].of_sale}
    week = f"{timezone.now():%G-W%V}"
    for (partner, program), figures in facts.partner_facts().items():
        for kind, numbers in partner_signals(figures, limits).items():
            yield Signal(
                seller_id=seller_id,
                kind=kind,
                key=f"{kind}:{partner}:{program}:{week}",
                action=settings[kind].action,
                partner_id=partner,
                program_id=program,
                facts=numbers,
            )


def _by_accounts(seller_id: uuid.UUID, setting: Setting) -> list[Signal]:
    """Each partner that shares an account with others, once for each set of them."""
    found = []
    for what, together in (*_same_mailbox(), *(one for ask in _shared for one in ask())):
        names = dict(Partner.objects.filter(pk__in=together).values_list("pk", "name"))
        mark = uuid.uuid5(uuid.NAMESPACE_OID, ",".join(sorted(map(str, together)))).hex[:16]
        for partner in sorted(names):
            others = sorted(name for key, name in names.items() if key != partner)
            found.append(
                Signal(
                    seller_id=seller_id,
                    kind=SAME,
                    key=f"{SAME}:{what}:{partner}:{mark}",
                    action=setting.action,
                    partner_id=partner,
                    facts={"what": what, "others": others[:10]},
                )
            )
    return found


def _same_mailbox() -> Iterable[tuple[str, frozenset[uuid.UUID]]]:
    """Partners whose addresses are one mailbox, however it is spelled."""
    partners = defaultdict(set)
    live = Partner.objects.exclude(status=Partner.Status.TERMINATED)
    rows = [
        *live.exclude(email="").values_list("pk", "email"),
        *Member.objects.filter(is_active=True).values_list("partner_id", "user__email"),
    ]
    for partner, email in rows:
        hashed = email_hash(email, django_settings.SECRET_KEY)
        if hashed:
            partners[hashed].add(partner)
    return [("email", frozenset(group)) for group in partners.values() if len(group) > 1]


KIND = work.Kind("screening_partners", waiting, step, work.BACKGROUND_QUEUE)
