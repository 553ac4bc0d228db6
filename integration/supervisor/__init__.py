"""Starts and keeps up the processes of one instance, and takes every one of them along when it ends.

Knows commands, signals and exit codes; what the processes do is theirs. All that keeps them up imports the standard
library's smallest parts alone: it is there for as long as they are, and only watches. What knows the settings
(`programs`) is not imported here.
"""

from integration.supervisor.instance_lock import lock_data_dir
from integration.supervisor.program import NeverUp, Plan, Program
from integration.supervisor.readiness import Readiness
from integration.supervisor.supervise import Supervisor

__all__ = [
    "NeverUp",
    "Plan",
    "Program",
    "Readiness",
    "Supervisor",
    "lock_data_dir",
]
