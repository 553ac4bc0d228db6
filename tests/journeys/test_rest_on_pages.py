"""Note, routine page and today's routine name one day for strength, which no other run of these days forbids."""

from datetime import timedelta
from pathlib import Path

from instance import ANNA
from web_site import Site

from content.notes import block
from integration.sandbox import SandboxServer

DAY = timedelta(days=1)
THURSDAY = 3


def test_note_routine_and_today_agree_after_a_marathon_and_a_jog(
    tmp_path: Path, runner: SandboxServer, redis_url: str
) -> None:
    site = Site(tmp_path, runner, redis_url)
    anna = site.connected()
    anna.post("/notes/switch", {"on": "true"}, of="/welcome")
    site.instance.wait(days=(THURSDAY - site.instance.now().weekday()) % 7)  # a week later is no eve of a long run
    marathon = site.instance.now().replace(hour=7, minute=0, second=0, microsecond=0) - 2 * DAY  # it ends at midday
    for told in ({"km": 45, "minutes": 260, "start": marathon}, {"km": 4, "minutes": 24, "title": "#backstride"}):
        activity = site.strava.create_activity(ANNA, push=False, **told)  # type: ignore[arg-type]
        site.instance.ask(ANNA, reconcile_requested=True)
        site.instance.work()

    note = block.find(site.strava.description(activity)) or ""
    page, today = anna.get(f"/routine/{activity}").text, anna.get("/routine/today").text
    assert f"from {marathon + 7 * DAY:%A} evening" in note
    assert f"Strength from {marathon + 7 * DAY:%a} " in page
    assert 'id="move-dead-bug"' not in page + today
