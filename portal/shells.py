"""The base page of each room, for pages that several rooms show."""

from typing import Final

SHELLS: Final = {
    "console": "console/base.html",
    "partner": "partner/base.html",
    "audit": "audit/base.html",
}
