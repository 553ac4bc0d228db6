"""Starts and keeps up the processes of one instance, and takes every one of them along when it ends.

Knows commands, signals and exit codes; what the processes do is theirs.
"""

from integration.supervisor.instance_lock import free_port, lock_data_dir, require_free_port
from integration.supervisor.programs import PYTHON, Program, programs, tidy_up
from integration.supervisor.readiness import Readiness
from integration.supervisor.supervise import Supervisor, answers

__all__ = [
    "PYTHON",
    "Program",
    "Readiness",
    "Supervisor",
    "answers",
    "free_port",
    "lock_data_dir",
    "programs",
    "require_free_port",
    "tidy_up",
]
