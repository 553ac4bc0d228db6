"""Statements that are put into words once: for each call SQLAlchemy takes several times as long as SQLite itself."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import CompilerElement

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler


class Prepared:
    """A statement that every push runs. `build` makes it for a dialect's name; it is called once for each."""

    def __init__(self, build: Callable[[str], CompilerElement]) -> None:
        self._build = build
        self._worded: dict[str, _Worded] = {}

    def rows(self, session: Session, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """Run it and return its rows, as the database tells them. Raises SQLAlchemy's DBAPIError.

        What the session holds is not flushed before.
        """
        connection = session.connection()
        name = connection.dialect.name
        if name not in self._worded:
            self._worded[name] = _Worded(self._build(name), connection.dialect)
        cursor = connection.connection.cursor()
        with _raised_as_sqlalchemy_does(connection.dialect):
            try:
                cursor.execute(*self._worded[name].call(values))
                return cursor.fetchall()
            finally:
                cursor.close()


class _Worded:
    """The text of a statement, and how its values are to be handed over."""

    def __init__(self, statement: CompilerElement, dialect: Dialect) -> None:
        compiled = cast("SQLCompiler", statement.compile(dialect=dialect))
        self._text = str(compiled)
        self._constants = compiled.params
        self._places = compiled.positiontup
        processors = {name: bound.type.bind_processor(dialect) for name, bound in compiled.binds.items()}
        self._processors = {name: process for name, process in processors.items() if process}

    def call(self, values: Mapping[str, Any]) -> tuple[str, Any]:
        """Return the text, and the values as its dialect wants them: in their order, or by name."""
        given = {**self._constants, **values}
        for name, process in self._processors.items():
            given[name] = process(given[name])
        return self._text, given if self._places is None else [given[name] for name in self._places]


@contextmanager
def _raised_as_sqlalchemy_does(dialect: Dialect) -> Iterator[None]:
    driver = dialect.loaded_dbapi
    try:
        yield
    except driver.Error as error:
        raise DBAPIError.instance(None, None, error, driver.Error, hide_parameters=True, dialect=dialect) from error
