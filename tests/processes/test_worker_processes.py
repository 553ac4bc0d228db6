"""A worker of several processes: what each of them needs is loaded once, before they are forked."""

import subprocess
import sys
from pathlib import Path

from integration.config import SETTINGS, environment

FORKING = """
import gc, sys
from celery.signals import worker_before_create_process
from integration.config import load_settings
from workers.app import make_celery

make_celery(load_settings())
before = "stravalib" in sys.modules, gc.get_freeze_count()
worker_before_create_process.send(sender=None)
sys.exit((before, "stravalib" in sys.modules, gc.get_freeze_count() > 0) != ((False, 0), True, True))
"""


def test_what_all_processes_of_a_worker_need_is_there_before_they_are_forked_and_not_earlier(tmp_path: Path) -> None:
    given = {"DATA_DIR": str(tmp_path), "STRAVA_CLIENT_ID": "1", "STRAVA_CLIENT_SECRET": "s"}
    environ = environment(**dict.fromkeys((name.upper() for name in SETTINGS), "") | given)

    assert subprocess.run([sys.executable, "-c", FORKING], env=environ, check=False).returncode == 0
