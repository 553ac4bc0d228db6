"""A second implementation of the signals: slow and obvious, written from their definition and not from our code.

It takes activities as Strava's API gives them and thresholds by their outside names, compares fractions where the
product compares whole numbers, and looks at every earlier run each time. Nothing of `content` is imported here.
"""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import ceil, floor
from statistics import median
from typing import Any

Activity = dict[str, Any]
Settings = dict[str, Any]

DAY = timedelta(hours=24)
BANDS = [None, "small", "moderate", "large"]


class Outing:
    """One counted run: distances in whole tenths of a metre."""

    def __init__(self, activity: Activity, effort: bool) -> None:
        self.id: int = activity["id"]
        self.t = datetime.fromisoformat(activity["start_date"])
        local = datetime.fromisoformat(activity["start_date_local"])
        self.hidden = (local.hour, local.minute, local.second) == (0, 0, 1)
        self.day = local.date()
        self.moving: int = activity["moving_time"]
        self.raw = tenths(activity["distance"])
        climb = tenths(activity.get("total_elevation_gain") or 0)
        self.d = self.raw + 10 * climb if effort else self.raw


def tenths(metres: float) -> int:
    """Round half up, by the digits that the JSON shows."""
    return floor(Fraction(str(metres)) * 10 + Fraction(1, 2))


def counted(activity: Activity) -> bool:
    if activity.get("sport_type") not in {"Run", "TrailRun", "VirtualRun"} or activity.get("flagged"):
        return False
    distance, moving = activity.get("distance"), activity.get("moving_time")
    if distance is None or moving is None:
        return False
    if activity.get("start_date") is None or activity.get("start_date_local") is None:
        return False
    metres = Fraction(tenths(distance), 10)
    return metres >= 500 and moving >= 120 and metres / moving <= Fraction("6.5")


def outings(activities: list[Activity], settings: Settings) -> list[tuple[Outing, set[int]]]:
    """The kept run of each outing, and the ids of all that recorded it."""
    effort = settings["effort_distance"]
    runs = sorted((Outing(a, effort) for a in activities if counted(a)), key=lambda run: (run.t, run.id))
    found: list[tuple[Outing, set[int]]] = []
    for run in runs:
        last, ids = found[-1] if found else (None, set())
        if last and run.t < last.t + timedelta(seconds=last.moving) and not last.hidden and not run.hidden:
            found[-1] = (run if run.raw > last.raw else last, ids | {run.id})
        else:
            found.append((run, {run.id}))
    return found


def kept_runs(activities: list[Activity], settings: Settings) -> list[Outing]:
    return [run for run, _ in outings(activities, settings)]


def km(tenths_of_a_metre: Fraction | int) -> float:
    return float(Fraction(tenths_of_a_metre) / 10_000)


def share(settings: Settings, name: str) -> Fraction:
    return Fraction(str(settings[name]))


def tenths_of(settings: Settings, name: str) -> Fraction:
    return Fraction(str(settings[name])) * 10_000


def is_comeback(run: Outing, h: list[Outing], settings: Settings) -> bool:
    if not settings["comeback.on"] or not h:
        return False
    since: datetime = run.t - settings["comeback.days"] * DAY
    return all(r.t < since for r in h)


def findings(run: Outing, h: list[Outing], settings: Settings) -> list[dict[str, Any]]:
    """Return what fires for the run after the runs `h`; each as the backtest's JSON."""
    if is_comeback(run, h, settings):
        return [{"signal": "comeback", "km": km(run.d)}]
    found = [
        session_spike(run, h, settings),
        weekly_high(run, h, settings),
        long_effort(run, h, settings),
    ]
    return [finding for finding in found if finding]


def measured(run: Outing, h: list[Outing], settings: Settings) -> list[Outing] | None:
    """The P30 that session_spike is measured by; None where it cannot fire, whatever the distance."""
    p30 = [r for r in h if r.t >= run.t - 30 * DAY]
    comebacks = [place for place, r in enumerate(h) if is_comeback(r, h[:place], settings)]
    if comebacks and (run.day - h[comebacks[-1]].day).days <= 28:
        since = h[comebacks[-1] :]
        return [r for r in p30 if r in since] or None
    first = min((r.day for r in h), default=None)
    if first is None or not first <= run.day - timedelta(days=30):
        return None
    return p30 if len(p30) >= settings["session_spike.min_runs"] else None


def session_spike(
    run: Outing, h: list[Outing], settings: Settings, reckoned: dict[int, int] | None = None
) -> dict[str, Any] | None:
    p30 = measured(run, h, settings)
    if not settings["session_spike.on"] or p30 is None:
        return None
    longest = max((reckoned or {}).get(r.id, r.d) for r in p30)
    if not run.d >= tenths_of(settings, "session_spike.min_km"):
        return None
    if not run.d > (1 + share(settings, "session_spike.over")) * longest:
        return None
    if not run.d - longest >= tenths_of(settings, "session_spike.min_excess_km"):
        return None
    ratio = Fraction(run.d, longest)
    band = "small" if ratio <= Fraction("1.30") else "moderate" if ratio <= 2 else "large"
    return proof("session_spike", run.d, longest, band=band)


def weekly_high(run: Outing, h: list[Outing], settings: Settings) -> dict[str, Any] | None:
    first = min((r.day for r in h), default=None)
    if not settings["weekly_high.on"] or first is None or not first <= run.day - timedelta(days=35):
        return None

    def total(d: date) -> int:
        return sum(r.d for r in [*h, run] if d - timedelta(days=6) <= r.day <= d)

    week = total(run.day)
    base = max(total(run.day - timedelta(days=back)) for back in range(7, 35))
    if not base >= tenths_of(settings, "weekly_high.min_base_km"):
        return None
    if not week > (1 + share(settings, "weekly_high.over")) * base:
        return None
    if not week - base >= tenths_of(settings, "weekly_high.min_excess_km"):
        return None
    return proof("weekly_high", week, base)


