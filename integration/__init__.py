"""The parts that touch the world: the database, Redis, Strava, the web, the command line and the processes."""

import sys

# structlog looks for it to show the values of variables in tracebacks, which hold tokens; and it takes 4 MB a process.
sys.modules.setdefault("rich", None)  # type: ignore[arg-type]  # Python's own way to say that there is none
