"""Brings a database to the newest schema, with Alembic. Run before anything else starts (`release` in the Procfile)."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from integration.store.engine import Store


def migrate(store: Store, revision: str = "head") -> None:
    """Upgrades to `revision` in one transaction; a database that is there already is left as it is."""
    config = _config()
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def is_current(store: Store) -> bool:
    """Whether the database has the newest schema."""
    with store.engine.connect() as connection:
        known = MigrationContext.configure(connection).get_current_revision()
    return known == ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
