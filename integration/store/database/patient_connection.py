"""A connection to PostgreSQL that gives up by itself: its server may accept and never answer.

No timeout of the server helps when the server stands still, nor one of TCP: its machine goes on acknowledging.
"""

from typing import Any, TypeVar

from psycopg import Connection, OperationalError
from psycopg.abc import PQGen
from psycopg.errors import _WaitTimeout

Answer = TypeVar("Answer")


class PatientConnection(Connection[Any]):
    """Close itself and raise OperationalError if one answer takes longer than `answer_within` seconds."""

    answer_within: float | None = None

    def wait(self, gen: PQGen[Answer], interval: float = 0.1, timeout: float | None = None) -> Answer:
        """Wait for the end of one exchange with the server."""
        try:
            return super().wait(gen, interval, self.answer_within if timeout is None else timeout)
        except _WaitTimeout:
            self.pgconn.finish()
        raise OperationalError(f"the database gave no answer within {self.answer_within} s")
