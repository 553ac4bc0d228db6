"""An athlete's counted runs in order, an outing that was recorded twice resolved, and what stood before any of them.

Knows runs and windows of time; which of them mean anything is decided in `content.signals.rules`.
"""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from operator import sub

from content.runs import Run

MONTH = timedelta(days=30)
QUARTER = timedelta(days=90)


def order(run: Run) -> tuple[datetime, int]:
    """The order in which runs are judged."""
    return run.start, run.id


class History:
    """Counted runs by (start, id), both recordings of an outing included; `kept` has the one that counts of each."""

    def __init__(self, runs: Iterable[Run] = ()) -> None:
        self._by_id = {run.id: run for run in runs}
        self._runs = sorted(self._by_id.values(), key=order)
        self._outings: dict[int, Run] | None = None
        self._kept: tuple[Run, ...] = ()

    def __len__(self) -> int:
        return len(self._runs)

    def __iter__(self) -> Iterator[Run]:
        return iter(self._runs)

    def add(self, run: Run) -> None:
        """Takes the run in; one with the same id gives way to it."""
        self.remove(run.id)
        self._by_id[run.id] = run
        insort(self._runs, run, key=order)

    def remove(self, activity: int) -> None:
        """Forgets the run of this id, if there is one."""
        self._outings = None
        run = self._by_id.pop(activity, None)
        if run is not None:
            del self._runs[bisect_left(self._runs, order(run), key=order)]

    def get(self, activity: int) -> Run | None:
        """The run of this id, whether it is kept or gave way to another recording."""
        return self._by_id.get(activity)

    def with_run(self, run: Run) -> "History":
        """This history and the run; this one stays as it is."""
        if self._by_id.get(run.id) == run:
            return self
        other = History(self._runs)
        other.add(run)
        return other

    @property
    def canonical(self) -> Sequence[Run]:
        """The runs that count, one for each outing, by (start, id)."""
        self._resolve()
        return self._kept

    def canonical_for(self, activity: int) -> Run | None:
        """The recording that counts of the outing that this id recorded: the run itself, or the one it gave way to."""
        return self._resolve().get(activity)

    def _resolve(self) -> dict[int, Run]:
        if self._outings is None:
            outings = list(_outings(self._runs))
            self._kept = tuple(kept for kept, _ in outings)
            self._outings = {run.id: kept for kept, recordings in outings for run in recordings}
        return self._outings


def _outings(runs: Iterable[Run]) -> Iterator[tuple[Run, list[Run]]]:
    """Each outing's kept run, and all that recorded it.

    A run that starts before the kept run's start + moving time is the same outing, and the greater distance is kept
    (equal: the earlier).
    """
    kept: Run | None = None
    recordings: list[Run] = []
    for run in runs:
        if kept is not None and _overlap(kept, run):
            recordings.append(run)
            kept = max(kept, run, key=lambda recording: recording.distance_dm)
            continue
        if kept is not None:
            yield kept, recordings
        kept, recordings = run, [run]
    if kept is not None:
        yield kept, recordings


def _overlap(kept: Run, run: Run) -> bool:
    """Whether the later run starts within the kept one; where either hides its start nothing tells, so it does not."""
    within = (run.start - kept.start).total_seconds() < kept.moving_s
    return within and not run.hidden_start and not kept.hidden_start


class Days:
    """Distance by calendar day, kept as a running total, so that any span of days is one subtraction.

    Days are ordinals; they may be added in any order, but are cheap to add only as time goes on.
    """

    def __init__(self) -> None:
        self._origin = 0
        self._until: list[int] = []  # the distance of all days up to and with origin + index

    def add(self, day: int, distance: int) -> None:
        """Counts a distance on that day."""
        self._reach(day, day)
        for index in range(day - self._origin, len(self._until)):  # one round as long as time goes on
            self._until[index] += distance

    def week(self, day: int) -> int:
        """The distance of the 7 days that end with `day`."""
        end = day - self._origin
        if end < 7 or end >= len(self._until):
            self._reach(day - 7, day)
            end = day - self._origin
        return self._until[end] - self._until[end - 7]

    def best_week(self, day: int) -> tuple[int, int]:
        """The greatest week(d) for d = day − 34 … day − 7, and that d; of equals the latest."""
        self._reach(day - 41, day - 7)
        end = day - 6 - self._origin
        weeks = list(map(sub, self._until[end - 28 : end], self._until[end - 35 : end - 7]))
        best = max(weeks)
        return best, day - 7 - weeks[::-1].index(best)

    def _reach(self, first: int, last: int) -> None:
        if not self._until:
            self._origin, self._until = first, [0]
        if first < self._origin:
            self._until[:0] = [0] * (self._origin - first)
            self._origin = first
        beyond = last - self._origin - len(self._until) + 1
        if beyond > 0:
            self._until += [self._until[-1]] * beyond


class Lookback:
    """What stands before a moment in the runs that count. It moves forward only, so that a whole log takes one pass.

    `distances` are those of `kept`, in tenths of a metre, as the athlete wants them compared. Days are ordinals.
    """

    def __init__(self, kept: Sequence[Run], distances: Sequence[int]) -> None:
        self.canonical = kept
        self.distances = distances
        self.place = 0  # H is kept[:place]
        self.first_day: int | None = None
        self.days = Days()  # of H
        self._month = self._quarter = 0  # P30 is kept[_month:place], P90 kept[_quarter:place]
        self._record: deque[int] = deque()  # places in P30, each farther than all after it
        self._sorted: list[int] = []  # the distances of kept[_sorted_from:_sorted_to]
        self._sorted_from = self._sorted_to = 0

    def move(self, place: int, moment: datetime) -> None:
        """Makes H the runs kept[:place], and `moment` (aware, UTC) the time from which the windows reach back."""
        while self.place < place:
            self._take(self.place)
            self.place += 1
        self._month = self._since(moment - MONTH, self._month)
        self._quarter = self._since(moment - QUARTER, self._quarter)
        while self._record and self._record[0] < self._month:
            self._record.popleft()

    @property
    def last(self) -> Run | None:
        """The last run of H."""
        return self.canonical[self.place - 1] if self.place else None

    @property
    def month_runs(self) -> int:
        """How many runs P30 holds."""
        return self.place - self._month

    @property
    def quarter(self) -> range:
        """The places of P90."""
        return range(self._quarter, self.place)

    @property
    def longest(self) -> int:
        """The place of the longest run of P30, which must not be empty; of equals the latest."""
        return self._record[0]

    def twice_median(self) -> int:
        """Twice the median distance of P90, which must not be empty: twice, so that it is a whole number."""
        start, end = self._quarter, self.place
        if start >= self._sorted_to:
            self._sorted = sorted(self.distances[start:end])
        else:
            for distance in self.distances[self._sorted_from : start]:
                del self._sorted[bisect_left(self._sorted, distance)]
            for distance in self.distances[self._sorted_to : end]:
                insort(self._sorted, distance)
        self._sorted_from, self._sorted_to = start, end
        count = end - start
        return self._sorted[(count - 1) // 2] + self._sorted[count // 2]

    def _take(self, here: int) -> None:
        day, distance = self.canonical[here].start_local.toordinal(), self.distances[here]
        self.days.add(day, distance)
        if self.first_day is None or day < self.first_day:
            self.first_day = day
        while self._record and self.distances[self._record[-1]] <= distance:
            self._record.pop()
        self._record.append(here)

    def _since(self, moment: datetime, place: int) -> int:
        while place < self.place and self.canonical[place].start < moment:
            place += 1
        return place
