"""The one retry policy: from an error and the attempts so far to what happens next, and when. Pure.

`workers.failures` applies it. Unknown errors are treated as failures: whatever went wrong, it is tried again, less and
less often.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from integration.errors import (
    AccessRevoked,
    AppInactive,
    BackstrideError,
    BadSetting,
    BudgetSpent,
    Gone,
    KeysLost,
    Later,
    LeaseLost,
    OddAnswer,
    Refused,
    ScopeMissing,
    StoreUnavailable,
    StravaError,
    Unreachable,
)
from integration.store.activity_events import DELETED, MISSING

NO_FIELD_AFTER = 3  # answers without a private note: before, one may be odd; then Strava has none (any more)
FRESH_TOKEN_REFUSED = timedelta(hours=1)  # until the next try with yet another token; each is given for hours
AWAY_AFTER = 2  # calls in a row that Strava does not answer: then it is not the one activity, but Strava


class Action(Enum):
    """The fate of an activity, or of an athlete's requests, after an error."""

    STOP = "stop"  # nothing to store: the athlete's state, the next lease or the sweep sees to it
    WAIT = "wait"  # its turn has not come: due later, and no attempt is counted
    RETRY = "retry"  # it failed: due later, and an attempt is counted; set aside after seven days of failing
    FORGET = "forget"  # Strava no longer has it, or hides it from us
    SKIP = "skip"  # the athlete did not let us see it; only a reconnect changes that


@dataclass(frozen=True)
class RetryRule:
    """One line of the policy.

    `delays`: by the attempts so far; after the last one comes `finally_`, or the last one again if there is none.
    `believes`: how far ahead the error's own `retry_at` may lie; one further ahead was set by a wrong clock.
    `of_one`: whether one activity alone may be the reason, so that the others need not stop.
    """

    action: Action
    delays: tuple[timedelta, ...] = ()
    believes: timedelta = timedelta()
    finally_: Action | None = None
    of_one: bool = False


@dataclass(frozen=True)
class Next:
    """The next step, and when it is due; `due_at` is set for WAIT and RETRY only."""

    action: Action
    due_at: datetime | None = None


def _times(*, s: tuple[int, ...] = (), m: tuple[int, ...] = (), h: tuple[int, ...] = ()) -> tuple[timedelta, ...]:
    minutes, hours = (timedelta(minutes=each) for each in m), (timedelta(hours=each) for each in h)
    return (*(timedelta(seconds=each) for each in s), *minutes, *hours)


_SOONEST = _times(s=(1,))  # whatever other clocks say, nothing is due again at once
_DAY, _HOUR = timedelta(days=1, minutes=1), timedelta(hours=1, minutes=1)  # of other clocks than ours
_FAILURE = RetryRule(Action.RETRY, _times(s=(15,), m=(1, 5, 15), h=(1, 3, 6)), of_one=True)
_STRAVA_IS_AWAY = RetryRule(Action.WAIT, _times(s=(30,)), believes=_HOUR)

OF_AN_ACTIVITY: Mapping[type[Exception], RetryRule] = {
    LeaseLost: RetryRule(Action.STOP),
    StoreUnavailable: RetryRule(Action.STOP),
    AccessRevoked: RetryRule(Action.STOP),
    BadSetting: RetryRule(Action.WAIT, _times(m=(5,))),
    AppInactive: RetryRule(Action.WAIT, _SOONEST, believes=_HOUR),
    BudgetSpent: RetryRule(Action.WAIT, _SOONEST, believes=_DAY),
    Later: RetryRule(Action.WAIT, _SOONEST, believes=_HOUR),
    Unreachable: RetryRule(Action.RETRY, _times(s=(30,), m=(1, 5, 15)), believes=_HOUR, of_one=True),
    OddAnswer: _FAILURE,
    Gone: RetryRule(Action.RETRY, _times(s=(5, 30), m=(2, 10), h=(1,)), finally_=Action.FORGET, of_one=True),
    ScopeMissing: RetryRule(Action.SKIP, of_one=True),
    Refused: _FAILURE,
    Exception: _FAILURE,
}
OF_A_REQUEST: Mapping[type[Exception], RetryRule] = {**OF_AN_ACTIVITY, Gone: _FAILURE}  # listings are always there

