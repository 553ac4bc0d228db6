"""Instances that are there already: an empty database with its secrets, and one to which an athlete has connected.

What hundreds of tests begin with is done once in each process, for real, and copied from then on.
"""

import copy
import sqlite3
import tempfile
from collections.abc import Callable, Hashable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from integration.config import load_settings
from integration.sandbox import Sandbox
from integration.sandbox.applications import Grant
from integration.store import Store
from integration.store.database.column_types import Instant
from integration.store.schema import migrate
from integration.store.tables import StoredRun, Table


@cache
def _empty() -> tempfile.TemporaryDirectory[str]:
    """An instance's directory that goes with the process."""
    made = tempfile.TemporaryDirectory(prefix="empty-instance-")
    directory = Path(made.name)
    store = Store(load_settings({"DATA_DIR": str(directory)}, checkout=directory).database_url)
    migrate(store)
    store.leave_no_trace()
    store.dispose()
    return made


def empty_database() -> bytes:
    """Return the file of an empty migrated database."""
    [file] = Path(_empty().name).rglob("*.sqlite3")
    return file.read_bytes()


@cache
def _files() -> list[tuple[Path, int, bytes]]:
    """Path, mode and content of each file of an empty instance."""
    made = Path(_empty().name)
    return [(f.relative_to(made), f.stat().st_mode, f.read_bytes()) for f in made.rglob("*") if f.is_file()]


def begin(directory: Path) -> None:
    """Put an empty migrated database and secrets into `directory`, unless there is something already."""
    secrets = directory / "secrets"
    if not secrets.exists():
        secrets.mkdir(mode=0o700, parents=True)
        for path, mode, content in _files():
            (file := directory / path).write_bytes(content)
            file.chmod(mode)


@dataclass(frozen=True)
class Connected:
    """An instance just after an athlete connected: its database, Strava's grant, and the browser's cookie.

    `at` is that moment by the clock of the instance, which a test may have set, and `strava_at` by Strava's.
    `known`: the names of the facts that were there before; each instance keeps its own values, such as a subscription.
    """

    database: bytes
    known: frozenset[str]
    grant: Grant
    cookie: str
    at: datetime
    strava_at: datetime

    def restore(self, store: Store, strava: Sandbox, now: datetime) -> None:
        """Make the empty `store` and `strava` what they were then, as if it were just `now` by the instance's clock."""
        with closing(sqlite3.connect(":memory:")) as source, closing(_raw(store)) as target:
            facts = _facts(target)
            source.deserialize(self.database)
            source.backup(target)
            with target:
                target.executemany("DELETE FROM facts WHERE name = ?", [(name,) for name in self.known])
                target.executemany("INSERT INTO facts (name, value) VALUES (?, ?)", facts.items())
        _shift(store, now - self.at)
        grant, age = copy.deepcopy(self.grant), datetime.now(UTC) - self.strava_at
        grant.access = {token: expires + age for token, expires in grant.access.items()}
        strava.app.grants[grant.athlete] = grant


_snapshots: dict[Hashable, Connected] = {}


def connected(
    key: Hashable,
    athlete: int,
    store: Store,
    strava: Sandbox,
    connect: Callable[[], None],
    cookie: Callable[[], str],
    now: Callable[[], datetime],
) -> Connected:
    """Return the state after `connect`, which is called the first time only; `store` and `strava` are in it then.

    `now` is the clock of the instance.
    """
    key = (key, athlete, _log_of(strava, athlete))
    if key in _snapshots:
        _snapshots[key].restore(store, strava, now())
        return _snapshots[key]
    with closing(_raw(store)) as raw:
        known = frozenset(_facts(raw))
    connect()
    with closing(_raw(store)) as raw:
        database = raw.serialize()
    # In WAL mode, which a database in memory cannot be: its header says which.
    database = database[:18] + b"\x01\x01" + database[20:]
    grant = copy.deepcopy(strava.app.grants[athlete])
    _snapshots[key] = Connected(database, known, grant, cookie(), now(), datetime.now(UTC))
    return _snapshots[key]


def is_empty(store: Store, strava: Sandbox) -> bool:
    """Return True if nobody has connected, so that a snapshot may take the place of everything."""
    if not store.is_sqlite or strava.app.grants:
        return False
    with closing(_raw(store)) as raw:
        [[athletes]] = raw.execute("SELECT count(*) FROM athletes").fetchall()
    return bool(athletes == 0)


def _facts(raw: sqlite3.Connection) -> dict[str, str]:
    return dict(raw.execute("SELECT name, value FROM facts").fetchall())


def _log_of(strava: Sandbox, athlete: int) -> Hashable:
    profile = {k: v for k, v in strava.athlete(athlete).profile.items() if k not in {"created_at", "updated_at"}}
    return repr(sorted(profile.items())), tuple((a["id"], a["start_date"], a["distance"]) for a in strava.of(athlete))


def _raw(store: Store) -> sqlite3.Connection:
    return sqlite3.connect(str(store.engine.url.database))


def _shift(store: Store, age: timedelta) -> None:
    """Let every moment but the runs' own lie `age` later."""
    microseconds = age // timedelta(microseconds=1)
    with closing(_raw(store)) as raw, raw:
        for table in Table.metadata.sorted_tables:
            instants = [column.name for column in table.columns if isinstance(column.type, Instant)]
            if table.name != StoredRun.__tablename__ and instants:
                later = ", ".join(f"{name} = {name} + {microseconds}" for name in instants)
                raw.execute(f"UPDATE {table.name} SET {later}")
