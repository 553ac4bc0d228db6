"""A runner without surprises: ten kilometres every other day, so that what a test adds is all that stands out."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from integration.sandbox import Sandbox
from integration.sandbox.activities.outings import Activity, Outing

VIENNA = ZoneInfo("Europe/Vienna")
FIRST_ID = 11_000_000_000
BERTA = 1002


def steady_log(now: datetime, days: int = 150, km: float = 10, first_id: int = FIRST_ID) -> list[Activity]:
    """Activities up to two days before `now`, oldest first."""
    starts = [now - timedelta(days=back) for back in range(days, 1, -2)]
    return [
        Outing(start=start, zone=VIENNA, distance_m=km * 1000, moving_s=round(km * 360)).as_strava(first_id + n, 0)
        for n, start in enumerate(starts)
    ]


def add_steady_runner(strava: Sandbox, athlete_id: int, *, days: int = 150, **profile: str) -> int:
    """Somebody who runs like this until now, by Strava's clock; the ids of their activities are their own."""
    first_id = FIRST_ID + athlete_id * 1_000
    is_ahead = strava.now() - datetime.now(UTC) > timedelta(days=1)
    log = steady_log(strava.now(), days, first_id=first_id) if is_ahead else _until_now(days, first_id)
    return strava.add_athlete(athlete_id=athlete_id, timezone=VIENNA.key, activities=log, **profile)  # type: ignore[arg-type]


@cache
def _until_now(days: int, first_id: int) -> list[Activity]:
    """The same log for every test of a process, so that what is made of it once can serve all."""
    return steady_log(datetime.now(UTC), days, first_id=first_id)
