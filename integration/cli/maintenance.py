"""Commands for keys and backups: rotate-keys, backup, restore."""

from datetime import UTC, datetime
from pathlib import Path

import click

from content.counted import counted
from integration import backup as backups
from integration.cli.database import opened
from integration.config import load_settings
from integration.environment.secret_files import change
from integration.environment.setting_defaults import new_token_key
from integration.errors import BadInput
from integration.store import Store, Vault, athletes
from integration.supervisor import lock_data_dir

KEYS_KEPT = 4  # older ones still open what a process that was started before the rotation has locked

FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


@click.command("rotate-keys")
@click.option("--yes", is_flag=True, help="Do not ask.")
def rotate_keys(yes: bool) -> None:
    """Encrypt the tokens under a new key, while everything goes on running.

    Where TOKEN_KEYS is set, put a new key in front of it first and restart: then this encrypts under that one.
    """
    settings = load_settings()
    if not yes:
        click.confirm("Encrypt all tokens under a new key?", abort=True)
    if settings.token_keys_file:
        change(settings.token_keys_file, lambda keys: ",".join([new_token_key(), *keys.split(",")][:KEYS_KEPT]))
    store = opened(settings)
    with store.write() as session:
        number = athletes.relock_all(session, Vault(settings.fernet_keys))
    store.leave_no_trace()
    click.echo(f"Encrypted the tokens of {counted(number, 'athlete')} under the newest key.")
    if not settings.token_keys_file:
        click.echo("Take the older keys out of TOKEN_KEYS once every process has been started again.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--keep", type=click.IntRange(1, 1000), help="FILE is a directory: keep this many backups in it.")
def backup(file: Path, keep: int | None) -> None:
    """Write database and secrets into FILE, while everything goes on running.

    With --keep 14, FILE is a directory: the backup is named by its time, and all but the newest 14 are deleted.
    It holds secrets and tokens: keep it like a password. Strava's own data is no part of it.
    """
    settings = load_settings()
    store, now = opened(settings), datetime.now(UTC)
    if keep:
        click.echo(f"Wrote {backups.back_up_into(settings, store, file, now, keep=keep)}.")
    elif file.is_dir():
        raise BadInput(f"{file}: is a directory: name a file in it, or add --keep 14")
    else:
        click.echo(f"Wrote {file}: {_rows(backups.back_up(settings, store, file, now))}.")


@click.command()
@FILE
@click.option("--replace", is_flag=True, help="Also when the database holds somebody: they are deleted.")
def restore(file: Path, replace: bool) -> None:
    """Put the backup FILE in place. Nothing may run meanwhile."""
    settings = load_settings(restoring=True)
    with lock_data_dir(settings.data_dir):
        rows = backups.restore(settings, Store(settings.database_url), file, replace=replace)
    click.echo(f"Restored {file}: {_rows(rows)}.")


def _rows(rows: dict[str, int]) -> str:
    """Return the rows that an operator knows, by table, such as "2 athletes, 1 note"."""
    return f"{counted(rows.get('athletes', 0), 'athlete')}, {counted(rows.get('notes', 0), 'note')}"
