"""The proof of one line as a page and as a file: the same in every room, with its own way back."""

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity import selectors
from commissions import proofs, reasons
from commissions.models import Commission
from portal import traces
from portal.access import reader_of
from portal.commission_cells import kind_word
from portal.downloads import json_file
from portal.money_format import number
from portal.shells import SHELLS

VERDICTS: Final[dict[str, tuple[str, str, str | Promise]]] = {
    proofs.AGREES: (
        "good",
        "shield-check",
        gettext_lazy("It agrees: this line is as it was when it was written."),
    ),
    proofs.WAITS: (
        "",
        "hourglass",
        gettext_lazy("It agrees. The chain takes the entry in within seconds: look again soon."),
    ),
    proofs.DIFFERS: ("bad", "alert-triangle", gettext_lazy("It does not agree.")),
    proofs.UNSEALED: (
        "warn",
        "alert-triangle",
        gettext_lazy("There is no proof: no entry of the trail covers this line."),
    ),
}
FAULTS: Final[dict[str, str | Promise]] = {
    "no_entry": gettext_lazy("The entry that seals this line is gone from the trail."),
    "count": gettext_lazy("A line that was written together with this one is gone, or was added."),
    "root": gettext_lazy(
        "This line, or one that was written together with it, was changed afterwards."
    ),
    "content": gettext_lazy("The entry that seals this line was changed afterwards."),
    "before": gettext_lazy("The chain is broken right before the entry that seals this line."),
    "after": gettext_lazy("The chain is broken right after the entry that seals this line."),
}


@dataclass(frozen=True)
class WayBack:
    """The list that a line was opened from: its name, and its address with the line in sight."""

    label: str
    address: str


def show(
    request: HttpRequest, room: str, line: Commission, audience: str, back: WayBack
) -> HttpResponse:
    """The page in its room, or with `?download` the file."""
    proof = proofs.proof_of(line)
    if "download" in request.GET:
        return json_file(_("proof-%(id)s") % {"id": line.pk}, proofs.as_json(proof))
    shape, icon, words = VERDICTS[proof.state]
    reader = reader_of(request)
    context = {
        "shell": SHELLS[room],
        "back": back,
        "proof": proof,
        "line": line,
        "title": traces.title(line),
        "sentence": reasons.sentence(line, audience),
        "shape": shape,
        "icon": icon,
        "words": words,
        "fault": FAULTS.get(proof.fault, ""),
        "content": _content(line, audience),
        "position": number(proof.position + 1),
        "may_trail": audience == reasons.STAFF and reader.may("trail.view"),
        "last": selectors.last_check() if audience == reasons.STAFF else None,
    }
    return render(request, "proof.html", context)


def _content(line: Commission, audience: str) -> list[tuple[str, Any]]:
    """What of the leaf says something to a person."""
    pairs: list[tuple[str, Any]] = [(_("Kind"), kind_word(line))]
    if audience == reasons.STAFF:
        pairs.append((_("Partner"), line.partner.name))
    return [*pairs, (_("Program"), line.program.name)]
