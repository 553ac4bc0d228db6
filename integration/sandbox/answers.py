"""The refusals of the stand-in, in Strava's own shape; no socket, no state.

The shapes with a recorded or documented original carry it in their comment; the others are marked as our guess.
"""

from typing import Any

JSON = dict[str, Any]


class Refusal(Exception):
    """An answer other than 2xx: `status` and the JSON `body` that goes with it."""

    def __init__(self, status: int, message: str, *errors: tuple[str, str, str]) -> None:
        super().__init__(message)
        self.status = status
        self.body: JSON = {
            "message": message,
            "errors": [{"resource": resource, "field": field, "code": code} for resource, field, code in errors],
        }


def bad_request(resource: str, field: str, code: str = "invalid") -> Refusal:
    """400, as recorded for an unknown client and for a used or unknown code."""
    return Refusal(400, "Bad Request", (resource, field, code))


def no_access() -> Refusal:
    """401 for a missing, unknown or expired access token."""
    return Refusal(401, "Authorization Error", ("Athlete", "access_token", "invalid"))


def scope_missing(scope: str) -> Refusal:
    """401 for a call the athlete did not allow; `scope` such as `activity:write`. A refresh does not help."""
    return Refusal(401, "Authorization Error", ("AccessToken", f"{scope}_permission", "missing"))


def wrong_credentials() -> Refusal:
    """401 for a wrong client id or secret if no athlete is involved (our guess at its field)."""
    return Refusal(401, "Authorization Error", ("Application", "client_id", "invalid"))


def inactive() -> Refusal:
    """403 for every call of an app whose owner pays no subscription."""
    return Refusal(403, "Forbidden", ("Application", "Status", "Inactive"))


def seats_taken() -> Refusal:
    """403 for a further athlete than the app may serve (its wording was seen, its JSON is our guess)."""
    return Refusal(403, "Forbidden", ("Application", "Limit of connected athletes", "exceeded"))


def not_found(resource: str = "Activity") -> Refusal:
    """404: deleted, never there, not there yet, or not to be seen with this token."""
    return Refusal(404, "Resource Not Found", (resource, "", "not found"))


def no_such_path() -> Refusal:
    """404 for a path the API does not have."""
    return Refusal(404, "Record Not Found", ("resource", "path", "invalid"))


# Recorded: here `errors` is a text, and a second shape is known; a client must read neither.
RATE_LIMITED: JSON = {"errors": "Rate Limit Exceeded", "status": 429, "message": "Too Many Requests"}
ERROR_PAGE = (
    "<!DOCTYPE html><html><head><title>Temporarily unavailable</title></head><body><h1>Back soon</h1></body></html>"
)
