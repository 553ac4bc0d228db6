"""Brings a database to the newest schema, with Alembic. Run before anything else starts (`release` in the Procfile)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from integration.errors import StoreUnavailable
from integration.store.engine import Store


class Age(StrEnum):
    """The age of a database's tables, against this version's."""

    NONE = "none"
    OLD = "old"
    CURRENT = "current"
    NEWER = "newer"


def migrate(store: Store, revision: str = "head") -> None:
    """Upgrade to `revision` in one transaction; a database that is there already is left as it is."""
    _run(store, command.upgrade, revision)


def downgrade(store: Store, revision: str) -> None:
    """Downgrade the schema to an earlier `revision`, or to "base", which leaves nothing."""
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
    return age(store) is Age.CURRENT


def age(store: Store) -> Age:
    """Return how old the tables are; NEWER if a newer version of Backstride made them."""
    revision, scripts = revision_of(store), ScriptDirectory.from_config(_config())
    if revision is None:
        return Age.NONE
    if revision == scripts.get_current_head():
        return Age.CURRENT
    known = {script.revision for script in scripts.walk_revisions()}
    return Age.OLD if revision in known else Age.NEWER


def revision_of(store: Store) -> str | None:
    """Return the number of the database's schema; None if there are no tables yet."""
    with store.read() as session:
        return MigrationContext.configure(session.connection()).get_current_revision()


def newest() -> str:
    """Return the number of this version's schema."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
