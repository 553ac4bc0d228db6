"""The operator's commands, as typed: what they print, what they leave behind, and how they fail."""

import io
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import raw_server
from sqlalchemy import select, text
from typed_commands import ATHLETE, NOW, Command, refresh_token

from integration import ports
from integration.cli import COMMANDS, GROUPS
from integration.cli.doctor import examine
from integration.cli.machine_checks import too_full
from integration.config import Settings, load_settings
from integration.environment.secret_files import holds_secret
from integration.environment.setting_defaults import new_token_key
from integration.errors import BadSetting, KeysLost
from integration.sandbox import SandboxServer
from integration.store import Store, Vault, activity_events, athletes, heartbeats, pending_activities
from integration.store.activity_events import ActivityEvent
from integration.store.athletes import Tokens
from integration.store.tables import Athlete, PendingActivity, Preferences


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


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql://u:hidden@127.0.0.1:1/runs", "connection"),
        ("sqlite:////dev/null/x.db", "unable to open database file"),
    ],
)
def test_a_database_that_is_away_is_named_where_the_keys_are_there_already(
    command: Command, monkeypatch: pytest.MonkeyPatch, url: str, why: str
) -> None:
    """Without keys it is asked before: if there is somebody whose rows they open."""
    monkeypatch.setenv("TOKEN_KEYS", new_token_key())
    monkeypatch.setenv("DATABASE_URL", url)
    for name, code in (("migrate", 2), ("status", 1), ("doctor", 1)):
        said = command(name)
        [line] = [line for line in (said.out + said.err).splitlines() if "DATABASE_URL: " in line]

        assert said.code == code
        assert why in line or (name != "status" and "is not usable (Not a directory: /dev/null" in line)
        assert [part for part in ("hidden", "http", "DATA_DIR") if part in line] == []


def test_a_file_of_the_database_in_a_place_that_is_not_there_is_laid_to_its_setting(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/nowhere/x.db")
    line = f"DATABASE_URL: is not usable (No such file or directory: {tmp_path}/nowhere)"
    remedy = ": make that directory, or name another\n"
    migrated, examined = command("migrate"), command("doctor")

    assert (migrated.code, migrated.err.startswith(line), migrated.err.endswith(remedy)) == (2, True, True)
    assert f"FIX   database (SQLite): {line}" in examined.out
    assert remedy in examined.out


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
            activity_events.waiting(), PendingActivity.due_at > datetime.now(UTC)
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
        r"Deletion: [\d-]+ [\d:]+ UTC, operator: 0 runs, 1 note, 2 events, 1 set of answers, 0 addresses, 1 revoked\.",
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

    encrypted, next_step = said.out.splitlines()
    assert encrypted == "Encrypted the tokens of 1 athlete under the newest key."
    assert next_step.startswith("Take the older keys out of TOKEN_KEYS")
    monkeypatch.setenv("TOKEN_KEYS", newest)
    assert refresh_token(load_settings())


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
    assert "ok    CONTACT is not set: athletes find nobody to ask\n" in said.out


def test_doctor_looks_at_the_rest_of_a_new_instance_while_its_database_is_away(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:pw@127.0.0.1:1/x")
    said = command("doctor")

    assert said.code == 1
    assert "FIX   database (PostgreSQL): DATABASE_URL: the database cannot be used (connection " in said.out
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


@pytest.mark.parametrize("host", ["999.1.1.1", "http://x", "[::1]"])
def test_doctor_names_a_host_that_is_no_address(command: Command, monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("HOST", host)
    said = command("doctor").out

    assert f"FIX   HOST: {host} is no address of this machine (" in said
    assert "): give one, such as 127.0.0.1\n" in said


def test_doctor_names_a_port_that_something_else_has(
    command: Command, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", str(sandbox.port))
    assert f"FIX   PORT: {sandbox.port} is in use on 127.0.0.1: " in command("doctor").out


@pytest.mark.parametrize("greeting", [b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"])
def test_doctor_takes_nothing_for_ours_that_does_not_name_this_instance(
    command: Command, monkeypatch: pytest.MonkeyPatch, greeting: bytes
) -> None:
    with raw_server.server(raw_server.sends(greeting)) as (address, _):
        port = address.rpartition(":")[2]
        monkeypatch.setenv("PORT", port)

        assert f"FIX   PORT: {port} is in use on 127.0.0.1: " in command("doctor").out


def test_doctor_names_another_backstride_at_the_port_and_behind_public_url(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n{ports.INSTANCE}: {ports.instance_mark('its own secret')}\r\n\r\n"
    with raw_server.server(raw_server.sends(head.encode())) as (address, _):
        port = address.rpartition(":")[2]
        monkeypatch.setenv("PORT", port)
        monkeypatch.setenv("PUBLIC_URL", address)
        told = command("doctor").out

        assert f"FIX   PORT: {port} is in use on 127.0.0.1 by another Backstride: stop it, or choose another" in told
        assert f"FIX   pages at {address}: another Backstride answers there: " in told

        monkeypatch.setenv("SECRET_KEY", "its own secret")
        told = command("doctor").out
        assert "ok    PORT\n" in told
        assert f"ok    pages at {address}\n" in told


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
    assert "so no note comes: start `backstride run`: its output says why it stopped\n" in said.out
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

    assert "FIX   TOKEN_KEYS: they do not open what is stored of 1 athlete: " in command("doctor").out
