"""A check for encrypted rows: if there are any, a missing key was lost, and a new one would not open them.

Asked before there are settings, so it speaks to the database without the store.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

ANY = "SELECT 1 FROM athletes LIMIT 1"  # of every athlete there are encrypted tokens
LONGEST_WAIT_S = 5
NOT_QUOTED = "its address does not read as one; in a password, write @ as %40"


class Unanswered(Exception):
    """The database does not answer, so nobody knows."""


def exist(database_url: str) -> bool:
    """Return True if somebody is in the database. Raises Unanswered if it cannot be asked."""
    scheme, _, rest = database_url.partition("://")
    return _in_sqlite(Path(rest.removeprefix("/"))) if scheme == "sqlite" else _in_postgresql(rest)


def first_line(error: BaseException | None, database_url: str) -> str:
    """Return what a driver said, in one line, unless a part of the password may stand in it.

    With more than one `@` in the address, what follows the first is taken for the host, and quoted.
    """
    line = (str(error).strip().splitlines() or ["no answer"])[0]
    return NOT_QUOTED if database_url.count("@") > 1 or "@" in line or "://" in line else line


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


def _in_postgresql(rest: str) -> bool:
    """Read the address as the store does: libpq takes other parts of it for the password, and quotes them."""
    import psycopg  # both take long to import, and are asked for at the first start alone
    from sqlalchemy.engine import make_url

    url = make_url(f"postgresql+psycopg://{rest}")
    options = url.get_dialect()().create_connect_args(url)[1]
    try:
        with psycopg.connect(**{"connect_timeout": LONGEST_WAIT_S, **options}) as database:
            return database.execute(ANY).fetchone() is not None
    except psycopg.errors.UndefinedTable:
        return False
    except psycopg.Error as error:
        raise Unanswered(first_line(error, rest)) from None
