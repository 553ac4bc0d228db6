"""Settings: read once, by the names of their variables, and secrets that stay secret."""

import errno
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from integration.config import Settings, environment, load_settings
from integration.environment.encrypted_rows import NOT_QUOTED, first_line
from integration.environment.installation import why_unusable
from integration.environment.setting_defaults import new_token_key
from integration.errors import BadSetting

WRONG = {
    "PORT": ["0", "65536", "eighty"],
    "HOST": ["two words"],
    "PUBLIC_URL": [
        "runs.example.org",
        "ftp://runs.example.org",
        "https://",
        "https://me:secret@x.org",
        "https://x.org/?a=1",
    ],
    "TRUSTED_PROXIES": ["-1", "yes"],
    "STRAVA_OAUTH_URL": ["strava"],
    "STRAVA_API_URL": ["www.strava.com/api/v3"],
    "DATABASE_URL": [
        "mysql://host/name",
        "postgresql://",
        "var/db.sqlite3",
        "postgresql://u@h:pw/db",
        "postgres://h:/x",
        "postgresql://u@h/x?colour=red",
        "postgresql://u@h/x?sslmode=require&autocommit=1",
        "postgresql://u@h/x?prepare_threshold=3",  # psycopg's own: it would take the text for a number
        "postgresql://u@h/x?co%0Alour=red",
        "postgresql://?colour=red",
    ],
    "REDIS_URL": [
        "localhost:6379",
        "redis://localhost:port/0",
        "redis://localhost:1/zero",
        "redis://localhost:1/0?colour=red",
        "redis://localhost:1/0?socket_timeout=abc",
        "redis://localhost:1/0?socket_timeout=5",  # Celery knows no such option
        "rediss://localhost:1/0?ssl_cert_reqs=perhaps",
        "unix:///run/redis.sock?colour=red",
        "unix:///run/redis.sock?db=zero",
    ],
    "SECRET_KEY": ["short"],
    "TOKEN_KEYS": ["secret-but-no-key", f"{'A' * 43}=,{'A' * 20}"],
    "WEBHOOK_SECRET": ["with/slash", "x", "1234567"],
    "OWNER_ATHLETE": ["me", "0"],
    "ALLOWED_ATHLETES": ["everyone", "1,two"],
}


def settings(checkout: Path, **environ: str) -> Settings:
    return load_settings(environ, checkout=checkout)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_wrong_setting_is_named_in_one_line(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadSetting) as wrong:
        settings(tmp_path, **{name: value})

    assert wrong.value.name == name
    assert str(wrong.value).startswith(f"{name}: ")
    assert "\n" not in str(wrong.value)


def test_a_data_directory_of_another_user_names_both_and_the_remedy() -> None:
    other = next(path for path in (Path("/"), Path("/proc/1")) if path.stat().st_uid != os.getuid() or os.getuid() == 0)
    denied = PermissionError(errno.EACCES, "Permission denied", str(other / "data"))
    owner = other.stat().st_uid

    line = why_unusable(denied)
    assert line.startswith(f"is not usable (Permission denied: {other / 'data'}): ")
    whose = (
        f"belongs to user {owner} and this runs as user {os.getuid()}: chown it" if owner != os.getuid() else "name a"
    )
    assert whose in line


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_a_volume_that_is_closed_to_this_user_is_one_line() -> None:
    """Asked as another user by a copy of this process: what a new one would import may be closed to that user, too."""
    with tempfile.TemporaryDirectory(dir="/tmp") as place:
        Path(place).chmod(0o711)
        data = Path(place) / "data"
        data.mkdir(mode=0o700)
        child = os.fork()
        if not child:
            os._exit(_refused_to_another_user(data))

        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _refused_to_another_user(data: Path) -> int:
    os.setuid(12345)
    try:
        load_settings({"DATA_DIR": str(data)}, checkout=data.parent)
    except BadSetting as refused:
        return int(f"{data} belongs to user 0 and this runs as user 12345: chown it" not in str(refused))
    except Exception:  # noqa: BLE001 - the copy ends here, whatever it is
        return 2
    return 3


@pytest.mark.parametrize(
    ("number", "remedy"), [(errno.EROFS, "read-only: mount a volume"), (errno.ENOSPC, "is full: make room")]
)
def test_a_read_only_or_full_volume_is_told_from_a_wrong_one(number: int, remedy: str) -> None:
    assert remedy in why_unusable(OSError(number, "no", "/data/secrets"))


def test_a_data_directory_below_a_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadSetting, match=r"DATA_DIR: is not usable \(.*file.*\): "):
        settings(tmp_path, DATA_DIR="file/data")


@pytest.mark.parametrize("name", ["SECRET_KEY", "TOKEN_KEYS", "WEBHOOK_SECRET", "DATABASE_URL", "REDIS_URL"])
def test_what_is_said_of_a_wrong_secret_does_not_hold_it(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadSetting) as wrong:
        settings(tmp_path, **{name: "a/7f!c"})

    assert "a/7f!" not in str(wrong.value)


