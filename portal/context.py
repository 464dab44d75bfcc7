"""What every template gets beside its own context."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal import preferences, waiting
from sellers.reader import Reader


def shell(request: HttpRequest) -> dict[str, Any]:
    """Reader, seller, theme, what the navigation shows and counts, and unread notifications.

    Counts and rooms are looked up only when a template shows them, so that a page without a shell,
    or an error page after a broken query, costs and risks nothing.
    """
    reader: Reader | None = getattr(request, "reader", None)
    console = SimpleLazyObject(lambda: waiting.rooms(reader, "console"))
    return {
        "reader": reader,
        "seller": reader.seller if reader else None,
        "theme": preferences.chosen_theme(request),
        "nav_counts": SimpleLazyObject(lambda: waiting.counts(reader, console)),
        "nav_rooms": {
            "console": console,
            "partner": SimpleLazyObject(lambda: waiting.rooms(reader, "partner")),
        },
        "unread_notifications": SimpleLazyObject(lambda: waiting.unread(reader)),
    }
