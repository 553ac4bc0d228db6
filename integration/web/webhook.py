"""Strava's pushes: check, store, answer. No call to Strava, no stravalib, and the wake leaves by another thread.

A 200 means that the event is committed (or that there is nothing to store); 503 asks Strava to push again. This is an
ASGI application of its own, on the event loop: no session, no CSRF, no limiter, and no thread that a page could take.
"""

import asyncio
import hmac
import json
from collections.abc import Callable
from datetime import datetime
from urllib.parse import parse_qs

import structlog

from integration.config import Settings
from integration.errors import StoreUnavailable
from integration.store import Store
from integration.store.database.group_commit import GroupCommit
from integration.strava.events import Event, NotAnEvent, parse_event, verify_signature
from integration.web.asgi import BodyRefused, Receive, Scope, Send, header, read_body, send_answer
from integration.web.pushes import Push, PushWriter, record, record_group
from integration.web.services import Wakes, utc_now

PATH = "/webhook/"
LARGEST_BODY = 64 * 1024
STORED_WITHIN = 1.5  # seconds, after which we answer 503: Strava waits for two
MOST_NAMED = 20  # kinds of events that we do not know, which are logged
HEADERS = {
    "Content-Type": "text/plain; charset=utf-8",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
JSON_HEADERS = {**HEADERS, "Content-Type": "application/json"}

log = structlog.get_logger()


class RefusedRequest(Exception):
    """The answer to a request that is none of Strava's, or cannot be taken now."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(status)
        self.status, self.text = status, text


class Webhook:
    """The callback at /webhook/<secret>."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        waker: Wakes,
        now: Callable[[], datetime] = utc_now,
        *,
        stored_within: float = STORED_WITHIN,
    ) -> None:
        self._settings = settings
        self._waker = waker
        self._now = now
        self._stored_within = stored_within
        self._recorder: PushWriter = GroupCommit(store, record_group)
        self._unknown: set[tuple[str, str]] = set()

    async def answer(self, secret: str, scope: Scope, receive: Receive, send: Send) -> int:
        """Answer a request to /webhook/`secret`. Return the status that was sent."""
        try:
            text, headers = await self._take(secret, scope, receive)
        except RefusedRequest as refused:
            await send_answer(send, refused.status, f"{refused.text}\n".encode(), HEADERS)
            return refused.status
        await send_answer(send, 200, text.encode(), headers)
        return 200

    async def _take(self, secret: str, scope: Scope, receive: Receive) -> tuple[str, dict[str, str]]:
        if not _same(secret, self._settings.webhook_secret.get_secret_value()):
            raise RefusedRequest(404, "there is nothing here")
        if scope["method"] in {"GET", "HEAD"}:
            return self._validate(scope), JSON_HEADERS
        if scope["method"] != "POST":
            raise RefusedRequest(405, "send GET or POST")
        await self._receive(scope, receive)
        return "", HEADERS

    def _validate(self, scope: Scope) -> str:
        """Return the challenge that Strava sent, to whoever knows the verify token."""
        asked = parse_qs(scope["query_string"].decode("latin-1"), errors="replace")
        given = asked.get("hub.verify_token", [""])[0]
        if not _same(given, self._settings.webhook_verify_token.get_secret_value()):
            raise RefusedRequest(403, "hub.verify_token is not ours")
        return json.dumps({"hub.challenge": asked.get("hub.challenge", [""])[0]})

    async def _receive(self, scope: Scope, receive: Receive) -> None:
        body = await _body(receive)
        now = self._now()
        self._check_signature(scope, body, now)
        try:
            event = parse_event(body)
        except NotAnEvent as error:
            raise RefusedRequest(400, str(error)) from None
        if not event.known:
            self._ignore(event)
        elif key := await self._store(Push(event, now)):
            self._waker.wake(key)

    async def _store(self, push: Push) -> str | None:
        try:
            async with asyncio.timeout(self._stored_within):
                return await record(self._recorder, push)
        except (StoreUnavailable, TimeoutError):
            log.warning("an event could not be stored; Strava will push it again")
            raise RefusedRequest(503, "the event could not be stored, try again") from None

    def _ignore(self, event: Event) -> None:
        told = (event.kind[:40], event.aspect[:40])
        if told not in self._unknown and len(self._unknown) < MOST_NAMED:
            self._unknown.add(told)
            log.warning("events of a kind that we do not know are ignored", object_type=told[0], aspect_type=told[1])

    def _check_signature(self, scope: Scope, body: bytes, now: datetime) -> None:
        secret = self._settings.strava_webhook_signing_secret
        if secret is None:
            return
        if not verify_signature(header(scope, b"x-strava-signature"), body, secret.get_secret_value(), now):
            raise RefusedRequest(401, "X-Strava-Signature is missing, wrong or stale")


async def _body(receive: Receive) -> bytes:
    try:
        return await read_body(receive, LARGEST_BODY)
    except BodyRefused as refused:
        raise RefusedRequest(refused.status, "send an event of at most 64 KB, within 5 seconds") from None


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), wanted.encode())
