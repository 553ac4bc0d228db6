"""The pages of a whole instance, and somebody who visits them."""

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from types import CodeType
from urllib.parse import parse_qs, urlsplit

import requests
import snapshots
from asgi_client import AsWsgi
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from instance import ANNA, PATIENCE_S, Instance
from jinja2.bccache import Bucket, FileSystemBytecodeCache
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import TestResponse

from integration.queue import Waker
from integration.sandbox import SandboxServer
from integration.store import athletes, instance_facts
from integration.store.tables import Athlete, Preferences
from integration.strava.oauth import SCOPES
from integration.strava.subscription import Subscriptions
from integration.web.app import create_app
from integration.web.server.front import Front
from integration.web.services import Wakes
from integration.web.webhook import Webhook
from workers.process_athlete import process_athlete

COOKIE = "backstride"


class Compiled(FileSystemBytecodeCache):
    """Templates, compiled once for all processes and loaded once in each, and not in each application."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self.codes.get(bucket.key + bucket.checksum):
            bucket.code = code
        else:
            super().load_bytecode(bucket)
            self._keep(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        super().dump_bytecode(bucket)
        self._keep(bucket)

    def _keep(self, bucket: Bucket) -> None:
        if bucket.code:
            self.codes[bucket.key + bucket.checksum] = bucket.code


COMPILED = Compiled()
TOKENS: dict[tuple[str, str | None], str] = {}  # of forms, by the secrets of an instance and of a session
WITH_A_FORM: set[str] = set()  # paths of pages on which a token was found in this process


class Site:
    """The pages of one instance; the workers act on `work`. ALLOWED_ATHLETES is * unless `environ` says otherwise."""

    made = Instance

    def __init__(self, directory: Path, sandbox: SandboxServer, redis_url: str, **environ: str) -> None:
        self.instance = self.made(sandbox, directory, redis_url, **{"ALLOWED_ATHLETES": "*", **environ})
        self.strava = sandbox.strava
        self.is_usual = not set(environ) - {"ATHLETE_NOTIFY_SCHEMES", "OWNER_ATHLETE", "PORT"}
        self.settings = self.instance.resources.settings
        self.store = self.instance.store
        self.app = create_app(
            self.settings,
            store=self.store,
            vault=self.instance.resources.vault,
            waker=self.waker(),
            now=self.instance.resources.now,
        )
        self.app.jinja_env.bytecode_cache = COMPILED

    def waker(self) -> Wakes:
        """Here the workers act when they are told to."""
        return self.instance

    def front(self) -> Front:
        """The application that the web server of an instance serves."""
        return Front(
            self.settings,
            self.app,
            Webhook(self.settings, self.store, self.waker(), self.instance.now, stored_within=PATIENCE_S),
        )

    def visitor(self, language: str = "en-GB,en;q=0.9") -> "Visitor":
        return Visitor(self, language)

    def connected(self, athlete: int = ANNA, *, notes_on: bool = False) -> "Visitor":
        """Somebody who connected and whose history the workers have fetched; with `notes_on` they switched notes on."""
        visitor = self.visitor()

        def connect() -> None:
            visitor.connect(athlete)
            self.instance.work()
            if notes_on:
                visitor.post("/notes/switch", {"on": "true"}, of="/welcome")
            else:
                visitor._any_token()  # the session keeps it, and so does the snapshot

        if self.is_usual and snapshots.is_empty(self.store, self.strava):
            key = "site", notes_on
            kept = snapshots.connected(
                key, athlete, self.store, self.strava, connect, visitor.cookie, self.instance.now
            )
            visitor.client.set_cookie(COOKIE, kept.cookie)
        else:
            connect()
        return visitor

    def athlete(self, athlete: int = ANNA) -> Athlete | None:
        with self.store.read() as session:
            return athletes.find(session, athlete)

    def preferences(self, athlete: int = ANNA) -> Preferences:
        with self.store.read() as session:
            return session.get_one(Preferences, athlete)


class Visitor:
    """Somebody's browser without JavaScript."""

    def __init__(self, site: Site, language: str) -> None:
        self.site = site
        self.client: FlaskClient = site.app.test_client()
        self.language = language

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, headers={"Accept-Language": self.language, "Accept": "text/html", **headers})

    def cookie(self) -> str:
        """The session, as the browser keeps it."""
        kept = self.client.get_cookie(COOKIE)
        return kept.value if kept else ""

    def text(self, path: str) -> str:
        """Return the words of a page's main part, in one line."""
        page = self.get(path)
        assert page.status_code == 200, path
        body = page.text[page.text.index("<main") :]
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())

    def post(
        self, path: str, form: Mapping[str, str | list[str]] | None = None, *, of: str | None = None, **headers: str
    ) -> TestResponse:
        """Sends a form with the token of this session, which stands on the page `of` (looked at once in a process)."""
        token = self._any_token() if of is None or of in WITH_A_FORM else self.token(of)
        if of:
            WITH_A_FORM.add(of)
        body = {"csrf_token": token, **(form or {})}
        return self.client.post(path, data=body, headers={"Accept": "text/html", **headers})

    def token(self, path: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(path).text)
        assert found, f"{path} has no form"
        return found[1]

    def _any_token(self) -> str:
        """Return a token that some page gave to this session, in this test or in an earlier one."""
        kept = self.site.app.session_interface
        assert isinstance(kept, SecureCookieSessionInterface)
        reader = kept.get_signing_serializer(self.site.app)
        assert reader
        session = reader.loads(self.cookie()) if self.cookie() else {}
        key = self.site.settings.secret_key.get_secret_value(), session.get("csrf_token")
        if key not in TOKENS or key[1] is None:
            TOKENS[key] = self.token("/leave")
        return TOKENS[key]

    def to_strava(self, path: str = "/connect") -> str:
        """The address of Strava's consent page."""
        answer = self.get(path)
        assert answer.status_code == 302
        return answer.headers["Location"]

    def consent(
        self, address: str, athlete: int = ANNA, scopes: tuple[str, ...] = SCOPES, decision: str = "authorize"
    ) -> str:
        """Return what the consent page leads back to: a path of ours with its query."""
        form = {"decision": decision, "scope": [s for s in scopes if s != "read"], "athlete": athlete}
        answer = requests.post(address, data=form, allow_redirects=False, timeout=60)
        assert answer.status_code == 302, answer.text
        back = urlsplit(answer.headers["Location"])
        assert parse_qs(back.query)["state"] == parse_qs(urlsplit(address).query)["state"]
        return f"{back.path}?{back.query}"

    def connect(self, athlete: int = ANNA, scopes: tuple[str, ...] = SCOPES, path: str = "/connect") -> TestResponse:
        return self.get(self.consent(self.to_strava(path), athlete, scopes))


