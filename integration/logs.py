"""Logs of our processes: a line per event on stdout, and tracebacks without the values of variables.

Left to itself structlog shows the locals of every frame if it finds a library for that, and these hold tokens.
Text of strangers, such as the name of an unknown event, can neither begin a line of its own nor steer a terminal.
"""

import re
import traceback
from typing import TextIO

import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def configure_logs() -> None:
    """Set up logging. Called by the composition roots; doing it again changes nothing, for loggers in use neither."""
    structlog.configure(processors=PROCESSORS, cache_logger_on_first_use=True)


def on_one_line(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Escape control characters in what is logged."""
    return {name: escaped(value) if isinstance(value, str) else value for name, value in event.items()}


def escaped(text: str) -> str:
    """Return `text` with its control characters as `\\x0a` or `\\u2028`."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def indented_traceback(stream: TextIO, exc_info: ExcInfo) -> None:
    """Write a traceback each line of which is indented: none can pass for an event of its own."""
    lines = "".join(traceback.format_exception(*exc_info)).split("\n")
    stream.write("\n" + "\n".join(f"    {escaped(line)}" for line in lines if line))


PROCESSORS: list[Processor] = [
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    on_one_line,
    structlog.dev.ConsoleRenderer(colors=False, exception_formatter=indented_traceback),
]
