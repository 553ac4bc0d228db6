"""Pages of the companion while the runs are being read anew, every six days, and once Strava ended our access."""

from pathlib import Path

from steady import add_steady_runner
from web_site import Site

from integration.sandbox import SandboxServer

BERTA = 1002
PAGES = ("/back", "/next-run", "/plan", "/sheet", "/back-to-running", "/dashboard")
NEEDS_RUNS = tuple(page for page in PAGES if page != "/back-to-running")


def test_every_page_waits_for_the_runs_and_says_so_when_they_cannot_come(
    tmp_path: Path, sandbox: SandboxServer, redis_url: str
) -> None:
    site = Site(tmp_path, sandbox, redis_url)
    add_steady_runner(site.strava, BERTA)
    berta = site.connected(BERTA)

    def answers() -> dict[str, int]:
        return {path: berta.get(path).status_code for path in PAGES}

    site.instance.expire_after(days=7)
    assert answers() == dict.fromkeys(PAGES, 200)
    assert [path for path in NEEDS_RUNS if 'id="waiting"' not in berta.get(path).text] == []
    site.instance.work()
    assert [path for path in NEEDS_RUNS if 'id="waiting"' in berta.get(path).text] == []

    site.strava.deauthorize(BERTA)
    site.instance.expire_after(days=7)
    site.instance.ask(BERTA, reconcile_requested=True)
    site.instance.work()
    assert answers() == dict.fromkeys(PAGES, 200)
    assert [path for path in NEEDS_RUNS if 'id="no-runs"' not in berta.get(path).text] == []
