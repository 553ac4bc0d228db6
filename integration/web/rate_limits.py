"""Keep one address from wearing out the connect pages and the forms. Counts in Redis; in memory while it is away.

An address is one of IPv4, or a network of IPv6 (/64): whoever has one of these has all of its addresses.
"""

import ipaddress
from typing import cast

from flask import Blueprint, Flask, request
from flask_limiter import Limiter

from integration.config import Settings

PER_MINUTE_CONNECTING = "60 per minute"
PER_MINUTE_FORMS = "240 per minute"
NETWORK_OF_IPV6 = 64  # bits
# The longest that a Redis that does not answer holds up a request, once, in seconds.
PATIENCE = {"socket_connect_timeout": 0.2, "socket_timeout": 0.2}

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def prepare(app: Flask, settings: Settings, connecting: Blueprint) -> Limiter:
    """Count requests before anything else looks at them: a form that is refused counts as well.

    The pages of `connecting` are counted more strictly, and when they are only read, too.
    """
    limiter = Limiter(
        lambda: who_counts(request.remote_addr or ""),
        app=app,
        storage_uri=settings.redis_url.replace("unix://", "redis+unix://", 1),
        storage_options=cast("dict[str, str | int]", PATIENCE),  # redis takes parts of a second, their type does not
        key_prefix="backstride:pages",
        default_limits=[PER_MINUTE_FORMS],
        default_limits_exempt_when=lambda: request.method in {"GET", "HEAD", "OPTIONS"} or _may_be_everybody(),
        in_memory_fallback_enabled=True,
    )
    limiter.limit(PER_MINUTE_CONNECTING, exempt_when=_may_be_everybody)(connecting)
    return limiter


def who_counts(remote: str) -> str:
    """Return the address that requests from `remote` are counted by; `remote` itself if it is none."""
    address = parsed(remote)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, NETWORK_OF_IPV6), strict=False))
    return str(address) if address else remote


def parsed(remote: str) -> Address | None:
    """Return an address; IPv4 inside of IPv6 as IPv4. None if `remote` is no address."""
    try:
        address = ipaddress.ip_address(remote)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _may_be_everybody() -> bool:
    """Return True for our own machine or network, or a proxy that nobody told us of: the address tells nothing."""
    address = parsed(request.remote_addr or "")
    return address is None or not address.is_global
