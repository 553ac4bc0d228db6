"""Logging is set up by whoever starts a process; in tests that is the same process again and again."""

import structlog
from structlog.testing import capture_logs

from integration.logs import configure_logs


def test_a_logger_that_was_used_between_two_set_ups_is_captured() -> None:
    configure_logs()
    log = structlog.get_logger()
    log.info("before")
    configure_logs()

    with capture_logs() as lines:
        log.info("now")

    assert [line["event"] for line in lines] == ["now"]
