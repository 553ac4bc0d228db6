"""The application that the web server serves: the webhook on the event loop, everything else on the pages' threads.

A slow or idle client costs a connection and some memory here, never a thread; docs/decisions/ says how it was chosen.
"""

import gc
import sys
import time

import structlog
from flask import Flask

from integration.config import Settings, load_settings
from integration.logs import configure_logs
from integration.open_files import raise_limit
from integration.queue import Waker, send_through
from integration.store import Store, Vault
from integration.web.app import LARGEST_FORM, create_app
from integration.web.asgi import ClientGone, Receive, Scope, Send, send_answer
from integration.web.cookies import may_send_forms
from integration.web.headers import FIXED
from integration.web.operator import health, metrics
from integration.web.server.admission import Admission
from integration.web.server.listeners import cut_off_who_never_reads
from integration.web.server.threaded_pages import ThreadedPages
from integration.web.webhook import PATH, Webhook

PAGE_THREADS = 4
HANDED_ON = 0.0005  # seconds of Python after which a page's thread lets the event loop go on, if it waits
BUSY_SECONDS = 0.9  # what a request waits for another writer before it answers 503; Strava waits for two seconds
ANSWERED_SECONDS = 1.5  # what one statement may take: a PostgreSQL that stands still holds a thread no longer
FAILED = b"""<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Our mistake</title><h1>Our mistake</h1><p>Something went wrong on our side. Try again in a while.</p>
"""
FAILED_HEADERS = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'none'", **FIXED}

log = structlog.get_logger()


class Front:
    """The ASGI application of one instance."""

    def __init__(self, settings: Settings, pages: Flask, webhook: Webhook) -> None:
        self._prefix = settings.prefix
        self._alive = health.alive(settings)
        self._webhook = webhook
        self._count = metrics.counter(pages)
        self._pages = ThreadedPages(
            pages,
            Admission(settings.trusted_proxies),
            threads=PAGE_THREADS,
            largest=LARGEST_FORM,
            may_send_forms=may_send_forms(pages),
        )
        self._asked = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Whatever fails on the way, the error page too, is answered 500 by a constant page."""
        if not self._asked:  # before the first request there is no listener yet
            self._asked = True
            cut_off_who_never_reads()
        try:
            await self._answer(scope, receive, send)
        except ClientGone:
            return
        except Exception:
            log.exception("a request failed", method=scope["method"])
            await send_answer(send, 500, FAILED, FAILED_HEADERS)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].removeprefix(self._prefix)  # the proxy in front may have taken it off
        if path.startswith(PATH):
            began = time.perf_counter()
            status = await self._webhook.answer(path[len(PATH) :], scope, receive, send)
            self._count("webhook", status, time.perf_counter() - began)
        elif path == health.ALIVE_PATH:
            await send_answer(send, 200, *self._alive)
        else:
            await self._pages(scope, receive, send)


def serve() -> Front:
    """Return the application with the environment's settings, for granian."""
    configure_logs()
    raise_limit()
    sys.setswitchinterval(HANDED_ON)
    settings = load_settings()
    store = Store(
        settings.database_url,
        busy_seconds=BUSY_SECONDS,
        connections=PAGE_THREADS + 1,
        answer_within=ANSWERED_SECONDS,
    )
    vault = Vault(lambda: [key.get_secret_value() for key in settings.newest_token_keys()])
    waker = Waker(send_through(settings.broker_url))
    pages = create_app(settings, store=store, vault=vault, waker=waker)
    gc.collect()
    gc.freeze()  # what is here now stays: looking through it for garbage would hold up everybody, for up to a second
    return Front(settings, pages, Webhook(settings, store, waker))