def test_an_option_that_postgresql_does_not_know_is_named_unless_it_may_be_a_part_of_the_password(
    tmp_path: Path,
) -> None:
    for address, which in (
        ("postgresql://u:hidden@h/x?colour=red", "the option colour"),
        ("postgresql://u:hid@den?hidden=1@h/x", "an option"),
        ("postgresql://u:hidden@h/x?hidden%21=1", "an option"),
    ):
        with pytest.raises(BadSetting) as wrong:
            settings(tmp_path, DATABASE_URL=address)
        line = f"DATABASE_URL: is not usable: {which} is unknown to PostgreSQL's client: correct it, or take it out"
        assert str(wrong.value) == line


def test_hosts_and_ports_among_the_options_that_do_not_fit_are_one_line(tmp_path: Path) -> None:
    for address in ("u:hidden@h/x?port=abc", "u:hidden@/x?host=a,b&port=1,2,3", "u:hidden@/x?host=a:1&host=b&port=3"):
        with pytest.raises(BadSetting, match=r"^DATABASE_URL: is not usable: .*: give each host one port") as wrong:
            settings(tmp_path, DATABASE_URL=f"postgresql://{address}")
        assert "hidden" not in str(wrong.value)


def test_every_option_of_postgresqls_client_is_taken(tmp_path: Path) -> None:
    options = "host=/run/a&sslmode=verify-full&sslrootcert=/x.pem&target_session_attrs=read-write&application_name=b"
    given = settings(tmp_path, DATABASE_URL=f"postgresql://u:p%3F@/runs?{options}", TOKEN_KEYS=new_token_key())

    assert given.database_url == f"postgresql+psycopg://u:p%3F@/runs?{options}"


@pytest.mark.parametrize("address", ["u:a%7f!c@127.0.0.1:1/x", "u:a%zz7f!c@127.0.0.1:1/x", "u:a@127.0.0.1:1/7f!c@h/x"])
def test_what_is_said_of_a_database_that_does_not_answer_does_not_hold_its_password(
    tmp_path: Path, address: str
) -> None:
    with pytest.raises(BadSetting, match="DATABASE_URL: the database cannot be used") as away:
        settings(tmp_path, DATABASE_URL=f"postgresql://{address}")

    assert [part for part in ("7f!c", "%zz", "@h", "://") if part in str(away.value)] == []


def test_a_driver_is_not_quoted_where_a_part_of_the_password_may_be_what_it_calls_the_host() -> None:
    for address in ("postgresql://u:a@7f!c/x@h/x", "postgresql://u:a@7f!c@h/x"):
        assert first_line(OSError("failed to resolve host '7f!c'"), address) == NOT_QUOTED
    assert first_line(OSError("connection refused\nat all"), "postgresql://u:a@h/x") == "connection refused"


def test_whoever_only_looks_gets_settings_while_the_database_is_away(tmp_path: Path) -> None:
    url = "postgresql://u:pw@127.0.0.1:1/x"
    assert load_settings({"DATABASE_URL": url}, checkout=tmp_path, looking=True).token_keys

    assert list(tmp_path.iterdir()) == []


def test_without_any_setting_there_is_a_default_for_everything_but_strava(tmp_path: Path) -> None:
    default = settings(tmp_path)

    assert (default.host, default.port, default.public_url) == ("127.0.0.1", 8000, "http://localhost:8000")
    assert default.sqlite_file == tmp_path / "var" / "backstride.sqlite3"
    assert default.redis_url == f"unix://{tmp_path}/var/redis.sock"
    assert default.broker_url == f"redis+socket://{tmp_path}/var/redis.sock"
    assert default.bundled_redis
    assert not default.https
    assert not default.reachable
    assert default.allowed_athletes is None


@pytest.mark.parametrize(
    ("given", "missing"), [({}, "STRAVA_CLIENT_ID"), ({"STRAVA_CLIENT_ID": "5"}, "STRAVA_CLIENT_SECRET")]
)
def test_missing_credentials_are_asked_for_by_name_when_they_are_needed(
    tmp_path: Path, given: dict[str, str], missing: str
) -> None:
    with pytest.raises(BadSetting, match=f"{missing}.*strava.com/settings/api"):
        settings(tmp_path, **given).strava_app()


def test_credentials_come_out_when_both_are_there(tmp_path: Path) -> None:
    given = settings(tmp_path, STRAVA_CLIENT_ID="5", STRAVA_CLIENT_SECRET="s3")

    assert given.strava_app() == ("5", "s3")


