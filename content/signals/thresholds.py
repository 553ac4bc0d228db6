"""The athlete's thresholds: names, defaults, limits, steps and explanations in one table.

Inside, a threshold is a whole number in the unit its rule compares in (per cents, tenths of a metre, tenths, days);
outside, shares are fractions (0.10), distances are km and switches are true or false.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from content.runs import Run

Value = bool | int | float

_DECIMAL = re.compile(r"[+-]?\d{1,9}(\.\d{1,18})?", re.ASCII)
_ROUNDING = 1e-9  # what binary fractions may lose on the way: 0.1 + 0.2 is 0.30000000000000004


@dataclass(frozen=True, slots=True)
class Thresholds:
    """One athlete's thresholds. Fields are in the unit that the rule compares in."""

    session_spike_on: bool = True
    session_spike_over: int = 10  # per cent
    session_spike_min_dm: int = 50_000  # tenths of a metre
    session_spike_min_excess_dm: int = 10_000  # tenths of a metre
    session_spike_min_runs: int = 2
    weekly_high_on: bool = True
    weekly_high_over: int = 30  # per cent
    weekly_high_min_base_dm: int = 100_000  # tenths of a metre
    weekly_high_min_excess_dm: int = 50_000  # tenths of a metre
    long_effort_on: bool = True
    long_effort_minutes: int = 90
    long_effort_times_median: int = 15  # tenths
    long_effort_mute_days: int = 14
    comeback_on: bool = True
    comeback_days: int = 21
    mute_days: int = 7
    note_max_age_days: int = 3
    effort_distance: bool = False

    @classmethod
    def from_mapping(cls, values: Mapping[str, object], base: "Thresholds | None" = None) -> "Thresholds":
        """Return `values` (by outside name; numbers, switches, or their text) over `base`, or over the defaults.

        Raises ThresholdError for an unknown name and for a value of the wrong kind, outside its limits or off its step.
        """
        changes = {}
        for name, value in values.items():
            if name not in _BY_NAME:
                raise ThresholdError(str(name), f"is no threshold; there are {', '.join(_BY_NAME)}")
            changes[_BY_NAME[name].field] = _BY_NAME[name].read(value)
        return replace(base or cls(), **changes)  # type: ignore[arg-type]  # read() answers by the knob's kind

    def as_mapping(self) -> dict[str, Value]:
        """Return every threshold by its outside name, in outside units; `from_mapping` reads it back."""
        return {knob.name: knob.write(getattr(self, knob.field)) for knob in KNOBS}

    def distance(self, run: Run) -> int:
        """Return the run's distance in tenths of a metre as the athlete wants it compared."""
        return run.effort_dm if self.effort_distance else run.distance_dm


class ThresholdError(ValueError):
    """A refused threshold. `name` is the name that was given, `limits` the values that are allowed, in words."""

    def __init__(self, name: str, limits: str) -> None:
        super().__init__(f"{name}: {limits}")
        self.name, self.limits = name, limits


@dataclass(frozen=True, slots=True)
class Knob:
    """One threshold as people and forms see it. `default`, `low`, `high` and `step` are in outside units."""

    name: str
    unit: str  # "switch" | "share" | "km" | "times" | "runs" | "minutes" | "days"
    low: Value
    high: Value
    step: Value
    label: str
    explanation: str
    evidence: str

    @property
    def field(self) -> str:
        """The field of Thresholds."""
        return self.name.replace(".", "_").removesuffix("_km") + ("_dm" if self.unit == "km" else "")

    @property
    def default(self) -> Value:
        """The value until the athlete sets another."""
        return self.write(getattr(Thresholds(), self.field))

    @property
    def limits(self) -> str:
        """The allowed values, in words."""
        if self.unit == "switch":
            return "must be true or false"
        return f"must be a number from {self.low} to {self.high} in steps of {self.step}"

    @property
    def scale(self) -> int:
        """The inside units in one outside unit."""
        return {"share": 100, "km": 10_000, "times": 10}.get(self.unit, 1)

    def read(self, value: object) -> bool | int:
        """Return the inside value of a value from a person, a form or JSON. Raises ThresholdError."""
        inside = self._switch(value) if self.unit == "switch" else self._number(value)
        if inside is None:
            raise ThresholdError(self.name, self.limits)
        return inside

    def write(self, inside: bool | int) -> Value:
        """Return the outside value: km and minutes stay whole if their step is whole."""
        if self.unit == "switch":
            return bool(inside)
        return inside / self.scale if isinstance(self.step, float) else inside // self.scale

    def _switch(self, value: object) -> bool | None:
        if isinstance(value, str):
            return {"true": True, "false": False}.get(value)
        return value if isinstance(value, bool) else None

    def _number(self, value: object) -> int | None:
        if isinstance(value, str) and _DECIMAL.fullmatch(value):
            value = float(value)
        if isinstance(value, bool) or not isinstance(value, int | float) or not self.low <= value <= self.high:
            return None
        low, step = round(self.low * self.scale), round(self.step * self.scale)
        inside = round(value * self.scale)
        exact = abs(inside - value * self.scale) < _ROUNDING * self.scale
        return inside if exact and (inside - low) % step == 0 else None


