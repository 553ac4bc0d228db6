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
    """A statement that every push or turn runs. `build` makes it for a dialect's name; it is called once for each."""

    def __init__(self, build: Callable[[str], CompilerElement]) -> None:
        self._build = build
        self._worded: dict[str, _Worded] = {}

    def rows(self, session: Session, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """Run it and return its rows, in the types of their columns. Raises SQLAlchemy's DBAPIError."""
        with self._at(session) as (cursor, worded):
            cursor.execute(*worded.call(values))
            return worded.fetch(cursor)

    def rows_of_each(self, session: Session, many: Sequence[Mapping[str, Any]]) -> list[Sequence[Sequence[Any]]]:
        """Run it with each of these values, in their order, and return the rows of each.

        PostgreSQL is waited for once, not for each. Raises SQLAlchemy's DBAPIError.
        """
        if len(many) < 2 or session.connection().dialect.name != "postgresql":
            return [self.rows(session, values) for values in many]
        with self._at(session) as (cursor, worded):
            texts, given = zip(*map(worded.call, many), strict=True)
            cursor.executemany(texts[0], given, returning=True)
            first = worded.fetch(cursor)
            return [first, *(worded.fetch(cursor) for _ in iter(cursor.nextset, None))]

    @contextmanager
    def _at(self, session: Session) -> "Iterator[tuple[Any, _Worded]]":
        """Open a cursor, with the words for its database."""
        session.flush()
        connection = session.connection()
        name = connection.dialect.name
        if name not in self._worded:
            self._worded[name] = _Worded(self._build(name), connection.dialect)
        cursor = connection.connection.cursor()
        with _raised_as_sqlalchemy_does(connection.dialect):
            try:
                yield cursor, self._worded[name]
            finally:
                cursor.close()


class _Worded:
    """The text of a statement, and how its values and its rows are to be handed over."""

    def __init__(self, statement: CompilerElement, dialect: Dialect) -> None:
        compiled = cast("SQLCompiler", statement.compile(dialect=dialect))
        self._text = str(compiled)
        self._places = compiled.positiontup
        processors = {name: bound.type.bind_processor(dialect) for bound, name in compiled.bind_names.items()}
        self._processors = {name: process for name, process in processors.items() if process}
        self._constants = {name: self._stored(name, value) for name, value in compiled.params.items()}
        self._dialect = dialect
        self._types = [column.type.dialect_impl(dialect) for column in compiled._result_columns]
        self._readers: list[tuple[int, Callable[[Any], Any]]] | None = None  # as the first answer describes its columns

    def call(self, values: Mapping[str, Any]) -> tuple[str, Any]:
        """Return the text, and the values as its dialect wants them: in their order, or by name."""
        given = self._constants | {name: self._stored(name, value) for name, value in values.items()}
        return self._text, given if self._places is None else [given[name] for name in self._places]

    def _stored(self, name: str, value: Any) -> Any:
        process = self._processors.get(name)
        return process(value) if process else value

    def fetch(self, cursor: Any) -> Sequence[Sequence[Any]]:
        """Return the rows that the driver's cursor is at, with every value in the type of its column."""
        rows: Sequence[Sequence[Any]] = cursor.fetchall()
        if self._readers is None:
            self._readers = self._readers_of(cursor.description)
        return [_read(list(row), self._readers) for row in rows] if self._readers else rows

    def _readers_of(self, columns: Sequence[Sequence[Any]]) -> list[tuple[int, Callable[[Any], Any]]]:
        described = zip(self._types, columns, strict=True)
        readers = (kind.result_processor(self._dialect, column[1]) for kind, column in described)
        return [(place, read) for place, read in enumerate(readers) if read]


def _read(row: list[Any], readers: Sequence[tuple[int, Callable[[Any], Any]]]) -> list[Any]:
    for place, read in readers:
        row[place] = read(row[place])
    return row


@contextmanager
def _raised_as_sqlalchemy_does(dialect: Dialect) -> Iterator[None]:
    driver = dialect.loaded_dbapi
    try:
        yield
    except driver.Error as error:
        raise DBAPIError.instance(None, None, error, driver.Error, hide_parameters=True, dialect=dialect) from error
