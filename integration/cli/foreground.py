"""Holds an instance in the foreground of a terminal: from the checks before the start to the last process's end.

What takes long to import is imported where it is used: by then the pages are starting in a process of their own.
"""

import signal
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING

from integration.config import Settings
from integration.errors import BadSetting
from integration.supervisor import Program, Supervisor

if TYPE_CHECKING:
    from integration.store import Store

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def migrated(settings: Settings) -> "Store":
    """The store, brought to the newest schema. Raises BadSetting where there is no database to speak to."""
    from sqlalchemy.exc import OperationalError

    from integration.store import Store, schema

    store = Store(settings.database_url)
    try:
        schema.migrate(store)
    except OperationalError as error:
        name = "DATA_DIR" if settings.sqlite_file else "DATABASE_URL"
        why = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else "no answer"
        raise BadSetting(name, f"the database cannot be used ({why}): check that it runs, and its rights") from None
    return store


def holds_old_tables(settings: Settings) -> bool:
    """Whether there may be tables of an older Backstride, which the web must not meet."""
    if settings.sqlite_file is None:
        return True
    if not settings.sqlite_file.exists():
        return False
    newest = max((settings.checkout / "integration/store/migrations/versions").glob("[0-9]*.py")).name.split("_")[0]
    try:
        with closing(sqlite3.connect(settings.sqlite_file)) as database:
            return database.execute("SELECT version_num FROM alembic_version").fetchall() != [(newest,)]
    except sqlite3.Error:
        return True


def say(who: str, line: str) -> None:
    """One line of the log that all processes share."""
    with suppress(OSError, ValueError):  # whoever read our output is gone: that is no reason to stop
        sys.stdout.write(f"{who:<10} | {line}\n")
        sys.stdout.flush()


def keep_running(
    programs: Sequence[Program],
    settings: Settings,
    *,
    environ: Mapping[str, str] | None = None,
    when_ready: Callable[["Store"], None],
) -> None:
    """Migrates, and runs the programs until Ctrl-C or SIGTERM; `when_ready` is called once the pages answer."""
    if holds_old_tables(settings):
        migrated(settings).dispose()
    stop = threading.Event()
    supervisor = Supervisor(programs, settings.checkout, say, environ)
    with _stopped_by_signals(stop, supervisor):
        try:
            if supervisor.start(stop, meanwhile=lambda: migrated(settings).dispose()):
                _announce(settings, when_ready)
            elif not stop.is_set():
                say("backstride", "the pages do not answer; what `web` said above tells why")
            supervisor.keep_up(stop)
            say("backstride", "stopping")
        finally:
            supervisor.stop()
    say("backstride", "stopped")


def _announce(settings: Settings, when_ready: Callable[["Store"], None]) -> None:
    from integration.store import Store

    store = Store(settings.database_url)
    when_ready(store)
    store.dispose()


@contextmanager
def _stopped_by_signals(stop: threading.Event, supervisor: Supervisor) -> Iterator[None]:
    """The first signal asks all to stop, a second one ends it at once. What was ignored stays ignored (nohup)."""

    def handle(number: int, frame: FrameType | None) -> None:
        del number, frame
        if stop.is_set():
            supervisor.kill()
        stop.set()

    before = {number: signal.getsignal(number) for number in STOPPING}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
