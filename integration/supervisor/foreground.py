"""Holds an instance in the foreground of a terminal: from the first process's start to the last one's end."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from integration.supervisor.helper import Helper
from integration.supervisor.program import Plan
from integration.supervisor.readiness import Readiness
from integration.supervisor.stop import Stop
from integration.supervisor.supervise import Supervisor

ONE_EVENT_S = 1.0  # signals within it are one ask
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def say(who: str, line: str) -> None:
    """One line of the log that all processes share."""
    with suppress(OSError, ValueError):  # whoever read our output is gone: that is no reason to stop
        sys.stdout.write(f"{who:<10} | {line}\n")
        sys.stdout.flush()


def keep_running(plan: Plan) -> None:
    """Run the plan's programs until Ctrl-C or SIGTERM.

    Raises SystemExit if its helper fails, OSError if we do, NeverUp if Redis cannot run here.
    """
    say("backstride", f"starting {', '.join(program.name for program in plan.programs)}")
    stop = Stop()
    helper = Helper(plan.helper, plan.directory, (plan.lock,))
    supervisor = Supervisor(plan.programs, Path(plan.directory), say, keep_open=(plan.lock,))

    def end_all() -> None:
        helper.kill()
        supervisor.kill()

    with stopped_by_signals(stop, end_all):
        try:
            _start(supervisor, plan, helper, stop)
            supervisor.keep_up(stop)
            say("backstride", "stopping")
        finally:
            helper.end()
            supervisor.stop()
            if plan.emptied:
                with suppress(OSError):
                    os.rmdir(plan.emptied)  # noqa: PTH106
    say("backstride", "stopped")


def _start(supervisor: Supervisor, plan: Plan, helper: Helper, stop: threading.Event) -> None:
    if supervisor.start(stop, meanwhile=helper.wait_until_migrated):
        helper.announce(lambda line: say("backstride", line))
        _watch_readiness(plan, stop)
    elif not stop.is_set():
        say("backstride", "the pages do not answer; what `web` said above tells why")


def _watch_readiness(plan: Plan, stop: threading.Event) -> None:
    """Say once if notes cannot come: from a thread, because a slow answer must not hold up the supervisor."""
    address = next(program.address for program in plan.programs if program.address)
    readiness = Readiness(address.removesuffix("/healthz") + "/readyz", lambda line: say("backstride", line))
    threading.Thread(target=readiness.watch, args=(stop,), name="readiness", daemon=True).start()


@contextmanager
def stopped_by_signals(
    stop: threading.Event, at_once: Callable[[], None], clock: Callable[[], float] = time.monotonic
) -> Iterator[None]:
    """The first signal asks all to stop, one that comes a second later or after ends it at once.

    Two within a second are of one event: a closing terminal, `timeout` and `uvx` send two together, and nobody was
    impatient yet. Hanging up stays ignored if it was (nohup). SIGINT does not: a shell ignores it for what it starts
    in the background, and whoever sends it there means it.
    """
    first: list[float] = []

    def handle(number: int, frame: FrameType | None) -> None:
        del number, frame
        now = clock()
        first[:] = first or [now]
        stop.set()
        if now - first[0] >= ONE_EVENT_S:
            at_once()

    before = {number: signal.getsignal(number) for number in STOPPING}
    for number, handler in before.items():
        if number != signal.SIGHUP or handler is not signal.SIG_IGN:
            signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
