"""Upgrades: from every schema that was ever there, with data, and back from a version that was too new.

`tools/keep_database.py` made the databases, by the code of each schema's own time.
"""

import gzip
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from json_endpoint import Endpoint
from places import ROOT
from pydantic import SecretStr

from integration.backup import OWN, back_up_into, forget_own, restore
from integration.cli.database import migrated, opened
from integration.config import Settings, load_settings
from integration.errors import BackstrideError, BadInput, BadSetting
from integration.own_data.export import export_athlete
from integration.store import Store, Vault, schema
from integration.supervisor import lock_data_dir
from tools.keep_database import KEY

KEPT = sorted((ROOT / "tests" / "release" / "databases").glob("*.sql"))
NOW = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)


@pytest.fixture
def kept(tmp_path: Path) -> Callable[[str], Settings]:
    """Puts the database of a schema into an instance's DATA_DIR, and returns its settings."""

    def put(name: str) -> Settings:
        settings = load_settings({"TOKEN_KEYS": KEY.decode()}, checkout=tmp_path)
        with closing(sqlite3.connect(tmp_path / "var" / "backstride.sqlite3")) as database:
            database.executescript((KEPT[0].parent / f"{name}.sql").read_text())
        return settings

    return put


def test_the_databases_of_the_first_schemas_are_kept() -> None:
    assert [path.stem for path in KEPT][:9] == [
        f"{number:04}" for number in (*range(1, 9), 10)
    ]  # 0009 came along with 0010


@pytest.mark.parametrize("name", [path.stem for path in KEPT])
def test_everything_that_an_older_version_stored_is_there_after_an_upgrade(
    kept: Callable[[str], Settings], name: str
) -> None:
    settings, said = kept(name), list[str]()
    store = migrated(settings, said.append)

    assert schema.age(store) is schema.Age.CURRENT
    exported = export_athlete(store, Vault(settings.fernet_keys), 1001)
    assert exported is not None
    told = exported["preferences"]
    assert (told["units"], told["language"], told["thresholds"]) == ("mi", "en-US", {"session_spike_over": 20})
    assert told["answers"]["equipment"] == ["band"]
    felt = told["session_log"]["7"] if name < "0003" else told["session_log"][0]
    assert (felt["back"], felt["where"]) == (3, ["hips"])
    assert {note["activity_id"]: (note["state"], note["mutes"]) for note in exported["notes"]} == {
        6: ("pages", name >= "0005"),  # theirs have the column, and say so themselves
        7: ("written", True),
    }
    waiting = [row["activity_id"] for row in exported["pending_activities"] if row["received"] > row["processed"]]
    assert waiting == [8]
    assert [run["name"] for run in exported["runs"]] in ([], ["Long one"])  # Strava's data may be fetched again
    assert exported["connection"]["owner"]
    backups = list((settings.data_dir / OWN).glob("*"))
    assert len(backups) == (name != schema.newest())
    assert len(said) == 2 * len(backups)
    store.dispose()


def test_the_backup_made_before_a_migration_brings_the_older_tables_back_up(kept: Callable[[str], Settings]) -> None:
    settings, said = kept("0001"), list[str]()
    store = migrated(settings, said.append)
    [path] = (settings.data_dir / OWN).iterdir()
    assert said == [
        f"migrating from 0001 to {schema.newest()}",
        f"a backup from before is in {path}: for seven days, or until somebody's data is deleted",
    ]
    assert path.stat().st_mode & 0o777 == 0o600
    content = json.loads(gzip.decompress(path.read_bytes()))
    assert (content["revision"], len(content["tables"]["bells"])) == ("0001", 2)

    restore(settings, store, path, replace=True)
    exported = export_athlete(store, Vault(settings.fernet_keys), 1001)
    assert exported is not None
    assert len(exported["notes"]) == 2
    store.dispose()


def test_nothing_is_migrated_that_no_backup_can_be_made_of(kept: Callable[[str], Settings]) -> None:
    settings = kept("0001")
    (settings.data_dir / OWN).write_text("a file in the way")
    with pytest.raises(BadSetting, match=r"DATA_DIR: .*backups"):
        migrated(settings)

    store = Store(settings.database_url)
    assert schema.revision_of(store) == "0001"
    store.dispose()


