"""The whole journey with the real processes; then every byte that they wrote is searched."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests
from real_instance import CLIENT_SECRET, RealInstance, boundless_strava
from running_files import read_files
from steady import add_steady_runner
from waiting import wait_until

from content.notes import block
from integration.cli.demo_script import Visitor
from integration.sandbox import SandboxServer
from integration.store import athletes

pytestmark = pytest.mark.processes

ZORA, YVES = 912_345_678_901, 923_456_789_012  # ids that nothing else in a file looks like
TITLE = "Xanthippe's hill reps"
WORDS = "Quokkabrook, where nobody but me runs"  # the athlete's own: read, written back, and stored nowhere


@pytest.fixture
def real(tmp_path: Path) -> Iterator[RealInstance]:
    strava = boundless_strava()
    add_steady_runner(strava, ZORA, firstname="Zorabelle", lastname="Quixley")
    add_steady_runner(strava, YVES, firstname="Yvesander", lastname="Wobbleton")
    for activity in strava.activities.values():
        activity["name"] = TITLE
    with SandboxServer(strava) as server, RealInstance(server, tmp_path).running() as instance:
        instance.subscribe()
        yield instance


class Journey:
    """Two athletes connect and run, much goes wrong, tokens are refreshed; all secrets that came by are noted."""

    def __init__(self, real: RealInstance) -> None:
        self.real, self.strava = real, real.strava
        self.secrets = {CLIENT_SECRET, *(file.read_text().strip() for file in real.settings.secret_files.values())}
        self.personal: dict[int, set[str]] = {ZORA: {"Zorabelle", "Quixley"}, YVES: {"Yvesander", "Wobbleton"}}
        self.runs: dict[int, int] = {}

    def __call__(self) -> None:
        visitor = Visitor(self.real.url, self.real.sandbox.url)
        visitor.connect()
        self.real.settle(60)
        visitor.switch_notes_on()
        self.visitor = visitor
        self.real.connect(YVES)
        self.real.settle(60)
        self._note_tokens()
        self._let_much_go_wrong()
        for athlete in (ZORA, YVES):
            self.strava.expire_tokens(athlete)
            self.runs[athlete] = self.strava.create_activity(
                athlete, km=21, title=TITLE, description=WORDS, private_note=WORDS
            )
        self.real.settle_soon(60)
        wait_until(lambda: all(self.stands(athlete) for athlete in (ZORA, YVES)), 60)
        self._note_tokens()

    def stands(self, athlete: int) -> bool:
        return block.START in (self.strava.description(self.runs[athlete]) or "")

    def _let_much_go_wrong(self) -> None:
        """Do everything that makes the processes complain."""
        for fault, on in (("error_page", "GET /activities/*"), ("cut_after", "PUT *"), ("unauthorized", "GET /act*")):
            self.strava.faults.add(fault, on=on)
        callback = self.real.settings.callback_url
        for body in (b"{", b'{"object_type": "activity"}', b"\xff" * 100):
            requests.post(callback, data=body, timeout=60)
        requests.get(callback, params={"hub.verify_token": "guessed", "hub.challenge": "x"}, timeout=60)
        requests.get(f"{self.real.url}/connect/callback?code=stolen&state=forged&scope=read", timeout=60)

    def _note_tokens(self) -> None:
        for athlete, grant in self.strava.app.grants.items():
            tokens = {grant.refresh_token, grant.newest()[0]}
            self.secrets |= tokens
            with self.real.store.read() as session:
                row = athletes.find(session, athlete)
            assert row
            self.personal[athlete] |= {*tokens, row.key, str(athlete), row.access_token, row.refresh_token}

    def bytes_of(self, athlete: int) -> set[bytes]:
        """Everything that tells of an athlete: words, and ids as text and as SQLite writes whole numbers."""
        ids = {athlete, self.runs[athlete], *(run["id"] for run in self.strava.of(athlete))}
        words = {*self.personal[athlete], *map(str, ids), TITLE}
        numbers = {number.to_bytes(6 if number < 2**47 else 8, "big") for number in ids}
        return numbers | {word.encode() for word in words}


def written(real: RealInstance) -> dict[str, bytes]:
    """Every file that the processes wrote, but the files that are there to hold the secrets; and what they printed."""
    files = read_files(real.settings.data_dir).items()
    kept = {name: content for name, content in files if Path(name).parent.name != "secrets"}
    return kept | {"what was printed": real.output.read_bytes()}


def found(real: RealInstance, needles: set[bytes]) -> list[str]:
    return [
        f"{needle!r} in {name}" for name, content in written(real).items() for needle in needles if needle in content
    ]


def test_no_secret_is_written_anywhere_and_whoever_leaves_leaves_no_trace(real: RealInstance) -> None:
    journey = Journey(real)
    journey()
    assert len(journey.secrets) == 1 + 4 + 8
    assert found(real, {secret.encode() for secret in (*journey.secrets, WORDS)}) == []
    assert found(real, {str(ZORA).encode(), TITLE.encode()})  # so that the search is known to find

    leave(real, journey.visitor)
    assert not journey.stands(ZORA)
    assert in_the_end(real, journey.bytes_of(ZORA) - journey.bytes_of(YVES)) == []

    said = command(real, "forget", str(YVES), "--yes")
    assert "Deleted all that was kept" in said
    assert in_the_end(real, journey.bytes_of(YVES)) == []
    assert found(real, {secret.encode() for secret in journey.secrets}) == []
    modes = {oct(file.stat().st_mode & 0o777) for file in real.settings.secret_files.values()}
    assert modes == {"0o600"}


def leave(real: RealInstance, visitor: Visitor) -> None:
    """By the page, notes taken back."""
    page = visitor._open(f"{real.url}/leave")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert token
    form = {"remove_notes": "true", "csrf_token": token[1]}
    visitor._send("POST", f"{real.url}/leave", data=form, headers={"Referer": page.url})

    def gone() -> bool:
        with real.store.read() as session:
            return athletes.find(session, ZORA) is None

    wait_until(gone, 60)


def in_the_end(real: RealInstance, needles: set[bytes]) -> list[str]:
    """Return what is found once the worker, and Redis in its own time, have taken the last traces away."""
    with suppress(AssertionError):
        wait_until(lambda: not found(real, needles), 15)
    return found(real, needles)


def command(real: RealInstance, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "integration.cli", *arguments],
        env=real.environ, capture_output=True, text=True, timeout=60, check=True,
    ).stdout  # fmt: skip
