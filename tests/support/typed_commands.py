"""The operator's commands, typed on a machine of their own, and an athlete in its database."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from databases import new_sqlite
from instance import CLIENT_ID, CLIENT_SECRET

from integration.cli import main
from integration.config import SETTINGS, Settings, load_settings
from integration.sandbox import SandboxServer
from integration.store import Store, Vault, athletes, ledger, pending_activities
from integration.store.activity_events import ActivityEvent
from integration.store.athletes import Tokens
from integration.store.tables import Note, PendingActivity, Preferences

NOW = datetime.now(UTC).replace(microsecond=0)
ATHLETE = 1001


@dataclass(frozen=True)
class Said:
    """The answer of a command: its exit code, and what it printed."""

    code: int
    out: str
    err: str


Command = Callable[..., Said]


@contextmanager
def commands(
    sandbox: SandboxServer, data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Command]:
    """Types a command on a machine whose settings name the sandbox and `data_dir`."""
    for name in SETTINGS:
        monkeypatch.setenv(name.upper(), "")
    monkeypatch.setenv("DATA_DIR", str(data_dir))
    monkeypatch.setenv("STRAVA_CLIENT_ID", str(CLIENT_ID))
    monkeypatch.setenv("STRAVA_CLIENT_SECRET", CLIENT_SECRET)
    monkeypatch.setenv("STRAVA_OAUTH_URL", sandbox.oauth_url)
    monkeypatch.setenv("STRAVA_API_URL", sandbox.api_url)
    before = os.umask(0o022)  # as on most machines

    def typed(*arguments: str) -> Said:
        code = main(arguments)
        printed = capsys.readouterr()
        return Said(code, printed.out, printed.err)

    yield typed
    os.umask(before)


def connect(sandbox: SandboxServer) -> Settings:
    """Connect ATHLETE, with a note, an activity that waits and one set aside; return the settings of the machine."""
    settings = load_settings()
    assert settings.sqlite_file
    new_sqlite(settings.sqlite_file)
    store = Store(settings.database_url)
    grant = sandbox.strava.connect(ATHLETE)
    access, expires = grant.newest()
    with store.write() as session:
        tokens = Tokens(access, grant.refresh_token, expires)
        athletes.connect(session, Vault(settings.fernet_keys), ATHLETE, tokens, "read,activity:write", NOW)
        session.flush()
        session.get_one(Preferences, ATHLETE).answers = Vault(settings.fernet_keys).encrypt('{"pain": "none"}')
        for number in (1, 2):
            pending_activities.record_event(
                session, ActivityEvent(ATHLETE, number, "create", NOW, "push"), now=NOW, due_at=NOW
            )
        session.flush()
        session.get_one(PendingActivity, (ATHLETE, 2)).failed_at = NOW
        ledger.begin(session, _note(3))
    store.dispose()
    return settings


def _note(activity: int) -> Note:
    """The ledger's row of a note under an activity of ATHLETE."""
    return Note(
        athlete_id=ATHLETE, activity_id=activity, state="written", written_at=NOW, changed_at=NOW,
        severity=2, spike_band="moderate", block_hash="0" * 64, moves=["calf-stretch"],
    )  # fmt: skip


def refresh_token(settings: Settings) -> str:
    """Return what Strava gave to refresh the access of ATHLETE with."""
    store = Store(settings.database_url)
    with store.read() as session:
        found = athletes.find(session, ATHLETE)
        assert found
        return athletes.tokens(found, Vault(settings.fernet_keys)).refresh
