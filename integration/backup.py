"""A backup: one gzipped JSON file with the secrets that were made here and what of the database may be kept.

The same file restores to SQLite and to PostgreSQL, and into a newer Backstride. Strava's data is no part of it (it may
be cached for seven days, a backup is kept for longer): histories are fetched again, processed ones are not missed.
"""

import gzip
import json
import tempfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Connection, MetaData, Table, func, insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.types import TypeEngine

from content.counted import counted
from integration.backup_file import FORMAT, read, write_private
from integration.config import Settings
from integration.environment.secret_files import private_directory, replace_secret
from integration.errors import BadInput, BadSetting, KeysLost
from integration.store import Store, Vault, schema, web_sessions
from integration.store.database.column_types import Instant
from integration.store.tables import Table as Mapped

FORMER_NAMES = ("bells",)  # of tables, in a backup from before a migration renamed them
CACHED = ("histories", "runs")  # Strava's data
REGISTER = "deletions"
OWN = "backups"  # the directory in DATA_DIR of those made before a migration
OWN_KEPT_FOR = timedelta(days=7)  # long enough to go back to the older version, and no longer: they hold secrets
Rows = list[dict[str, Any]]


def back_up(settings: Settings, store: Store, path: Path, now: datetime) -> dict[str, int]:
    """Write the backup to `path` (mode 0600, whole or not at all); return the number of rows by table."""
    with store.read() as session:
        connection = session.connection()
        tables = {table.name: _dump(connection, table) for table in _tables(connection) if table.name not in CACHED}
        content = {
            "backstride_backup": FORMAT,
            "made_at": now.isoformat(),
            "revision": schema.revision_in(connection),
            "secrets": {name: file.read_text("utf-8").strip() for name, file in settings.secret_files.items()},
            "tables": tables,
        }
    write_private(path, gzip.compress(json.dumps(content).encode()))
    return {name: len(rows) for name, rows in tables.items()}


def back_up_into(settings: Settings, store: Store, directory: Path, now: datetime, *, keep: int) -> Path:
    """Write a backup into `directory`, named by its time; return its path. All but the newest `keep` are deleted."""
    if not directory.is_dir():
        raise BadInput(f"{directory}: is no directory: make it first, or leave --keep away to name a file")
    path = directory / f"backstride-{now:%Y%m%dT%H%M%SZ}.gz"
    back_up(settings, store, path, now)
    for old in sorted(directory.glob("backstride-????????T??????Z.gz"))[:-keep]:
        old.unlink(missing_ok=True)
    return path


def back_up_before_migration(settings: Settings, store: Store, now: datetime) -> Path:
    """Write a backup of the older tables into DATA_DIR, and return its path. Raises BadSetting if that cannot be."""
    path = settings.data_dir / OWN / f"before-{schema.newest()}-{now:%Y%m%dT%H%M%SZ}.gz"
    try:
        private_directory(path.parent)
        back_up(settings, store, path, now)
    except (OSError, BadInput) as error:
        raise BadSetting("DATA_DIR", f"no backup could be made first, so nothing was migrated ({error})") from None
    return path


def forget_own(data_dir: Path, now: datetime, *, kept_for: timedelta = OWN_KEPT_FOR) -> None:
    """Delete the backups that were made before a migration, if they are older than `kept_for`."""
    for old in (data_dir / OWN).glob("before-*.gz"):
        if now.timestamp() - old.stat().st_mtime >= kept_for.total_seconds():
            old.unlink(missing_ok=True)


def restore(settings: Settings, store: Store, path: Path, *, replace: bool) -> dict[str, int]:
    """Put a backup into an empty database, or with `replace` in place of any; return the number of rows by table.

    The register of deletions outlives it: what was deleted since the backup stays registered. BadInput when the file is
    no backup, when somebody is in the database, or when no key of ours opens its tokens.
    """
    content = read(path)
    with tempfile.TemporaryDirectory() as directory:
        rehearsal = Store(f"sqlite:///{directory}/rehearsal.sqlite3")
        _rehearse(rehearsal, content, path, to_sqlite=store.engine.dialect.name == "sqlite")
    _require_keys(settings, content)
    with store.engine.begin() as connection:
        found = _tables(connection)
        _require_room(connection, found, replace=replace)
        deletions = [row for table in found if table.name == REGISTER for row in _dump(connection, table)]
        for table in reversed(found):
            table.drop(connection)
        connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
    filled = _fill(store, content)
    _register_again(store, deletions)
    with store.write() as session:
        web_sessions.end_all(session)  # whoever signed out since the backup stays signed out
    for name in content["secrets"].keys() & settings.secret_files.keys():
        replace_secret(settings.secret_files[name], content["secrets"][name])
    store.leave_no_trace()
    return filled


