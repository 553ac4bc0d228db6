"""Delivers events to a subscription's callback, as Strava does: 2 s for a 200, three tries, then gone for good.

Threads of its own, started with the first event. Order is not promised: `workers=1` keeps it if a test wants that.
"""

import heapq
import hmac
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import requests

from integration.sandbox.faults import Fault

TIMEOUT_S = 2.0
STRAVA_SPACING_S = (60.0, 120.0)
OVERTAKEN_BY_S = 0.05


@dataclass
class Push:
    """One event on its way. `tries` holds an HTTP status per try, or the kind of failure; `state` is waiting,
    delivered, given up, or lost."""

    id: int
    client_id: int
    callback_url: str
    event: dict[str, Any]
    state: str = "waiting"
    tries: list[int | str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "client_id": self.client_id,
            "state": self.state,
            "tries": self.tries,
            "event": self.event,
        }


def signature(body: bytes, secret: str, at: int) -> str:
    """The header X-Strava-Signature for `body` at the epoch second `at`: HMAC-SHA256 over "t.body"."""
    return f"t={at},v1={hmac.new(secret.encode(), f'{at}.'.encode() + body, 'sha256').hexdigest()}"


class Pushes:
    """`retry_after`: seconds before the second and the third try. `alive(push)` tells whether its subscription still
    stands; what is asked when a delivery falls due."""

    def __init__(
        self,
        alive: Callable[[Push], bool],
        *,
        retry_after: tuple[float, ...] = STRAVA_SPACING_S,
        timeout: float = TIMEOUT_S,
        workers: int = 4,
    ) -> None:
        self.log: list[Push] = []
        self.retry_after = retry_after
        self.signing_secret: str | None = None  # when set, pushes are signed as Strava's example shows
        self._alive = alive
        self.timeout = timeout
        self._workers = workers
        self._ids = count(1)
        self._order = count()
        self._due: list[tuple[float, int, Push]] = []
        self._held: list[Push] = []
        self._busy = 0
        self._stopped = False
        self._threads: list[threading.Thread] = []
        self._changed = threading.Condition()

    def send(self, client_id: int, callback_url: str, event: dict[str, Any], fault: Fault | None = None) -> None:
        """Have an event delivered, as far as a fault lets it. What was held back follows it."""
        kind, seconds = (fault.kind, fault.seconds) if fault else ("", 0.0)
        with self._changed:
            push = Push(next(self._ids), client_id, callback_url, event)
            self.log.append(push)
            if kind == "push_lost":
                push.state = "lost"
            elif kind == "push_reordered":
                self._held.append(push)
                self._schedule(push, seconds)
            else:
                self._schedule(push, seconds if kind == "push_delayed" else 0.0)
                self._release()
        if kind == "push_duplicate":
            self.send(client_id, callback_url, event)

    def _release(self) -> None:
        released, self._held = self._held, []
        self._due = [entry for entry in self._due if entry[2] not in released]
        heapq.heapify(self._due)
        for push in released:
            self._schedule(push, OVERTAKEN_BY_S)

    def settle(self, timeout: float = 60.0) -> bool:
        """Wait until nothing waits for delivery; False when something still does after `timeout` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._due and not self._busy, timeout)

    def clear(self) -> None:
        with self._changed:
            self.log.clear()
            self._due.clear()
            self._held.clear()
            self._changed.notify_all()

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(self.timeout + 1)

    def _schedule(self, push: Push, delay: float) -> None:
        heapq.heappush(self._due, (time.monotonic() + delay, next(self._order), push))
        if not self._threads:
            self._threads = [
                threading.Thread(target=self._work, name=f"sandbox-push-{number}", daemon=True)
                for number in range(self._workers)
            ]
            for thread in self._threads:
                thread.start()
        self._changed.notify_all()

    def _work(self) -> None:
        with requests.Session() as session:
            session.trust_env = False
            while (push := self._next()) is not None:
                outcome = self._post(session, push) if self._alive(push) else "unsubscribed"
                with self._changed:
                    self._note(push, outcome)
                    self._busy -= 1
                    self._changed.notify_all()

    def _next(self) -> Push | None:
        """The next push whose time has come; None when stopped."""
        with self._changed:
            while not self._stopped:
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is not None and wait <= 0:
                    push = heapq.heappop(self._due)[2]
                    self._held = [held for held in self._held if held is not push]
                    self._busy += 1
                    return push
                self._changed.wait(wait)
            return None

    def _post(self, session: requests.Session, push: Push) -> int | str:
        body = json.dumps(push.event).encode()
        headers = {"Content-Type": "application/json"}
        if self.signing_secret:
            headers["X-Strava-Signature"] = signature(body, self.signing_secret, int(time.time()))
        try:
            answer = session.post(
                push.callback_url, data=body, headers=headers, timeout=self.timeout, allow_redirects=False
            )
        except requests.Timeout:
            return "timed out"
        except requests.RequestException:
            return "no connection"
        return answer.status_code

    def _note(self, push: Push, outcome: int | str) -> None:
        push.tries.append(outcome)
        if outcome == 200:
            push.state = "delivered"
        elif outcome == "unsubscribed":
            push.state = "lost"
        elif len(push.tries) > len(self.retry_after):
            push.state = "given up"
        else:
            self._schedule(push, self.retry_after[len(push.tries) - 1])
