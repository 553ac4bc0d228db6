"""The supervisor keeps programs up and leaves none behind, whatever happens to it."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import redis
from living import alive
from redis_answers import answers

from integration.config import load_settings
from integration.errors import BadSetting
from integration.ports import free_port
from integration.supervisor import (
    NeverUp,
    Plan,
    Program,
    Readiness,
    Supervisor,
    lock_data_dir,
    redis_files,
)
from integration.supervisor.foreground import stopped_by_signals
from integration.supervisor.programs import programs
from integration.supervisor.stop import Stop

pytestmark = pytest.mark.processes

HELLO = "import os, time; os.write(1, b'up %d\\n' % os.getpid()); time.sleep(60)"  # one write: two may share a pipe
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + HELLO
WITH_A_CHILD = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {HELLO!r}]); " + HELLO
SERVER = (
    "import sys; from http.server import HTTPServer, SimpleHTTPRequestHandler;"
    "HTTPServer(('127.0.0.1', int(sys.argv[1])), SimpleHTTPRequestHandler).serve_forever()"
)


def program(name: str, code: str, *arguments: str, address: str | None = None, stops_within: float = 30.0) -> Program:
    return Program(name, (sys.executable, "-c", code, *arguments), stops_within=stops_within, address=address)


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


def eventually(truth: Callable[[], object], within: float = 60.0) -> bool:
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

    assert [line.split()[-2] for _, line in instance.said][:3] == ["0.25", "0.5", "1"]


def test_the_files_of_a_program_that_ends_early_twice_are_set_aside_once(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    (files / "damaged").touch()
    broken = replace(program("one", "raise SystemExit(1)"), files=str(files))
    with running(broken) as instance:
        assert eventually(lambda: any("set aside" in line for _, line in instance.said))
        assert eventually(lambda: any("starting it again in 1 s" in line for _, line in instance.said))

    [away] = redis_files.set_asides(files)
    assert [kept.name for kept in away.iterdir()] == ["damaged"]
    assert list(files.iterdir()) == []


@pytest.mark.parametrize("damage", ["zeros", "garbage", "half"])
def test_redis_with_a_damaged_file_begins_anew_and_says_so(tmp_path: Path, damage: str) -> None:
    settings = load_settings({"DATA_DIR": str(tmp_path / "var")}, checkout=tmp_path)
    redis_program = next(each for each in programs(settings) if each.name == "redis")
    with running(redis_program):
        client = redis.Redis(unix_socket_path=str(settings.redis_socket))
        assert eventually(lambda: answers(client))
        client.set("some", "thing")
        client.close()
    incremental = next((tmp_path / "var/redis/appendonlydir").glob("*.incr.aof"))
    whole = incremental.read_bytes()
    half = b"*3\r\n$3\r\nSET\r\n$9\r\nx\r\n"
    incremental.write_bytes({"zeros": whole + bytes(4096), "garbage": b"\xff" * 500, "half": half + whole}[damage])

    with running(redis_program) as instance:
        assert eventually(lambda: any("set aside" in line for _, line in instance.said))
        client = redis.Redis(unix_socket_path=str(settings.redis_socket))
        assert eventually(lambda: answers(client))
        client.close()
    [away] = redis_files.set_asides(tmp_path / "var" / "redis")
    assert (away / "appendonlydir" / incremental.name).exists()
    assert redis_files.reason(away)


INTERRUPTED = """
import sys
from integration.supervisor.stop import Stop
stop, inside = Stop(), False
def at_each_line(frame, event, argument):  # as a signal's handler may come
    global inside
    if not inside:
        inside = True
        stop.set()
        inside = False
    return at_each_line
