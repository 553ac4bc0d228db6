"""A Redis that is away is worth one line of a worker's log, whoever of its threads finds out."""

import logging

import pytest
from celery.beat import SchedulingError
from kombu.exceptions import OperationalError
from redis.exceptions import ConnectionError as RedisAway

from workers.app import without_traceback


@pytest.mark.parametrize(
    "error", [RedisAway("away"), OSError("away"), SchedulingError("away"), OperationalError("away")]
)
def test_it_is_said_in_one_line_without_a_traceback(error: Exception) -> None:
    record = logging.LogRecord(
        "celery.beat", 40, "", 1, "Message Error: %s\n%s", (error, ["a stack"]), (type(error), error, None)
    )

    assert without_traceback(record)
    assert logging.Formatter("%(message)s").format(record) == "Message Error: away"


def test_any_other_error_keeps_its_traceback() -> None:
    error = ValueError("ours")
    record = logging.LogRecord("workers", 40, "", 1, "failed: %s", (error,), (type(error), error, None))

    assert without_traceback(record)
    assert "ValueError" in logging.Formatter("%(message)s").format(record)
