"""An instance in one process: the real webhook behind a real socket, database, Redis and workers' code; no Celery."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType

import requests
import snapshots
from asgi_client import AsWsgi
from databases import is_migrated
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from integration.config import load_settings
from integration.queue import WakeMarks
from integration.sandbox import SandboxServer
from integration.store import Store, athletes, heartbeats, histories, instance_facts, ledger
from integration.store.athletes import Tokens
from integration.store.clock import Boot
from integration.store.schema import migrate
from integration.store.tables import PendingActivity, Preferences
from integration.strava.rate_limit import Budget
from integration.strava.subscription import Subscriptions
from integration.web.app import create_app
from integration.web.server.front import Front
from integration.web.webhook import Webhook
from workers.process_athlete import process_athlete
from workers.resources import Resources
from workers.rounds.cleanup import expire
from workers.rounds.reconcile import start_round
from workers.rounds.sweep import to_wake

ANNA = 1001
CLIENT_ID, CLIENT_SECRET = 12345, "sandbox-client-secret"
MOST_SWEEPS = 50
PATIENCE_S = 60  # for what a busy machine does late; nothing that passes waits for it


class Instance:
    """Everything between Strava's push and Strava's PUT, driven by hand: `work` is what the workers would do by now."""

    def __init__(self, sandbox: SandboxServer, directory: Path, redis_url: str, **environ: str) -> None:
        self.sandbox = sandbox
        self.strava = sandbox.strava
        snapshots.begin(directory)
        self.machine = "first start"
        self.environ = environ
        self.wrong = timedelta()  # by how much the clock of this instance alone is wrong
        self.ahead = timedelta()  # how far the clock of this instance, and of its Strava, is ahead of the real one
        settings = load_settings(
            {
                "DATA_DIR": str(directory),
                "REDIS_URL": redis_url,
                "STRAVA_CLIENT_ID": str(self.strava.app.client_id),
                "STRAVA_CLIENT_SECRET": "sandbox-client-secret",
                "STRAVA_OAUTH_URL": sandbox.oauth_url,
                "STRAVA_API_URL": sandbox.api_url,
                **environ,
            },
            checkout=directory,
        )
        real = Resources.from_settings(settings)
        if not real.store.is_sqlite and not is_migrated(real.store):
            migrate(real.store)
        client_id = str(self.strava.app.client_id)
        budget = Budget(redis_url, client_id, clock=lambda: self.now().timestamp(), timeout_s=PATIENCE_S)
        marks = WakeMarks(redis_url, on_its_way=0)  # here nobody else sends wakes
        self.resources = Resources(settings, real.store, real.vault, budget, marks, self.now, self.boot)
        self.store = real.store
        self.callback, self._subscription_id = "", 0

    @contextmanager
    def subscribed(self) -> Iterator["Instance"]:
        """With a callback that Strava pushes to."""
        server = make_server("127.0.0.1", 0, AsWsgi(self.front()), threaded=True)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        path = self.resources.settings.callback_url.partition("/webhook/")[2]
        token = self.resources.settings.webhook_verify_token.get_secret_value()
        with self.resources.http() as session:
            subscriptions = Subscriptions(session, *self.resources.settings.strava_app())
            ours = subscriptions.subscribe(f"http://127.0.0.1:{server.port}/webhook/{path}", token)
        self._subscription_id = ours.id
        with self.store.write() as database:
            instance_facts.set_fact(database, "subscription_id", str(ours.id))
        self.callback = f"http://127.0.0.1:{server.port}/webhook/{path}"
        yield self
        server.shutdown()
        server.server_close()
        self.store.dispose()

    def front(self) -> Front:
        """The application that the web server of an instance serves."""
        settings, vault, now = self.resources.settings, self.resources.vault, self.now
        pages = create_app(settings, store=self.store, vault=vault, waker=self, now=now)
        return Front(settings, pages, Webhook(settings, self.store, self, now, stored_within=PATIENCE_S))

    def push(
        self,
        activity_id: int,
        aspect: str,
        updates: Mapping[str, str] = MappingProxyType({}),
        *,
        athlete_id: int = ANNA,
        seconds_ago: float = 0,
    ) -> int:
        """An event out of Strava's order, or of somebody who pretends to be Strava; returns the answer's status."""
        event = {
            "object_type": "activity", "object_id": activity_id, "aspect_type": aspect, "updates": dict(updates),
            "owner_id": athlete_id, "subscription_id": self._subscription_id,
            "event_time": int(self.resources.now().timestamp() - seconds_ago),
        }  # fmt: skip
        return requests.post(self.callback, json=event, timeout=PATIENCE_S).status_code

    def wake(self, key: str) -> None:
        """The workers are driven by `work`."""

    def connect(
        self,
        athlete_id: int = ANNA,
        *,
        notes_on: bool = True,
        scopes: str = "",
        work: bool = True,
        **preferences: object,
    ) -> None:
        """The athlete has connected and set what is given; the first listing is done, with notes on since a day."""
        connect = partial(self._connect, athlete_id, notes_on=notes_on, scopes=scopes, work=work, **preferences)
        if work and not self.ahead and not self.wrong and snapshots.is_empty(self.store, self.strava):
            asked = notes_on, scopes, repr(sorted(preferences.items()))
            kind = "instance", *asked, repr(sorted(self.environ.items())), *self.resources.settings.fernet_keys()
            snapshots.connected(kind, athlete_id, self.store, self.strava, connect, str, self.now)
            self.strava.forget_calls()
        else:
            connect()

    def _connect(self, athlete_id: int, *, notes_on: bool, scopes: str, work: bool, **preferences: object) -> None:
        grant = self.strava.connect(athlete_id, scopes.split(",")) if scopes else self.strava.connect(athlete_id)
        access, expires = grant.newest()
        now = self.resources.now()
        with self.store.write() as session:
            athletes.connect(
                session, self.resources.vault, athlete_id, Tokens(access, grant.refresh_token, expires),
                ",".join(sorted(grant.scopes)), now,
            )  # fmt: skip
            session.flush()
            told = session.get_one(Preferences, athlete_id)
            told.notes_on, told.notes_on_at = notes_on, now - timedelta(days=1) if notes_on else None
            for name, value in preferences.items():
                setattr(told, name, value)
            athletes.request(session, athlete_id, now, history_requested_from=now - timedelta(days=460))
        if work:
            self.work()
            self.strava.forget_calls()

    def work(self) -> None:
        """Waits for the pushes under way, then attends everybody for whom something is due."""
        self.strava.pushes.settle()
        for _ in range(MOST_SWEEPS):
            with self.store.read() as session:
                keys = athletes.keys_due(session, self.resources.now())
            if not keys:
                return
            for key in keys:
                process_athlete(self.resources, key)
        raise AssertionError("the workers turn in circles")

    def now(self) -> datetime:
        """By the clock of this instance."""
        return datetime.now(UTC) + self.ahead + self.wrong

    def boot(self) -> Boot:
        """The machine started when the test did, and its uptime is always right."""
        return Boot(self.machine, time.monotonic() + self.ahead.total_seconds())

    def sweep(self) -> None:
        """Do what the sweep and the rounds find to do, as the real beat would within a minute."""
        for _ in range(3):
            keys = {*to_wake(self.resources), *start_round(self.resources)}
            for key in keys:
                process_athlete(self.resources, key)
                self.resources.marks.clear(key)

    def heartbeat(self, part: str) -> None:
        """A sign of life of the worker or of beat, which do not run here."""
        with self.store.write() as session:
            heartbeats.record(session, part, self.now())

    def wait(self, **duration: float) -> None:
        """Time passes, for Strava too, and nothing is done."""
        self.ahead += timedelta(**duration)
        self.strava.advance(**duration)

    def later(self, **duration: float) -> None:
        """Time passes, and what is due by then is done."""
        self.wait(**duration)
        self.work()

    def expire_after(self, **duration: float) -> None:
        """Time passes, and what has lived its time is deleted."""
        self.wait(**duration)
        expire(self.resources)

    def reconcile_after(self, **duration: float) -> None:
        """Time passes, and the next round of reconciling is done."""
        self.wait(**duration)
        start_round(self.resources)
        self.work()

    def ask(self, athlete_id: int = ANNA, **wants: object) -> None:
        """Ask the workers for something, as a page does."""
        with self.store.write() as session:
            athletes.request(session, athlete_id, self.resources.now(), **wants)

    def ask_to_remove_all(self, athlete_id: int = ANNA) -> None:
        with self.store.write() as session:
            ledger.ask_removal(session, athlete_id, self.resources.now())
        self.ask(athlete_id)

    def before_each_store(self, happens: Callable[[], None]) -> None:
        """Something that happens elsewhere just before the workers begin to write to the database."""
        store, happening = self.resources.store, False

        class Interrupted(Store):
            @contextmanager
            def write(self) -> Iterator[Session]:
                nonlocal happening
                if not happening:
                    happening = True
                    happens()
                    happening = False
                with store.write() as session:
                    yield session

        interrupted = Interrupted(self.resources.settings.database_url)
        self.resources = replace(self.resources, store=interrupted)

    def athlete_state(self, athlete_id: int = ANNA) -> str | None:
        """connected, disconnected, leaving; None for whom nothing is kept."""
        with self.store.read() as session:
            athlete = athletes.find(session, athlete_id)
        return athlete.state if athlete else None

    def runs(self, athlete_id: int = ANNA) -> set[int]:
        """Ids of the runs in the stored history; empty when there is none."""
        with self.store.read() as session:
            return {run.id for run in histories.runs(session, athlete_id)}

    def pending(self, activity_id: int, athlete_id: int = ANNA) -> PendingActivity:
        with self.store.read() as session:
            return session.get_one(PendingActivity, (athlete_id, activity_id))

    def note_state(self, activity_id: int, athlete_id: int = ANNA) -> str | None:
        with self.store.read() as session:
            note = ledger.find(session, athlete_id, activity_id)
        return note.state if note else None

    def calls(self) -> list[tuple[str, str, int | None]]:
        """Method, kind of path and status of the API calls since the last `connect` or `forget_calls`, in order."""
        return [
            (call.method, call.path.rstrip("0123456789"), call.status)
            for call in self.strava.calls()
            if not call.path.startswith(("/oauth", "/push_subscriptions"))
        ]
