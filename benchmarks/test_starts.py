"""The time that Python takes to have what a command needs, beside an interpreter that does nothing.

Commands are timed by the clock, imports by processor time.
"""

import subprocess
import sys
import time
from collections.abc import Sequence

from benchmarks.figures import Figures

ROUNDS = 15
NOTHING = (sys.executable, "-c", "pass")
IMPORTS = "import time; t = time.process_time(); {}; print(1000 * (time.process_time() - t))"
UNDER_IT = "import datetime, dataclasses, re, collections, bisect"
CONTENT = "import content.runs, content.signals"


def run_ms(command: Sequence[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True)
    return 1000 * (time.perf_counter() - began)


def imported_ms(statement: str) -> float:
    told = subprocess.run([sys.executable, "-c", IMPORTS.format(statement)], capture_output=True, check=True)
    return float(told.stdout)


def test_the_command_says_what_it_can_do_at_once(figures: Figures) -> None:
    help_asked = (sys.executable, "-P", "-m", "integration.cli", "--help")
    took = [(run_ms(NOTHING), run_ms(help_asked)) for _ in range(ROUNDS)]  # by turns
    figures.add("an interpreter that does nothing, ms", min(nothing for nothing, _ in took))
    figures.add("backstride --help, ms", min(helped for _, helped in took), most=150)


def test_content_is_imported_at_once(figures: Figures) -> None:
    took = [(imported_ms(UNDER_IT), imported_ms(CONTENT)) for _ in range(ROUNDS)]
    figures.add("what content stands on, imported, ms", min(under for under, _ in took))
    figures.add("content, imported, ms", min(content for _, content in took), most=30)