def long_effort(run: Outing, h: list[Outing], settings: Settings) -> dict[str, Any] | None:
    p90 = [r for r in h if r.t >= run.t - 90 * DAY]
    if not settings["long_effort.on"] or len(p90) < 8:
        return None
    if not run.moving >= 60 * settings["long_effort.minutes"]:
        return None
    typical = median(Fraction(r.d) for r in p90)
    if not run.d >= share(settings, "long_effort.times_median") * typical:
        return None
    return proof("long_effort", run.d, typical)


def proof(signal: str, d: int, reference: Fraction | int, **more: str) -> dict[str, Any]:
    ratio = float(Fraction(d) / Fraction(reference))
    return {"signal": signal, **more, "km": km(d), "reference_km": km(reference), "ratio": ratio}


def severity(found: list[dict[str, Any]]) -> int:
    fixed = {"comeback": 1, "long_effort": 1, "weekly_high": 2}
    return max(fixed.get(finding["signal"]) or BANDS.index(finding["band"]) for finding in found)


def why_muted(
    run: Outing, found: list[dict[str, Any]], notes: list[tuple[Outing, int]], settings: Settings
) -> str | None:
    """`notes`: the earlier runs whose note counts, in order, each with the severity of its note."""
    if not notes:
        return None
    days = (run.day - notes[-1][0].day).days
    mute = settings["mute.days"]
    if mute > 0 and days <= mute:
        standing = [told for noted, told in notes if (run.day - noted.day).days <= mute]
        if not all(severity(found) > told for told in standing):
            return "muted"
    only_long = [finding["signal"] for finding in found] == ["long_effort"]
    if only_long and settings["long_effort.mute_days"] > 0 and days <= settings["long_effort.mute_days"]:
        return "long_effort_muted"
    return None


def is_comebacks(found: list[dict[str, Any]]) -> bool:
    return [finding["signal"] for finding in found] == ["comeback"]


def backtest(activities: list[Activity], settings: Settings) -> list[dict[str, Any]]:
    """Every flagged run in order of start, as the backtest's JSON without its start."""
    kept = kept_runs(activities, settings)
    notes: list[tuple[Outing, int]] = []
    flagged = []
    for place, run in enumerate(kept):
        found = findings(run, kept[:place], settings)
        if not found:
            continue
        reason = why_muted(run, found, notes, settings)
        if reason is None and not is_comebacks(found):
            notes.append((run, severity(found)))
        flagged.append(
            {"id": run.id, "severity": severity(found), "note": reason is None, "reason": reason, "signals": found}
        )
    return flagged


def live(
    activities: list[Activity], activity: Activity, ledger: list[dict[str, Any]], settings: Settings
) -> dict[str, Any] | None:
    """One run as it comes after `activities`; None if nothing fires. `ledger`: id, severity, counts of every note."""
    found_outings = outings([*(a for a in activities if a["id"] != activity["id"]), activity], settings)
    [(run, recordings)] = [(kept, ids) for kept, ids in found_outings if activity["id"] in ids]
    if run.id != activity["id"]:
        return None
    h = [kept for kept, _ in found_outings if (kept.t, kept.id) < (run.t, run.id)]
    found = findings(run, h, settings)
    if not found:
        return None
    notes = [
        (kept, note["severity"])
        for kept, ids in found_outings
        for note in ledger
        if note["id"] in ids and note["counts"] and kept in h
    ]
    twice = any(note["id"] in recordings and note["id"] != run.id for note in ledger)
    reason = "other_recording" if twice else why_muted(run, found, notes, settings)
    return {"id": run.id, "severity": severity(found), "note": reason is None, "reason": reason, "signals": found}


def headroom(activities: list[Activity], settings: Settings, now: datetime) -> int | None:
    """The smallest distance that fires now, in whole 0.1 km rounded down, found by trying; None beyond 300 km.

    0: the week would be high with any counted run.
    """
    t = now.astimezone(UTC)  # a day is 24 hours, whatever the clocks do
    kept = [run for run in kept_runs(activities, settings) if run.t <= t]
    paces = [Fraction(run.moving, run.raw) for run in kept if run.t >= t - 90 * DAY]
    pace = median(paces) if paces else None

    def trial(d: int) -> Outing:
        run = object.__new__(Outing)
        run.id, run.t, run.day, run.d, run.raw, run.hidden = 0, t, now.date(), d, d, False
        run.moving = 120 if pace is None else d * pace  # type: ignore[assignment]  # not rounded to whole seconds
        return run

    if is_comeback(trial(5_000), kept, settings):
        return None
    reckoned: dict[int, int] = {}
    for run in measured(trial(5_000), kept, settings) or []:
        h = kept[: kept.index(run)]
        if any(finding["signal"] == "session_spike" for finding in findings(run, h, settings)):
            window = measured(run, h, settings) or []
            reckoned[run.id] = min(run.d, max(reckoned.get(r.id, r.d) for r in window))

    def fires(d: int) -> bool:
        run = trial(d)
        if d < 5_000 or run.moving < 120:
            return False
        return bool(
            session_spike(run, kept, settings, reckoned)
            or weekly_high(run, kept, settings)
            or long_effort(run, kept, settings)
        )

    shortest = 5_000 if pace is None else max(5_000, ceil(120 / pace))
    low, high = shortest, 3_000_000
    if not fires(high):
        return None
    if fires(shortest):
        return 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if fires(middle) else (middle, high)
    return high // 1_000
