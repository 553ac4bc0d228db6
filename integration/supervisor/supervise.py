"""Keeps programs up: starts them in order, starts again what dies, stops all."""

import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, SIGTERM
from typing import IO

from integration.supervisor import redis_files
from integration.supervisor.program import NeverUp, Program
from integration.supervisor.reach import is_up, pongs
from integration.supervisor.watchdog import Watchdog, end_group

FIRST_PAUSE, LONGEST_PAUSE = 0.25, 15.0  # seconds before a program that died starts again
LIVED_WELL = 10.0  # seconds after which a death is no longer one of a series
EARLY_ENDS = 2  # in a row, after which a program's files are taken for damaged
TICK = 0.1
READY_WITHIN = 120.0  # a small machine compiles everything at the first start

Say = Callable[[str, str], None]  # (who, line)


@dataclass
class _Child:
    program: Program
    process: subprocess.Popen[str]
    reader: threading.Thread
    started: float = field(default_factory=time.monotonic)


class Supervisor:
    """Runs `programs` in `directory` until `stop`; `say` receives every line that they print, and our own.

    `keep_open`: descriptors that every process inherits, such as that of a lock to be held until the last one ends.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        directory: Path,
        say: Say,
        environ: Mapping[str, str] | None = None,
        keep_open: Sequence[int] = (),
    ) -> None:
        self._programs = programs
        self._directory = directory
        self._say = say
        self._environ = environ
        self._keep_open = keep_open
        self._children: dict[str, _Child] = {}
        self._pauses: dict[str, float] = {}
        self._early_ends: dict[str, int] = {}
        self._due: dict[str, float] = {}
        self._answered: set[str] = set()
        self._watchdog = Watchdog(keep_open)

    def start(self, stop: threading.Event, meanwhile: Callable[[], object] = lambda: None) -> bool:
        """Start all, each after the one before answers, or after two minutes. Returns False when one does not answer.

        `meanwhile` is done while the first of them starts up, before later ones do. Returns early when `stop` is set.
        """
        ready = True
        for program in self._programs:
            if stop.is_set():
                return False
            self._try_to_spawn(program)
            if program.address:
                meanwhile()
                ready = self._wait_until_ready(program.address, stop) and ready
        return ready

    def keep_up(self, stop: threading.Event) -> None:
        """Start again what dies, until `stop` is set."""
        while not stop.wait(TICK):
            self._look_after()

    def stop(self) -> None:
        """Stop the web first, so that nothing new comes in, then the others, the last started first."""
        order = sorted(self._children, key=lambda name: (name != "web", -self._order(name)))
        with ExitStack() as ending:  # does everything, whatever fails of it
            ending.callback(self._watchdog.dismiss)
            ending.callback(self._children.clear)
            for name in reversed(order):
                ending.callback(self._end, self._children[name])

    def process_ids(self) -> dict[str, int]:
        """The running programs by name, and the watchdog that ends them all should this process be killed."""
        return {name: child.process.pid for name, child in list(self._children.items())} | {
            "watchdog": self._watchdog.process_id
        }

    def kill(self) -> None:
        """End all at once: for whoever asks a second time while `stop` waits."""
        for child in list(self._children.values()):
            end_group(child.process.pid, SIGKILL)

    def _order(self, name: str) -> int:
        return [program.name for program in self._programs].index(name)

    def _try_to_spawn(self, program: Program) -> None:
        """Start a program, now or as soon as the machine lets us: it may have no memory or process to spare."""
        try:
            self._spawn(program)
        except OSError as error:
            pause = self._lengthen_pause(program.name)
            self._say("backstride", f"{program.name} cannot be started ({error.strerror}); trying again in {pause:g} s")

    def _spawn(self, program: Program) -> None:
        process = subprocess.Popen(  # noqa: S603 - the commands are our own
            program.command,
            cwd=self._directory,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if program.quiet else subprocess.PIPE,
            stderr=subprocess.PIPE if program.quiet else subprocess.STDOUT,
            text=True,
            errors="replace",
            pass_fds=self._keep_open,
            process_group=0,  # same session, but the terminal's Ctrl-C reaches the supervisor alone
        )
        self._watchdog.watch(process.pid)
        reader = threading.Thread(
            target=self._relay, args=(program.name, process.stdout or process.stderr), daemon=True
        )
        reader.start()
        self._children[program.name] = _Child(program, process, reader)

    def _relay(self, name: str, lines: IO[str]) -> None:
        for line in lines:
            if line.strip():
                self._say(name, line.rstrip())

    def _look_after(self) -> None:
        self._replace_dead_watchdog()
        now = time.monotonic()
        for child in list(self._children.values()):
            if child.process.poll() is not None:
                self._bury(child, now)
            elif child.program.socket and child.program.name not in self._answered and pongs(child.program.socket):
                self._answered.add(child.program.name)
        for name in [name for name, due in self._due.items() if due <= now]:
            del self._due[name]
            self._try_to_spawn(self._programs[self._order(name)])

    def _replace_dead_watchdog(self) -> None:
        with suppress(OSError):  # there is no process to spare now: the next look tries again
            if self._watchdog.replace_if_dead():
                self._say("backstride", "the watchdog had died; another one watches")

    def _bury(self, child: _Child, now: float) -> None:
        name, status = child.program.name, child.process.returncode
        self._clear(child)
        del self._children[name]
        if now - child.started >= LIVED_WELL:
            self._pauses.pop(name, None)
            self._early_ends.pop(name, None)
        pause = self._lengthen_pause(name)
        how = f"was ended by signal {-status}" if status < 0 else f"ended with exit code {status}"
        self._early_ends[name] = self._early_ends.get(name, 0) + 1
        self._require_hope(child, how)
        self._say("backstride", f"{name} {how}; starting it again in {pause:g} s")
        self._mend(child.program)

    def _require_hope(self, child: _Child, how: str) -> None:
        """Raise NeverUp for a Redis that never answered, if it has too little memory or new files did not help it."""
        name, files = child.program.name, Path(child.program.files or "")
        if not child.program.socket or name in self._answered:
            return
        if redis_files.is_short_of_memory(files, child.process.pid) or self._early_ends[name] > EARLY_ENDS:
            line = redis_files.never_answered(files, child.process.pid, how)
            if self._early_ends[name] > EARLY_ENDS:
                redis_files.put_back(files)
            raise NeverUp(line)

    def _mend(self, program: Program) -> None:
        """Set a program's files aside, once, if it ended early twice: with the same ones it would go on for ever."""
        if program.files is not None and self._early_ends[program.name] == EARLY_ENDS:
            try:
                self._say("backstride", redis_files.set_aside(Path(program.files)))
            except OSError as error:
                self._say("backstride", f"{program.name}: its files cannot be set aside ({error.strerror})")

    def _lengthen_pause(self, name: str) -> float:
        """Seconds until the program starts again, longer than the last time."""
        pause = min(self._pauses.get(name, FIRST_PAUSE / 2) * 2, LONGEST_PAUSE)
        self._pauses[name] = pause
        self._due[name] = time.monotonic() + pause
        return pause

    def _end(self, child: _Child) -> None:
        name, patience = child.program.name, child.program.stops_within
        end_group(child.process.pid, SIGTERM)
        try:
            child.process.wait(patience)
        except subprocess.TimeoutExpired:
            self._say("backstride", f"{name} did not stop in {patience:g} s: ending it")
        finally:
            self._clear(child)

    def _clear(self, child: _Child) -> None:
        """End what is left of the child's process group: a killed worker leaves its own children behind."""
        end_group(child.process.pid, SIGKILL)
        child.process.wait()
        self._watchdog.release(child.process.pid)
        child.reader.join(timeout=1)

    def _wait_until_ready(self, address: str, stop: threading.Event) -> bool:
        give_up = time.monotonic() + READY_WITHIN
        while not is_up(address):
            if stop.wait(0.03) or time.monotonic() > give_up:
                return False
            self._look_after()
        return True
