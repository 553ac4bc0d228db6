"""The supervisor's helper (`python -m integration.cli.announce run`): it migrates, and tells the operator what to know.

`run` and `demo` are told of by the modules of these commands.
"""

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING

from integration.cli.database import migrated
from integration.config import Settings, load_settings
from integration.errors import BackstrideError, BadInput, BadSetting
from integration.supervisor.helper import MIGRATED, READY

if TYPE_CHECKING:
    from integration.store import Store


def main(command: str) -> int:
    """Return the exit code; what goes wrong is one line on stderr."""
    try:
        settings = load_settings()
        store = migrated(settings)
        _tell(MIGRATED)
        if sys.stdin.readline().strip() == READY:  # else the supervisor is gone, or stops
            announcement: Callable[[Settings, Store], Iterator[str]] = import_module(
                f"integration.cli.{command}"
            ).announcement
            for line in announcement(settings, store):
                _tell(line)
    except BackstrideError as error:
        sys.stderr.write(f"{error}\n")
        return 2 if isinstance(error, BadSetting | BadInput) else 1
    return 0


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
