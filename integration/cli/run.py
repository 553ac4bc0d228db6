"""`run` starts everything; `migrate` only brings the database up to date."""

import os
import signal
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NoReturn

import click

from integration.cli.database import migrated, opened
from integration.cli.into_supervisor import keep_running
from integration.config import Settings, load_settings
from integration.errors import BadSetting
from integration.ports import require_free_port
from integration.supervisor import lock_data_dir
from integration.supervisor.programs import apart, programs
from integration.supervisor.stop import Stop

if TYPE_CHECKING:
    from integration.store import Store


@click.command()
@click.option("--only", type=click.Choice(["web", "worker", "beat"]), help="This one alone, with Redis elsewhere.")
def run(only: str | None) -> None:
    """Start everything: web, worker and, without REDIS_URL, Redis.

    What dies is started again. Ctrl-C or SIGTERM stops all. With --only, this process becomes that part, for whatever
    keeps containers up; `backstride migrate` comes first, and REDIS_URL names the one that all parts reach.
    """
    settings = load_settings()
    _require_credentials(settings)
    if only:
        _become(only, settings)
    with lock_data_dir(settings.data_dir) as lock:
        require_free_port(settings.host, settings.port)
        keep_running(programs(settings), settings, lock=lock, command="run")


@click.command()
def migrate() -> None:
    """Bring the database up to date; one that is stays as it is. A backup is made first, in DATA_DIR."""
    migrated(load_settings(), click.echo).dispose()


@click.command()
def watch() -> None:
    """Tell NOTIFY_URLS what is wrong, until it is stopped. `run` does so by itself; this is for parts started apart."""
    settings = load_settings()
    if not settings.notify_urls:
        raise BadSetting("NOTIFY_URLS", "is not set, so there is nobody to tell: give an address, or start no watch")
    opened(settings).dispose()
    from integration.operator_watch import OperatorWatch

    stop = Stop()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    looking = threading.Thread(target=OperatorWatch(settings, click.echo).watch, args=(stop,), daemon=True)
    looking.start()
    while looking.is_alive() and not stop.is_set():
        looking.join(1.0)


def _become(name: str, settings: Settings) -> NoReturn:
    """Replace this process by one part of the instance. Raises BadSetting if the parts could not find each other."""
    if settings.bundled_redis:
        raise BadSetting("REDIS_URL", "is not set: parts that start one by one need a Redis that all of them reach")
    store = opened(settings)
    if name == "web":
        require_free_port(settings.host, settings.port)
        if link := owner_link(settings, store):
            click.echo(f"To connect as the owner, open once: {link}")
    store.dispose()
    command = apart(settings)[name]
    os.chdir(settings.checkout)
    os.execv(command[0], command)  # noqa: S606 - our own


def _require_credentials(settings: Settings) -> None:
    try:
        settings.strava_app()
    except BadSetting as missing:
        raise BadSetting(missing.name, f"{missing.remedy}. To try it all without: backstride demo") from None


def announcement(settings: Settings, store: "Store") -> Iterator[str]:
    """Yield what the operator should know, line by line, once the pages answer."""
    yield f"Backstride is at {settings.public_url}"
    yield _how_events_come(settings, store)
    if why := _redis_is_away(settings):
        waits = "what comes in is kept, but nothing is done until one does"
        yield f"REDIS_URL: no Redis answers there ({why}): {waits}. See that it runs, and the address"
    if link := owner_link(settings, store):
        yield f"To connect as the owner, open once: {link}"
    yield "Ctrl-C stops it"


def _how_events_come(settings: Settings, store: "Store") -> str:
    from integration.store import instance_facts

    with store.read() as session:
        subscription = instance_facts.subscription_id(session)
    if subscription:
        return f"Strava pushes new activities (subscription {subscription})"
    if settings.reachable:
        return "No push subscription: activities are polled until `backstride subscribe` asks Strava to push"
    return f"Strava cannot reach {settings.public_url}, so activities are polled every few minutes instead of pushed"


def _redis_is_away(settings: Settings) -> str | None:
    """Return why no Redis answers at REDIS_URL. It may start later: services of a machine start in any order."""
    if settings.bundled_redis:
        return None
    import redis

    try:
        redis.Redis.from_url(settings.redis_url, socket_timeout=1, socket_connect_timeout=1).ping()
    except redis.RedisError as error:
        return type(error).__name__
    return None


def owner_link(settings: Settings, store: "Store") -> str | None:
    """A fresh one-time link for whoever is to be the owner; None if there is one."""
    from integration.store import instance_facts

    with store.write() as session:
        if settings.owner_athlete or instance_facts.owner(session):
            return None
        return f"{settings.public_url}/connect?invite={instance_facts.invite(session, 'owner', datetime.now(UTC))}"
