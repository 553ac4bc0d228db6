"""Keeps one address from wearing out the connect pages and the forms. Counts in Redis; in memory while it is away."""

import ipaddress
from typing import cast

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from integration.config import Settings
from integration.web.account.connect import pages as connect_pages

PER_MINUTE_CONNECTING = "60 per minute"
PER_MINUTE_FORMS = "240 per minute"
# What a Redis that does not answer may cost a request, once, in seconds.
PATIENCE = {"socket_connect_timeout": 0.2, "socket_timeout": 0.2}


def prepare(app: Flask, settings: Settings) -> Limiter:
    limiter = Limiter(
        get_remote_address,
        app=app,
        storage_uri=settings.redis_url.replace("unix://", "redis+unix://", 1),
        storage_options=cast("dict[str, str | int]", PATIENCE),  # redis takes parts of a second, their type does not
        key_prefix="backstride:pages",
        default_limits=[PER_MINUTE_FORMS],
        default_limits_exempt_when=lambda: request.method in {"GET", "HEAD", "OPTIONS"} or _address_says_nothing(),
        in_memory_fallback_enabled=True,
    )
    limiter.limit(PER_MINUTE_CONNECTING, exempt_when=_address_says_nothing)(connect_pages)
    return limiter


def _address_says_nothing() -> bool:
    """Whether everybody may be asking from this address: our own machine or network, or a proxy nobody told us of."""
    try:
        return not ipaddress.ip_address(request.remote_addr or "").is_global
    except ValueError:
        return True
