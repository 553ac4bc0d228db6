"""The database for commands: brought up to date, or as it is.

What takes long to import is imported where it is used: `run` and `demo` start the pages first.
"""

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from integration.config import Settings
from integration.environment.encrypted_rows import first_line
from integration.environment.installation import CODE, why_unusable
from integration.environment.setting_defaults import database_away, database_setting
from integration.errors import BackstrideError, BadSetting, DatabaseAway, StoreUnavailable

if TYPE_CHECKING:
    from integration.store import Store
    from integration.store.schema import Age


def migrated(settings: Settings, say: Callable[[str], object] = str) -> "Store":
    """Return the store, brought to the newest schema; a backup of older tables is made first, and `say` told.

    Raises BadSetting if there is no database to speak to or a newer version made it, BadInput if no backup of it
    can be written: then nothing was migrated.
    """
    from integration.backup import back_up_before_migration
    from integration.store import Store, schema

    require_writable(settings)
    store = Store(settings.database_url)
    with _named(settings):
        age = schema.age(store)
        _require_not_newer(settings, store, age)
        if age is schema.Age.OLD:
            say(f"migrating from {schema.revision_of(store)} to {schema.newest()}")
            kept = back_up_before_migration(settings, store, datetime.now(UTC))
            say(f"a backup from before is in {kept}: for seven days, or until somebody's data is deleted")
            _migrate_or_tell(settings, store)
        else:
            schema.migrate(store)
    return store


def require_writable(settings: Settings) -> None:
    """Raise BadSetting for a database of ours in a place that cannot be written, where SQLite would not say why."""
    if settings.sqlite_file is None:
        return
    directory = settings.sqlite_file.parent
    try:
        tempfile.TemporaryFile(dir=directory).close()
    except OSError as error:
        name = database_setting(settings.database_url, settings.data_dir)
        raise BadSetting(name, why_unusable(OSError(error.errno, error.strerror, str(directory)))) from None


def _migrate_or_tell(settings: Settings, store: "Store") -> None:
    """Migrate; if that fails, tell the operator, who may have left a machine to do it by night."""
    from integration.operator_watch import tell_at_once
    from integration.store import schema

    try:
        schema.migrate(store)
    except Exception as error:
        line = (
            f"the migration to {schema.newest()} failed ({type(error).__name__}), and nothing was changed: "
            "start the version before it again, and report this"
        )
        tell_at_once(settings, line)
        raise BackstrideError(line) from error


def opened(settings: Settings) -> "Store":
    """The store of an instance that may be running: a new database is made, but older tables are left to `migrate`."""
    from integration.store import Store, schema

    store = Store(settings.database_url)
    with _named(settings):
        age = schema.age(store)
    _require_not_newer(settings, store, age)
    if age is schema.Age.NONE:
        schema.migrate(store)
    elif age is schema.Age.OLD:
        raise BackstrideError("the database's tables are not this version's: stop what runs, then backstride migrate")
    return store


def _require_not_newer(settings: Settings, store: "Store", age: "Age") -> None:
    from integration.store import schema

    if age is schema.Age.NEWER:
        theirs, ours = schema.revision_of(store), schema.newest()
        remedy = "install that version again, or restore a backup that this one made (docs/operate.md, Roll back)"
        name = database_setting(settings.database_url, settings.data_dir)
        raise BadSetting(name, f"a newer Backstride made the database (tables {theirs}, here {ours}): {remedy}")


@contextmanager
def _named(settings: Settings) -> Iterator[None]:
    """Name the setting behind a database that cannot be spoken to."""
    from sqlalchemy.exc import DBAPIError

    try:
        yield
    except (StoreUnavailable, DBAPIError) as error:
        if away := database_is_away(error, settings):
            raise away from None
        raise


def database_is_away(error: Exception, settings: Settings) -> DatabaseAway | None:
    """Return the error that names the setting, with what the driver said; None if something else is wrong."""
    from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError

    said = error.__cause__ if isinstance(error, StoreUnavailable) else error
    if not isinstance(said, DBAPIError):
        return None
    damaged, unconnected = type(said) is DatabaseError, said.statement is None  # such as an option that is unknown
    if not (isinstance(error, StoreUnavailable | OperationalError) or damaged or unconnected):
        return None
    return database_away(settings.database_url, settings.data_dir, first_line(said.orig, settings.database_url))


def may_hold_old_tables(settings: Settings) -> bool:
    """Return True if there may be tables of an older Backstride, which the web must not meet; without SQLAlchemy."""
    if settings.sqlite_file is None:
        return True
    if not settings.sqlite_file.exists():
        return False
    try:
        with closing(sqlite3.connect(settings.sqlite_file)) as database:
            return database.execute("SELECT version_num FROM alembic_version").fetchall() != [(newest_revision(CODE),)]
    except sqlite3.Error:
        return True


def newest_revision(code: Path) -> str:
    """The number that the newest migration's file is named by."""
    return max((code / "integration/store/migrations/versions").glob("[0-9]*.py")).name.partition("_")[0]
