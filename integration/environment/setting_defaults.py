"""The settings that nobody gave: addresses in DATA_DIR, and secrets that are made there once.

Each default takes the settings that were read before it, by name.
"""

import base64
import hashlib
import os
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from integration.environment import encrypted_rows
from integration.environment.secret_files import holds_secret, private_directory, read_or_make, stored_secret
from integration.errors import DatabaseAway, KeysLost

LONGEST_SOCKET_PATH = 100  # bytes; a Unix socket's path must stay under 108 on Linux and 104 on macOS


def public_url(data: dict[str, Any]) -> str:
    return f"http://localhost:{data.get('port', 8000)}"


def database(data: dict[str, Any]) -> str:
    return f"sqlite:///{data.get('data_dir', '')}/backstride.sqlite3"


def socket_path(data_dir: Path) -> Path:
    """Return a path in DATA_DIR; if that is too deep for a socket, in a short directory of this user alone."""
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    temporary = f"backstride-{os.getuid()}-{digest}"
    places = (data_dir, Path(tempfile.gettempdir()) / temporary, Path("/tmp") / temporary)  # noqa: S108 - 0700, and ours
    paths = [place / "redis.sock" for place in places]
    return next((path for path in paths if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH), paths[-1])


def bundled_redis(data: dict[str, Any]) -> str:
    return f"unix://{quote(str(socket_path(data['data_dir'])))}"


def new_token_key() -> str:
    """Return a new Fernet key."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def secret_file(data_dir: Path, name: str) -> Path:
    return data_dir / "secrets" / name


def made_once(name: str) -> Callable[[dict[str, Any]], Any]:
    def read(data: dict[str, Any]) -> str:
        if data["looking"]:
            return stored_secret(secret_file(data["data_dir"], name)) or MADE_ONCE[name]()
        file = secret_file(private_directory(data["data_dir"]), name)
        private_directory(file.parent)
        return read_or_make(file, MADE_ONCE[name])

    return read


def token_keys(data: dict[str, Any]) -> Any:
    """Return the keys made here. A file that was lost beside what it opens is never made anew: that would lock it."""
    file = secret_file(data["data_dir"], "token_keys")
    if holds_secret(file):
        return made_once("token_keys")(data)
    if data["restoring"] or "database_url" not in data:
        return new_token_key()  # for now: a backup brings those that count, or another setting is wrong
    try:
        if _somebody_is_stored(data["database_url"], data["data_dir"]):
            raise keys_are_missing(file)
    except DatabaseAway:
        if not data["looking"]:
            raise
        return new_token_key()  # for now: `doctor` says what is with the database, and looks at the rest
    return made_once("token_keys")(data)


def _somebody_is_stored(database_url: str, data_dir: Path) -> bool:
    try:
        return encrypted_rows.exist(database_url)
    except encrypted_rows.Unanswered as error:
        away = database_away(database_url, data_dir, str(error))
        raise DatabaseAway(away.name, f"{away.remedy}; no key is made before it answers") from None


def database_setting(database_url: str, data_dir: Path) -> str:
    """Return the name of the setting that says where the database is."""
    return "DATA_DIR" if database_url == database({"data_dir": data_dir}) else "DATABASE_URL"


def database_away(database_url: str, data_dir: Path, why: str) -> DatabaseAway:
    """Return the error for a database that cannot be spoken to."""
    file = database_url.startswith("sqlite")
    remedy = "see to the file and its rights" if file else "check the address, that the server runs, and its rights"
    name = database_setting(database_url, data_dir)
    return DatabaseAway(name, f"the database cannot be used ({why}): {remedy}")


def keys_are_missing(file: Path) -> KeysLost:
    remedy = "put it back, or restore a backup: backstride restore FILE --replace"
    return KeysLost(f"{file} is missing, and only it opens what is stored: {remedy}")


MADE_ONCE: dict[str, Callable[[], str]] = {
    "secret_key": secrets.token_urlsafe,
    "token_keys": new_token_key,
    "webhook_verify_token": secrets.token_urlsafe,
    "webhook_secret": secrets.token_urlsafe,
}
