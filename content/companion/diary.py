"""The athlete's diary: everything told from run to run that is neither a question's answer nor a session.

Health data: stored elsewhere, with consent and encrypted. Read tolerantly: an entry that an older or newer version
cannot read is left aside.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar

from content.companion.back_to_running import LIVES_FOR, OnTheWay, Tried, place
from content.companion.helped import Effect, Felt
from content.told_times import told_day, told_time

AFTER, MORNING = MOMENTS = ("after", "morning")  # the run, and the morning after it
TIGHTENED: Final = ("not at all", "start", "middle", "late", "after")
SESSIONS: Final = (2, 3)  # strength sessions a week that a plan may have
WORST: Final = 10
MOST_USUAL_MIN: Final = 600  # of the run at the end of a way back
KEPT_FOR: Final = timedelta(days=550)  # eighteen months; older entries are dropped when a new one comes
MOST: Final = 2_000  # entries of a kind

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Tap:
    """An answer of two taps for one run: how the back felt (0–10), when it tightened, the cue that helped."""

    at: datetime  # aware
    activity: int
    moment: str  # one of MOMENTS
    back: int
    tightened: str | None = None  # one of TIGHTENED
    cue: str | None = None  # a cue's id


@dataclass(frozen=True, slots=True)
class Diary:
    """All entries of one athlete, oldest first."""

    taps: tuple[Tap, ...] = ()
    effects: tuple[Effect, ...] = ()
    tried: tuple[Tried, ...] = ()  # steps of the way back to running
    usual_min: int | None = None  # that way's end, in minutes; None: the athlete is on no way back
    plan_since: date | None = None  # the first day of the plan; None: there is none
    plan_sessions: int = SESSIONS[0]
    no_sessions: frozenset[int] = field(default_factory=frozenset)  # recorded activities that the athlete took back

    @property
    def cues_that_helped(self) -> tuple[str, ...]:
        """The ids of cues, once for each time that one helped."""
        return tuple(tap.cue for tap in self.taps if tap.cue)

    def with_tap(self, tap: Tap) -> "Diary":
        """Return the diary with the tap; it takes the place of one for the same run and moment."""
        others = (old for old in self.taps if (old.activity, old.moment) != (tap.activity, tap.moment))
        return replace(self, taps=_late((*others, tap), tap.at))

    def with_effects(self, new: tuple[Effect, ...]) -> "Diary":
        """Return the diary with the effects of one session; the same told twice on a day counts once."""
        told = {(effect.move, effect.at.date()) for effect in new}
        others = (old for old in self.effects if (old.move, old.at.date()) not in told)
        return replace(self, effects=_late((*others, *new), new[-1].at)) if new else self

    def without_effects(self, move: str) -> "Diary":
        """Return the diary without what was told of the move."""
        return replace(self, effects=tuple(effect for effect in self.effects if effect.move != move))

    def with_plan(self, since: date | None, sessions: int) -> "Diary":
        """Return the diary with a plan from that day on, or without one."""
        return replace(self, plan_since=since, plan_sessions=sessions if since else SESSIONS[0])

    def with_counting(self, activity: int, known: Collection[int], *, counts: bool) -> "Diary":
        """Return the diary with the answer whether a recorded activity was a session; of those `known`, no others."""
        taken_back = self.no_sessions & frozenset(known)
        return replace(self, no_sessions=taken_back - {activity} if counts else taken_back | {activity})

    def way(self, now: datetime) -> OnTheWay | None:
        """Return the place on the way back; None without one, at its end, and three weeks after the last step."""
        if self.usual_min is None or (self.tried and now - self.tried[-1].at >= LIVES_FOR):
            return None
        here = place(self.tried, self.usual_min)
        return here if here.step is not None else None

    def on_the_way(self, usual_min: int | None) -> "Diary":
        """Return the diary at the beginning of a way back to a run of so many minutes, or on none."""
        return replace(self, usual_min=usual_min, tried=())

    def with_tried(self, step: Tried) -> "Diary":
        """Return the diary with a step of the way back."""
        return replace(self, tried=(*self.tried, step)[-MOST:])

    def settled(self, *, settled: bool) -> "Diary":
        """Return the diary with the answer whether the back settled after the last step."""
        return replace(self, tried=(*self.tried[:-1], replace(self.tried[-1], settled=settled))) if self.tried else self

    def as_mapping(self) -> dict[str, Any]:
        """Return plain values for JSON, nothing for what is empty; `read_diary` reads them back."""
        plain: dict[str, Any] = {
            "taps": [_plain(tap, ("activity", "moment", "back", "tightened", "cue")) for tap in self.taps],
            "effects": [_plain(effect, ("move", "felt")) for effect in self.effects],
            "tried": [_plain(step, ("pain", "settled")) for step in self.tried],
            "usual_min": self.usual_min,
            "plan_since": self.plan_since and self.plan_since.isoformat(),
            "plan_sessions": self.plan_sessions if self.plan_since else None,
            "no_sessions": sorted(self.no_sessions),
        }
        return {name: value for name, value in plain.items() if value not in (None, [])}


def read_diary(stored: object) -> Diary:
    """Return the diary in what was stored; parts that cannot be read are left away."""
    found = stored if isinstance(stored, Mapping) else {}
    sessions = found.get("plan_sessions")
    return Diary(
        taps=tuple(_read(found.get("taps"), _tap)),
        effects=tuple(_read(found.get("effects"), _effect)),
        tried=tuple(_read(found.get("tried"), _tried)),
        usual_min=_whole(found.get("usual_min"), MOST_USUAL_MIN),
        plan_since=told_day(found.get("plan_since")),
        plan_sessions=sessions if sessions in SESSIONS else SESSIONS[0],
        no_sessions=frozenset(one for one in _list(found.get("no_sessions")) if _whole(one, 2**63 - 1) is not None),
    )


def _late(entries: tuple[Any, ...], now: datetime) -> tuple[Any, ...]:
    return tuple(sorted((one for one in entries if now - one.at < KEPT_FOR), key=lambda one: one.at)[-MOST:])


def _plain(entry: Tap | Effect | Tried, names: tuple[str, ...]) -> dict[str, Any]:
    values = {name: getattr(entry, name) for name in names}
    return {"at": entry.at.isoformat()} | {name: value for name, value in values.items() if value is not None}


def _read(stored: object, read: Callable[[datetime, Mapping[str, Any]], Entry]) -> Iterator[Entry]:
    for one in _list(stored):
        at = told_time(one.get("at")) if isinstance(one, Mapping) else None
        if at is not None:
            try:
                yield read(at, one)
            except (KeyError, ValueError):
                continue


def _tap(at: datetime, found: Mapping[str, Any]) -> Tap:
    tightened, cue = found.get("tightened"), found.get("cue")
    return Tap(
        at,
        _need(_whole(found["activity"], 2**63 - 1)),
        MOMENTS[MOMENTS.index(found["moment"])],
        _need(_whole(found["back"], WORST)),
        tightened if tightened in TIGHTENED else None,
        cue if isinstance(cue, str) else None,
    )


def _effect(at: datetime, found: Mapping[str, Any]) -> Effect:
    return Effect(at, str(found["move"]), Felt(found["felt"]))


def _tried(at: datetime, found: Mapping[str, Any]) -> Tried:
    settled = found.get("settled")
    return Tried(at, _need(_whole(found["pain"], WORST)), settled if isinstance(settled, bool) else None)


def _need(number: int | None) -> int:
    if number is None:
        raise ValueError
    return number


def _whole(stored: object, most: int) -> int | None:
    return stored if isinstance(stored, int) and not isinstance(stored, bool) and 0 <= stored <= most else None


def _list(stored: object) -> list[Any]:
    return stored if isinstance(stored, list) else []