# Of what 800 days of listings do not show.
OF_AN_UNLISTED_ACTIVITY: Mapping[type[Exception], RetryRule] = {
    **OF_AN_ACTIVITY,
    Gone: RetryRule(Action.RETRY, _times(m=(2, 10)), finally_=Action.FORGET, of_one=True),
}
# Of what an event said is deleted, or a listing no longer shows, and a call denies, too.
OF_A_MISSING_ACTIVITY: Mapping[type[Exception], RetryRule] = {
    **OF_AN_ACTIVITY,
    Gone: RetryRule(Action.FORGET, of_one=True),
}


def rules_of(kind: str) -> Mapping[type[Exception], RetryRule]:
    """Return the rules of an activity by the kind of its newest event."""
    return OF_A_MISSING_ACTIVITY if kind in {MISSING, DELETED} else OF_AN_ACTIVITY


def after(
    error: Exception,
    attempts: int,
    now: datetime,
    *,
    strava_is_away: bool = False,
    rules: Mapping[type[Exception], RetryRule] = OF_AN_ACTIVITY,
) -> Next:
    """Return what follows from `error` after so many failed attempts before this one."""
    if strava_is_away and isinstance(error, Unreachable):
        return _apply(_STRAVA_IS_AWAY, attempts, now, error)
    return _apply(rule_for(error, rules), attempts, now, error)


def _apply(rule: RetryRule, attempts: int, now: datetime, error: Exception) -> Next:
    if rule.finally_ is not None and attempts >= len(rule.delays):
        return Next(rule.finally_)
    if not rule.delays:
        return Next(rule.action)
    delay = rule.delays[min(attempts, len(rule.delays) - 1)]
    told = error.retry_at - now if isinstance(error, Later) else delay
    return Next(rule.action, now + max(delay, min(told, rule.believes)))


def rule_for(error: Exception, rules: Mapping[type[Exception], RetryRule] = OF_AN_ACTIVITY) -> RetryRule:
    """Return the rule of the nearest kind of error that has one."""
    return next(rules[kind] for kind in type(error).__mro__ if kind in rules)  # the last is Exception's


def concerns_everything(error: Exception) -> bool:
    """Return whether no other activity of this athlete can be served now either."""
    return not rule_for(error).of_one


# A request that failed by another error leaves the activities their turn: they have a reserve of the budget.
STOPS_A_TURN = (LeaseLost, StoreUnavailable, AccessRevoked, AppInactive, BadSetting)

NEVER, AT_ONCE = timedelta.max, timedelta()

GIVE_UP_REMOVING: Mapping[type[Exception], timedelta] = {  # a note stays as it stands, for the athlete to remove
    Unreachable: timedelta(days=7),
    Later: NEVER,
    AccessRevoked: NEVER,
    StravaError: AT_ONCE,
    Exception: NEVER,
}
GIVE_UP_LEAVING: Mapping[type[Exception], timedelta] = {  # leaving goes on without this step
    AccessRevoked: AT_ONCE,  # nothing can be removed any more, and nothing is left to revoke
    KeysLost: AT_ONCE,  # the athlete was told that both are theirs to do
    LeaseLost: NEVER,
    StoreUnavailable: NEVER,
    BackstrideError: timedelta(hours=24),
    Exception: NEVER,
}


def gives_up(error: Exception, waited: timedelta, limits: Mapping[type[Exception], timedelta]) -> bool:
    """Return whether a step that was first wanted `waited` ago is given up after this error."""
    return waited >= next(limits[kind] for kind in type(error).__mro__ if kind in limits)
