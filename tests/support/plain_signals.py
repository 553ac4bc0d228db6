"""A second implementation of the signals: slow and obvious, written from their definition and not from our code.

It takes activities as Strava's API gives them and thresholds by their outside names, compares fractions where the
product compares whole numbers, and looks at every earlier run each time.
"""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
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
    return round(Fraction(str(metres)) * 10)


def counted(activity: Activity) -> bool:
    if activity.get("sport_type") not in {"Run", "TrailRun", "VirtualRun"} or activity.get("flagged"):
        return False
    distance, moving = activity.get("distance"), activity.get("moving_time")
    if distance is None or moving is None:
        return False
    metres = Fraction(tenths(distance), 10)
    return metres >= 500 and moving >= 120 and metres / moving <= Fraction("6.5")


def kept_runs(activities: list[Activity], settings: Settings) -> list[Outing]:
    effort = settings["effort_distance"]
    runs = sorted((Outing(a, effort) for a in activities if counted(a)), key=lambda run: (run.t, run.id))
    kept: list[Outing] = []
    for run in runs:
        if kept:
            last = kept[-1]
            same = run.t < last.t + timedelta(seconds=last.moving) and not last.hidden and not run.hidden
            if same:
                if run.raw > last.raw:
                    kept[-1] = run
                continue
        kept.append(run)
    return kept


def km(tenths_of_a_metre: Fraction | int) -> float:
    return float(Fraction(tenths_of_a_metre) / 10_000)


def share(settings: Settings, name: str) -> Fraction:
    return Fraction(str(settings[name]))


def tenths_of(settings: Settings, name: str) -> Fraction:
    return Fraction(str(settings[name])) * 10_000


def findings(run: Outing, h: list[Outing], settings: Settings) -> list[dict[str, Any]]:
    """What fires for the run after the runs `h`; each as the backtest's JSON."""
    if settings["comeback.on"] and h and not any(r.t >= run.t - settings["comeback.days"] * DAY for r in h):
        return [{"signal": "comeback", "km": km(run.d)}]
    found = [
        session_spike(run, h, settings),
        weekly_high(run, h, settings),
        long_effort(run, h, settings),
    ]
    return [finding for finding in found if finding]


def session_spike(run: Outing, h: list[Outing], settings: Settings) -> dict[str, Any] | None:
    p30 = [r for r in h if r.t >= run.t - 30 * DAY]
    first = min((r.day for r in h), default=None)
    if not settings["session_spike.on"] or first is None or not first <= run.day - timedelta(days=30):
        return None
    if len(p30) < settings["session_spike.min_runs"]:
        return None
    longest = max(r.d for r in p30)
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


def band_of(found: list[dict[str, Any]]) -> str | None:
    return next((finding["band"] for finding in found if finding["signal"] == "session_spike"), None)


def severity(found: list[dict[str, Any]]) -> int:
    fixed = {"comeback": 1, "long_effort": 1, "weekly_high": 2}
    return max(fixed.get(finding["signal"]) or BANDS.index(finding["band"]) for finding in found)


def why_muted(
    run: Outing, found: list[dict[str, Any]], last: tuple[Outing, str | None] | None, settings: Settings
) -> str | None:
    if last is None:
        return None
    noted, noted_band = last
    days = (run.day - noted.day).days
    if settings["mute.days"] != 0 and days <= settings["mute.days"]:
        band = band_of(found)
        speaks = band in {"moderate", "large"} and BANDS.index(noted_band) < BANDS.index(band)
        return None if speaks else "muted"
    only_long = [finding["signal"] for finding in found] == ["long_effort"]
    if only_long and settings["long_effort.mute_days"] != 0 and days <= settings["long_effort.mute_days"]:
        return "long_effort_muted"
    return None


def backtest(activities: list[Activity], settings: Settings) -> list[dict[str, Any]]:
    """Every flagged run in order of start, as the backtest's JSON without its start."""
    kept = kept_runs(activities, settings)
    last: tuple[Outing, str | None] | None = None
    flagged = []
    for place, run in enumerate(kept):
        found = findings(run, kept[:place], settings)
        if not found:
            continue
        reason = why_muted(run, found, last, settings)
        if reason is None:
            last = (run, band_of(found))
        flagged.append(
            {"id": run.id, "severity": severity(found), "note": reason is None, "reason": reason, "signals": found}
        )
    return flagged


def headroom(activities: list[Activity], settings: Settings, now: datetime) -> int | None:
    """The smallest distance that fires now, in whole 0.1 km rounded down, found by trying; None beyond 300 km."""
    t = now.astimezone(UTC)  # a day is 24 hours, whatever the clocks do
    kept = [run for run in kept_runs(activities, settings) if run.t <= t]
    shortened = {}
    for place, run in enumerate(kept):
        if run.t < t - 30 * DAY:
            continue
        for finding in findings(run, kept[:place], settings):
            if finding["signal"] == "session_spike":
                shortened[run.id] = round(finding["reference_km"] * 10_000)
    paces = [Fraction(run.moving, run.d) for run in kept if run.t >= t - 90 * DAY]
    pace = median(paces) if paces else None
    for run in kept:
        run.d = shortened.get(run.id, run.d)

    def fires(d: int) -> bool:
        trial = object.__new__(Outing)
        trial.id, trial.t, trial.day, trial.d, trial.hidden = 0, t, now.date(), d, False
        trial.moving = 120 if pace is None else d * pace  # type: ignore[assignment]  # not rounded to whole seconds
        if trial.moving < 120:
            return False
        return any(finding["signal"] != "comeback" for finding in findings(trial, kept, settings))

    low, high = 4_999, 3_000_000
    if not fires(high):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if fires(middle) else (middle, high)
    return high // 1_000
