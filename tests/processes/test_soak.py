"""Nine days of real processes within an hour (`make chaos`): the clock is moved on hour by hour, days of events come,
and what has lived its time goes. BACKSTRIDE_SOAK_MINUTES makes it shorter or longer.
"""

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from moved_clock import IS_THERE, MISSING, MovedClock
from real_instance import RealInstance, boundless_strava
from sqlalchemy import func, select
from stream import Stream
from waiting import wait_until

from integration.sandbox import SandboxServer
from integration.store import histories, pending_activities
from integration.store.tables import PendingActivity, StoredHistory

pytestmark = [pytest.mark.chaos, pytest.mark.skipif(not IS_THERE, reason=MISSING)]

MINUTES = float(os.environ.get("BACKSTRIDE_SOAK_MINUTES", "60"))
DAYS = 9  # one more than the longest that anything of Strava's is kept, and a night
HOUR = timedelta(hours=1)
IN_THE_END_S = 300.0


def test_nine_days_of_events_leave_every_note_right_and_nothing_older_than_it_may_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = MovedClock(tmp_path)
    began, ahead = time.monotonic(), timedelta()
    streams: list[Stream] = []
    with (
        SandboxServer(boundless_strava()) as server,
        RealInstance(server, tmp_path / "i", **clock.environ).running() as real,
    ):
        real.subscribe()
        memory = [megabytes(real)]
        for day in range(DAYS):
            streams.append(a_day(real, first_athlete=3001 + 10 * day, seed=day))
            memory.append(megabytes(real))
            for hour in range(24):
                ahead += HOUR
                clock.set(ahead)
                server.strava.advance(hours=1)
                time.sleep(until(began, share=(day + (hour + 1) / 24) / DAYS))
        wait_until(lambda: too_old(real) == (0, 0), IN_THE_END_S, lambda: str(too_old(real)))
        real.settle(IN_THE_END_S)

        assert [mistake for stream in streams for mistake in stream.mistakes()] == []
        assert sum(stream.notes_due for stream in streams) == 3 * DAYS
        assert "Traceback" not in real.output.read_text()
    took = (time.monotonic() - began) / 60
    with capsys.disabled():
        sys.stdout.write(
            f"\n{DAYS} days in {took:.0f} minutes: {3 * DAYS} notes, no mistake, nothing too old; "
            f"memory after each day {memory} MB\n"
        )


def a_day(real: RealInstance, *, first_athlete: int, seed: int) -> Stream:
    """Three new athletes and a hundred events, all served."""
    stream = Stream(real.strava, range(first_athlete, first_athlete + 3), events=100, seed=seed)
    for diary in stream.diaries:
        real.connect(diary.athlete, diary.target)
    real.settle(IN_THE_END_S)
    for _ in stream:
        time.sleep(0.03)
    real.settle(IN_THE_END_S)
    return stream


def until(began: float, *, share: float) -> float:
    """Seconds until this share of the soak has passed; one at least, so that every process sees every hour."""
    return max(1.0, began + share * MINUTES * 60 - time.monotonic())


def too_old(real: RealInstance) -> tuple[int, int]:
    """Rows of processed activities, and histories, that should be gone; the round has an hour of the clock for it."""
    now = real.strava.now() - HOUR
    with real.store.read() as session:
        rows = select(func.count()).where(PendingActivity.processed_at < now - pending_activities.KEPT_FOR)
        old = select(func.count()).where(StoredHistory.fetched_at < now - histories.FRESH_FOR)
        return session.scalar(rows) or 0, session.scalar(old) or 0


def megabytes(real: RealInstance) -> int:
    """All that the instance's processes hold."""
    return round(sum(member.megabytes for member in real.members()))
