"""Brings a database to the newest schema, with Alembic. Run before anything else starts (`release` in the Procfile).

Alembic takes six megabytes, so it is imported by whoever migrates: pages and workers only ask how old the tables are.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, inspect, text

from integration.errors import StoreUnavailable
from integration.store.database.engine import Store

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"


class Age(StrEnum):
    """The age of a database's tables, against this version's."""

    NONE = "none"
    OLD = "old"
    CURRENT = "current"
    NEWER = "newer"


def migrate(store: Store, revision: str = "head") -> None:
    """Upgrade to `revision` in one transaction; a database that is there already is left as it is."""
    from alembic import command

    _run(store, command.upgrade, revision)


def downgrade(store: Store, revision: str) -> None:
    """Downgrade the schema to an earlier `revision`, or to "base", which leaves nothing."""
    from alembic import command

    _run(store, command.downgrade, revision)


def _run(store: Store, step: Callable[["Config", str], None], revision: str) -> None:
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


def age(store: Store) -> Age:
    """Return how old the tables are; NEWER if a newer version of Backstride made them."""
    revision = revision_of(store)
    if revision is None:
        return Age.NONE
    if revision == newest():
        return Age.CURRENT
    return Age.OLD if revision in _revisions() else Age.NEWER


def revision_of(store: Store) -> str | None:
    """Return the number of the database's schema; None if there are no tables yet."""
    with store.read() as session:
        return revision_in(session.connection())


def revision_in(connection: Connection) -> str | None:
    """Return the number of the schema of the database at the other end; None if there are no tables yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    number: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return number


def newest() -> str:
    """Return the number of this version's schema."""
    return _revisions()[-1]


def _revisions() -> list[str]:
    """Return the numbers that the migrations' files are named by, oldest first."""
    return sorted(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
