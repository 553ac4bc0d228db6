"""Readers of settings: each function takes the text and returns its value, or raises ValueError."""

import base64
import ipaddress
import os
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationInfo

from integration.errors import BadSetting
from integration.notify import addresses


def web_address(value: str) -> str:
    parts = urlsplit(value)
    usable = parts.scheme in {"http", "https"} and parts.hostname and not parts.username
    if not usable or parts.query or parts.fragment or parts.port == 0 or any(c.isspace() for c in value):
        raise ValueError("no web address")
    return value.rstrip("/")


def one_line(value: str) -> str:
    if not value.isprintable():
        raise ValueError("no line of text")
    return value.strip()


def in_checkout(value: Path, info: ValidationInfo) -> Path:
    return Path(os.path.normpath(info.data["checkout"] / value.expanduser()))


def database(value: str, info: ValidationInfo) -> str:
    scheme, _, rest = value.partition("://")
    if scheme in {"postgresql", "postgres", "postgresql+psycopg"} and _names_a_server(rest):
        address = f"postgresql+psycopg://{rest}"
        if "?" in rest:
            _require_options_of_postgresql(address)
        return address
    if scheme == "sqlite" and rest.startswith("/") and rest[1:]:
        return f"sqlite:///{in_checkout(Path(rest[1:]), info)}"
    raise ValueError("no database we know")


def _names_a_server(rest: str) -> bool:
    """Return True if what follows `://` can be read as the store reads it: whatever follows a host's `:` is a port."""
    host = rest.rpartition("@")[2].partition("?")[0].partition("/")[0]
    _, colon, port = host.rpartition("]")[2].rpartition(":")
    return bool(rest) and (not colon or port.isdecimal())


def _require_options_of_postgresql(address: str) -> None:
    """Raise BadSetting for an option that libpq does not take, or for hosts and ports that do not fit; do not connect.

    Those of psycopg itself are none for an address: it would take their text for a number or an object.
    Its name is not quoted if it may be a part of the password: what follows a second `@`, or is no name at all.
    """
    from psycopg.pq import Conninfo  # both take long to import, and are only asked if there are options
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    url = make_url(address)
    try:
        url.get_dialect()().create_connect_args(url)
    except ArgumentError:
        remedy = "is not usable: its hosts and ports do not fit: give each host one port number, or leave ports out"
        raise BadSetting("DATABASE_URL", remedy) from None
    known = {option.keyword.decode() for option in Conninfo.parse(b"")}
    for name in sorted(url.query.keys() - known):
        which = f"the option {name}" if name.isidentifier() and address.count("@") < 2 else "an option"
        remedy = f"is not usable: {which} is unknown to PostgreSQL's client: correct it, or take it out"
        raise BadSetting("DATABASE_URL", remedy)


def redis(value: str) -> str:
    parts = urlsplit(value)
    if not value.startswith(("redis://", "rediss://", "unix:///")) or parts.port == 0:
        raise ValueError("no Redis address")
    number = parts.path.removeprefix("/")
    if parts.scheme != "unix" and number and not number.isdecimal():
        raise ValueError("no number of a database")
    if parts.query:
        _require_known_options(value)
    return value


def redis_broker(address: str) -> str:
    """Return the address of a Redis in the form that Celery wants."""
    return address.replace("unix://", "redis+socket://", 1)


def _require_known_options(address: str) -> None:
    """Raise ValueError for an option that Redis' client or Celery's does not take; connect to nothing.

    Both are large, so they are only asked if there are options.
    """
    from kombu.connection import Connection
    from redis.connection import ConnectionPool
    from redis.exceptions import RedisError

    try:
        ConnectionPool.from_url(address).make_connection()
        Connection(redis_broker(address))  # type: ignore[no-untyped-call]
    except (TypeError, KeyError, RedisError):
        raise ValueError("an option that is unknown") from None


def notify_addresses(value: str | tuple[()]) -> tuple[SecretStr, ...]:
    return tuple(SecretStr(url) for url in addresses(value or ""))


def schemes(value: str | tuple[str, ...]) -> tuple[str, ...]:
    names = tuple(value.lower().replace(",", " ").split()) if isinstance(value, str) else value
    if not all(name.isalnum() for name in names):
        raise ValueError("no schemes")
    return names


def athletes(value: str | None) -> frozenset[int] | str | None:
    if value is None or value.strip() == "*":
        return value and "*"
    return frozenset(int(part) for part in value.replace(",", " ").split())


def fernet_keys(value: str) -> tuple[SecretStr, ...]:
    keys = [key.strip() for key in value.split(",") if key.strip()]
    if not keys or any(len(base64.b64decode(key, altchars=b"-_", validate=True)) != 32 for key in keys):
        raise ValueError("no Fernet keys")
    return tuple(SecretStr(key) for key in keys)


def path_segment(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().replace("-", "").replace("_", "").isalnum():
        raise ValueError("not fit for a path")
    return value


def of_this_network(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local"))
