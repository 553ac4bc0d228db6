"""The cost of pages for the server, beside a page that knows nobody: time of one thread, the least of some rounds.

The runners: one with ten years on Strava, and one with twenty years and 10,000 activities.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from instance import ANNA, CLIENT_ID, CLIENT_SECRET
from ten_years import ten_years
from web_site import COOKIE, Site, Visitor
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from benchmarks.figures import Figures, least_ms
from content.signals import Thresholds
from integration.sandbox import Application, RateLimits, Sandbox, SandboxServer
from integration.sandbox.activities.outings import Outing

ACTIVITIES, YEARS = 10_000, 20
MOST_CALLS = 60


def twenty_years() -> dict[str, Any]:
    """Return the fields of a runner with 10,000 activities, one every 17½ hours."""
    step, now = timedelta(days=365.25 * YEARS / ACTIVITIES), datetime.now(UTC)
    runs = (
        Outing(start=now - (back + 1) * step, zone=ZoneInfo("UTC"), distance_m=5000 + back % 7 * 1500, moving_s=3600)
        for back in range(ACTIVITIES)
    )
    return {"activities": [run.as_strava(20_000 - back, 0) for back, run in enumerate(runs)]}


@contextmanager
def connected(directory: Path, redis_url: str, runner: dict[str, Any]) -> Iterator[Visitor]:
    app = Application(CLIENT_ID, CLIENT_SECRET, RateLimits((200, 2000), (100, 1000)), seats=10)
    strava = Sandbox(applications=[app])
    strava.add_athlete(athlete_id=ANNA, **runner)
    with SandboxServer(strava) as server:
        yield Site(directory, server, redis_url).connected(ANNA)


def moved_slider(visitor: Visitor) -> Callable[[], bytes]:
    """Return what serves the page's request when a slider moves: all fields, and its count of what is saved.

    It is the server alone: a client, its cookies and its parsing would take a third of a millisecond more.
    """
    [saved] = re.findall(r'"saved_notes": (\d+)', visitor.get("/thresholds").text)
    fields = {name: str(value).lower() for name, value in Thresholds(mute_days=5).as_mapping().items()}
    headers = {"HX-Request": "true", "Sec-Fetch-Mode": "cors", "Cookie": f"{COOKIE}={visitor.cookie()}"}
    query = {**fields, "saved_notes": saved}
    environ = EnvironBuilder("/thresholds/preview", query_string=query, headers=Headers(headers)).get_environ()

    def serve() -> bytes:
        body, status, _ = run_wsgi_app(visitor.site.app, environ, buffered=True)
        assert status == "200 OK"
        return b"".join(body)

    assert b"than saved" in serve()
    return serve


def test_pages_of_a_runner_with_ten_years_are_quick(tmp_path: Path, redis_url: str, figures: Figures) -> None:
    with connected(tmp_path, redis_url, ten_years()) as visitor:
        assert "ore than you are used to" in visitor.get("/dashboard").text
        stranger = visitor.site.visitor()
        figures.add("a page that knows nobody, ms", least_ms(lambda: stranger.get("/safety")))
        figures.add("the same page, connected, ms", least_ms(lambda: visitor.get("/safety")))
        figures.add("dashboard after ten years, ms", least_ms(lambda: visitor.get("/dashboard")), most=50)
        visitor.get("/thresholds")
        visitor.site.instance.work()
        figures.add("preview of a year, ms", least_ms(moved_slider(visitor), 100), most=5)


def test_twenty_years_connect_within_sixty_calls(tmp_path: Path, redis_url: str, figures: Figures) -> None:
    with connected(tmp_path, redis_url, twenty_years()) as visitor:
        visitor.get("/thresholds")
        visitor.site.instance.work()
        calls = visitor.site.strava.calls(path="/ath*")
        figures.add("calls to connect after 20 years and 10,000 activities", len(calls), most=MOST_CALLS)
        dashboard = least_ms(lambda: visitor.get("/dashboard"))
        figures.add("dashboard after 20 years and 10,000 activities, ms", dashboard, most=50)

    assert len(calls) <= MOST_CALLS
