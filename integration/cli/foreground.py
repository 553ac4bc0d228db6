"""Holds an instance in the foreground of a terminal: from the checks before the start to the last process's end.

What takes long to import is imported where it is used: by then the pages are starting in a process of their own.
"""

import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING

from integration.cli.database import may_hold_old_tables, migrated
from integration.config import Settings
from integration.errors import BackstrideError
from integration.supervisor import Program, Readiness, Supervisor, tidy_up

if TYPE_CHECKING:
    from integration.store import Store

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def say(who: str, line: str) -> None:
    """One line of the log that all processes share."""
    with suppress(OSError, ValueError):  # whoever read our output is gone: that is no reason to stop
        sys.stdout.write(f"{who:<10} | {line}\n")
        sys.stdout.flush()


def keep_running(
    programs: Sequence[Program],
    settings: Settings,
    *,
    claim: int,
    environ: Mapping[str, str] | None = None,
    when_ready: Callable[["Store"], None],
) -> None:
    """Migrate, and run the programs until Ctrl-C or SIGTERM; `when_ready` is called once the pages answer.

    All of them inherit `claim`, the descriptor that DATA_DIR is held by.
    """
    if may_hold_old_tables(settings):
        migrated(settings, lambda line: say("backstride", line)).dispose()
    say("backstride", f"starting {', '.join(program.name for program in programs)}")
    stop = threading.Event()
    supervisor = Supervisor(programs, settings.checkout, say, environ, keep_open=(claim,))
    with _stopped_by_signals(stop, supervisor):
        try:
            _start(supervisor, programs, settings, stop, when_ready)
            supervisor.keep_up(stop)
            say("backstride", "stopping")
        except OSError as error:
            raise BackstrideError(f"the supervisor cannot go on ({type(error).__name__}: {error.strerror})") from error
        finally:
            supervisor.stop()
            tidy_up(settings)
    say("backstride", "stopped")


def _start(
    supervisor: Supervisor,
    programs: Sequence[Program],
    settings: Settings,
    stop: threading.Event,
    when_ready: Callable[["Store"], None],
) -> None:
    if supervisor.start(stop, meanwhile=lambda: migrated(settings).dispose()):
        _announce(settings, when_ready)
        _watch_readiness(programs, stop)
        watch_for_operator(settings, stop)
    elif not stop.is_set():
        say("backstride", "the pages do not answer; what `web` said above tells why")


def _watch_readiness(programs: Sequence[Program], stop: threading.Event) -> None:
    """Say once if notes cannot come: from a thread, because a slow answer must not hold up the supervisor."""
    address = next(program.address for program in programs if program.address)
    readiness = Readiness(address.removesuffix("/healthz") + "/readyz", lambda line: say("backstride", line))
    threading.Thread(target=readiness.watch, args=(stop,), name="readiness", daemon=True).start()


def watch_for_operator(settings: Settings, stop: threading.Event) -> threading.Thread | None:
    """Start to tell NOTIFY_URLS what is wrong, until `stop` is set; None where there are none."""
    if not settings.notify_urls:
        return None
    from integration.supervisor.operator_watch import OperatorWatch

    watch = OperatorWatch(settings, lambda line: say("backstride", line))
    thread = threading.Thread(target=watch.watch, args=(stop,), name="operator", daemon=True)
    thread.start()
    return thread


def _announce(settings: Settings, when_ready: Callable[["Store"], None]) -> None:
    from integration.store import Store

    store = Store(settings.database_url)
    when_ready(store)
    store.dispose()


@contextmanager
def _stopped_by_signals(stop: threading.Event, supervisor: Supervisor) -> Iterator[None]:
    """The first signal asks all to stop, a second one ends it at once. Hanging up stays ignored where it was (nohup).

    SIGINT does not: a shell ignores it for what it starts in the background, and whoever sends it there means it.
    """

    def handle(number: int, frame: FrameType | None) -> None:
        del number, frame
        if stop.is_set():
            supervisor.kill()
        stop.set()

    before = {number: signal.getsignal(number) for number in STOPPING}
    for number, handler in before.items():
        if number != signal.SIGHUP or handler is not signal.SIG_IGN:
            signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