class LiveSite(Site):
    """The pages behind a real socket, with workers that act when they are woken, and Strava's pushes coming in."""

    def __init__(self, directory: Path, sandbox: SandboxServer, redis_url: str) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._awake, self._live = True, Waker(lambda key: process_athlete(self.instance.resources, key))
        port = str(self._listening.getsockname()[1])
        super().__init__(directory, sandbox, redis_url, PORT=port, OWNER_ATHLETE=str(ANNA))
        self.url = f"http://localhost:{port}"

    def waker(self) -> Wakes:
        return self

    def wake(self, key: str) -> None:
        if self._awake:
            self._live.wake(key)

    def connected(self, athlete: int = ANNA, *, notes_on: bool = False) -> "Visitor":
        """Here, too, all is done on return: what the workers were still at would be in the snapshot."""
        self._awake = False
        visitor = super().connected(athlete, notes_on=notes_on)
        self._awake = True
        return visitor

    def wait(self, until: Callable[[], bool]) -> None:
        """Waits for what the workers do; who was not attended is woken again, as the sweep does it."""
        give_up = time.monotonic() + PATIENCE_S
        while not until():
            assert time.monotonic() < give_up, "the workers did not do it in time"
            with self.store.read() as session:
                for key in athletes.keys_due(session, self.instance.now()):
                    self.wake(key)
            time.sleep(0.05)

    @contextmanager
    def serving(self) -> Iterator["LiveSite"]:
        server = make_server(
            "127.0.0.1", 0, AsWsgi(self.front()), threaded=True, request_handler=Quiet, fd=self._listening.fileno()
        )
        serving = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        serving.start()
        with self.instance.resources.http() as session:
            subscriptions = Subscriptions(session, *self.settings.strava_app())
            ours = subscriptions.subscribe(
                self.settings.callback_url, self.settings.webhook_verify_token.get_secret_value()
            )
        with self.store.write() as database:
            instance_facts.set_fact(database, "subscription_id", str(ours.id))
        yield self
        server.shutdown()
        server.server_close()
        self._listening.close()
        self.store.dispose()


class Quiet(WSGIRequestHandler):
    """Writes no line per request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""