def test_a_volume_that_cannot_be_written_any_more_is_one_line_that_names_the_setting(
    kept: Callable[[str], Settings], tmp_path: Path
) -> None:
    """Root writes wherever it is allowed to, but into no file as if it were a directory."""
    settings = kept("0001")
    shutil.rmtree(settings.data_dir)
    settings.data_dir.write_text("")
    with pytest.raises(BadSetting, match=r"^DATA_DIR: is not usable \("):
        migrated(settings)
    with pytest.raises(BadSetting, match=r"^DATA_DIR: is not usable \("), lock_data_dir(settings.data_dir):
        pytest.fail("the lock was had")


def test_a_migration_that_fails_is_one_line_that_the_operator_is_told_too(
    kept: Callable[[str], Settings], endpoint: Endpoint
) -> None:
    settings = kept("0001").model_copy(update={"notify_urls": (SecretStr(endpoint.url),)})
    store = Store(settings.database_url)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE bells ADD COLUMN last_received BIGINT")
    with pytest.raises(BackstrideError) as failed:
        migrated(settings)

    assert str(failed.value).startswith(
        f"the migration to {schema.newest()} failed (OperationalError), and nothing was"
    )
    assert [told["message"] for told in endpoint.told] == [str(failed.value)]
    assert schema.revision_of(store) == "0001"
    store.dispose()


def test_a_database_of_a_newer_version_is_one_line_and_stays_as_it_is(kept: Callable[[str], Settings]) -> None:
    settings = kept(KEPT[-1].stem)
    store = migrated(settings)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    for look in (migrated, opened):
        with pytest.raises(BadSetting) as refused:
            look(settings)
        assert str(refused.value) == (
            f"DATA_DIR: a newer Backstride made the database (tables 9999, here {schema.newest()}): "
            "install that version again, or restore a backup that this one made (docs/operate.md, Roll back)"
        )
    assert schema.age(store) is schema.Age.NEWER
    store.dispose()


def test_of_backups_on_a_schedule_the_newest_are_kept_and_strangers_files_are_left_alone(
    kept: Callable[[str], Settings], tmp_path: Path
) -> None:
    settings = kept(KEPT[-1].stem)
    store = migrated(settings)
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "backstride-mine.gz").write_text("mine")
    made = [
        back_up_into(settings, store, tmp_path / "there", NOW + timedelta(days=day), keep=2).name for day in range(4)
    ]

    assert made[0] == "backstride-20261125T180000Z.gz"
    assert sorted(path.name for path in (tmp_path / "there").iterdir()) == [*made[2:], "backstride-mine.gz"]
    with pytest.raises(BadInput, match="is no directory: make it first"):
        back_up_into(settings, store, tmp_path / "nowhere", NOW, keep=2)
    store.dispose()


def test_a_backup_that_was_copied_by_half_is_told_from_another_file(
    kept: Callable[[str], Settings], tmp_path: Path
) -> None:
    settings = kept(KEPT[-1].stem)
    store = migrated(settings)
    whole = back_up_into(settings, store, tmp_path, NOW, keep=1)
    (tmp_path / "half.gz").write_bytes(whole.read_bytes()[:-400])
    with pytest.raises(BadInput, match=r"half.gz: ends too early, .* copy it again"):
        restore(settings, store, tmp_path / "half.gz", replace=True)

    assert export_athlete(store, Vault(settings.fernet_keys), 1001)
    store.dispose()


def test_backups_from_before_a_migration_go_after_seven_days(kept: Callable[[str], Settings]) -> None:
    settings = kept("0001")
    migrated(settings).dispose()
    now = datetime.now(UTC)
    forget_own(settings.data_dir, now + timedelta(days=6))
    assert len(list((settings.data_dir / OWN).iterdir())) == 1
    forget_own(settings.data_dir, now + timedelta(days=8))
    assert list((settings.data_dir / OWN).iterdir()) == []