sys.settrace(at_each_line)
print(stop.wait(60), stop.set(), stop.is_set())
"""


def test_a_signal_may_come_at_any_moment_while_a_stop_is_waited_for_or_set() -> None:
    """Two at once had hung an instance: the second one's handler waited for a lock that the first one's held."""
    said = subprocess.run(
        [sys.executable, "-P", "-c", INTERRUPTED], capture_output=True, text=True, check=False, timeout=60
    )

    assert said.stdout == "True None True\n"


def test_two_signals_within_a_second_are_one_ask_and_a_later_one_is_impatience() -> None:
    now, ended = [100.0], []
    stop = Stop()
    with stopped_by_signals(stop, lambda: ended.append(now[0]), lambda: now[0]):
        for at in (100.0, 100.0, 100.9, 101.0):
            now[0] = at
            signal.raise_signal(signal.SIGTERM)

    assert stop.is_set()
    assert ended == [101.0]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process so")
def test_a_redis_with_too_little_memory_ends_it_all_with_one_line_and_exit_code_2(tmp_path: Path) -> None:
    settings = load_settings({"DATA_DIR": str(tmp_path / "var")}, checkout=tmp_path)
    [redis_program] = [each for each in programs(settings) if each.name == "redis"]
    limited = replace(
        redis_program, command=("/bin/sh", "-c", 'ulimit -v 20000; exec "$0" "$@"', *redis_program.command)
    )
    with (tmp_path / "lock").open("w") as lock:
        reader, writer = os.pipe()
        port = free_port("127.0.0.1")
        web = program("web", SERVER, str(port), address=f"http://127.0.0.1:{port}/")
        helper = (sys.executable, "-c", "print('migrated', flush=True); input()")
        plan = Plan((limited, web), helper, str(tmp_path), lock.fileno())
        os.write(writer, plan.dumps())
        os.close(writer)
        command = [sys.executable, "-P", "-m", "integration.supervisor", str(reader)]
        ended = subprocess.run(command, pass_fds=(reader, lock.fileno()), capture_output=True, text=True, check=False)
        os.close(reader)

    assert ended.returncode == 2, ended.stderr
    assert ended.stdout.splitlines()[0] == "backstride | starting redis, web"
    assert ended.stderr.startswith("redis: there is too little memory for it (")
    assert ended.stderr.count("\n") == 1
    assert redis_files.set_asides(tmp_path / "var" / "redis") == []


def test_a_redis_that_never_answers_gets_its_files_back_and_is_given_up(tmp_path: Path) -> None:
    files = tmp_path / "redis"
    files.mkdir()
    (files / "whole").touch()
    broken = replace(program("redis", "raise SystemExit(1)"), files=str(files), socket=str(tmp_path / "socket"))
    stop = threading.Event()
    supervisor = Supervisor([broken], tmp_path, lambda who, line: None)
    try:
        supervisor.start(stop)
        with pytest.raises(NeverUp, match=r"redis: ended again and again .*\(ended with exit code 1\).*REDIS_URL"):
            supervisor.keep_up(stop)
    finally:
        supervisor.stop()

    assert [kept.name for kept in files.iterdir()] == ["whole"]
    assert redis_files.set_asides(files) == []


def test_what_was_set_aside_is_deleted_after_a_week(tmp_path: Path) -> None:
    old, young = (tmp_path / f"redis-damaged-{name}" for name in ("20250101T000000", "20260101T000000"))
    for away in (old, young):
        away.mkdir()
    os.utime(old, (0, 0))

    redis_files.forget_old(tmp_path / "redis")

    assert redis_files.set_asides(tmp_path / "redis") == [young]


def test_notes_that_cannot_come_are_said_once_and_once_that_they_come_again() -> None:
    states = {"database": "ok", "worker": "silent since 12:00:00 UTC"}

    class Ready(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            well = all(state == "ok" for state in states.values())
            self.send_response(200 if well else 503)
            self.end_headers()
            self.wfile.write(json.dumps(states).encode())

        def log_message(self, *_: object) -> None:
            """Nothing."""

    said: list[str] = []
    with HTTPServer(("127.0.0.1", 0), Ready) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        readiness = Readiness(f"http://127.0.0.1:{server.server_port}/readyz", said.append)
        for _ in range(3):
            readiness.look()
        states["worker"] = "ok"
        for _ in range(3):
            readiness.look()
        server.shutdown()
    readiness.look()  # nothing answers: no news

    assert said == [
        "notes cannot come: worker silent since 12:00:00 UTC. They come later; `backstride doctor` says what to do",
        "notes come again",
    ]


def test_the_children_of_a_killed_program_go_with_it() -> None:
    with running(program("one", WITH_A_CHILD)) as instance:
        assert eventually(lambda: len(instance.process_ids()) == 2)
        first = instance.process_ids()
        os.kill(instance.supervisor.process_ids()["one"], signal.SIGKILL)

        assert eventually(lambda: len(instance.process_ids()) == 4)
        assert eventually(lambda: not any(map(alive, first)))


def test_stopping_ends_every_process_also_one_that_does_not_want_to() -> None:
    with running(
        program("web", HELLO), program("one", WITH_A_CHILD), program("two", STUBBORN, stops_within=0.5)
    ) as instance:
        assert eventually(lambda: len(instance.process_ids()) == 4)

    assert eventually(lambda: not any(map(alive, instance.process_ids())))
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


@dataclass
class Apart:
    """A supervisor in a process of its own, on a DATA_DIR, and the lines that it says."""

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)

    def numbers(self, who: str, times: int = 1) -> list[int]:
        """The process ids that `who` said, as soon as there are so many."""
        assert eventually(lambda: len(self._numbers(who)) == times), self.said
        return self._numbers(who)

    def listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line.strip())

    def _numbers(self, who: str) -> list[int]:
        return [int(line.split()[-1]) for line in list(self.said) if line.startswith(f"{who} up ")]


@contextmanager
def apart(data_dir: Path, *codes: str) -> Iterator[Apart]:
    """`codes` are the programs, named by their place: 0, 1 …"""
    script = data_dir.with_suffix(".py")
    script.write_text(
        "import pathlib, sys, threading\n"
        "from integration.supervisor import Program, Supervisor, lock_data_dir\n"
        "say = lambda who, line: print(who, line, flush=True)\n"
        "programs = [Program(str(n), (sys.executable, '-c', code), 0.5) for n, code in enumerate(sys.argv[2:])]\n"
        "with lock_data_dir(pathlib.Path(sys.argv[1])) as lock:\n"
        "    supervisor = Supervisor(programs, pathlib.Path.cwd(), say, keep_open=(lock,))\n"
        "    say('watchdog', f'up {supervisor.process_ids()[\"watchdog\"]}')\n"
        "    supervisor.start(threading.Event())\n"
        "    supervisor.keep_up(threading.Event())\n"
    )
    command = [sys.executable, str(script), str(data_dir), *codes]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        supervisor = Apart(process)
        listening = threading.Thread(target=supervisor.listen)
        listening.start()
        try:
            yield supervisor
        finally:
            process.kill()
            listening.join()


def test_a_supervisor_that_is_killed_takes_every_process_along(tmp_path: Path) -> None:
    with apart(tmp_path / "var", HELLO, WITH_A_CHILD) as supervisor:
        process_ids = supervisor.numbers("0") + supervisor.numbers("1", times=2)
        supervisor.process.kill()

        assert eventually(lambda: not any(map(alive, process_ids)))


def test_a_guard_that_is_killed_is_replaced_and_the_new_one_ends_what_ran_before(tmp_path: Path) -> None:
    with apart(tmp_path / "var", HELLO, HELLO) as supervisor:
        stays, dies, watchdog = (supervisor.numbers(who)[0] for who in ("0", "1", "watchdog"))
        os.kill(watchdog, signal.SIGKILL)
        os.kill(dies, signal.SIGKILL)
        started_again = supervisor.numbers("1", times=2)[1]
        assert eventually(lambda: "backstride the watchdog had died; another one watches" in supervisor.said)
        assert alive(stays)
        supervisor.process.kill()

        assert eventually(lambda: not alive(stays) and not alive(started_again))


def test_what_a_killed_supervisor_and_its_killed_guard_left_running_keeps_the_next_one_out(tmp_path: Path) -> None:
    with apart(tmp_path / "var", HELLO, HELLO) as supervisor:
        left = sorted(supervisor.numbers("0") + supervisor.numbers("1"))
        watchdog = supervisor.numbers("watchdog")[0]
        supervisor.process.send_signal(signal.SIGSTOP)  # so that it does not replace the watchdog
        os.kill(watchdog, signal.SIGKILL)
        assert eventually(lambda: not alive(watchdog))
        supervisor.process.kill()
        supervisor.process.wait()

        with pytest.raises(BadSetting, match=f"DATA_DIR: .*/var is in use by .*: .* with kill {left[0]} {left[1]}$"):
            lock_data_dir(tmp_path / "var", patience=0).__enter__()
        for process_id in left:
            os.kill(process_id, signal.SIGTERM)
        with lock_data_dir(tmp_path / "var"):
            pass


def test_a_program_that_cannot_be_started_is_tried_again_beside_the_others(tmp_path: Path) -> None:
    late = tmp_path / "late"
    with running(Program("late", (str(late),), stops_within=0.5), program("one", HELLO)) as instance:
        line = "late cannot be started (No such file or directory); trying again in 0.25 s"
        assert eventually(lambda: ("backstride", line) in instance.said)
        assert eventually(lambda: len(instance.process_ids()) == 1)
        late.symlink_to("/bin/pwd")
        assert eventually(lambda: "late" in [who for who, _ in instance.said])


def test_stopping_ends_every_process_also_when_something_fails_meanwhile() -> None:
    said: list[str] = []

    def say(who: str, line: str) -> None:
        if who == "backstride":
            raise RuntimeError(line)
        said.append(line)

    supervisor = Supervisor([program("one", HELLO), program("two", STUBBORN, stops_within=0.5)], Path.cwd(), say)
    supervisor.start(threading.Event())
    assert eventually(lambda: len(said) == 2)
    with pytest.raises(RuntimeError, match=r"two did not stop in 0\.5 s"):
        supervisor.stop()

    assert eventually(lambda: not any(alive(int(line.split()[1])) for line in said))


@dataclass
class Ended:
    """The exit code and output of a supervisor that was handed a plan, as `run` does it."""

    code: int
    output: str
    errors: str


def handed(plan: Plan) -> Ended:
    reader, writer = os.pipe()
    os.write(writer, plan.dumps())
    os.close(writer)
    command = [sys.executable, "-m", "integration.supervisor", str(reader)]
    shown = subprocess.run(
        command, pass_fds=(reader, plan.lock), capture_output=True, text=True, start_new_session=True, check=False
    )
    os.close(reader)
    return Ended(shown.returncode, shown.stdout, shown.stderr)


def test_a_helper_that_fails_stops_all_and_its_line_and_exit_code_are_ours(tmp_path: Path) -> None:
    number = tmp_path / "number"
    leaves_its_number = f"import os, pathlib; pathlib.Path({str(number)!r}).write_text(str(os.getpid())); " + HELLO
    fails = (
        "import pathlib, sys, time; print('migrated', flush=True); sys.stdin.readline()\n"
        f"number = pathlib.Path({str(number)!r})\n"
        "while not (number.exists() and number.read_text()): time.sleep(0.02)\n"
        "print('Strava: away', file=sys.stderr); sys.exit(2)"
    )
    port = free_port("127.0.0.1")
    with lock_data_dir(tmp_path / "var") as lock:
        web = program("web", SERVER, str(port), address=f"http://127.0.0.1:{port}/")
        helper = (sys.executable, "-c", fails)
        shown = handed(Plan((program("one", leaves_its_number), web), helper, str(tmp_path), lock))

    assert (shown.code, shown.errors) == (2, "Strava: away\n")
    assert eventually(lambda: not alive(int(number.read_text())))


def test_a_supervisor_that_cannot_go_on_says_so_in_one_line(tmp_path: Path) -> None:
    with lock_data_dir(tmp_path / "var") as lock:
        shown = handed(Plan((program("one", HELLO),), (str(tmp_path / "nowhere"),), str(tmp_path), lock))

    assert shown.code == 1
    assert shown.errors == "the supervisor cannot go on (FileNotFoundError: No such file or directory)\n"


def test_the_supervisor_imports_nothing_but_what_watching_needs() -> None:
    """It is there for as long as the instance, on machines with 256 MB."""
    shown = "import sys, integration.supervisor.__main__; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=True).stdout.split()

    assert "integration.supervisor.supervise" in loaded
    assert not {"click", "pydantic", "sqlalchemy", "flask", "celery", "redis", "ssl", "http.client"} & {*loaded}


def test_a_second_instance_on_the_same_data_dir_is_refused(tmp_path: Path) -> None:
    with lock_data_dir(tmp_path), pytest.raises(BadSetting, match=f"DATA_DIR: .* in use by process {os.getpid()}"):
        lock_data_dir(tmp_path).__enter__()

    with lock_data_dir(tmp_path):
        pass
