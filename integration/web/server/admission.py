"""Room for requests: so many at once in total, so many of one address, and so many bytes of bodies.

Whoever finds no room is told to come again, and its connection is closed: what it would send next costs nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from integration.web.asgi import BodyRefused, Scope
from integration.web.rate_limits import parsed, who_counts

MOST_AT_ONCE = 64  # requests that have a thread or wait for one
MOST_OF_ONE = 16  # of them, of one address
MOST_BYTES = 8 * 1024 * 1024  # bytes of bodies that are here, of all requests together


class Admission:
    """The requests that are served just now. `proxies`: how many of ours stand in front, as in TRUSTED_PROXIES."""

    def __init__(self, proxies: int) -> None:
        self._proxies = proxies
        self._served = 0
        self._of: Counter[str] = Counter()
        self._bytes = 0

    def check(self) -> None:
        """Raise BodyRefused if all places are taken: nothing more is done for such a request, its body is not read."""
        if self._served >= MOST_AT_ONCE:
            raise BodyRefused(503)

    @contextmanager
    def place(self, scope: Scope) -> Iterator[None]:
        """A place among the requests that are served. Raises BodyRefused if there is none."""
        self.check()
        who = self._who_counts(scope)
        if who and self._of[who] >= MOST_OF_ONE:
            raise BodyRefused(503)
        self._served += 1
        self._of[who] += 1
        try:
            yield
        finally:
            self._served -= 1
            self._of[who] -= 1
            if not self._of[who]:
                del self._of[who]

    @contextmanager
    def body(self) -> Iterator[Callable[[int], None]]:
        """A function that counts the bytes of one request's body while it is served, or raises BodyRefused: no room."""
        mine = 0

        def take_in(size: int) -> None:
            nonlocal mine
            if self._bytes + size > MOST_BYTES:
                raise BodyRefused(503)
            mine += size
            self._bytes += size

        try:
            yield take_in
        finally:
            self._bytes -= mine

    def _who_counts(self, scope: Scope) -> str:
        """Return the address that a request is counted by; "" if it may be everybody's: our machine or network."""
        remote = (scope.get("client") or ("", 0))[0]
        lines = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
        hops = ",".join(lines).split(",")
        if self._proxies and len(hops) >= self._proxies:
            remote = hops[-self._proxies].strip()
        address = parsed(remote)
        return who_counts(remote) if address is not None and address.is_global else ""