def _register_again(store: Store, deletions: Rows) -> None:
    """Register the deletions that the backup does not know of."""
    with store.engine.begin() as connection:
        register = next(table for table in _tables(connection) if table.name == REGISTER)
        known = set(connection.scalars(select(register.c.id)))
        if since := [row for row in deletions if row["id"] not in known]:
            connection.execute(insert(register), since)


def _rehearse(empty: Store, content: Mapping[str, Any], path: Path, *, to_sqlite: bool) -> None:
    """Fill an empty database that nobody needs, so that a file that cannot be restored has destroyed nothing."""
    from alembic.util import CommandError  # nobody but who restores needs Alembic

    try:
        _fill(empty, content, to_sqlite=to_sqlite)
        _require_times(empty)
    except (CommandError, SQLAlchemyError, KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
        raise BadInput(f"{path}: is of a newer Backstride, or damaged ({type(error).__name__})") from None
    finally:
        empty.dispose()


def _fill(empty: Store, content: Mapping[str, Any], *, to_sqlite: bool = True) -> dict[str, int]:
    """Make the tables as they were, fill them, and bring both up to date; return the number of rows by table.

    ValueError for a value that is not of its column's type: SQLite would take it, and PostgreSQL would not. So with a
    text that is too long, unless all of it goes back `to_sqlite`, which may have kept one.
    """
    schema.migrate(empty, content["revision"])
    filled = {}
    with empty.engine.begin() as connection:
        for table in (each for each in _tables(connection) if each.name in content["tables"]):
            rows = content["tables"][table.name]
            values = [(row.get(column.name), column.type) for column in table.columns for row in rows]
            if not all(_fits(*each) and (to_sqlite or not _is_too_long(*each)) for each in values):
                raise ValueError(table.name)
            if rows:
                connection.execute(insert(table), rows)
            filled[table.name] = len(rows)
    schema.migrate(empty)
    return filled


def _fits(value: object, column: TypeEngine[Any]) -> bool:
    """Return whether the value is of the column's type. None is: the database knows where it may stand."""
    if value is None or isinstance(column, JSON):
        return True
    if isinstance(value, str):
        return column.python_type is str and "\x00" not in value
    return type(value) is column.python_type or (column.python_type is float and type(value) is int)


def _require_times(store: Store) -> None:
    """Raise OverflowError for a time that cannot be read back. Those that Strava may tell reach the year 9999."""
    with store.engine.connect() as connection:
        for table in Mapped.metadata.sorted_tables:
            times = [column for column in table.columns if isinstance(column.type, Instant)]
            for _ in connection.execute(select(*times)) if times else ():
                pass  # reading is what raises


def _is_too_long(value: object, column: TypeEngine[Any]) -> bool:
    longest = getattr(column, "length", None)
    return isinstance(value, str) and longest is not None and len(value) > longest


def _tables(connection: Connection) -> list[Table]:
    """Our tables as the database has them, so that an older schema is taken as it is; referenced ones first."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name in Mapped.metadata.tables or name in FORMER_NAMES)
    return found.sorted_tables


def _dump(connection: Connection, table: Table) -> Rows:
    query = select(table).order_by(*table.primary_key)
    if table.name == "pending_activities":
        query = query.where(table.c.received > table.c.processed)
    return [_without_lease(dict(row)) for row in connection.execute(query).mappings()]


def _without_lease(row: dict[str, Any]) -> dict[str, Any]:
    """A lease belongs to a worker that will not come back."""
    return row | {name: None for name in ("lease_token", "lease_until") if name in row}


def _require_room(connection: Connection, found: list[Table], *, replace: bool) -> None:
    athletes = next((table for table in found if table.name == "athletes"), None)
    held = connection.scalar(select(func.count()).select_from(athletes)) if athletes is not None else 0
    if held and not replace:
        raise BadInput(f"the database holds {counted(held, 'athlete')} already: add --replace to put this backup there")


def _require_keys(settings: Settings, content: Mapping[str, Any]) -> None:
    keys = [key.get_secret_value() for key in settings.token_keys]
    if "token_keys" in settings.secret_files:
        keys = content["secrets"].get("token_keys", ",".join(keys)).split(",")
    try:
        for athlete in content["tables"].get("athletes", []):
            Vault(lambda: keys).decrypt(athlete["refresh_token"])
    except (KeysLost, ValueError):
        raise BadInput("TOKEN_KEYS: no key opens this backup: set those of the instance that it was made of") from None
