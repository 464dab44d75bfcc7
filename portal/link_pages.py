"""A page as people type it, as the whole address that a link leads to."""

import re
from typing import Final
from urllib.parse import urljoin

from campaigns.models import Program

_SCHEME: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")


def full_address(program: Program, text: str) -> str:
    """The page's full address; a path alone is one on the landing page's host."""
    typed = text.strip()
    if not typed.startswith("/") and not _SCHEME.match(typed):
        typed = f"https://{typed}" if "." in typed.partition("/")[0] else f"/{typed}"
    try:
        return str(urljoin(program.landing_url, typed))
    except ValueError:  # brackets that are no address of a host: refused as it stands
        return typed
