"""The checks of `doctor` on this machine: settings, disk, address, database and Redis."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from dotenv import dotenv_values
from redis import Redis
from redis.exceptions import ConnectionError as NotConnected
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from integration.cli.address_check import instance_at
from integration.cli.database import database_is_away, require_writable
from integration.config import SETTINGS, Settings
from integration.errors import BackstrideError, BadSetting
from integration.ports import instance_mark, require_free_port
from integration.store import Store, schema
from integration.supervisor import redis_files
from integration.supervisor.programs import alive_address

KEYS = tuple(name.upper() for name in SETTINGS)
LEAST_FREE = 200 * 10**6  # bytes
SHORTEST_SECRET = 16  # characters that somebody thought up


@dataclass(frozen=True)
class Check:
    """One thing that was checked; `remedy` is None if all is well."""

    what: str
    remedy: str | None = None


def secrets(settings: Settings) -> Iterator[Check]:
    env_file = settings.checkout / ".env"
    if env_file.exists():
        open_to_others = env_file.stat().st_mode & 0o077
        yield Check(".env", f"others may read it: chmod 600 {env_file}" if open_to_others else None)
        unknown = [(key, get_close_matches(key, KEYS, 1)) for key in dotenv_values(env_file) if key not in KEYS]
        for key, near in unknown:
            yield Check(f".env: {key}", f"nobody knows it{f'; did you mean {near[0]}?' if near else ': take it out'}")
    for name in ("secret_key", "webhook_secret"):
        short = len(getattr(settings, name).get_secret_value()) < SHORTEST_SECRET
        yield Check(name.upper(), f"has fewer than {SHORTEST_SECRET} characters: make it longer" if short else None)


def own_mark(settings: Settings) -> str:
    return instance_mark(settings.secret_key.get_secret_value())


def disk(settings: Settings) -> Check:
    there = next(place for place in (settings.data_dir, *settings.data_dir.parents) if place.exists())
    return Check("disk", too_full(shutil.disk_usage(there).free, settings.data_dir))


def too_full(free: int, directory: Path) -> str | None:
    """Return what to do if so many bytes are free for `directory`; None if they are enough."""
    remedy = f"{free // 10**6} MB are free for {directory}: make room, or nothing more can be stored"
    return remedy if free < LEAST_FREE else None


def address(settings: Settings) -> Check:
    """Tell if the web can listen there, or does."""
    try:
        require_free_port(settings.host, settings.port)
    except BadSetting as error:
        there = instance_at(alive_address(settings)) if error.name == "PORT" else None
        if there is None:
            return Check(error.name, error.remedy)
        other = f"{settings.port} is in use on {settings.host} by another Backstride: stop it, or choose another port"
        return Check(error.name, None if there == own_mark(settings) else other)
    return Check("HOST and PORT")


def database(store: Store, settings: Settings) -> Check:
    what = f"database ({'SQLite' if store.is_sqlite else 'PostgreSQL'})"
    new = "it is not there yet: backstride run makes it"
    try:
        if settings.sqlite_file and not settings.sqlite_file.exists():
            if settings.data_dir.exists() or settings.sqlite_file.parent != settings.data_dir:
                require_writable(settings)
            return Check(what, new)
        store.ping()
        age = schema.age(store)
    except (BackstrideError, SQLAlchemyError) as error:
        return Check(what, str(database_is_away(error, settings) or error).splitlines()[0])
    newer = "a newer Backstride made its tables: start that one, or restore a backup that this one made"
    mend = {schema.Age.CURRENT: None, schema.Age.NEWER: newer, schema.Age.NONE: new}
    return Check(what, mend.get(age, "its tables are old: backstride migrate"))


def redis(settings: Settings) -> Check:
    what = f"Redis ({'bundled' if settings.bundled_redis else 'REDIS_URL'})"
    try:
        Redis.from_url(settings.redis_url, socket_timeout=2, socket_connect_timeout=2).ping()
    except RedisError as error:
        if settings.bundled_redis:
            return Check(what, f"{_bundled_redis_is(settings, error)}: backstride run starts it")
        return Check(what, f"does not answer ({type(error).__name__}): check REDIS_URL, and that the server runs")
    return Check(what)


def _bundled_redis_is(settings: Settings, error: RedisError) -> str:
    said = redis_files.reason(settings.data_dir / redis_files.DIRECTORY)
    away = "is not running" if type(error) is NotConnected else f"does not answer ({type(error).__name__})"
    return f"{away}; its log says “{said}”" if said else away


def set_aside(settings: Settings) -> Iterator[Check]:
    for away in redis_files.set_asides(settings.data_dir / redis_files.DIRECTORY):
        why = redis_files.reason(away)
        yield Check(f"Redis files were damaged and moved to {away}{f' (“{why}”)' if why else ''}; no event was lost")
