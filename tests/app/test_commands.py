"""The operator's commands, as typed: what they print, what they leave behind, and how they fail."""

import gzip
import io
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from databases import new_sqlite
from instance import CLIENT_ID, CLIENT_SECRET
from sqlalchemy import select, text

from integration.backup import back_up
from integration.backup_file import LARGEST, MOST_VALUES
from integration.cli import COMMANDS, GROUPS, main
from integration.cli.doctor import examine, too_full
from integration.config import SETTINGS, Settings, load_settings
from integration.environment.secret_files import holds_secret
from integration.environment.setting_defaults import new_token_key
from integration.errors import BadSetting, KeysLost
from integration.sandbox import SandboxServer
from integration.store import Store, Vault, athletes, heartbeats, ledger, pending_activities, schema, web_sessions
from integration.store.athletes import Tokens
from integration.store.pending_activities import ActivityEvent
from integration.store.tables import Athlete, Fact, Note, PendingActivity, Preferences

NOW = datetime.now(UTC).replace(microsecond=0)
ATHLETE = 1001


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


Command = Callable[..., Said]


@pytest.fixture
def command(
    sandbox: SandboxServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Command]:
    """Types a command on a machine whose settings name the sandbox and an empty DATA_DIR."""
    for name in SETTINGS:
        monkeypatch.setenv(name.upper(), "")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("STRAVA_CLIENT_ID", str(CLIENT_ID))
    monkeypatch.setenv("STRAVA_CLIENT_SECRET", CLIENT_SECRET)
    monkeypatch.setenv("STRAVA_OAUTH_URL", sandbox.oauth_url)
    monkeypatch.setenv("STRAVA_API_URL", sandbox.api_url)
    before = os.umask(0o022)

    def typed(*arguments: str) -> Said:
        code = main(arguments)
        printed = capsys.readouterr()
        return Said(code, printed.out, printed.err)

    yield typed
    os.umask(before)


@pytest.fixture
def connected(command: Command, sandbox: SandboxServer) -> Settings:
    """One athlete is connected, with a note, an activity that waits and one that was set aside."""
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
        ledger.begin(session, note(3))
    store.dispose()
    return settings


def note(activity: int) -> Note:
    return Note(
        athlete_id=ATHLETE, activity_id=activity, state="written", written_at=NOW, changed_at=NOW,
        severity=2, spike_band="moderate", block_hash="0" * 64, moves=["calf-stretch"],
    )  # fmt: skip


def refresh_token(settings: Settings) -> str:
    store = Store(settings.database_url)
    with store.read() as session:
        found = athletes.find(session, ATHLETE)
        assert found
        return athletes.tokens(found, Vault(settings.fernet_keys)).refresh


