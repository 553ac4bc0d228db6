"""How our processes log: a line per event on stdout, and tracebacks without the values of variables.

Left to itself structlog shows the locals of every frame where it finds a library for that, and these hold tokens.
"""

import structlog


def configure_logs() -> None:
    """Called by the composition roots, once per process."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ],
        cache_logger_on_first_use=True,
    )