def test_the_environment_wins_over_the_env_file_and_an_empty_variable_hides_it(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=9000\nHOST=0.0.0.0\nDATABASE_URL=postgresql://u:p@db/runs\nOTHER=1\n")

    mixed = settings(tmp_path, PORT="9001", DATABASE_URL="")

    assert (mixed.port, mixed.host) == (9001, "0.0.0.0")
    assert mixed.sqlite_file is not None


def test_a_relative_data_dir_lies_in_the_checkout_wherever_one_stands(tmp_path: Path) -> None:
    assert settings(tmp_path, DATA_DIR="here/./it/is").data_dir == tmp_path / "here" / "it" / "is"


def test_a_public_url_may_hold_a_path_and_loses_its_trailing_slash(tmp_path: Path) -> None:
    behind = settings(tmp_path, PUBLIC_URL="https://runs.example.org/back/", WEBHOOK_SECRET="abc-d_12")

    assert behind.prefix == "/back"
    assert behind.https
    assert behind.reachable
    assert behind.redirect_uri == "https://runs.example.org/back/connect/callback"
    assert behind.callback_url == "https://runs.example.org/back/webhook/abc-d_12"


@pytest.mark.parametrize(
    "address",
    [
        "redis://here",
        "redis://:p%40@[::1]:1/3",
        "rediss://h:1/0?ssl_cert_reqs=required&ssl_ca_certs=/x.pem",
        "unix:///r.sock",
        "unix:///r.sock?db=2",
    ],
)
def test_every_address_that_both_clients_of_redis_take_is_taken(tmp_path: Path, address: str) -> None:
    assert settings(tmp_path, REDIS_URL=address).redis_url == address


def test_postgresql_is_spoken_to_through_psycopg(tmp_path: Path) -> None:
    given = settings(tmp_path, DATABASE_URL="postgresql://u:p@db:5432/runs", TOKEN_KEYS=new_token_key())

    assert given.database_url == "postgresql+psycopg://u:p@db:5432/runs"
    assert given.sqlite_file is None


@pytest.mark.parametrize(
    ("value", "athletes"), [("*", "*"), ("1", {1}), ("1, 22,333", {1, 22, 333}), ("1 2", {1, 2}), ("", None)]
)
def test_allowed_athletes_are_numbers_or_everyone(tmp_path: Path, value: str, athletes: object) -> None:
    assert settings(tmp_path, ALLOWED_ATHLETES=value).allowed_athletes == athletes


def test_secrets_are_made_once_and_are_readable_by_nobody_else(tmp_path: Path) -> None:
    first, second = settings(tmp_path), settings(tmp_path)

    assert (first.secret_key, first.token_keys, first.callback_url, first.webhook_verify_token) == (
        second.secret_key,
        second.token_keys,
        second.callback_url,
        second.webhook_verify_token,
    )
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700
    files = [file for file in (tmp_path / "var" / "secrets").iterdir() if file.name != ".lock"]
    assert len(files) == 4
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_a_directory_that_holds_other_things_keeps_its_mode(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "other").touch()
    shared.chmod(0o755)

    settings(tmp_path, DATA_DIR=str(shared))

    assert shared.stat().st_mode & 0o777 == 0o755
    assert (shared / "secrets").stat().st_mode & 0o777 == 0o700


def test_a_data_dir_that_cannot_be_written_is_a_bad_setting(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(BadSetting, match="DATA_DIR: "):
        settings(tmp_path, DATA_DIR="file/var")


def test_no_secret_shows_when_settings_are_printed(tmp_path: Path) -> None:
    given = {
        "STRAVA_CLIENT_SECRET": "client-secret-1",
        "STRAVA_WEBHOOK_SIGNING_SECRET": "signing-secret-2",
        "SECRET_KEY": "session-secret-3",
        "TOKEN_KEYS": new_token_key(),
        "WEBHOOK_SECRET": "path-secret-4",
        "WEBHOOK_VERIFY_TOKEN": "verify-token-5",
        "DATABASE_URL": "postgresql://u:database-password-6@h/d",
        "REDIS_URL": "redis://:redis-password-7@h",
    }

    printed = repr(settings(tmp_path, **given))

    assert not [name for name, secret in given.items() if secret in printed or secret.split(":")[-1] in printed]


def test_a_deep_data_dir_gets_a_short_socket_path_in_a_place_of_its_own(tmp_path: Path) -> None:
    deep = settings(tmp_path, DATA_DIR="/".join(["deep"] * 30))

    assert len(str(deep.redis_socket)) < 104
    assert deep.redis_socket != settings(tmp_path, DATA_DIR="/".join(["deep"] * 31)).redis_socket


def test_a_deep_temporary_directory_is_passed_over_too(tmp_path: Path) -> None:
    code = "from integration.config import load_settings; print(load_settings().redis_socket)"
    deep = tmp_path.joinpath(*["deep"] * 30)
    deep.mkdir(parents=True)
    environ = environment(DATA_DIR=str(deep / "var"), TMPDIR=str(deep))

    found = subprocess.run([sys.executable, "-c", code], env=environ, check=True, capture_output=True, text=True).stdout

    assert found.startswith("/tmp/backstride-")


def test_newer_token_keys_are_seen_by_a_process_that_started_before(tmp_path: Path) -> None:
    running = settings(tmp_path)
    assert running.token_keys_file
    newer = new_token_key()
    running.token_keys_file.write_text(f"{newer},{running.token_keys[0].get_secret_value()}\n")

    assert [key.get_secret_value() for key in running.newest_token_keys()] == [
        newer,
        running.token_keys[0].get_secret_value(),
    ]


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="frozen"):
        settings(tmp_path).port = 1
