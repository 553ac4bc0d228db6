"""The supervisor keeps programs up and leaves none behind, whatever happens to it."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from integration.errors import BadSetting
from integration.supervisor import Program, Supervisor, claim_data_dir, free_port, require_free_port

pytestmark = pytest.mark.processes

HELLO = "import os, time; os.write(1, b'up %d\\n' % os.getpid()); time.sleep(60)"  # one write: two may share a pipe
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + HELLO
WITH_A_CHILD = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {HELLO!r}]); " + HELLO
SERVER = (
    "import sys; from http.server import HTTPServer, SimpleHTTPRequestHandler;"
    "HTTPServer(('127.0.0.1', int(sys.argv[1])), SimpleHTTPRequestHandler).serve_forever()"
)


def program(name: str, code: str, *arguments: str, address: str | None = None) -> Program:
    return Program(name, (sys.executable, "-c", code, *arguments), stops_within=0.5, address=address)


class Running:
    """A supervisor at work in a thread, and what it said."""

    def __init__(self, *programs: Program) -> None:
        self.said: list[tuple[str, str]] = []
        self.stopping = threading.Event()
        self.supervisor = Supervisor(programs, Path.cwd(), lambda who, line: self.said.append((who, line)))

    def work(self) -> None:
        self.supervisor.start(self.stopping)
        self.supervisor.keep_up(self.stopping)

    def process_ids(self) -> list[int]:
        return [int(line.split()[1]) for _, line in list(self.said) if line.startswith("up ")]


@contextmanager
def running(*programs: Program) -> Iterator[Running]:
    instance = Running(*programs)
    thread = threading.Thread(target=instance.work)
    thread.start()
    try:
        yield instance
    finally:
        instance.stopping.set()
        thread.join()
        instance.supervisor.stop()


def alive(process_id: int) -> bool:
    """Running, and no zombie."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def eventually(truth: Callable[[], object], within: float = 10.0) -> bool:
    give_up = time.monotonic() + within
    while not truth() and time.monotonic() < give_up:
        time.sleep(0.02)
    return bool(truth())


def test_what_programs_print_comes_out_under_their_names() -> None:
    with running(program("one", "print('hello', flush=True); import time; time.sleep(60)")) as instance:
        assert eventually(lambda: ("one", "hello") in instance.said)


def test_a_program_that_was_killed_is_started_again() -> None:
    with running(program("one", HELLO)) as instance:
        assert eventually(lambda: len(instance.process_ids()) == 1)
        os.kill(instance.process_ids()[0], signal.SIGKILL)

        assert eventually(lambda: len(instance.process_ids()) == 2)
        assert ("backstride", "one was ended by signal 9; starting it again in 0.25 s") in instance.said


def test_a_program_that_keeps_dying_is_started_more_and_more_slowly() -> None:
    with running(program("one", "raise SystemExit(3)")) as instance:
        assert eventually(
            lambda: ("backstride", "one ended with exit code 3; starting it again in 1 s") in instance.said
        )

    assert [line.split()[-2] for _, line in instance.said] == ["0.25", "0.5", "1"]


def test_the_children_of_a_killed_program_go_with_it() -> None:
    with running(program("one", WITH_A_CHILD)) as instance:
        assert eventually(lambda: len(instance.process_ids()) == 2)
        first = instance.process_ids()
        os.kill(instance.supervisor.process_ids()["one"], signal.SIGKILL)

        assert eventually(lambda: len(instance.process_ids()) == 4)
        assert not [process_id for process_id in first if alive(process_id)]


def test_stopping_ends_every_process_also_one_that_does_not_want_to() -> None:
    with running(program("web", HELLO), program("one", WITH_A_CHILD), program("two", STUBBORN)) as instance:
        assert eventually(lambda: len(instance.process_ids()) == 4)

    assert not [process_id for process_id in instance.process_ids() if alive(process_id)]
    assert ("backstride", "two did not stop in 0.5 s: ending it") in instance.said


def test_the_web_stops_first_and_then_the_last_started() -> None:
    says_bye = "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(print('bye'))); " + HELLO
    with running(*(program(name, says_bye) for name in ("redis", "web", "worker", "beat"))) as instance:
        assert eventually(lambda: len(instance.process_ids()) == 4)

    assert [who for who, line in instance.said if line == "bye"] == ["web", "beat", "worker", "redis"]


def test_a_program_waits_until_the_one_before_it_answers() -> None:
    port = str(free_port("127.0.0.1"))
    slow = "import time; time.sleep(0.3); print('serving', flush=True);" + SERVER
    with running(
        program("web", slow, port, address=f"http://127.0.0.1:{port}/"),
        program("worker", "print('working', flush=True);" + HELLO),
    ) as instance:
        assert eventually(lambda: ("worker", "working") in instance.said)

    assert instance.said.index(("web", "serving")) < instance.said.index(("worker", "working"))


def test_a_supervisor_that_is_killed_takes_every_process_along(tmp_path: Path) -> None:
    script = tmp_path / "supervise.py"
    script.write_text(
        "import pathlib, sys, threading\n"
        "from integration.supervisor import Program, Supervisor\n"
        "stop = threading.Event()\n"
        "programs = [Program(str(n), (sys.executable, '-c', code), 0.5) for n, code in enumerate(sys.argv[1:])]\n"
        "supervisor = Supervisor(programs, pathlib.Path.cwd(), lambda who, line: print(line, flush=True))\n"
        "supervisor.start(stop)\n"
        "supervisor.keep_up(stop)\n"
    )
    command = [sys.executable, str(script), HELLO, WITH_A_CHILD]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as supervisor:
        assert supervisor.stdout
        process_ids = [int(supervisor.stdout.readline().split()[1]) for _ in range(3)]
        supervisor.kill()

    assert eventually(lambda: not [process_id for process_id in process_ids if alive(process_id)])


def test_a_port_that_is_taken_is_named_before_anything_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadSetting, match=f"PORT: {port} is in use on 127.0.0.1"):
            require_free_port("127.0.0.1", port)
        assert free_port("127.0.0.1", port) > port


def test_an_address_of_another_machine_is_named() -> None:
    with pytest.raises(BadSetting, match=r"HOST: 203\.0\.113\.1"):
        require_free_port("203.0.113.1", 8000)


def test_a_second_instance_on_the_same_data_dir_is_refused(tmp_path: Path) -> None:
    with claim_data_dir(tmp_path), pytest.raises(BadSetting, match=f"DATA_DIR: .* in use by process {os.getpid()}"):
        claim_data_dir(tmp_path).__enter__()

    with claim_data_dir(tmp_path):
        pass
