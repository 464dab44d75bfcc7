"""Every address of ours outside sellers, written down once more by hand; the API's left out."""

from typing import Final

OUTSIDE: Final = {
    "healthz",
    "follow",
    "hook",
    "hook-mail",
    "browser-script",
    "browser-events",
    "browser-pixel",
    "browser-impression",
    "None",
    "landing",
    "switcher",
    "switcher-seat",
    "signup",
    "profile",
    "theme",
    "language",
    "invitation",
    "mail-choice",
    "invitation-accept",
    "kit",
    "operator",
    "metrics",
}
