"""The database for commands: brought up to date, or as it is.

What takes long to import is imported where it is used: `run` and `demo` start the pages first.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from integration.config import Settings
from integration.errors import BackstrideError, BadSetting
from integration.installation import CODE

if TYPE_CHECKING:
    from integration.store import Store


def migrated(settings: Settings) -> "Store":
    """The store, brought to the newest schema. Raises BadSetting where there is no database to speak to."""
    from integration.store import Store, schema

    store = Store(settings.database_url)
    with _named(settings):
        schema.migrate(store)
    return store


def opened(settings: Settings) -> "Store":
    """The store of an instance that may be running: a new database is made, but older tables are left to `migrate`."""
    from alembic.migration import MigrationContext

    from integration.store import Store, schema

    store = Store(settings.database_url)
    with _named(settings), store.engine.connect() as connection:
        new = MigrationContext.configure(connection).get_current_revision() is None
    if new:
        schema.migrate(store)
    elif not schema.is_current(store):
        raise BackstrideError("the database's tables are not this version's: stop what runs, then backstride migrate")
    return store


@contextmanager
def _named(settings: Settings) -> Iterator[None]:
    """Names the setting behind a database that cannot be spoken to."""
    from sqlalchemy.exc import DatabaseError, OperationalError

    try:
        yield
    except DatabaseError as error:
        if not isinstance(error, OperationalError) and type(error) is not DatabaseError:  # the latter: a damaged file
            raise
        name = "DATA_DIR" if settings.sqlite_file else "DATABASE_URL"
        why = (str(error.orig).strip().splitlines() or ["no answer"])[0]
        raise BadSetting(name, f"the database cannot be used ({why}): check that it runs, and its rights") from None


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
