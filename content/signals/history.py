"""An athlete's counted runs in order, one for each outing, and the runs that stood before any of them.

Knows runs and windows of time; `content.signals.rules` decides what they mean.
"""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from operator import attrgetter, sub

from content.runs import Run

MONTH = timedelta(days=30)
QUARTER = timedelta(days=90)
RETURNING_DAYS = 28  # after a comeback: the dates for which only the runs since are a measure


order = attrgetter("start", "id")  # the key by which runs are reviewed in order


class History:
    """Counted runs by (start, id), both recordings of an outing included; `canonical` has one for each outing."""

    def __init__(self, runs: Iterable[Run] = ()) -> None:
        self._by_id = {run.id: run for run in runs}
        self._runs = sorted(self._by_id.values(), key=order)
        self._canonical: list[Run] | None = None
        self._outings: dict[int, int] = {}  # id → place of its outing in _canonical

    def __len__(self) -> int:
        return len(self._runs)

    def __iter__(self) -> Iterator[Run]:
        return iter(self._runs)

    def add(self, run: Run) -> None:
        """Add the run; it replaces one with the same id."""
        if self._by_id.get(run.id) == run:
            return
        self.remove(run.id)
        self._by_id[run.id] = run
        insort(self._runs, run, key=order)

    def remove(self, activity: int) -> None:
        """Remove the run of this id, if there is one."""
        self._canonical = None
        run = self._by_id.pop(activity, None)
        if run is not None:
            del self._runs[bisect_left(self._runs, order(run), key=order)]

    def get(self, activity: int) -> Run | None:
        """Return the run of this id, canonical or not; None without one."""
        return self._by_id.get(activity)

    def with_run(self, run: Run) -> "History":
        """Return a history that also holds the run; this one stays as it is."""
        if self._by_id.get(run.id) == run:
            return self
        other = History(self._runs)
        other.add(run)
        return other

    @property
    def canonical(self) -> Sequence[Run]:
        """One run for each outing, by (start, id)."""
        return self._resolve()

    def canonical_for(self, activity: int) -> Run | None:
        """Return the canonical run of the outing that this id recorded: the run itself or another recording."""
        canonical, place = self._resolve(), self._outings.get(activity)
        return None if place is None else canonical[place]

    def _resolve(self) -> list[Run]:
        """Find the outings, unless they are known.

        A run that starts before the canonical run's start + moving time is the same outing. The greater distance
        becomes the canonical one (equal: the earlier).
        """
        if self._canonical is None:
            canonical: list[Run] = []
            outings: dict[int, int] = {}
            for run in self._runs:
                if canonical and _overlap(canonical[-1], run):
                    canonical[-1] = max(canonical[-1], run, key=lambda recording: recording.distance_dm)
                else:
                    canonical.append(run)
                outings[run.id] = len(canonical) - 1
            self._canonical, self._outings = canonical, outings
        return self._canonical


def _overlap(canonical: Run, run: Run) -> bool:
    """Return whether the later run starts within the canonical one; False if either hides its start time."""
    within = (run.start - canonical.start).total_seconds() < canonical.moving_s
    return within and not run.hidden_start and not canonical.hidden_start


class Days:
    """Distance by calendar day, kept as a running total, so that any span of days is one subtraction.

    Days are ordinals; they may be added in any order, but are cheap to add only as time goes on.
    """

    def __init__(self) -> None:
        self._origin = 0
        self._until: list[int] = []  # the distance of all days up to and with origin + index

    def add(self, day: int, distance: int) -> None:
        """Add a distance to that day."""
        first = day - self._origin
        if not 0 <= first < len(self._until):
            self._reach(day, day)
            first = day - self._origin
        if first == len(self._until) - 1:  # as long as time goes on
            self._until[first] += distance
        else:
            self._until[first:] = [until + distance for until in self._until[first:]]

    def week(self, day: int) -> int:
        """Return the distance of the 7 days that end with `day`."""
        end = day - self._origin
        if end < 7 or end >= len(self._until):
            self._reach(day - 7, day)
            end = day - self._origin
        return self._until[end] - self._until[end - 7]

    def best_week(self, day: int) -> tuple[int, int]:
        """Return the greatest week(d) for d = day − 34 … day − 7, and that d; the latest of equals."""
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
    """The runs before a moment (H) and the windows P30 and P90. It moves forward only, so a whole log takes one pass.

    `distances` are those of `canonical`, in tenths of a metre, as the athlete wants them compared. Days are ordinals. A
    gap of more than `lay_off` makes the run after it a comeback, and P30 then begins with it.
    """

    def __init__(self, canonical: Sequence[Run], distances: Sequence[int], lay_off: timedelta | None = None) -> None:
        self.canonical = canonical
        self.distances = distances
        self.place = 0  # H is canonical[:place]
        self.first_day: int | None = None
        self.days = Days()  # of H
        self._lay_off = lay_off
        self._comeback_day: int | None = None  # of the latest comeback in H
        self._month = self._quarter = 0  # P30 is canonical[_month:place], P90 canonical[_quarter:place]
        self._record: deque[int] = deque()  # places in P30, each farther than all after it
        self._sorted: list[int] = []  # the distances of canonical[_sorted_from:_sorted_to]
        self._sorted_from = self._sorted_to = 0

    def move(self, place: int, moment: datetime) -> None:
        """Make H the runs canonical[:place] and end its windows at `moment` (aware, UTC)."""
        while self.place < place:
            self._take(self.place)
            self.place += 1
        month, quarter, runs = moment - MONTH, moment - QUARTER, self.canonical
        while self._month < place and runs[self._month].start < month:
            self._month += 1
        while self._quarter < place and runs[self._quarter].start < quarter:
            self._quarter += 1
        while self._record and self._record[0] < self._month:
            self._record.popleft()

    @property
    def month(self) -> range:
        """The places of P30; after a lay-off, those from the comeback on."""
        return range(self._month, self.place)

    @property
    def quarter(self) -> range:
        """The places of P90."""
        return range(self._quarter, self.place)

    @property
    def longest(self) -> int | None:
        """The place of the longest run of P30, the latest of equals; None if P30 is empty."""
        return self._record[0] if self._record else None

    def returning(self, day: int) -> bool:
        """Return whether the latest comeback lies at most 28 dates before `day`."""
        return self._comeback_day is not None and day - self._comeback_day <= RETURNING_DAYS

    def twice_median(self) -> int:
        """Return twice the median distance of P90, which must not be empty: doubled, it is a whole number."""
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

    def comes_back(self, start: datetime) -> bool:
        """Return whether a run at `start` (aware, UTC) is the first after a lay-off."""
        if self._lay_off is None or not self.place:
            return False
        return start - self.canonical[self.place - 1].start > self._lay_off

    def _take(self, here: int) -> None:
        run, distance = self.canonical[here], self.distances[here]
        day = run.start_local.toordinal()
        if self.comes_back(run.start):
            # The runs before a lay-off of 14 days and more are older than P30 when `returning` ends.
            self._comeback_day, self._month = day, here
            self._record.clear()
        self.days.add(day, distance)
        if self.first_day is None or day < self.first_day:
            self.first_day = day
        while self._record and self.distances[self._record[-1]] <= distance:
            self._record.pop()
        self._record.append(here)
