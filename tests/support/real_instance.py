"""The real processes, started as a person starts them, in front of the stand-in; and the means to kill each of them."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests
from living import Member, end_sessions, members_of
from sqlalchemy import func, select, update
from waiting import wait_until

from content.notes.target import Target
from integration.config import SETTINGS, Settings, environment, load_settings
from integration.errors import Gone
from integration.ports import free_port
from integration.queue import send_through
from integration.sandbox import Application, RateLimits, Sandbox, SandboxServer
from integration.store import Store, Vault, activity_events, athletes, instance_facts
from integration.store.athletes import Tokens
from integration.store.tables import Athlete, PendingActivity, Preferences
from integration.strava.http import StravaHttp
from integration.strava.rate_limit import Budget
from integration.strava.subscription import Subscriptions

CLIENT_ID, CLIENT_SECRET = 12345, "sandbox-client-secret"
LONGEST_START = 60.0  # seconds; a busy machine imports slowly
STRAVA_WAITS_S = 2.0
COMMANDS = {  # as the programs begin; Celery names itself anew
    "web": r"-m integration\.web\.server",
    "worker": r"-m workers worker|celeryd",
    "redis": r"valkey-server|redis-server",
}


def boundless_strava(*, seats: int = 1000) -> Sandbox:
    """A Strava without limits that pushes as long as our restarts may take: at once, and after 5 and 60 seconds."""
    limits = RateLimits((10**7, 10**8), (10**7, 10**8))
    app = Application(CLIENT_ID, CLIENT_SECRET, limits, seats=seats)
    return Sandbox(applications=[app], retry_after=(5.0, 55.0), push_workers=8)


class RealInstance:
    """`backstride run` in a session of its own. Its database is open to the test, its output in `output`."""

    def __init__(self, sandbox: SandboxServer, directory: Path, **environ: str) -> None:
        self.sandbox, self.strava = sandbox, sandbox.strava
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self.output = directory / "output.log"
        port = free_port("127.0.0.1")
        given = {
            "DATA_DIR": str(directory / "var"), "PORT": str(port), "ALLOWED_ATHLETES": "*",
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "STRAVA_CLIENT_ID": str(CLIENT_ID), "STRAVA_CLIENT_SECRET": CLIENT_SECRET,
            "STRAVA_OAUTH_URL": sandbox.oauth_url, "STRAVA_API_URL": sandbox.api_url, **environ,
        }  # fmt: skip
        self.environ = environment(**dict.fromkeys((name.upper() for name in SETTINGS), "") | given)
        self.settings: Settings = load_settings(self.environ)
        self.url = self.settings.public_url
        self.store = Store(self.settings.database_url, busy_seconds=LONGEST_START)
        self.vault = Vault(lambda: [key.get_secret_value() for key in self.settings.newest_token_keys()])
        self.budget = Budget(self.settings.redis_url, str(CLIENT_ID))
        self.subscription = 0
        self._wake = send_through(self.settings.broker_url)
        self._extra: list[subprocess.Popen[bytes]] = []

    @contextmanager
    def running(self) -> Iterator["RealInstance"]:
        """From the first answer to the last process's end."""
        with self.output.open("w") as log:
            self._supervisor = subprocess.Popen(
                [sys.executable, "-m", "integration.cli", "run"], env=self.environ, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        try:
            wait_until(lambda: "Ctrl-C stops it" in self.output.read_text(), LONGEST_START, self.output.read_text)
            yield self
        finally:
            end_sessions(self._supervisor, *self._extra)
            self.store.dispose()

    def add_worker(self) -> None:
        """A further worker, as on another machine."""
        command = [sys.executable, "-m", "workers", "worker", "2", "processes"]
        with self.output.open("a") as log:
            self._extra.append(
                subprocess.Popen(command, env=self.environ, stdout=log, stderr=log, start_new_session=True)
            )

    def subscribe(self) -> None:
        with StravaHttp(self.settings.strava_oauth_url, self.settings.strava_api_url) as session:
            ours = Subscriptions(session, str(CLIENT_ID), CLIENT_SECRET).subscribe(
                self.settings.callback_url, self.settings.webhook_verify_token.get_secret_value()
            )
        self.subscription = ours.id
        with self.store.write() as database:
            instance_facts.set_fact(database, "subscription_id", str(ours.id))

    def connect(self, athlete_id: int, target: Target = Target.DESCRIPTION) -> None:
        """The athlete has connected, with notes on since yesterday; the workers fetch the history."""
        grant, now = self.strava.connect(athlete_id), datetime.now(UTC)
        access, expires = grant.newest()
        with self.store.write() as session:
            tokens = Tokens(access, grant.refresh_token, expires)
            athletes.connect(session, self.vault, athlete_id, tokens, ",".join(sorted(grant.scopes)), now)
            session.flush()
            told = session.get_one(Preferences, athlete_id)
            told.notes_on, told.notes_on_at, told.target = True, now - timedelta(days=1), target
            athletes.request(session, athlete_id, now, history_requested_from=now - timedelta(days=100))
            key = session.get_one(Athlete, athlete_id).key
        self._wake(key)

    def ask(self, athlete_id: int, **wants: object) -> None:
        """Ask the workers for something, as a page or a round of reconciling does."""
        with self.store.write() as session:
            athletes.request(session, athlete_id, datetime.now(UTC), **wants)

    def push_took(self, athlete_id: int, activity_id: int, url: str = "") -> float:
        """Seconds until the web (behind `url`) has answered 200 to one more event, of an activity that was deleted."""
        event = {
            "object_type": "activity", "object_id": activity_id, "aspect_type": "delete", "updates": {},
            "owner_id": athlete_id, "subscription_id": self.subscription, "event_time": int(time.time()),
        }  # fmt: skip
        began = time.monotonic()
        callback = self.settings.callback_url.replace(self.url, url or self.url)
        answer = requests.post(callback, json=event, timeout=STRAVA_WAITS_S)
        assert answer.status_code == 200
        return time.monotonic() - began

    def untold_deletions(self) -> set[int]:
        """Activities of whose deletion no push ever reached us: we look for these for an hour or so."""
        return {
            push.event["object_id"]
            for push in self.strava.pushes.log
            if push.state == "given up" and push.event["aspect_type"] == "delete"
        }

    def unanswered(self) -> int:
        """Activities that wait, and requests of athletes that do; but for what is looked for although it is gone.

        A push of a creation may come after that of the deletion, or that one never.
        """
        untold = self.untold_deletions()
        with self.store.read() as session:
            waiting = session.execute(
                select(PendingActivity.activity_id, PendingActivity.last_error).where(activity_events.waiting())
            ).all()
            asks = session.scalar(select(func.count()).where(Athlete.request_due_at.is_not(None))) or 0
        there = self.strava.activities
        pendings = sum(
            activity not in untold and (error != Gone.__name__ or activity in there) for activity, error in waiting
        )
        return pendings + asks

    def settle(self, within: float) -> float:
        """Waits until no push is under way and nothing is unanswered; returns how many seconds that took."""
        began = time.monotonic()
        assert self.strava.pushes.settle(within)
        wait_until(lambda: not self.unanswered(), within, self._what_waits)
        return time.monotonic() - began

    def settle_soon(self, within: float) -> None:
        """As `settle`, and whatever waits for its next attempt is made due at once, each half second."""

        def settled() -> bool:
            self._make_due()
            return not self.unanswered()

        assert self.strava.pushes.settle(within)
        wait_until(settled, within, self._what_waits, every=0.5)

    def _make_due(self) -> None:
        now = datetime.now(UTC)
        later, asked_later = PendingActivity.due_at > now, Athlete.request_due_at > now
        with self.store.write() as session:
            session.execute(update(PendingActivity).where(activity_events.waiting(), later).values(due_at=now))
            session.execute(update(Athlete).where(asked_later).values(request_due_at=now))
            keys = athletes.keys_due(session, now)
        for key in keys:
            self._wake(key)

    def end_leases(self) -> None:
        """Let the time be over for which a worker that was just killed had its athletes for itself."""
        with self.store.write() as session:
            session.execute(update(Athlete).values(lease_token=None, lease_until=None))

    def _what_waits(self) -> str:
        with self.store.read() as session:
            pendings = session.scalars(select(PendingActivity).where(activity_events.waiting())).all()
            asks = session.scalars(select(Athlete).where(Athlete.request_due_at.is_not(None))).all()
        lines = [
            f"{pending.athlete_id} {pending.kind} due {pending.due_at}: {pending.attempts} {pending.last_error}"
            for pending in pendings
        ]
        lines += [
            f"{asking.id} due {asking.request_due_at}: {asking.request_attempts} {asking.request_error}"
            for asking in asks
        ]
        log = [line for line in self.output.read_text().splitlines() if "processed" not in line]
        return "\n".join([f"at {datetime.now(UTC)} wait", *lines, "", *log[-40:]])

    def members(self) -> list[Member]:
        """The living processes of the instance and of its further workers."""
        return members_of(self._supervisor, *self._extra)

    def processes(self, name: str) -> list[Member]:
        """web, worker or redis: their group leaders. child: processes that a worker forked."""
        if name == "child":
            groups = {leader.id for leader in self.processes("worker")}
            return [member for member in self.members() if member.group in groups and member.id not in groups]
        pattern = re.compile(COMMANDS[name])
        return [member for member in self.members() if member.id == member.group and pattern.search(member.command)]

    def keeps_up(self, member: Member) -> bool:
        """True if the supervisor starts it again."""
        return member.session == self._supervisor.pid

    def kill(self, member: Member, name: str) -> None:
        """SIGKILL: a whole program with all its processes, or one child alone."""
        with suppress(ProcessLookupError):
            os.kill(member.id, signal.SIGKILL) if name == "child" else os.killpg(member.group, signal.SIGKILL)
