"""Why a host does not lead here, in words that tell what to do."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FAULTS: Final[dict[str, str | Promise]] = {
    "answer": _("The host answers, but not with our proof. Another server seems to stand there."),
    "status": _("The host answers, but not from here. Another server seems to stand there."),
    "taken": _("Another company has proved this host to be its own."),
    "unknown_host": _("No address was found for this host. A new record may take an hour to show."),
    "unreachable": _("The host leads to a server that does not answer."),
    "timeout": _("The host leads to a server that does not answer."),
    "private": _("The host leads into a private network, where we do not look."),
    "tls": _("The host has no valid certificate yet. Ask whoever runs this portal."),
}


def fault_words(code: str) -> str:
    """The sentence for a check's code; "" for none."""
    if not code:
        return ""
    return str(FAULTS.get(code, _("The host does not answer as it should.")))
