"""Wait for what is about to be true, as long as a busy machine takes: nothing that passes waits for the whole time."""

import time
from collections.abc import Callable

PATIENCE_S = 60.0


def wait_until(
    truth: Callable[[], object], within: float = PATIENCE_S, say: Callable[[], str] = str, *, every: float = 0.02
) -> None:
    """Return as soon as `truth()` is, asked `every` so many seconds; fail with the words of `say()` after `within`."""
    give_up = time.monotonic() + within
    while not truth():
        assert time.monotonic() < give_up, say()
        time.sleep(every)
