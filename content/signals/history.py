"""An athlete's counted runs in order, one for each outing, and the runs that stood before any of them.

Knows runs and windows of time; `content.signals.rules` decides what they mean.
"""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from operator import attrgetter

from content.runs import Run
from content.signals.days import Days

MONTH = timedelta(days=30)
QUARTER = timedelta(days=90)
LOOKED_AT = QUARTER + timedelta(days=10)  # before a moment; no rule looks back further
DAY_S = 24 * 3600
RETURNING_DAYS = 28  # after a comeback: the dates for which only the runs since are a measure


order = attrgetter("start", "id")  # the key by which runs are reviewed in order
begin = attrgetter("start")


class History:
    """Counted runs by (start, id), both recordings of an outing included; `canonical` has one for each outing."""

    def __init__(self, runs: Iterable[Run] = ()) -> None:
        self._by_id = {run.id: run for run in runs}
        self._runs = sorted(self._by_id.values(), key=order)
        self._canonical: list[Run] | None = None
        self._outings: dict[int, int] = {}  # id → place in _canonical, for outings that were recorded twice

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
        return self.get(activity) if place is None else canonical[place]

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
                    outings[canonical[-1].id] = outings[run.id] = len(canonical) - 1
                    canonical[-1] = max(canonical[-1], run, key=lambda recording: recording.distance_dm)
                else:
                    canonical.append(run)
            self._canonical, self._outings = canonical, outings
        return self._canonical


def lately(runs: Sequence[Run], moment: datetime) -> Sequence[Run]:
    """Return those of some canonical runs that the rules look at from a moment on: a hundred days, and one run before.

    That one tells if the first of these was a comeback, and that the history reaches back far enough.
    """
    first = bisect_left(runs, moment - LOOKED_AT, key=begin)
    return runs[max(0, first - 1) :]


def _overlap(canonical: Run, run: Run) -> bool:
    """Return whether the later run starts within the canonical one; False if either hides its start time."""
    later = run.start - canonical.start
    within = later.days * DAY_S + later.seconds < canonical.moving_s  # which is whole: parts of a second change nothing
    return within and not run.hidden_start and not canonical.hidden_start


class Lookback:
    """The runs before a moment (H) and the windows P30 and P90. It goes forward only, so a whole log takes one pass.

    `distance` tells a run's distance in tenths of a metre, as the athlete wants it compared. Days are ordinals. A gap
    of more than `lay_off` makes the run after it a comeback, and P30 then begins with it.
    """

    def __init__(self, distance: Callable[[Run], int], lay_off: timedelta = timedelta.max) -> None:
        self.runs: list[Run] = []  # H
        self.distances: list[int] = []  # of H
        self._starts: list[datetime] = []  # of H
        self.days = Days()  # of H
        self.first_day: int | None = None  # of H
        self.day = 0  # of the moment where it stands
        self.comes_back = False  # whether a run at the moment is a comeback
        self._moment = datetime.min.replace(tzinfo=UTC)
        self._distance, self._lay_off = distance, lay_off
        self._comeback_day: int | None = None  # of the latest comeback in H
        self._month = self._quarter = 0  # where P30 and P90 began when they were last asked for
        self._record: deque[int] = deque()  # places in P30, each farther than all after it
        self._sorted: list[int] = []  # the distances [_sorted_from:_sorted_to]
        self._sorted_from = self._sorted_to = 0

    def walk(self, runs: Iterable[Run]) -> Iterator[Run]:
        """Yield each of these canonical runs as it is reviewed: H is the runs before it.

        A run joins H when the next one is asked for, so the last one joins only if the caller finishes the loop.
        """
        for run in runs:
            start, day = run.start, run.start_local.toordinal()
            self.stand(start, day)
            yield run
            if self.comes_back:
                # The runs before a lay-off of 14 days and more are older than P30 when `returning` ends.
                self._comeback_day, self._month = day, len(self.runs)
                self._record.clear()
            if self.first_day is None or day < self.first_day:
                self.first_day = day
            distance = self._distance(run)
            while self._record and self.distances[self._record[-1]] <= distance:
                self._record.pop()
            self._record.append(len(self.runs))
            self.runs.append(run)
            self._starts.append(start)
            self.distances.append(distance)
            self.days.add(day, distance)

    def take(self, runs: Iterable[Run]) -> None:
        """Let H hold these canonical runs, too."""
        for _ in self.walk(runs):
            pass

    def stand(self, moment: datetime, day: int) -> None:
        """End the windows at a moment (aware, UTC) of that day; no run of H is later."""
        self._moment, self.day, starts = moment, day, self._starts
        self.comes_back = bool(starts) and moment - starts[-1] > self._lay_off
        while self._record and moment - starts[self._record[0]] > MONTH:
            self._record.popleft()

    @property
    def month(self) -> range:
        """The places of P30 in H; after a lay-off, those from the comeback on."""
        self._month = self._first_within(MONTH, self._month)
        return range(self._month, len(self.runs))

    @property
    def quarter(self) -> range:
        """The places of P90 in H."""
        self._quarter = self._first_within(QUARTER, self._quarter)
        return range(self._quarter, len(self.runs))

    @property
    def longest(self) -> int | None:
        """The place of the longest run of P30, the latest of equals; None if P30 is empty."""
        return self._record[0] if self._record else None

    @property
    def returning(self) -> bool:
        """True if the latest comeback lies at most 28 dates back."""
        return self._comeback_day is not None and self.day - self._comeback_day <= RETURNING_DAYS

    def reaches_back(self, days: int) -> bool:
        """Return whether the first run's day lies at least so many days back."""
        return self.first_day is not None and self.first_day <= self.day - days

    def twice_median(self) -> int:
        """Return twice the median distance of P90, which must not be empty: doubled, it is a whole number."""
        start, end = self.quarter.start, len(self.runs)
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

    def _first_within(self, time: timedelta, place: int) -> int:
        """Return the place of the first run that lies at most so long back; it is not before `place`."""
        return bisect_left(self._starts, self._moment - time, lo=place)
