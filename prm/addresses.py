"""Where a request came from."""

import ipaddress
from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest

# Read once: to ask the settings takes longer than to find a link in memory.
TRUSTED_PROXIES: Final = settings.TRUSTED_PROXIES


def address_in(environ: Mapping[str, Any]) -> str:
    """The client's address as the outermost of the trusted proxies wrote it down, unchecked."""
    if TRUSTED_PROXIES:
        hops = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(hops) >= TRUSTED_PROXIES:
            return str(hops[-TRUSTED_PROXIES].strip())
    address: str = environ.get("REMOTE_ADDR", "")
    return address


def client_address(request: HttpRequest) -> str:
    """The client's address, as the outermost of the trusted proxies saw it; "" if unreadable."""
    try:
        return str(ipaddress.ip_address(address_in(request.META)))
    except ValueError:
        return ""


def truncated(address: str) -> str:
    """The network of an address, for storage: IPv4 /24, IPv6 /48."""
    if not address:
        return ""
    prefix = 24 if ipaddress.ip_address(address).version == 4 else 48
    return str(ipaddress.ip_network(f"{address}/{prefix}", strict=False).network_address)
