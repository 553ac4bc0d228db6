"""Remember a reverse proxy in front of us that TRUSTED_PROXIES does not count; `doctor` names it.

Behind such a proxy all visitors have one address: limits cannot count, and links may name the wrong host.
"""

from contextlib import suppress
from datetime import date

from flask import Flask, request

from integration.config import Settings
from integration.errors import StoreUnavailable
from integration.store import instance_facts
from integration.web.rate_limits import parsed
from integration.web.services import services

TOLD_BY = ("X-Forwarded-For", "Forwarded")


def prepare(app: Flask, settings: Settings) -> None:
    """Look at requests, if no proxy is told of; note what is found once a day."""
    if settings.trusted_proxies:
        return
    noted: set[date] = set()

    def look() -> None:
        today = services().now().date()
        if today not in noted and is_seen():
            noted.add(today)
            with suppress(StoreUnavailable), services().store.write() as session:
                instance_facts.set_fact(session, instance_facts.UNTOLD_PROXY, today.isoformat())

    app.before_request(look)


def is_seen() -> bool:
    """Return True if this request came through a proxy of ours: from this machine or network, for somebody else."""
    address = parsed(request.remote_addr or "")
    nearby = address is not None and not address.is_global
    return nearby and any(name in request.headers for name in TOLD_BY)