FRANDSEN = "Frandsen et al., Br J Sports Med 2025;59:1203"

KNOBS: tuple[Knob, ...] = (
    Knob(
        "session_spike.on", "switch", False, True, True,
        "Notes on long runs",
        "A long run goes well beyond your longest run of the 30 days before.",
        f"{FRANDSEN}: among 5,205 runners, overuse injuries came more often after runs beyond the longest of 30 days.",
    ),
    Knob(
        "session_spike.over", "share", 0.05, 1.0, 0.05,
        "Beyond the longest run by more than",
        "How far a run must go beyond your longest of the last 30 days; a higher share means fewer notes.",
        f"{FRANDSEN}: the injury rate was higher from 10 % on (hazard rate ratio 1.64, 95 % interval 1.31–2.05).",
    ),
    Knob(
        "session_spike.min_km", "km", 2, 30, 1,
        "Only runs of at least",
        "Shorter runs get no note.",
        "Our choice: after a week of short jogs every normal run would be news.",
    ),
    Knob(
        "session_spike.min_excess_km", "km", 0.5, 10.0, 0.5,
        "Beyond the longest run by at least",
        "How much a run must add to your longest of the last 30 days.",
        "Our choice: 10 % of a short run is less than the detour to a red light.",
    ),
    Knob(
        "session_spike.min_runs", "runs", 2, 12, 1,
        "Needs this many runs in 30 days",
        "With fewer runs there is no usual length to compare with. After a break one run is enough.",
        "Our choice: one run alone says little of what you are used to.",
    ),
    Knob(
        "weekly_high.on", "switch", False, True, True,
        "Notes on bigger weeks",
        "In a bigger week your last 7 days go well beyond your best recent week.",
        "On 41,638 real runs a lay-off of 14 days or more began within 7 days of one 1.6 times as often as after other "
        "runs; that ranks rules, it says nothing of injury.",
    ),
    Knob(
        "weekly_high.over", "share", 0.1, 1.0, 0.05,
        "Beyond the best week by more than",
        "How far 7 days must go beyond your best of the last five weeks; more means fewer notes.",
        "Our choice: a comparison with the last week alone (more than 1.3 times) flags 37 % of real runs.",
    ),
    Knob(
        "weekly_high.min_base_km", "km", 5, 60, 5,
        "Only when that best week had at least",
        "Below this there is no week to compare with, as after a holiday.",
        "Our choice: doubling a very small week is an ordinary return.",
    ),
    Knob(
        "weekly_high.min_excess_km", "km", 2, 30, 1,
        "Beyond the best week by at least",
        "How much 7 days must add to your best week of the last five.",
        "Our choice: one extra jog in a small week is no news.",
    ),
    Knob(
        "long_effort.on", "switch", False, True, True,
        "Notes on runs that are long in minutes",
        "Such a run takes long and goes far beyond your usual run.",
        "Our choice: no study ties it to injury; it asks a lot of trunk and hips, which is what the routine is for.",
    ),
    Knob(
        "long_effort.minutes", "minutes", 45, 240, 5,
        "Only runs of at least",
        "Moving time from which a run can count as long. More minutes mean fewer notes.",
        "Our choice. It decides much about how often a note comes.",
    ),
    Knob(
        "long_effort.times_median", "times", 1.0, 3.0, 0.1,
        "And this many times your usual run",
        "How many times the median distance of your runs of the last 90 days; more means fewer notes.",
        "Our choice: it keeps someone who always runs for two hours from a note after every run.",
    ),
    Knob(
        "long_effort.mute_days", "days", 0, 60, 1,
        "At most one long-run note every … days (0: no limit)",
        "For runs that are long in minutes and nothing else.",
        "Our choice: a usual Sunday is not news.",
    ),
    Knob(
        "comeback.on", "switch", False, True, True,
        "Notes on the first run after a break",
        "The first run after a break gets a gentler note, which compares nothing.",
        "Our choice: after weeks without running, earlier runs are no measure of what you can do now.",
    ),
    Knob(
        "comeback.days", "days", 14, 60, 1,
        "A break is at least",
        "After so many days without a run the next one gets the gentler note.",
        "Our choice: three weeks is about when runners begin again rather than go on.",
    ),
    Knob(
        "mute.days", "days", 0, 28, 1,
        "After a note, none for",
        "Notes pause for so many days after one. Only a more severe run gets another. 0: no pause.",
        "Our choice: a runner who gets a note on every third run stops reading.",
    ),
    Knob(
        "note.max_age_days", "days", 1, 7, 1,
        "No note when the run is older than",
        "A run that reaches us so many days after its start gets no note.",
        "Our choice: a routine for the evening is of no use days later.",
    ),
    Knob(
        "effort_distance", "switch", False, True, True,
        "Count climbs as distance",
        "Every metre climbed counts as ten metres more, for runners in the hills.",
        "A rule of thumb of trail running (100 m up for 1 km flat), not a finding of the studies cited here.",
    ),
)  # fmt: skip

_BY_NAME = {knob.name: knob for knob in KNOBS}
