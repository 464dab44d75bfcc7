"""Why a prospect fits a program or not, as people read it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.fit import Fit, Reason
from partners.models import ContentKind, Platform
from portal.money_format import reader_locale
from portal.templatetags import prm_figures

TITLES: Final[dict[str, str | Promise]] = {
    "niches": gettext_lazy("Niche"),
    "content_kinds": gettext_lazy("Kind of content"),
    "platforms": gettext_lazy("Channels"),
    "countries": gettext_lazy("Country"),
    "languages": gettext_lazy("Language"),
    "audience": gettext_lazy("Audience"),
    "engagement": gettext_lazy("Engagement"),
}
WEIGHTS: Final[dict[str, str | Promise]] = {
    "must": gettext_lazy("must be"),
    "much": gettext_lazy("counts much"),
    "little": gettext_lazy("counts little"),
}


@dataclass(frozen=True)
class Told:
    """One reason: what it is about, how it came out, the sentence, and how much it counts."""

    title: str
    state: str
    words: str
    weight: str


def told(fit: Fit) -> list[Told]:
    """Every reason of a fit, what speaks against it first among equals."""
    order = {"missed": 0, "unknown": 1, "partly": 2, "met": 3}
    rows = sorted(fit.reasons, key=lambda one: order[one.state])
    return [
        Told(str(TITLES[one.criterion]), one.state, words_of(one), str(WEIGHTS[one.weight]))
        for one in rows
    ]


def words_of(reason: Reason) -> str:
    """The sentence: what was found, and where it falls short, what is wanted."""
    found, wanted = _found(reason), _wanted(reason)
    if reason.state == "unknown":
        return _("Not noted yet. Wanted: %(wanted)s.") % {"wanted": wanted}
    if reason.state == "met":
        return _("%(found)s.") % {"found": found}
    return _("%(found)s. Wanted: %(wanted)s.") % {"found": found, "wanted": wanted}


def name_of(criterion: str, value: str) -> str:
    """A value of a criterion as it is called."""
    if criterion == "content_kinds":
        return str(dict(ContentKind.choices).get(value, value))
    if criterion == "platforms":
        return str(dict(Platform.choices).get(value, value))
    if criterion == "countries":
        return str(reader_locale().territories.get(value, value))
    if criterion == "languages":
        return str(reader_locale().languages.get(value, value))
    return value


def _found(reason: Reason) -> str:
    if not reason.found:
        return ""
    if reason.criterion == "audience":
        return prm_figures.number(int(reason.found[0]))
    if reason.criterion == "engagement":
        return prm_figures.percent(Decimal(reason.found[0]))
    return ", ".join(name_of(reason.criterion, value) for value in reason.found)


def _wanted(reason: Reason) -> str:
    if reason.criterion == "engagement":
        return _("at least %(least)s") % {"least": prm_figures.percent(Decimal(reason.wanted[0]))}
    if reason.criterion == "audience":
        least, most = (prm_figures.number(int(one)) if one else "" for one in reason.wanted)
        if least and most:
            return _("%(least)s to %(most)s") % {"least": least, "most": most}
        if least:
            return _("at least %(least)s") % {"least": least}
        return _("at most %(most)s") % {"most": most}
    return ", ".join(name_of(reason.criterion, value) for value in reason.wanted)
