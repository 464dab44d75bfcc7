"""The live test and the faults of a program's pages in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from commissions.models import BrowserFault, BrowserTrial
from portal import money_format


@dataclass(frozen=True)
class Step:
    """One step of the test: done, with what was seen, or missing, with what to look at."""

    title: str
    words: str
    is_done: bool
    is_wrong: bool = False


def steps_of(trial: BrowserTrial, hosts: Sequence[str]) -> list[Step]:
    """The three steps as they stand."""
    return [_opened(trial), _seen(trial, hosts), _event(trial)]


def _opened(trial: BrowserTrial) -> Step:
    title = _("You opened your shop through the test link")
    if trial.opened_at is None:
        return Step(title, _("Not yet. Open it in a window of its own."), is_done=False)
    return Step(title, _("The click is in the shop’s address, as from a partner."), is_done=True)


def _seen(trial: BrowserTrial, hosts: Sequence[str]) -> Step:
    title = _("The script found the click")
    if trial.seen_at is None:
        words = _(
            "Not yet. Is the first snippet on the page that you see, and is its host %(hosts)s?"
        )
        return Step(title, words % {"hosts": ", ".join(hosts)}, is_done=False)
    found = {
        "given": _("Consent is given, so it is kept for the pages to come."),
        "refused": _("Consent is refused, so it is not kept. Only a coupon can credit this visit."),
    }
    unknown = _("Consent is not known yet, so it lives on that page only. Say when it is given.")
    return Step(title, found.get(trial.consent, unknown), is_done=True)


def _event(trial: BrowserTrial) -> Step:
    title = _("A sale or lead came back with it")
    if trial.event_at is None:
        if trial.fault:
            words = _("Something arrived and could not be read: %(fault)s")
            return Step(title, words % {"fault": trial.fault}, is_done=False, is_wrong=True)
        return Step(title, _("Not yet. Place an order to the end, or sign up."), is_done=False)
    values = {
        "what": trial.get_event_display(),
        "id": trial.external_id,
        "by": trial.get_channel_display(),
    }
    if trial.amount_minor is not None and trial.currency:
        values["amount"] = money_format.plain(trial.amount_minor, trial.currency)
        words = _("%(what)s %(id)s of %(amount)s, by %(by)s. It was a test and is not kept.")
    else:
        words = _("%(what)s %(id)s, by %(by)s. It was a test and is not kept.")
    return Step(title, words % values, is_done=True)


def fault_words(fault: BrowserFault) -> str:
    """What was wrong: the field as it is called in the snippets, and how."""
    words = {
        "foreign_origin": _("came from a page of another host"),
        "browser_sales_off": _("came while browsers may not report"),
        "unknown_field": _("has a field that is not known here"),
        "required": _("is missing"),
        "too_fine": _("has more decimals than its currency"),
        "not_json": _("is not readable"),
        "bad_text": _("is not readable"),
    }
    how = words.get(fault.code, _("has a value that cannot be taken"))
    return f"{fault.field} {how}" if fault.field else how
