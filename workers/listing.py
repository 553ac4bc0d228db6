"""A listing of an athlete's activities, and what it tells that no event told. Pure: no call, no store."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from content.companion.recorded import RecordedSession, recorded_session
from content.decision import basis
from content.notes.tags import tags_in
from content.runs import Run, counted_run
from integration.store.activity_events import CREATED, MISSING
from integration.store.tables import PendingActivity

Activity = dict[str, Any]
Pending = Mapping[int, PendingActivity]  # every row of one athlete, by activity id

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class News:
    """An activity that a listing shows otherwise than we know it. `tags`: of ours in the title; None if not shown."""

    activity_id: int
    kind: str
    tags: str | None


@dataclass(frozen=True)
class Listing:
    """The summaries that Strava listed, by id and newest first, to us who began to ask at `began`.

    Of what started after `reached` nothing is missing, but rows that were no activity if it is not `whole`.
    """

    activities: Mapping[int, Activity]
    began: datetime
    reached: datetime
    whole: bool = True

    @cached_property
    def counted(self) -> Mapping[int, Run]:
        """The counted runs, by id."""
        runs = ((activity_id, counted_run(activity)) for activity_id, activity in self.activities.items())
        return {activity_id: run for activity_id, run in runs if run is not None}

    @property
    def recorded(self) -> list[RecordedSession]:
        """The sessions of other sports."""
        return [each for each in map(recorded_session, self.activities.values()) if each is not None]

    @property
    def newest_id(self) -> int:
        """The greatest id, of any sport."""
        return max(self.activities, default=0)

    def is_newer_than_the_event(self, pending: PendingActivity) -> bool:
        """Return whether it began after the newest event of this activity, and so shows what that event told of."""
        return self.began >= pending.last_received

    def news(self, known: Iterable[Run], pending: Pending, since: datetime) -> Iterator[News]:
        """Yield what differs from the `known` runs: new since then, changed, retitled with a tag of ours, or missing.

        What is pending already, or was judged as it is shown, is no news.
        """
        left = {run.id: run for run in known}
        for activity_id, activity in self.activities.items():
            row, run = pending.get(activity_id), self.counted.get(activity_id)
            kind = _kind_of_news(run, left.pop(activity_id, None), row, since)
            tags = tags_in(activity.get("name"))
            is_known = _is_pending(row) or (row is not None and row.judged_as == basis(activity, run, tags))
            if kind is not None and not is_known:
                yield News(activity_id, kind, ",".join(sorted(tags)))
        for run in left.values():  # deleted, hidden from us, or only missing: a call finds out
            if self.reached < run.start <= self.began and not _is_pending(pending.get(run.id)):
                yield News(run.id, MISSING, None)


def _kind_of_news(run: Run | None, before: Run | None, row: PendingActivity | None, since: datetime) -> str | None:
    if before is None:
        return CREATED if run is not None and run.start > since else None
    was_judged = row is not None and row.judged_as is not None  # perhaps by another title
    is_same = run is not None and (before.sport, before.distance_dm) == (run.sport, run.distance_dm)
    return "update:listing" if was_judged or not is_same else None


def _is_pending(row: PendingActivity | None) -> bool:
    return row is not None and not row.is_processed


def oldest(activities: Iterable[Activity]) -> datetime:
    """Return when the first of them started."""
    return min(map(start_of, activities))


def start_of(activity: Activity) -> datetime:
    """Return when it started; the end of time for an activity that does not tell."""
    try:
        start = datetime.fromisoformat(str(activity.get("start_date")))
    except ValueError:
        return _NEVER
    return start if start.tzinfo else _NEVER
