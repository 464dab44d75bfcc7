"""A seller's settings of what is looked for; what he never set is as `kinds` has it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from activity.services import record
from commissions.models import SignalAction, SignalSetting, SignalStrictness, Unscreened
from commissions.screening.kinds import LOOKS
from prm.errors import Unacceptable
from sellers.actors import Actor
from sellers.models import Seller
from tracking.rules import host_of

MOST_WORDS = 200


@dataclass(frozen=True)
class Setting:
    """How one kind is looked for."""

    kind: str
    strictness: str
    action: str
    words: tuple[str, ...] = ()

    @property
    def is_on(self) -> bool:
        """Whether it is looked for at all."""
        return self.strictness != SignalStrictness.OFF

    @property
    def limit(self) -> int:
        """Its limit."""
        return LOOKS[self.kind].limit(self.strictness)


def settings_of() -> dict[str, Setting]:
    """Every kind's setting at the seller in scope; one query."""
    stored = {row.kind: row for row in SignalSetting.objects.all()}
    return {
        kind: Setting(kind, stored[kind].strictness, stored[kind].action, tuple(stored[kind].words))
        if kind in stored
        else Setting(kind, look.strictness, look.action)
        for kind, look in LOOKS.items()
    }


def not_looked_at() -> Exists:
    """Whether a line's sale still waits for the look, at a seller whom a find may stop money for.

    For queries of commissions: such a line is not payable yet.
    """
    stopping = SignalSetting.objects.filter(
        seller=OuterRef("seller"), action__in=(SignalAction.HOLD, SignalAction.REJECT)
    ).exclude(strictness=SignalStrictness.OFF)
    waits = Unscreened.objects.filter(seller=OuterRef("seller"), sale_id=OuterRef("sale_id"))
    return Exists(waits.filter(Exists(stopping)))


def change_setting(
    *, seller: Seller, kind: str, strictness: str, action: str, words: Sequence[str], actor: Actor
) -> Setting:
    """Set how one kind is looked for. It holds for what is looked at from now on.

    Raises Unacceptable for an unknown kind, strictness or action, or a site that is no host.
    """
    _check(kind, strictness, action)
    hosts = _hosts(words) if LOOKS[kind].has_words else []
    with transaction.atomic():
        before = settings_of()[kind]
        SignalSetting.objects.update_or_create(
            seller=seller,
            kind=kind,
            defaults={"strictness": strictness, "action": action, "words": hosts},
        )
        after = Setting(kind, strictness, action, tuple(hosts))
        if after != before:
            record(
                seller=seller,
                actor=actor,
                verb="signal_setting.changed",
                object=seller,
                label=kind,
                changes=_changes(before, after),
            )
    return after


def _changes(before: Setting, after: Setting) -> Mapping[str, tuple[object, object]]:
    pairs = {
        "strictness": (before.strictness, after.strictness),
        "action": (before.action, after.action),
        "words": (", ".join(before.words), ", ".join(after.words)),
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _check(kind: str, strictness: str, action: str) -> None:
    for field, value, known in (
        ("kind", kind, LOOKS),
        ("strictness", strictness, SignalStrictness.values),
        ("action", action, SignalAction.values),
    ):
        if value not in known:
            raise Unacceptable(_("Choose one of the list."), field=field, code="unknown")


def _hosts(words: Sequence[str]) -> list[str]:
    """Banned sites as hosts; an address is cut down to its host."""
    found = []
    for word in words:
        text = word.strip().lower()
        host = host_of(text if "://" in text else f"https://{text}")
        if not text:
            continue
        if "." not in host:
            message = _("%(site)s is no site. Write it like coupons.example.")
            raise Unacceptable(message % {"site": word[:60]}, field="words", code="invalid")
        found.append(host.removeprefix("www."))
    if len(found) > MOST_WORDS:
        message = _("At most %(most)d sites.") % {"most": MOST_WORDS}
        raise Unacceptable(message, field="words", code="too_many")
    return sorted(set(found))
