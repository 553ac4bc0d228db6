"""Plain values that a sandbox holds: how it behaves, its athletes, the calls it got."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@dataclass
class Options:
    """The behaviour of this Strava; change any of it while it runs.

    `echo_description`: a change of a description is pushed as well (undocumented, so both must work).
    `short_pages`: listings leave out the last entry of every page that has more than one (a short page is no end).
    `absent_calls`, `absent_seconds`: how long a new activity answers 404. `tidy_descriptions`: stored without blanks
    at the ends and with plain line feeds, as many sites do. `description_limit`: longer ones are refused with 400.
    `rotate_always`: every refresh gives a new pair of tokens. `refuse_at_consent`: the athlete for whom no seat is left
    sees a 403 page after Authorize and never comes back; otherwise the app gets the 403 for the code.
    `seats`, `overall`, `read`: what an application gets that is seen for the first time.
    """

    echo_description: bool = False
    short_pages: bool = False
    absent_calls: int = 0
    absent_seconds: float = 0.0
    tidy_descriptions: bool = False
    description_limit: int | None = None
    rotate_always: bool = False
    refuse_at_consent: bool = False
    seats: int = 1
    overall: tuple[int, int] = (200, 2000)
    read: tuple[int, int] = (100, 1000)


@dataclass(frozen=True, slots=True)
class Call:
    """One call that reached us. `path` is without /api/v3; `status` is None if the connection was cut."""

    method: str
    path: str
    status: int | None
    athlete: int | None
    at: datetime

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"at": self.at.isoformat()}


@dataclass
class Athlete:
    """`profile` and `gear` as the API gives them; `zone` is where activities are recorded from now on."""

    profile: dict[str, Any]
    gear: list[dict[str, Any]]
    zone: ZoneInfo

    @property
    def id(self) -> int:
        return int(self.profile["id"])

    @property
    def name(self) -> str:
        return f"{self.profile.get('firstname', '')} {self.profile.get('lastname', '')}".strip() or f"Athlete {self.id}"


def zone_of(text: str) -> ZoneInfo:
    """The zone of a Strava `timezone` text, or of a plain name; UTC when it names none."""
    try:
        return ZoneInfo(text.rsplit(" ", 1)[-1] or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
