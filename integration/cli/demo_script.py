"""The demo without a browser: everything that a person would do in one, over HTTP, and what came of it in words."""

import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, TypeVar

import click
import requests

from content.notes import block
from content.notes.formats import Formats
from content.notes.wording import FindingsInWords
from content.signals import History, Thresholds, headroom, review
from integration.errors import BackstrideError, BadInput
from integration.store import Store, histories
from integration.strava.oauth import SCOPES

BEYOND_KM = 2.0
OWN_WORDS = "Lovely morning. Felt strong until the last hill."
WITHIN = 60.0  # seconds for any one thing to happen
T = TypeVar("T")


class DemoError(BackstrideError):
    """The demo could not show what it was to show."""


def play_once(pages: str, sandbox: str, store: Store, log: Sequence[str]) -> None:
    """Play the journey on the addresses of both, and print it. Raises BadInput if there is no limit.

    `log` is what the instance's processes say meanwhile; its end is shown when something does not happen.
    """
    try:
        _play(Visitor(pages, sandbox), store)
    except (requests.RequestException, DemoError) as error:
        raise DemoError(f"{error}. The log's end: {' / '.join(log[-5:])}") from None


def _play(visitor: "Visitor", store: Store) -> None:
    visitor.connect()
    runs = _eventually("the history did not come in", lambda: _runs(store, visitor.athlete_id))
    visitor.switch_notes_on()
    connecting = visitor.calls()
    distance = _headroom(runs) + BEYOND_KM
    begun = time.monotonic()
    activity = visitor.log_run(distance)
    after = _eventually("no note came", lambda: _noted(visitor.description(activity)))
    took = time.monotonic() - begun
    costs = visitor.calls() - connecting
    found = _eventually("the run was not kept", lambda: _findings(store, visitor.athlete_id, activity))
    _print(OWN_WORDS, after, found, distance, took)
    click.echo(f"Calls to Strava: connecting {_counted(connecting)}; this run {_counted(costs)}.")


class Visitor:
    """Somebody with cookies, who follows links and fills in forms; and who runs, on the stand-in."""

    def __init__(self, pages: str, sandbox: str) -> None:
        self._pages = pages
        self._sandbox = f"{sandbox}/sandbox/api"
        self._browser = requests.Session()
        self._browser.headers["Accept-Language"] = "en-IE"  # English, and kilometres
        self._browser.trust_env = False  # no proxy and no .netrc: all of this is on this machine
        self.athlete_id = int(self._tell("GET", "state")["athletes"][0]["id"])

    def connect(self) -> None:
        """From the first page over the consent page, all scopes ticked, to /welcome."""
        self._open(self._pages)
        consent = self._open(f"{self._pages}/connect")
        back = self._send("POST", consent.url, data={"decision": "authorize", "scope": SCOPES})
        if not back.url.startswith(f"{self._pages}/welcome"):
            raise DemoError(f"connecting ended at {back.url.partition('?')[0]}")

    def switch_notes_on(self) -> None:
        welcome = self._open(f"{self._pages}/welcome")
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', welcome.text)
        form = {"on": "true", "csrf_token": token[1] if token else ""}
        self._send("POST", f"{self._pages}/notes/switch", data=form, headers={"Referer": welcome.url})

    def log_run(self, km: float) -> int:
        told = {"km": round(km, 3), "title": "Longer than usual", "description": OWN_WORDS}
        return int(self._tell("POST", f"athletes/{self.athlete_id}/activities", json=told)["id"])

    def description(self, activity: int) -> str | None:
        text: str | None = self._tell("GET", f"activities/{activity}")["description"]
        return text

    def calls(self) -> Counter[str]:
        """The calls that the application has made so far, by what they were for."""
        asked = ((call["method"], call["path"]) for call in self._tell("GET", "calls"))
        return Counter(_purpose(method, path) for method, path in asked if path != "/oauth/authorize")

    def _open(self, address: str) -> requests.Response:
        return self._send("GET", address)

    def _tell(self, method: str, path: str, **told: Any) -> Any:
        return self._send(method, f"{self._sandbox}/{path}", **told).json()

    def _send(self, method: str, address: str, **told: Any) -> requests.Response:
        answer = self._browser.request(method, address, timeout=WITHIN, **told)
        if not answer.ok:
            raise DemoError(f"{method} {answer.url.partition('?')[0]} was answered with {answer.status_code}")
        return answer


def _purpose(method: str, path: str) -> str:
    if path.startswith("/oauth"):
        return "token"
    if path.startswith("/push_subscriptions"):
        return "subscription"
    if method == "PUT":
        return "write"
    return "listing" if path == "/athlete/activities" else "read"


def _counted(calls: Counter[str]) -> str:
    return ", ".join(f"{number} {purpose}" for purpose, number in calls.items()) or "none"


def _runs(store: Store, athlete_id: int) -> History | None:
    with store.read() as session:
        whole = histories.fresh(session, athlete_id, datetime.now(UTC))
        return History(histories.runs(session, athlete_id)) if whole else None


def _headroom(history: History) -> float:
    last = history.canonical[-1] if history.canonical else None
    ahead = last.start_local.replace(tzinfo=UTC) - last.start if last else timedelta()
    where_the_runner_is = timezone(timedelta(minutes=round(ahead.total_seconds() / 60)))
    km = headroom(history, Thresholds(), at=datetime.now(where_the_runner_is)).km
    if km is None:
        raise BadInput("--history: there is no limit now: give a history with more recent runs")
    return km


def _noted(description: str | None) -> str | None:
    return description if block.find(description) else None


def _findings(store: Store, athlete_id: int, activity: int) -> str | None:
    """Return the run's findings in words, once the worker has stored it: the note is written just before."""
    history = _runs(store, athlete_id)
    run = history.get(activity) if history else None
    if run is None or history is None:
        return None
    return FindingsInWords(run, review(run, history, {}, Thresholds()).findings, Formats()).text()


def _print(before: str, after: str, findings: str, distance: float, took: float) -> None:
    click.echo(f"A run of {distance:.1f} km, {BEYOND_KM:g} km over the limit.\n")
    click.echo(f"Its description before:\n{_indented(before)}\n")
    click.echo(f"Its description {took:.1f} s later:\n{_indented(after)}\n")
    click.echo(f"Findings: {findings}")


def _indented(text: str) -> str:
    return "\n".join(f"  | {line}" for line in text.splitlines())


def _eventually(otherwise: str, look: Callable[[], T | None]) -> T:
    give_up = time.monotonic() + WITHIN
    while time.monotonic() < give_up:
        found = look()
        if found is not None:
            return found
        time.sleep(0.05)
    raise DemoError(otherwise)
