"""Decides what an answer other than the hoped-for one means. Pure: status, text and a time in, an error out.

Strava's errors are {"message": …, "errors": [{"resource": …, "field": …, "code": …}]}; pages and proxies in between
answer in HTML. Source: https://developers.strava.com/docs/ and what other integrators have seen.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from integration.errors import (
    AccessExpired,
    AccessRevoked,
    AppInactive,
    BackstrideError,
    BadSetting,
    BudgetSpent,
    Gone,
    Refused,
    ScopeMissing,
    SeatsTaken,
    Unreachable,
)

HOURLY_CHECK = timedelta(hours=1)
RETRY_AFTER = timedelta(seconds=30)
QUARTER_S = 900
INACTIVE = "Strava says that the application is inactive: its owner needs a paid subscription"
_NO_ANSWER = {408, 425}  # what a proxy says when Strava was too slow for it


class Complaint(NamedTuple):
    """One entry of Strava's `errors`, in lower case; what is no text is empty."""

    resource: str
    field: str
    code: str


def refusal(status: int, text: str, now: datetime) -> BackstrideError:
    """The error to raise for an answer that is not the JSON we hoped for. Its message quotes plain words at most."""
    if status == 429:
        return BudgetSpent("Strava's rate limit is used up", _quarter_end(now))
    if status < 400:
        return Unreachable("Strava's answer was not what it documents", now + RETRY_AFTER)
    if status >= 500 or status in _NO_ANSWER:
        return Unreachable(f"Strava has trouble (status {status})", now + RETRY_AFTER)
    said = complaints(text)
    return _of_the_app(status, text, said, now) or _of_the_access(said) or _of_the_status(status, text, said, now)


def of_a_client(error: BackstrideError) -> BackstrideError:
    """The same if it is the application that signs in, and no athlete: a bare 401 then means its secret."""
    return _bad_client("") if isinstance(error, AccessExpired) else error


def complaints(text: str) -> list[Complaint] | None:
    """Strava's `errors`, or None when `text` is not in its shape."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, dict):
        return None
    entries = body.get("errors")
    return [_complaint(entry) for entry in (entries if isinstance(entries, list) else [entries])]


def _complaint(entry: object) -> Complaint:
    named = entry if isinstance(entry, dict) else {}
    return Complaint(*(str(named.get(name) or "").lower() for name in Complaint._fields))


def _of_the_app(status: int, text: str, said: list[Complaint] | None, now: datetime) -> BackstrideError | None:
    if status == 403 and re.search(r"limit of connected athletes|athlete limit", text, re.IGNORECASE):
        return SeatsTaken("Strava's limit of connected athletes is reached for this application")
    for complaint in said or []:
        if complaint == ("application", "status", "inactive"):
            return AppInactive(INACTIVE, now + HOURLY_CHECK)
        if complaint.resource == "application" and complaint.code == "invalid":
            return _bad_client(complaint.field)
    return None


def _bad_client(field: str) -> BadSetting:
    name = "STRAVA_CLIENT_ID" if field == "client_id" else "STRAVA_CLIENT_SECRET"
    return BadSetting(name, "Strava does not know it; copy it anew from https://www.strava.com/settings/api")


def _of_the_access(said: list[Complaint] | None) -> BackstrideError | None:
    for complaint in said or []:
        if complaint.field.endswith("_permission") and complaint.code == "missing":
            return ScopeMissing(_plain(complaint.field.removesuffix("_permission")))
        if complaint.resource == "refreshtoken" and complaint.code == "invalid":
            return AccessRevoked("Strava no longer takes this athlete's refresh token")
    return None


def _of_the_status(status: int, text: str, said: list[Complaint] | None, now: datetime) -> BackstrideError:
    if status == 404:
        return Gone("Strava does not have it, or does not show it to us")
    if status == 401:
        return AccessExpired("Strava no longer takes this access token")
    if said is None and text:  # a page: something in between answered, not the API
        return Unreachable(f"something before Strava answered (status {status})", now + RETRY_AFTER)
    reasons = "; ".join(_plain(" ".join(filter(None, complaint))) for complaint in said or [])
    return Refused(status, f"Strava refused with status {status}" + (f" ({reasons})" if reasons else ""))


def _plain(words: str) -> str:
    """Only what a sentence needs: whatever holds a digit could be a token, whatever is long a text of the athlete's."""
    return words[:80] if re.fullmatch(r"[a-z_:' -]*", words) else "…"


def _quarter_end(now: datetime) -> datetime:
    seconds = int(now.timestamp())
    return datetime.fromtimestamp(seconds - seconds % QUARTER_S + QUARTER_S + 1, UTC)
