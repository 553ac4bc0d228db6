"""Faults on demand: which one strikes which call or push, and how often. No socket, no waiting here."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from itertools import count
from typing import Any

BEFORE = {
    "rate_limited": "answers 429 although the windows have room",
    "error_page": "answers `status` (503) with an HTML page; nothing is done",
    "not_found": "answers 404",
    "unauthorized": "answers 401 as for an expired access token",
    "inactive": "answers 403: the app's owner pays no subscription",
    "not_json": "answers 200 with a page instead of JSON; nothing is done",
    "slow": "waits `seconds`, then does what was asked",
    "hang": "never answers (the connection is cut after `seconds`); nothing is done",
    "cut": "cuts the connection; nothing is done",
}
PRIVATE_NOTE = "private_note"
WHILE = {
    "silently_ignored": "answers as if all was done, but leaves the private note (or the fields `without`) as it was",
}
AFTER = {
    "cut_after": "does what was asked, then cuts the connection: the answer is lost",
    "slow_after": "does what was asked, and answers `seconds` later",
    "error_page_after": "does what was asked, then answers `status` (503) with an HTML page",
    "odd_answer": "does what was asked, then answers with `fields` in place of its own and `without` some of them",
}
PUSH = {
    "push_duplicate": "delivers the event twice",
    "push_lost": "never delivers the event",
    "push_delayed": "delivers the event `seconds` later",
    "push_reordered": "holds the event back until the next one was sent (or for `seconds`)",
}
KINDS = BEFORE | WHILE | AFTER | PUSH
DEFAULT_SECONDS = {"slow": 3.0, "hang": 30.0, "slow_after": 3.0, "push_delayed": 5.0, "push_reordered": 30.0}


@dataclass
class Fault:
    """`on` is a pattern over "METHOD /path" (`PUT /activities/*`); "" means every call of the API, none of OAuth.
    `times` counts down, None means until removed. `athlete` limits it to calls for (or events of) one athlete."""

    id: int
    kind: str
    on: str
    times: int | None
    seconds: float
    status: int
    athlete: int | None
    fields: dict[str, Any]
    without: list[str]

    def strikes(self, kinds: dict[str, str], call: str, athlete: int | None) -> bool:
        if self.kind not in kinds or (self.athlete is not None and self.athlete != athlete):
            return False
        if not self.on:
            return "/oauth/" not in call
        return fnmatchcase(call, self.on)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def reshape(self, body: Any) -> Any:
        """Return an answer with the fault's fields; of a list each entry."""
        if isinstance(body, list):
            return [self.reshape(entry) for entry in body]
        return {name: value for name, value in {**body, **self.fields}.items() if name not in self.without}


class Faults:
    """The faults that are set, in the order in which they were set; the caller holds the sandbox's lock."""

    def __init__(self) -> None:
        self.active: list[Fault] = []
        self._ids = count(1)

    def add(
        self,
        kind: str,
        *,
        on: str = "",
        times: int | None = 1,
        seconds: float | None = None,
        status: int = 503,
        athlete: int | None = None,
        fields: Mapping[str, Any] | None = None,
        without: Collection[str] = (),
    ) -> Fault:
        """Set one fault. ValueError names the kinds there are when `kind` is none of them."""
        if kind not in KINDS:
            raise ValueError(f"kind: no fault is called {kind!r}; there are {', '.join(KINDS)}")
        if times is not None and times < 1:
            raise ValueError("times: at least 1, or null for every time until the fault is removed")
        duration = DEFAULT_SECONDS.get(kind, 0.0) if seconds is None else float(seconds)
        fault = Fault(
            next(self._ids), kind, str(on), times, duration, int(status), athlete, dict(fields or {}), list(without)
        )
        self.active.append(fault)
        return fault

    def remove(self, fault_id: int) -> bool:
        left = [fault for fault in self.active if fault.id != fault_id]
        removed = len(left) < len(self.active)
        self.active = left
        return removed

    def clear(self) -> None:
        self.active = []

    def take(self, kinds: dict[str, str], call: str, athlete: int | None) -> Fault | None:
        """The first fault of these kinds that strikes this call, counted down by one."""
        for fault in self.active:
            if fault.strikes(kinds, call, athlete):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times == 0:
                        self.active.remove(fault)
                return fault
        return None
