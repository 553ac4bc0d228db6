"""The stand-in's memory: applications, athletes, activities, calls and pushes behind one lock.

Everything a person or a test can make happen "on Strava" is a method of `Sandbox`; HTTP is the other modules' matter.
"""

import threading
from collections.abc import Callable, Iterable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from integration.sandbox.absences import Absences
from integration.sandbox.activities import events
from integration.sandbox.activities.outings import Activity, Outing
from integration.sandbox.activities.views import gear_with_distances, new_profile
from integration.sandbox.answers import not_found
from integration.sandbox.app_registry import AppRegistry
from integration.sandbox.applications import SCOPES, Application, Grant
from integration.sandbox.call_log import CallLog
from integration.sandbox.faults import PUSH, Faults
from integration.sandbox.model import Athlete, Call, Options, zone_of
from integration.sandbox.pushes import STRAVA_SPACING_S, Pushes


class Sandbox:
    """One Strava. `clock` gives an aware time and may be replaced at any time; `applications` are the only ones
    accepted, or, when None, every application is: with the secret that it first came with."""

    def __init__(
        self,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        applications: Iterable[Application] | None = None,
        callback_domains: tuple[str, ...] = (),
        options: Options | None = None,
        retry_after: tuple[float, ...] = STRAVA_SPACING_S,
        push_timeout: float = 2.0,
        push_workers: int = 4,
    ) -> None:
        self.lock = threading.RLock()
        self.closing = threading.Event()
        self.options = options or Options()
        self.faults = Faults()
        self.athletes: dict[int, Athlete] = {}
        self.activities: dict[int, Activity] = {}
        self.applications = AppRegistry(applications, options=self.options, callback_domains=callback_domains)
        subscribed = self.applications.has_subscribed
        self.pushes = Pushes(subscribed, retry_after=retry_after, timeout=push_timeout, workers=push_workers)
        self.clock = clock
        self._offset = timedelta()
        self.call_log = CallLog()
        self.absences = Absences()
        self._athlete_ids = count(1001)
        self._activity_ids = count(15_000_000_001, 7)

    # -- time -----------------------------------------------------------------------------------------------------
    def now(self) -> datetime:
        """Aware, UTC: the clock, moved by what `advance` added."""
        return self.clock() + self._offset

    def advance(self, **duration: float) -> None:
        """Move this Strava's time forward: `advance(hours=6)`. Rate windows and tokens follow."""
        self._offset += timedelta(**duration)

    # -- applications ---------------------------------------------------------------------------------------------
    def application(self, client_id: object, client_secret: object = None) -> Application:
        """Return the application of a client id, and its secret if one is given (see AppRegistry)."""
        with self.lock:
            return self.applications.identified(client_id, client_secret)

    @property
    def app(self) -> Application:
        """The first application that was configured or came by. LookupError while there is none."""
        return self.applications.first

    # -- athletes -------------------------------------------------------------------------------------------------
    def add_athlete(
        self,
        firstname: str = "Robin",
        lastname: str = "Sample",
        *,
        athlete_id: int | None = None,
        activities: Iterable[Activity] = (),
        gear: Iterable[dict[str, Any]] = (),
        timezone: str = "",
        **profile: Any,
    ) -> int:
        """Take in an athlete with a history (activities as the API gives them) and return the id. Pushes nothing."""
        with self.lock:
            chosen = athlete_id or next(number for number in self._athlete_ids if number not in self.athletes)
            records = [dict(activity) for activity in activities]  # never changed in place: an edit replaces one
            self.athletes[chosen] = Athlete(
                new_profile(chosen, firstname, lastname, self.now()) | profile,
                [dict(item) for item in gear],
                zone_of(timezone or (records[-1].get("timezone", "") if records else "")),
            )
            for record in records:
                number = int(record["id"])
                record["id"] = next(self._activity_ids) if number in self.activities else number
                record["athlete"] = {"id": chosen, "resource_state": 1}
                self.activities[record["id"]] = record
            return chosen

    def athlete(self, athlete_id: int | None = None) -> Athlete:
        """An athlete by id; the first there is without one. KeyError names the id."""
        if athlete_id is None:
            return next(iter(self.athletes.values()))
        return self.athletes[athlete_id]

    def gear(self, athlete_id: int) -> list[dict[str, Any]]:
        """The athlete's gear, each with the metres covered with it."""
        with self.lock:
            return gear_with_distances(self.athletes[athlete_id].gear, self.of(athlete_id))

    def of(self, athlete_id: int) -> list[Activity]:
        """The athlete's activities, newest first: the records themselves, to be read under the lock and not changed."""
        mine = [activity for activity in self.activities.values() if activity["athlete"]["id"] == athlete_id]
        return sorted(mine, key=lambda activity: (activity["start_date"], activity["id"]), reverse=True)

    # -- activities -----------------------------------------------------------------------------------------------
    def create_activity(
        self,
        athlete_id: int | None = None,
        *,
        km: float = 10.0,
        minutes: float | None = None,
        start: datetime | None = None,
        absent_calls: int | None = None,
        absent_seconds: float | None = None,
        push: bool = True,
        **outing: Any,
    ) -> int:
        """The athlete records an activity; without `start` it ended just now. Returns its id and pushes `create`.

        `outing` are further fields of `Outing` (sport, title, description, climb_m, workout_type, trainer, private …).
        """
        with self.lock:
            athlete = self.athlete(athlete_id)
            moving_s = round(60 * (minutes if minutes is not None else km * 6))
            elapsed_s = outing.pop("elapsed_s", None)
            begun = start or self.now().replace(microsecond=0) - timedelta(seconds=elapsed_s or moving_s)
            number = next(self._activity_ids)
            told = Outing(
                start=begun, zone=athlete.zone, distance_m=km * 1000, moving_s=moving_s, elapsed_s=elapsed_s, **outing
            )
            self.activities[number] = told.as_strava(number, athlete.id)
            self._hide(number, absent_calls, absent_seconds)
            if push:
                self.announce(events.created(self.activities[number]))
            return number

    def _hide(self, number: int, absent_calls: int | None, absent_seconds: float | None) -> None:
        """Answer 404 for a new activity for a while, if that is wanted of it or of all."""
        calls = self.options.absent_calls if absent_calls is None else absent_calls
        seconds = self.options.absent_seconds if absent_seconds is None else absent_seconds
        if calls or seconds:
            self.absences.hide(number, calls, self.now() + timedelta(seconds=seconds))

    def activity(self, activity_id: int) -> Activity:
        """A copy of all that is held of an activity, its description included. KeyError when there is none."""
        with self.lock:
            return deepcopy(self.activities[activity_id])

    def description(self, activity_id: int) -> str | None:
        """Return the activity's description right now."""
        text: str | None = self.activities[activity_id].get("description")
        return text

    def private_note(self, activity_id: int) -> str | None:
        """Return the activity's private note right now."""
        text: str | None = self.activities[activity_id].get("private_note", "")
        return text

    def edit_activity(self, activity_id: int, **fields: Any) -> None:
        """The athlete, or an app, changes an activity: name, description, sport_type, private, distance, …

        Pushes what Strava pushes: title, type and privacy, and the description only with `echo_description`.
        """
        with self.lock:
            if activity_id not in self.activities:
                raise not_found()
            before = self.activities[activity_id]
            after = self.activities[activity_id] = before | events.tidied(fields, tidy=self.options.tidy_descriptions)
            if event := events.changed(before, after, echo_description=self.options.echo_description):
                self.announce(event)

    def delete_activity(self, activity_id: int, *, push: bool = True) -> None:
        """The athlete deletes an activity; pushes `delete`."""
        with self.lock:
            if activity_id not in self.activities:
                raise not_found()
            gone = self.activities.pop(activity_id)
            if push:
                self.announce(events.deleted(gone))

    # -- what apps are granted, and told ---------------------------------------------------------------------------
    def connect(self, athlete_id: int | None = None, scopes: Iterable[str] = SCOPES) -> Grant:
        """Let an athlete grant the first app `scopes` without a browser; the grant holds the tokens."""
        with self.lock:
            app, now = self.app, self.now()
            return app.exchange(app.issue_code(self.athlete(athlete_id).id, {"read", *scopes}, now), now)

    def deauthorize(self, athlete_id: int | None = None, app: Application | None = None, *, push: bool = True) -> None:
        """The athlete withdraws an app's access (every app's): all tokens die at once, an event is pushed."""
        with self.lock:
            athlete = self.athlete(athlete_id).id
            for chosen in [app] if app else self.applications.values():
                if chosen.grants.pop(athlete, None) and push:
                    self._push(chosen, events.deauthorized(athlete))

    def expire_tokens(self, athlete_id: int | None = None) -> None:
        """Let the athlete's access tokens run out now, for every app."""
        with self.lock:
            for app in self.applications.values():
                app.expire(self.athlete(athlete_id).id, self.now())

    def announce(self, event: events.Event) -> None:
        """Tell every app that may know of this activity, in the words its scopes allow."""
        for app in self.applications.values():
            grant = app.grants.get(event.owner)
            if grant and (told := event.for_scopes(grant.scopes)):
                self._push(app, told)

    def _push(self, app: Application, event: events.Event) -> None:
        if app.subscription is None:
            return
        body = event.as_json(app.subscription.id, self.now())
        fault = self.faults.take(PUSH, f"PUSH /{event.object_type}/{event.aspect}", event.owner)
        self.pushes.send(app.client_id, app.subscription.callback_url, body, fault)

    # -- what was called -------------------------------------------------------------------------------------------
    def calls(self, method: str = "*", path: str = "*", athlete: int | None = None) -> list[Call]:
        """The calls so far, oldest first; `method` and `path` are patterns (`/activities/*`)."""
        return self.call_log.matching(method, path, athlete)

    def forget_calls(self) -> None:
        self.call_log.clear()

    def spend(self, calls: int, *, reads: int | None = None) -> None:
        """Another process of the first app makes `calls` calls, `reads` of them no uploads (all if not given)."""
        with self.lock:
            self.app.limits.spend(self.now(), calls, reads=reads)

    def close(self) -> None:
        """Let hanging answers and the delivery of pushes end."""
        self.closing.set()
        self.pushes.stop()
