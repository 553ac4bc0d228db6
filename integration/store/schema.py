"""Brings a database to the newest schema, with Alembic. Run before anything else starts (`release` in the Procfile)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from integration.errors import StoreUnavailable
from integration.store.engine import Store


def migrate(store: Store, revision: str = "head") -> None:
    """Upgrades to `revision` in one transaction; a database that is there already is left as it is."""
    _run(store, command.upgrade, revision)


def downgrade(store: Store, revision: str) -> None:
    """Takes the schema back to an earlier `revision`, or to "base", which leaves nothing."""
    _run(store, command.downgrade, revision)


def _run(store: Store, step: Callable[[Config, str], None], revision: str) -> None:
    config = _config()
    with store.engine.connect() as connection, _referring_rows_kept(store, connection), connection.begin():
        config.attributes["connection"] = connection
        step(config, revision)
        if store.is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
            raise StoreUnavailable("a migration would leave rows that refer to nothing; nothing was changed")


@contextmanager
def _referring_rows_kept(store: Store, connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew, and dropping the old one would delete all rows that refer to it."""
    raw: Any = connection.connection.dbapi_connection  # the setting is deaf inside a transaction
    if not store.is_sqlite:
        yield
        return
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def is_current(store: Store) -> bool:
    """Return True if the database has the newest schema."""
    with store.read() as session:
        known = MigrationContext.configure(session.connection()).get_current_revision()
    return known == ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
