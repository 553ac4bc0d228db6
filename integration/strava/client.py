"""The calls to Strava for one athlete, which return plain dicts. stravalib makes them, over our connection.

Plain dicts, because stravalib's models refuse values that Strava really sends, and that must not lose a run; what is
odd in them is set aside here, one activity at a time (`integration.strava.activity_answer`).
Boundary: neither refreshes tokens nor waits; whatever cannot be done now is an error that says what to do next.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import requests
import structlog

from integration.errors import BackstrideError, OddAnswer, Unreachable
from integration.strava.activity_answer import Activity, activity_in
from integration.strava.http import StravaHttp, text_of
from integration.strava.rate_limit import Budget, Priority
from integration.strava.refusals import RETRY_AFTER, refusal

PAGE = 200  # the most that Strava gives at once

log = structlog.get_logger()
Shape = TypeVar("Shape")


def _nothing() -> None:
    pass


class Strava:
    """One athlete's Strava, for one task.

    Each call runs `before_call` (the worker renews its lease there, and may raise), takes from the `budget` in its
    `priority`, and ends within the deadline of StravaHttp. All raise the tree under StravaError, and BadSetting.
    """

    def __init__(
        self,
        http: StravaHttp,
        access_token: str,
        budget: Budget,
        *,
        priority: Priority = "live",
        before_call: Callable[[], None] = _nothing,
    ) -> None:
        from integration.strava.protocol import Protocol  # takes most of a second, so not before it is needed

        self._protocol = Protocol(access_token=access_token, requests_session=http, rate_limiter=self._listen)
        self._budget = budget
        self._priority = priority
        self._before_call = before_call
        self._headers: dict[str, str] = {}
        self.rows_set_aside = 0  # of all listings so far: what was no activity

    def activity(self, activity_id: int) -> Activity:
        """Return the detailed activity, description included. Raises Gone if new, deleted, or another's."""
        answer = self._call(object, lambda: self._protocol.get(f"/activities/{activity_id:d}"))
        activity = activity_in(answer, asked_for=activity_id)
        if activity is None:
            raise OddAnswer("Strava's answer is not the activity", datetime.now(UTC) + RETRY_AFTER)
        return activity

    def activities(
        self,
        after: datetime | None = None,
        before: datetime | None = None,
        *,
        on_page: Callable[[list[Activity]], bool | None] | None = None,
        max_pages: int = 50,
    ) -> list[Activity]:
        """Return summaries (no description) of what began between `after` and `before`, both aware and exclusive.

        Newest first, with `after` oldest first. Pages are read until one brings nothing new, since a short page is
        not the last; `on_page` gets each as it comes, and ends it by returning True.
        """
        found: dict[int, Activity] = {}
        for page in range(1, max_pages + 1):
            fresh = [each for each in self._page(page, after, before) if each["id"] not in found]
            if not fresh:
                break
            found |= {each["id"]: each for each in fresh}
            if on_page and on_page(fresh):
                break
        return list(found.values())

    def replace_words(self, activity_id: int, field: str, words: str) -> Activity:
        """Replace one text of the activity as a whole, and send nothing else. Returns the activity as Strava tells it.

        `field` is description, or private_note: Strava takes that one too, but does not document it.
        """
        body = {field: words}
        return self._call(dict, lambda: self._protocol.put(f"/activities/{activity_id:d}", body=body))

    def athlete(self) -> dict[str, Any]:
        """Return the athlete's own profile."""
        return self._call(dict, lambda: self._protocol.get("/athlete"))

    def _page(self, page: int, after: datetime | None, before: datetime | None) -> list[Activity]:
        bounds: dict[str, Any] = {
            name: int(at.timestamp()) for name, at in (("after", after), ("before", before)) if at
        }
        rows: list[Any] = self._call(
            list, lambda: self._protocol.get("/athlete/activities", page=page, per_page=PAGE, **bounds)
        )
        activities = [activity for activity in map(activity_in, rows) if activity is not None]
        if len(activities) < len(rows):
            self.rows_set_aside += len(rows) - len(activities)
            log.warning("set aside what is no activity in a listing of Strava's", rows=len(rows) - len(activities))
        return activities

    def _call(self, shape: type[Shape], ask: Callable[[], Any]) -> Shape:
        self._before_call()
        permit = self._budget.acquire(self._priority)
        self._headers = {}
        outcome = _outcome(shape, ask)
        if isinstance(outcome, BackstrideError):
            self._budget.report(permit, self._headers, outcome)
            raise outcome
        self._budget.report(permit, self._headers)
        return outcome

    def _listen(self, headers: dict[str, str], _method: str) -> None:
        """Keep the headers of an answer; stravalib calls this with each, for throttling."""
        self._headers = headers


def _outcome(shape: type[Shape], ask: Callable[[], Any]) -> Shape | BackstrideError:
    """Return what was asked for, or the error to raise; made outside of stravalib's, which quote the answer."""
    try:
        answer = ask()
    except Unreachable as away:
        return away
    except requests.HTTPError as fault:  # every stravalib.exc.Fault is one
        return refusal(fault.response.status_code, text_of(fault.response), datetime.now(UTC))
    except (ValueError, RecursionError):  # no JSON, or one that is nested thousands of times
        return refusal(200, "", datetime.now(UTC))
    return answer if isinstance(answer, shape) else refusal(200, "", datetime.now(UTC))
