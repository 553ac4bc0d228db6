"""From a command to the supervisor: this process checks all that can be checked before, and then becomes it.

It keeps its process id, its terminal and the lock on DATA_DIR, and gives back the memory of all that it had imported.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from typing import NoReturn

from integration.cli.database import may_hold_old_tables, migrated
from integration.config import Settings, environment
from integration.supervisor import Plan, Program
from integration.supervisor.foreground import say
from integration.supervisor.programs import PYTHON

SPARING = {"MALLOC_ARENA_MAX": "2"}  # of the C library, which else gives each thread an arena of its own


def keep_running(
    programs: Sequence[Program],
    settings: Settings,
    *,
    lock: int,
    environ: Mapping[str, str] | None = None,
    command: str,
) -> NoReturn:
    """Migrate if the web must not meet what is there, and become the supervisor of the programs.

    All of them inherit `lock`, the descriptor that DATA_DIR is held by. `command`: whose announcement is made once the
    pages answer.
    """
    if may_hold_old_tables(settings):
        migrated(settings, lambda line: say("backstride", line)).dispose()
    own_directory = settings.redis_socket.parent
    plan = Plan(
        tuple(programs),
        helper=(*PYTHON, "-m", "integration.cli.announce", command),
        directory=str(settings.checkout),
        lock=lock,
        emptied=str(own_directory) if settings.bundled_redis and own_directory != settings.data_dir else None,
    )
    _become(plan, {**SPARING, **(environ or environment())})


def _become(plan: Plan, environ: Mapping[str, str]) -> NoReturn:
    reader, writer = os.pipe()
    os.write(writer, plan.dumps())  # some kilobytes: a pipe holds them before anybody reads
    os.close(writer)
    for descriptor in (reader, plan.lock):
        os.set_inheritable(descriptor, True)
    sys.stdout.flush()
    os.execve(PYTHON[0], (*PYTHON, "-m", "integration.supervisor", str(reader)), environ)  # noqa: S606
