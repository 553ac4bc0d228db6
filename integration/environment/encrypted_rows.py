"""A check for encrypted rows: if there are any, a missing key was lost, and a new one would not open them.

Asked before there are settings, so it speaks to the database without the store.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

ANY = "SELECT 1 FROM athletes LIMIT 1"  # of every athlete there are encrypted tokens
LONGEST_WAIT_S = 5


class Unanswered(Exception):
    """The database does not answer, so nobody knows."""


def exist(database_url: str) -> bool:
    """Return True if somebody is in the database. Raises Unanswered if it cannot be asked."""
    scheme, _, rest = database_url.partition("://")
    return _in_sqlite(Path(rest.removeprefix("/"))) if scheme == "sqlite" else _in_postgresql(f"postgresql://{rest}")


def _in_sqlite(file: Path) -> bool:
    if not file.exists():
        return False
    try:
        with closing(sqlite3.connect(file, timeout=LONGEST_WAIT_S)) as database:
            return database.execute(ANY).fetchone() is not None
    except sqlite3.Error as error:
        if "no such table" in str(error):
            return False
        raise Unanswered(str(error)) from None


def _in_postgresql(url: str) -> bool:
    import psycopg  # takes long to import, and is asked for at the first start alone

    try:
        with psycopg.connect(url, connect_timeout=LONGEST_WAIT_S) as database:
            return database.execute(ANY).fetchone() is not None
    except psycopg.errors.UndefinedTable:
        return False
    except psycopg.Error as error:
        raise Unanswered((str(error).strip().splitlines() or ["no answer"])[0]) from None
