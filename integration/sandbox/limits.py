"""Rate limits as Strava counts them: per app, two classes, two windows each, aligned to the clock. Pure."""

from dataclasses import dataclass, field
from datetime import datetime

QUARTER, DAY = 900, 86_400
PER_WINDOW = (QUARTER, DAY)


@dataclass
class Allowance:
    """One class of calls: `limit` and `used` are (15 minutes, day); `window` tells which windows were counted."""

    limit: tuple[int, int]
    used: list[int] = field(default_factory=lambda: [0, 0])
    window: list[int] = field(default_factory=lambda: [0, 0])

    def roll(self, now: datetime) -> None:
        """Start again at 0 when :00, :15, :30, :45 or midnight UTC has passed."""
        for index, seconds in enumerate(PER_WINDOW):
            current = int(now.timestamp()) // seconds
            if self.window[index] != current:
                self.window[index], self.used[index] = current, 0

    @property
    def spent(self) -> bool:
        return self.used[0] >= self.limit[0] or self.used[1] >= self.limit[1]


class RateLimits:
    """`overall` counts every call, `read` every call but uploads, so a PUT counts in both."""

    def __init__(self, overall: tuple[int, int], read: tuple[int, int]) -> None:
        self.overall = Allowance(overall)
        self.read = Allowance(read)

    def _classes(self, now: datetime) -> tuple[Allowance, Allowance]:
        self.overall.roll(now)
        self.read.roll(now)
        return self.overall, self.read

    def count(self, now: datetime) -> bool:
        """Count one call; False when it must be refused. A refused call still counts to the day."""
        classes = self._classes(now)
        allowed = not any(allowance.spent for allowance in classes)
        for allowance in classes:
            allowance.used[1] += 1
            allowance.used[0] += allowed
        return allowed

    def spend(self, now: datetime, calls: int, *, reads: int | None = None) -> None:
        """Another process of the same app made `calls` calls, `reads` of them no uploads (all of them if not given)."""
        for allowance, spent in zip(self._classes(now), (calls, calls if reads is None else reads), strict=True):
            allowance.used[0] += spent
            allowance.used[1] += spent

    def headers(self, now: datetime) -> dict[str, str]:
        """Return the headers of every answer: "15 minutes,day" twice per class."""
        overall, read = self._classes(now)
        return {
            "X-RateLimit-Limit": _pair(overall.limit),
            "X-RateLimit-Usage": _pair(overall.used),
            "X-ReadRateLimit-Limit": _pair(read.limit),
            "X-ReadRateLimit-Usage": _pair(read.used),
        }

    def usage(self, now: datetime) -> dict[str, dict[str, list[int]]]:
        """{"overall": {"15min": [used, limit], "day": [used, limit]}, "read": …}"""
        overall, read = self._classes(now)
        return {name: _table(allowance) for name, allowance in (("overall", overall), ("read", read))}


def _pair(numbers: tuple[int, int] | list[int]) -> str:
    return f"{numbers[0]},{numbers[1]}"


def _table(allowance: Allowance) -> dict[str, list[int]]:
    return {
        "15min": [allowance.used[0], allowance.limit[0]],
        "day": [allowance.used[1], allowance.limit[1]],
    }
