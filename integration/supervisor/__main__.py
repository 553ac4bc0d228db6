"""`python -m integration.supervisor N`, which `run` and `demo` become: keeps up the plan that descriptor N holds."""

import os
import sys

from integration.supervisor.foreground import keep_running
from integration.supervisor.program import NeverUp, Plan


def main() -> int:
    """Return the exit code."""
    with os.fdopen(int(sys.argv[1]), "rb") as told:
        plan = Plan.loads(told.read())
    try:
        keep_running(plan)
    except NeverUp as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"the supervisor cannot go on ({type(error).__name__}: {error.strerror})\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