# -- how commands fail --
@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["jump"], "No such command 'jump'."),
        (["statsu"], "No such command 'statsu'. Did you mean 'status'?"),
        (["retry", "--all"], "No such option '--all'."),
        (["export", "me"], "Invalid value for 'ATHLETE': 'me' is not a valid integer"),
        (["export", "99999999999999999999"], "Invalid value for 'ATHLETE': 99999999999999999999 is not in the range"),
        (["export", "7"], "ATHLETE: nobody with the number 7 is connected; `backstride status` shows how many are"),
        (
            ["forget", "7", "--yes"],
            "ATHLETE: nobody with the number 7 is connected; `backstride status` shows how many are",
        ),
        (["retry", "7"], "ATHLETE: nobody with the number 7 is connected; `backstride status` shows how many are"),
        (["restore", "/nowhere"], "/nowhere: No such file or directory"),
        (["demo", "--history", "/nowhere"], "--history /nowhere: No such file or directory"),
    ],
)
def test_what_was_typed_wrong_is_one_line_and_exit_code_2(command: Command, arguments: list[str], line: str) -> None:
    said = command(*arguments)

    assert said.code == 2
    assert said.err.startswith(line)
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("name", ["run", "subscribe", "subscription", "unsubscribe"])
def test_without_credentials_it_says_where_to_get_them(
    command: Command, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("STRAVA_CLIENT_ID", "")
    said = command(name)

    assert said.code == 2
    assert said.err.startswith("STRAVA_CLIENT_ID: is not set: register an app at https://www.strava.com/settings/api")
    assert said.err.count("\n") == 1
    assert ("backstride demo" in said.err) == (name == "run")


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - {"backtest", "sandbox", "demo", "service"}))
def test_a_wrong_setting_stops_every_command_before_it_does_anything(
    command: Command, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://here")
    arguments = {"export": ["1"], "forget": ["1"], "backup": ["x"], "restore": ["x"]}.get(name, [])
    said = command(name, *arguments)

    assert said.code == 2
    assert said.err.startswith("DATABASE_URL: is not usable")


def test_a_database_that_is_away_is_named(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:hidden@127.0.0.1:1/runs")
    said = command("migrate")

    assert said.code == 2
    assert said.err.startswith("DATABASE_URL: the database cannot be used")
    assert "hidden" not in said.err


def test_status_exits_1_where_the_database_is_away_since_it_is_for_a_machine_to_watch(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:hidden@127.0.0.1:1/runs")
    said = command("status")

    assert said.code == 1
    assert said.err.startswith("DATABASE_URL: the database cannot be used")
    assert said.err.count("\n") == 1

    monkeypatch.setenv("TOKEN_KEYS", new_token_key())
    assert command("status").code == 1


def test_a_file_that_is_no_database_is_named(command: Command, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "backstride.sqlite3").write_bytes(b"something else " * 100)
    said = command("status")

    assert said.code == 1
    assert said.err.startswith("DATA_DIR: the database cannot be used (file is not a database)")
    assert command("export", "1").code == 2


def test_older_tables_are_left_to_migrate_because_something_may_run_on_them(
    connected: Settings, command: Command
) -> None:
    store = Store(connected.database_url)
    with store.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    said = command("status")

    assert said.code == 1
    assert said.err.endswith("stop what runs, then backstride migrate\n")


def test_a_port_that_is_taken_is_one_line(
    command: Command, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", str(sandbox.port))

    for name in ("run", "demo"):
        said = command(name)
        assert said.code == 2
        assert said.err.startswith(f"PORT: {sandbox.port} is in use on 127.0.0.1: ")
        assert said.err.count("\n") == 1


# -- what they do --
def test_status_counts_what_there_is(
    connected: Settings, command: Command, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", redis_url)
    numbers = json.loads(command("status", "--json").out)

    waiting = numbers.pop("oldest_waiting_s")
    assert 0 <= waiting < 600
    assert numbers == {
        "athletes": {"connected": 1, "disconnected": 0, "leaving": 0},
        "activities": {"waiting": 1, "processed": 0, "failed": 1},
        "notes": {"written": 1, "removed": 0, "pages_only": 0},
        "strava": "no subscription",
        "budget": {
            "overall": {"15min": [0, 200], "day": [0, 2000]},
            "read": {"15min": [0, 100], "day": [0, 1000]},
        },
    }
    assert "1 waiting" in command("status").out


def test_status_without_redis_tells_what_it_can_and_exits_1(connected: Settings, command: Command) -> None:
    said = command("status", "--json")
    numbers = json.loads(said.out)

    assert (said.code, numbers["strava"], numbers["budget"]) == (1, "unreachable", None)
    assert numbers["athletes"]["connected"] == 1
    assert "Strava      not known\n" in command("status").out
    assert "Redis does not answer" in command("status").out


def test_retry_takes_up_what_was_set_aside(connected: Settings, command: Command) -> None:
    assert command("retry", str(ATHLETE)).out == "Tried again within seconds: 1 that failed.\n"
    assert command("retry").out == "Nothing failed, and nothing waits.\n"


def test_retry_hurries_what_was_put_off_but_not_what_the_athlete_wants_later(
    connected: Settings, command: Command
) -> None:
    put_off_for_an_hour(connected, "AppInactive")
    assert command("retry").out == "Tried again within seconds: 1 that failed, 2 that waited.\n"

    assert waiting_later(connected) == [4]
    assert command("retry").out == "Nothing failed, and nothing waits.\n"


def put_off_for_an_hour(settings: Settings, why: str) -> None:
    """The waiting activity, and a request of a page; that of an athlete who wants the note later waits for then."""
    later = NOW + timedelta(hours=1)
    store = Store(settings.database_url)
    with store.write() as session:
        pending_activities.wait(session, ATHLETE, later, NOW, why)
        pending_activities.record_event(
            session, ActivityEvent(ATHLETE, 4, "create", NOW, "push"), now=NOW, due_at=later
        )
        session.get_one(Athlete, ATHLETE).request_due_at = NOW
        session.flush()
        athletes.postpone_requests(session, ATHLETE, later, why, asked_by=NOW)
    store.dispose()


def waiting_later(settings: Settings) -> list[int]:
    """The activities whose activities are not due yet."""
    store = Store(settings.database_url)
    with store.read() as session:
        athlete = athletes.find(session, ATHLETE)
        assert athlete
        assert athlete.request_due_at
        later = select(PendingActivity.activity_id).where(
            pending_activities.waiting(), PendingActivity.due_at > datetime.now(UTC)
        )
        found = list(session.scalars(later.order_by(PendingActivity.activity_id)))
    store.dispose()
    return found if athlete.request_due_at <= datetime.now(UTC) else [*found, 0]


def test_export_holds_what_is_kept_and_no_token(connected: Settings, command: Command) -> None:
    said = command("export", str(ATHLETE))
    exported = json.loads(said.out)

    assert exported["connection"]["id"] == ATHLETE
    assert exported["preferences"]["answers"] == {"pain": "none"}
    assert [row["activity_id"] for row in exported["pending_activities"]] == [1, 2]
    assert exported["notes"][0]["moves"] == ["calf-stretch"]
    assert "token" not in said.out


def test_forget_leaves_no_row_and_ends_the_access(
    connected: Settings, command: Command, sandbox: SandboxServer
) -> None:
    said = command("forget", str(ATHLETE), "--yes")

    deleted, counted, confirmed, ended = said.out.splitlines()
    assert deleted == f"Deleted all that was kept about athlete {ATHLETE}."
    assert re.fullmatch(
        r"Deletion: [\d-]+ [\d:]+ UTC, operator: \d+ runs, 1 notes, \d+ events, 1 answers, 0 addresses, 1 revoked\.",
        counted,
    )
    assert re.fullmatch(rf"The athlete finds this confirmed, once, at {connected.public_url}/deleted/\S+", confirmed)
    assert ended == "Strava ended the access."
    assert f"{counted.removeprefix('Deletion: ').rstrip('.')}\n1 deletion.\n" == command("deletions").out
    assert json.loads(command("deletions", "--json").out)[0]["reason"] == "operator"
    assert sandbox.strava.app.grants == {}
    assert command("export", str(ATHLETE)).code == 2


def test_forget_deletes_although_strava_is_away(connected: Settings, command: Command, sandbox: SandboxServer) -> None:
    sandbox.stop()
    said = command("forget", str(ATHLETE), "--yes")

    assert said.code == 0
    assert "Strava was not told" in said.out
    assert command("export", str(ATHLETE)).code == 2


def test_rotating_keys_locks_under_a_new_key_that_running_processes_find(connected: Settings, command: Command) -> None:
    running = Vault(connected.fernet_keys)
    token = refresh_token(connected)
    assert command("rotate-keys", "--yes").code == 0

    after = load_settings()
    assert after.token_keys[0] != connected.token_keys[0]
    assert after.token_keys[1] == connected.token_keys[0]
    store = Store(after.database_url)
    with store.read() as session:
        found = athletes.find(session, ATHLETE)
        assert found
        newest = after.token_keys[0].get_secret_value()
        assert athletes.tokens(found, Vault(lambda: [newest])).refresh == token
        assert athletes.tokens(found, running).refresh == token


def test_rotating_keys_that_are_set_locks_under_the_first(
    connected: Settings, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest, older = new_token_key(), connected.token_keys[0].get_secret_value()
    monkeypatch.setenv("TOKEN_KEYS", f"{newest},{older}")
    said = command("rotate-keys", "--yes")

    assert "Take the older keys out of TOKEN_KEYS" in said.out
    monkeypatch.setenv("TOKEN_KEYS", newest)
    assert refresh_token(load_settings())


def test_a_backup_restores_on_another_machine(
    connected: Settings, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "backup.gz"
    token = refresh_token(connected)
    assert command("backup", str(file)).code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    before = json.loads(command("export", str(ATHLETE)).out)

    monkeypatch.setenv("DATA_DIR", str(tmp_path / "elsewhere"))
    assert command("restore", str(file)).code == 0
    assert json.loads(command("export", str(ATHLETE)).out) == before
    assert refresh_token(load_settings()) == token
    assert load_settings().callback_url == connected.callback_url


def test_a_restored_backup_keeps_the_register_of_deletions_since(
    connected: Settings, command: Command, tmp_path: Path
) -> None:
    file = str(tmp_path / "backup.gz")
    assert command("backup", file).code == 0
    command("forget", str(ATHLETE), "--yes")
    registered = command("deletions").out
    assert command("restore", file, "--replace").code == 0

    assert command("export", str(ATHLETE)).code == 0
    assert command("deletions").out == registered
    assert registered.endswith("1 deletion.\n")


def test_a_backup_holds_no_data_of_stravas(connected: Settings, command: Command, tmp_path: Path) -> None:
    command("backup", str(tmp_path / "backup.gz"))
    content = json.loads(gzip.decompress((tmp_path / "backup.gz").read_bytes()))

    assert content["tables"].keys().isdisjoint({"runs", "histories"})
    assert [row["activity_id"] for row in content["tables"]["pending_activities"]] == [1, 2]


def test_a_backup_of_an_older_backstride_restores(connected: Settings, command: Command, tmp_path: Path) -> None:
    file = tmp_path / "backup.gz"
    before = json.loads(command("export", str(ATHLETE)).out)
    store = Store(connected.database_url)
    schema.downgrade(store, "0001")
    back_up(connected, store, file, NOW)
    schema.downgrade(store, "base")

    assert command("restore", str(file)).code == 0
    assert json.loads(command("export", str(ATHLETE)).out)["notes"] == before["notes"]


def test_a_backup_of_a_newer_backstride_is_refused(connected: Settings, command: Command, tmp_path: Path) -> None:
    file = tmp_path / "backup.gz"
    back_up(connected, Store(connected.database_url), file, NOW)
    content = json.loads(gzip.decompress(file.read_bytes())) | {"revision": "9999"}
    file.write_bytes(gzip.compress(json.dumps(content).encode()))
    said = command("restore", str(file), "--replace")

    assert said.code == 2
    assert said.err.startswith(f"{file}: is of a newer Backstride")
    assert command("export", str(ATHLETE)).code == 0


def test_restoring_over_somebody_asks_for_replace(connected: Settings, command: Command, tmp_path: Path) -> None:
    file = str(tmp_path / "backup.gz")
    command("backup", file)
    store = Store(connected.database_url)
    with store.write() as session:
        session.get_one(Preferences, ATHLETE).units = "mi"
    said = command("restore", file)

    assert (said.code, said.err.split(":")[0]) == (2, "the database holds 1 athletes already")
    assert command("restore", file, "--replace").code == 0
    assert json.loads(command("export", str(ATHLETE)).out)["preferences"]["units"] == "km"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no gzip",
        gzip.compress(b"[1]", mtime=0),
        gzip.compress(b'{"backstride_backup": 1}', mtime=0),
        pytest.param(gzip.compress(b"[" * 10**6, mtime=0), id="nested a million times"),
        pytest.param(gzip.compress(b"[]", mtime=0)[:-9] + b"\xff" * 9, id="damaged in its middle"),
    ],
)
def test_what_is_no_backup_is_refused_and_changes_nothing(
    connected: Settings, command: Command, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "something"
    file.write_bytes(content)
    said = command("restore", str(file), "--replace")

    assert (said.code, said.err) == (2, f"{file}: is no backup of Backstride\n")
    assert command("export", str(ATHLETE)).code == 0


def test_a_small_file_that_unpacks_beyond_all_measure_is_refused_before_it_fills_the_memory(
    connected: Settings, command: Command, tmp_path: Path
) -> None:
    file = tmp_path / "bomb.gz"
    with gzip.open(file, "wb", compresslevel=1) as packed:
        for _ in range(LARGEST // 2**20 + 1):
            packed.write(bytes(2**20))
    said = command("restore", str(file), "--replace")

    assert (said.code, said.err) == (2, f"{file}: is no backup of Backstride\n")


def test_a_small_backup_of_millions_of_rows_is_refused_before_they_fill_the_memory(
    connected: Settings, command: Command, tmp_path: Path
) -> None:
    file = changed_backup(connected, tmp_path, "unknown", lambda _: [{}] * (MOST_VALUES // 2))
    said = command("restore", str(file), "--replace")

    assert (said.code, said.err) == (2, f"{file}: is no backup of Backstride\n")


@pytest.mark.parametrize(
    ("table", "field", "value"),
    [
        ("athletes", "id", 10**30),
        ("athletes", "connected_at", "soon"),
        ("athletes", "connected_at", 10**18),
        ("athletes", "refresh_token", 7),
        ("facts", "value", "half a \ud83d character"),
        ("facts", "value", "NUL \x00 inside"),
        ("facts", "value", ["no text"]),
    ],
)
def test_a_backup_with_a_value_that_no_database_takes_is_one_line_and_changes_nothing(
    connected: Settings, command: Command, tmp_path: Path, table: str, field: str, value: object
) -> None:
    file = changed_backup(connected, tmp_path, table, lambda rows: [row | {field: value} for row in rows[:1]])
    said = command("restore", str(file), "--replace")

    assert (said.code, said.err.count("\n")) == (2, 1)
    assert said.err.startswith(f"{file}: is of a newer Backstride, or damaged")
    assert command("export", str(ATHLETE)).code == 0


@pytest.mark.parametrize("rows", [{}, "rows", [1], None])
def test_a_backup_whose_table_is_no_list_of_rows_is_refused(
    connected: Settings, command: Command, tmp_path: Path, rows: object
) -> None:
    file = changed_backup(connected, tmp_path, "athletes", lambda _: rows)
    said = command("restore", str(file), "--replace")

    assert (said.code, said.err) == (2, f"{file}: is no backup of Backstride\n")


def test_a_table_that_we_do_not_know_is_not_reported_as_restored(
    connected: Settings, command: Command, tmp_path: Path
) -> None:
    file = changed_backup(connected, tmp_path, "sqlite_master", lambda _: [{"name": "x"}])
    said = command("restore", str(file), "--replace")

    assert said.code == 0
    assert "1 athletes" in said.out
    assert "sqlite_master" not in said.out


def changed_backup(settings: Settings, directory: Path, table: str, change: Callable[[Any], object]) -> Path:
    """A backup in which one table, by its name, is changed."""
    file = directory / "changed.gz"
    store = Store(settings.database_url)
    with store.write() as session:
        session.merge(Fact(name="a fact", value="plain"))
    back_up(settings, store, file, NOW)
    content = json.loads(gzip.decompress(file.read_bytes()))
    content["tables"][table] = change(content["tables"].get(table))
    file.write_bytes(gzip.compress(json.dumps(content).encode()))
    return file


def test_a_backup_that_no_key_opens_is_refused(
    connected: Settings, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = str(tmp_path / "backup.gz")
    command("backup", file)
    monkeypatch.setenv("TOKEN_KEYS", new_token_key())
    said = command("restore", file, "--replace")

    assert said.code == 2
    assert said.err.startswith("TOKEN_KEYS: no key opens this backup")


def test_a_backup_moves_from_sqlite_to_postgresql_and_back(
    store: Store, connected: Settings, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = str(tmp_path / "here.gz"), str(tmp_path / "there.gz")
    command("backup", here)
    before = json.loads(command("export", str(ATHLETE)).out)
    monkeypatch.setenv("DATABASE_URL", store.engine.url.render_as_string(hide_password=False).replace("+psycopg", ""))
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "elsewhere"))

    assert command("restore", here).code == 0
    assert json.loads(command("export", str(ATHLETE)).out) == before
    assert command("backup", there).code == 0
    assert command("restore", there, "--replace").code == 0
    assert json.loads(command("export", str(ATHLETE)).out) == before


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite takes any length
def test_a_text_that_is_too_long_for_postgresql_is_one_line_there_and_goes_back_to_sqlite(
    store: Store, connected: Settings, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = changed_backup(connected, tmp_path, "athletes", lambda rows: [row | {"scopes": "r" * 201} for row in rows])
    assert command("restore", str(file), "--replace").code == 0
    monkeypatch.setenv("DATABASE_URL", store.engine.url.render_as_string(hide_password=False).replace("+psycopg", ""))
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "elsewhere"))
    said = command("restore", str(file), "--replace")

    assert (said.code, said.err) == (2, f"{file}: is of a newer Backstride, or damaged (ValueError)\n")
    assert schema.age(store) is schema.Age.CURRENT  # nothing was dropped


def test_secrets_that_no_key_opens_are_laid_to_the_keys(
    connected: Settings, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN_KEYS", new_token_key())

    for arguments in (["export", str(ATHLETE)], ["rotate-keys", "--yes"]):
        said = command(*arguments)
        assert (said.code, said.out) == (2, "")
        assert said.err.startswith("TOKEN_KEYS: no key opens what is stored")


def test_a_lost_key_file_stops_every_command_with_one_line_and_is_not_made_anew(
    connected: Settings, command: Command, tmp_path: Path
) -> None:
    file = connected.token_keys_file
    assert file
    command("backup", str(tmp_path / "backup.gz"))
    key = file.read_text()

    for lose in (file.unlink, lambda: file.write_text("")):
        lose()
        for arguments in (
            ["run"],
            ["doctor"],
            ["status"],
            ["export", str(ATHLETE)],
            ["rotate-keys", "--yes"],
            ["migrate"],
        ):
            said = command(*arguments)
            assert (said.code, said.out) == (2, "")
            assert said.err == (
                f"TOKEN_KEYS: {file} is missing, and only it opens what is stored: "
                "put it back, or restore a backup: backstride restore FILE --replace\n"
            )
        assert not holds_secret(file)

    assert command("restore", str(tmp_path / "nothing.gz"), "--replace").code == 2
    assert not holds_secret(file)
    assert command("restore", str(tmp_path / "backup.gz"), "--replace").code == 0
    assert file.read_text() == key
    assert refresh_token(load_settings())


def test_a_key_is_made_where_nobody_is_stored_and_not_where_nobody_can_tell(store: Store, tmp_path: Path) -> None:
    here = {"DATA_DIR": str(tmp_path / "new")}
    url = store.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    assert load_settings({**here, "DATABASE_URL": url}, checkout=tmp_path).token_keys_file

    there = {"DATA_DIR": str(tmp_path / "newer"), "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}
    with pytest.raises(BadSetting, match=r"DATABASE_URL: the database cannot be used .* no key is made"):
        load_settings(there, checkout=tmp_path)
    assert not (tmp_path / "newer/secrets/token_keys").exists()


def test_a_lost_key_file_stops_also_where_the_database_is_elsewhere(store: Store, vault: Vault, tmp_path: Path) -> None:
    with store.write() as session:
        athletes.connect(session, vault, ATHLETE, Tokens("a", "r", NOW), "read", NOW)
    url = store.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")

    with pytest.raises(KeysLost, match="token_keys is missing"):
        load_settings({"DATA_DIR": str(tmp_path / "new"), "DATABASE_URL": url}, checkout=tmp_path)


def test_a_restored_backup_opens_no_session_again(connected: Settings, command: Command, tmp_path: Path) -> None:
    store = Store(connected.database_url)

    def epoch() -> str:
        with store.read() as session:
            return session.get_one(Athlete, ATHLETE).session_epoch

    with store.write() as session:
        web_sessions.end_all(session, ATHLETE)
    before = epoch()
    command("backup", str(tmp_path / "backup.gz"))
    assert command("restore", str(tmp_path / "backup.gz"), "--replace").code == 0

    assert epoch() not in ("", before)


def test_something_unexpected_is_one_line_that_tells_how_to_see_more(connected: Settings, command: Command) -> None:
    store = Store(connected.database_url)
    with store.write() as session:
        session.get_one(Preferences, ATHLETE).answers = Vault(connected.fernet_keys).encrypt("no JSON")
    said = command("export", str(ATHLETE))

    assert (said.code, said.out) == (1, "")
    assert said.err == "Unexpected JSONDecodeError: to see where, run backstride --debug export …\n"


# -- the push subscription --
def test_subscribing_where_nothing_answers_names_public_url(command: Command) -> None:
    said = command("subscribe")

    assert said.code == 2
    assert said.err.startswith("PUBLIC_URL: ")


def test_without_a_subscription_the_commands_say_that_activities_are_polled(command: Command) -> None:
    assert "activities are polled" in command("subscription").out
    assert command("unsubscribe").out == "There was no push subscription.\n"


# -- doctor --
def test_doctor_says_what_to_do_on_a_machine_where_nothing_runs_and_creates_nothing(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = command("doctor")

    assert said.code == 1
    assert list(tmp_path.iterdir()) == []
    assert "older" not in said.out  # a checkout in which nothing ran yet is new

    monkeypatch.setenv("STRAVA_CLIENT_ID", "")
    assert command("doctor").out.startswith("FIX   Strava application: STRAVA_CLIENT_ID: is not set: register an app")
    assert "FIX   database (SQLite): it is not there yet: backstride run makes it\n" in said.out
    kinds = [line[:3] for line in said.out.splitlines()]
    assert kinds == sorted(kinds)  # first what to do
    assert "backstride run starts it\n" in said.out
    assert "FIX   pages at http://localhost:8000: nothing answers there" in said.out
    assert "ok    CONTACT is not set: the privacy page names nobody whom athletes can ask\n" in said.out


def test_doctor_looks_at_the_rest_of_a_new_instance_while_its_database_is_away(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:pw@127.0.0.1:1/x")
    said = command("doctor")

    assert said.code == 1
    assert (
        "FIX   database (PostgreSQL): the database cannot be used now (OperationalError): check DATABASE_URL"
        in said.out
    )
    assert "ok    disk\n" in said.out
    assert list(tmp_path.iterdir()) == []


def test_the_version_is_told_help_is_in_groups_and_what_deletes_asks_first(
    connected: Settings, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())  # nobody is there to answer
    assert re.fullmatch(r"backstride \d+\.\d+\S*\n", command("--version").out)
    shown = command("--help").out
    assert [heading for heading in GROUPS if f"{heading}:\n" in shown] == list(GROUPS)
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(COMMANDS)
    for arguments in (["forget", str(ATHLETE)], ["rotate-keys"]):
        assert command(*arguments).code == 130
    assert command("export", str(ATHLETE)).code == 0
    assert connected.strava_client_id


def test_doctor_names_a_key_in_the_env_file_that_nobody_knows_and_the_one_that_was_meant(
    connected: Settings, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("TRUSTED_PROXY=1\nFRUIT=apple\nPORT=8000\n")
    (tmp_path / ".env").chmod(0o600)
    there = connected.model_copy(update={"checkout": tmp_path})

    named = {check.what: check.remedy for check in examine(there) if check.what.startswith(".env: ")}

    assert named == {
        ".env: TRUSTED_PROXY": "nobody knows it; did you mean TRUSTED_PROXIES?",
        ".env: FRUIT": "nobody knows it: take it out",
    }


def test_doctor_names_a_disk_that_is_nearly_full(command: Command, tmp_path: Path) -> None:
    assert "ok    disk\n" in command("doctor").out

    assert too_full(200_000_000, tmp_path) is None
    line = f"199 MB are free for {tmp_path}: make room, or nothing more can be stored"
    assert too_full(199_999_999, tmp_path) == line


def test_doctor_names_a_part_without_a_sign_of_life_and_what_redis_complained_of(
    connected: Settings, command: Command
) -> None:
    store = Store(connected.database_url)
    with store.write() as session:
        heartbeats.record(session, heartbeats.BEAT, datetime.now(UTC))
        heartbeats.record(session, heartbeats.WORKER, datetime.now(UTC) - timedelta(minutes=1))
    log = connected.data_dir / "redis" / "redis.log"
    log.parent.mkdir(exist_ok=True)
    log.write_text("1:M 25 Nov 2026 20:00:00.000 # Bad file format reading the append only file a.aof\n")

    said = command("doctor")

    assert said.code == 1
    assert "FIX   worker: silent since " in said.out
    assert "ok    beat\n" in said.out
    assert "its log says “Bad file format reading the append only file a.aof”" in said.out


def test_doctor_names_a_secret_that_strava_refuses(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRAVA_CLIENT_SECRET", "another")

    assert "FIX   Strava application: STRAVA_CLIENT_" in command("doctor").out


def test_doctor_tells_the_owner_of_an_inactive_application_what_to_do(command: Command, sandbox: SandboxServer) -> None:
    sandbox.strava.app.inactive = True

    assert "its owner needs a paid" in command("doctor").out


def test_doctor_and_status_agree_on_whether_strava_answers(
    connected: Settings, command: Command, sandbox: SandboxServer, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", redis_url)
    sandbox.strava.app.inactive = True
    command("doctor")
    assert json.loads(command("status", "--json").out)["strava"] == "inactive"

    sandbox.strava.app.inactive = False
    command("doctor")
    assert json.loads(command("status", "--json").out)["strava"] == "no subscription"

    monkeypatch.setenv("STRAVA_API_URL", "http://127.0.0.1:1/api/v3")
    assert "FIX   Strava application: Strava did not answer" in command("doctor").out
    away = command("status", "--json")
    assert (away.code, json.loads(away.out)["strava"]) == (1, "unreachable")

    monkeypatch.setenv("STRAVA_API_URL", sandbox.api_url)
    command("doctor")
    back = command("status", "--json")
    assert (back.code, json.loads(back.out)["strava"]) == (0, "no subscription")


def test_doctor_lets_what_the_inactive_application_held_up_go_on(
    connected: Settings, command: Command, sandbox: SandboxServer
) -> None:
    put_off_for_an_hour(connected, "AppInactive")
    sandbox.strava.app.inactive = True
    command("doctor")
    assert waiting_later(connected) == [1, 4, 0]

    sandbox.strava.app.inactive = False
    assert "active again: 2 that waited for it are tried again within seconds\n" in command("doctor").out
    assert waiting_later(connected) == [4]


def test_doctor_hurries_nothing_that_waits_for_something_else(connected: Settings, command: Command) -> None:
    put_off_for_an_hour(connected, "BudgetSpent")

    assert "active again" not in command("doctor").out
    assert waiting_later(connected) == [1, 4, 0]


def test_doctor_finds_tokens_that_no_key_opens(
    connected: Settings, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN_KEYS", new_token_key())

    assert "FIX   TOKEN_KEYS: they do not open what is stored of 1 athletes" in command("doctor").out
