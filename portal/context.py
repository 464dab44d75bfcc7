"""What every template gets beside its own context."""

from typing import Any

from django.http import HttpRequest

from portal import preferences


def shell(request: HttpRequest) -> dict[str, Any]:
    """Seller in scope, chosen theme and language, as the shells need them."""
    return {
        "seller": getattr(request, "seller", None),
        "theme": preferences.chosen_theme(request),
    }
