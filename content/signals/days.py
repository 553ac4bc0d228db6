"""Distances by calendar day, and any seven days of them in a row."""

from operator import sub


class Days:
    """Distance by calendar day, kept as a running total, so that any span of days is one subtraction.

    Days are ordinals; they may be added in any order, but are cheap to add only as time goes on.
    """

    def __init__(self) -> None:
        self._origin = 0
        self._until: list[int] = []  # the distance of all days up to and with origin + index
        self._best = (0, 0)  # the best week that was found last, and the day that it ends with

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
        self._best = best, day - 7 - weeks[::-1].index(best)
        return self._best

    def best_at_least(self, day: int) -> int:
        """Return what best_week(day) is at least: the one found last, as long as it is among these; 0 otherwise."""
        best, last = self._best
        return best if day - 34 <= last <= day - 7 else 0

    def _reach(self, first: int, last: int) -> None:
        if not self._until:
            self._origin, self._until = first, [0]
        if first < self._origin:
            self._until[:0] = [0] * (self._origin - first)
            self._origin = first
        beyond = last - self._origin - len(self._until) + 1
        if beyond > 0:
            self._until += [self._until[-1]] * beyond
