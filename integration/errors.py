"""The errors, named by what the caller does next; each error carries the datum for it.

BackstrideError
├── BadSetting          fix the named setting, then start again (exit code 2)
│   ├── DatabaseAway        the database cannot be spoken to: see that it runs, and its rights
│   └── KeysLost            no key in TOKEN_KEYS opens what is stored: put the older keys back
├── BadInput            fix the named file or field (exit code 2)
├── StoreUnavailable    nothing was stored: answer 503, Strava tries again
├── LeaseLost           another worker serves this athlete: stop, store nothing
└── StravaError
    ├── Later           try again at `retry_at`
    │   ├── BudgetSpent     our own count, or a 429, says the window is used up
    │   ├── Unreachable     no answer, an answer that is no JSON, or a 5xx
    │   │   └── OddAnswer       JSON, but not the activity: its own affair, Strava is there
    │   └── AppInactive     the owner must act; one check an hour, all else waits
    ├── Gone            404: deleted, not there yet, or not ours to see
    ├── AccessExpired   401: refresh once, then try again
    ├── AccessRevoked   the refresh token is dead: the athlete is disconnected
    ├── ScopeMissing    the athlete did not grant `scope`; never retried
    ├── SeatsTaken      the app may not connect a further athlete
    └── Refused         any other 4xx: our mistake, or Strava changed
"""

from datetime import datetime


class BackstrideError(Exception):
    """Every error of ours."""


class BadSetting(BackstrideError):
    """A setting is missing or wrong. `name` is the environment variable, `remedy` one line on what to do."""

    def __init__(self, name: str, remedy: str) -> None:
        super().__init__(f"{name}: {remedy}")
        self.name = name
        self.remedy = remedy


class DatabaseAway(BadSetting):
    """The database that a setting names cannot be spoken to. For `status` it is away (exit code 1)."""


class KeysLost(BadSetting):
    """No key in TOKEN_KEYS opens something that is stored. Everything that needs it waits until the key is back."""

    def __init__(self, remedy: str = "no key opens what is stored: put the older keys back, behind the newest") -> None:
        super().__init__("TOKEN_KEYS", remedy)


class BadInput(BackstrideError):
    """A file or value given by a person is unusable; the message is one line naming it and the remedy."""


class StoreUnavailable(BackstrideError):
    """The database could not take what we wanted to keep; nothing was stored."""


class LeaseLost(BackstrideError):
    """The lease on an athlete ran out or was taken; whatever was not stored yet must not be."""


class StravaError(BackstrideError):
    """Strava did not do what we asked. The message never holds a token, a secret or an answer's body."""


class Later(StravaError):
    """Worth trying again at `retry_at` (aware, UTC)."""

    def __init__(self, message: str, retry_at: datetime) -> None:
        super().__init__(message)
        self.retry_at = retry_at


class BudgetSpent(Later):
    """Strava's rate limit, or our share of it, is used up until `retry_at`."""


class Unreachable(Later):
    """No answer in time, an answer that is no JSON, or a 5xx."""


class OddAnswer(Unreachable):
    """JSON that is not the activity that was asked for: nothing follows from it, neither "gone" nor "not a run"."""


class AppInactive(Later):
    """The application's owner must act (a paid subscription); `retry_at` is the next hourly check."""


class Gone(StravaError):
    """404: deleted, not there yet, or not ours to see."""


class AccessExpired(StravaError):
    """401: the access token is no longer good; a refresh may help, once."""


class AccessRevoked(StravaError):
    """The refresh token is dead: only the athlete can connect again."""


class ScopeMissing(StravaError):
    """The athlete did not grant `scope`; asking again does not help."""

    def __init__(self, scope: str) -> None:
        super().__init__(f"Strava refused: the athlete did not grant {scope}")
        self.scope = scope


class SeatsTaken(StravaError):
    """The app's limit of connected athletes is reached."""


class Refused(StravaError):
    """Any other 4xx. `status` is the HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
