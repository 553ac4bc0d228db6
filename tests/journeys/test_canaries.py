"""Data that Strava tells of one athlete is found with that athlete and at Strava, and nowhere else.

Words and numbers that nothing else looks like are planted in an athlete's activities; everything goes its way, and
wrong; then logs, metrics, Redis, a backup, the operator's page, error pages and another athlete's pages are searched.
"""

import gzip
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import redis
import requests
from instance import ANNA
from structlog.testing import capture_logs
from web_site import Site, Visitor

from integration.backup import back_up
from integration.logs import indented_traceback
from integration.sandbox import SandboxServer

BEN = 2002
WORDS = ("Xanthocarpus", "Quokkabrook", "Zephyrine", "Wobblethorpe")  # title, description, private note, first name
KM, MINUTES, CADENCE = 43.2179, 271.37, 83.1913
NUMBERS = ("432179", "43.2179", "43217.9", "16282", "83.1913", "166.3826", "43.22", "27.13")
PAGES = (
    "/", "/dashboard", "/notes", "/welcome", "/thresholds", "/preferences", "/answers", "/export", "/privacy", "/moves",
    "/recovery", "/safety", "/routine/today", "/leave",
)  # fmt: skip


def plant(site: Site) -> int:
    """A far run of Anna's, full of canaries; Strava answers oddly before it answers well."""
    strava = site.strava
    for fault in ("not_json", "error_page", "cut_after"):
        strava.faults.add(fault, on="PUT /activities/*")
    strava.faults.add("odd_answer", on="GET /activities/*", without=["sport_type"])
    title, description, private_note, _ = WORDS
    run = strava.create_activity(
        ANNA, km=KM, minutes=MINUTES, cadence=CADENCE, title=title, description=description, private_note=private_note
    )
    site.instance.push(run, "create")
    return run


def pushed(site: Site) -> Iterator[int]:
    """The status of each push that names the title, well formed and not."""
    updates: tuple[dict[str, Any], ...] = ({"title": WORDS[0]}, {"title": [WORDS[0]]}, {WORDS[0]: WORDS[1]})
    for change in updates:
        yield site.instance.push(1, "update", change)


def everything_in(url: str) -> str:
    """Every key of a Redis and what it holds, whatever its kind."""
    client: Any = redis.Redis.from_url(url)
    read = {
        b"string": client.get, b"hash": client.hgetall, b"set": client.smembers,
        b"list": lambda key: client.lrange(key, 0, -1), b"zset": lambda key: client.zrange(key, 0, -1, withscores=True),
    }  # fmt: skip
    return repr([(key, read[client.type(key)](key)) for key in client.keys("*")])


def said(events: list[Mapping[str, Any]]) -> str:
    """Logged events as the processes print them, tracebacks included."""
    out = io.StringIO()
    for event in events:
        error = event.get("exc_info")
        if isinstance(error, BaseException):
            indented_traceback(out, (type(error), error, error.__traceback__))
        out.write(repr({name: value for name, value in event.items() if name != "exc_info"}))
    return out.getvalue()


def found(text: str) -> list[str]:
    return [canary for canary in (*WORDS, *NUMBERS) if canary in text]


def test_canaries_are_found_with_their_athlete_and_at_strava_alone(
    tmp_path: Path, runner: SandboxServer, redis_url: str
) -> None:
    runner.strava.athlete(ANNA).profile["firstname"] = WORDS[3]
    runner.strava.add_athlete("Ben", athlete_id=BEN)
    site = Site(tmp_path, runner, redis_url, OWNER_ATHLETE=str(BEN), METRICS_TOKEN="a token for the test")
    with site.instance.subscribed(), capture_logs() as events:
        anna, ben = site.visitor(), site.visitor()
        anna.connect(ANNA)
        ben.connect(BEN)
        site.instance.work()
        anna.post("/notes/switch", {"on": "true", "target": "private"}, of="/welcome")
        run = plant(site)
        assert set(pushed(site)) <= {200, 400}
        for _ in range(4):
            site.instance.later(hours=1)
        places = dict(searched(site, ben, run, tmp_path, redis_url))

        with_anna = "".join(anna.get(path).text for path in ("/dashboard", "/notes", "/export"))
        assert WORDS[0] in with_anna
        assert "432179" in with_anna
        assert WORDS[2] in (site.strava.private_note(run) or "")
    places["logs"] = said([dict(event) for event in events])

    assert {place: found(text) for place, text in places.items() if found(text)} == {}
    assert site.instance.note_state(run) == "written"
    assert "processed" in places["logs"]  # so that each place is known to have been searched
    assert str(run) in places["a backup"]
    assert places["Redis"] != "[]"


def searched(site: Site, ben: Visitor, run: int, directory: Path, redis_url: str) -> Iterator[tuple[str, str]]:
    """Each place that is none of Anna's, and all that stands there."""
    for path in (*PAGES, "/admin"):
        yield f"{path} of another athlete", ben.get(path).text
    for path in (f"/routine/{run}", f"/notes/{run}/remove", "/nowhere", "/deleted/x"):
        yield f"error page {path}", ben.get(path).text
    yield "a stranger's first page", site.visitor().get("/").text
    yield "metrics", ben.get("/metrics", Authorization="Bearer a token for the test").text
    yield "Redis", everything_in(redis_url)
    back_up(site.settings, site.store, directory / "backup", site.instance.now())
    yield "a backup", gzip.decompress((directory / "backup").read_bytes()).decode()
    yield "the answer to a push", requests.post(site.instance.callback, data=WORDS[0], timeout=60).text
