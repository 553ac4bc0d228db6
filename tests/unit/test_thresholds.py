"""The athlete's thresholds: limits, steps, presets, and how one is refused."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.signals import KNOBS, LEVELS, PRESETS, Knob, ThresholdError, Thresholds

BY_NAME = {knob.name: knob for knob in KNOBS}
NUMBERS = [knob for knob in KNOBS if knob.unit != "switch"]
SWITCHES = [knob for knob in KNOBS if knob.unit == "switch"]

# name: default, from, to, step
TABLE: dict[str, tuple[float, float, float, float]] = {
    "session_spike.over": (0.10, 0.05, 1.00, 0.05),
    "session_spike.min_km": (5, 2, 30, 1),
    "session_spike.min_excess_km": (1, 0.5, 10, 0.5),
    "session_spike.min_runs": (2, 2, 12, 1),
    "weekly_high.over": (0.30, 0.10, 1.00, 0.05),
    "weekly_high.min_base_km": (10, 5, 60, 5),
    "weekly_high.min_excess_km": (5, 2, 30, 1),
    "long_effort.minutes": (90, 45, 240, 5),
    "long_effort.times_median": (1.5, 1.0, 3.0, 0.1),
    "long_effort.mute_days": (14, 0, 60, 1),
    "comeback.days": (21, 14, 60, 1),
    "mute.days": (7, 0, 28, 1),
    "note.max_age_days": (3, 1, 7, 1),
}
ON = {"session_spike.on": True, "weekly_high.on": True, "long_effort.on": True, "comeback.on": True}


def of_knob(knob: Knob) -> str:
    return knob.name


def test_there_is_exactly_one_knob_for_each_threshold_with_its_default_limits_and_step() -> None:
    assert {knob.name: (knob.default, knob.low, knob.high, knob.step) for knob in NUMBERS} == TABLE
    assert {knob.name: knob.default for knob in SWITCHES} == {**ON, "effort_distance": False}


@pytest.mark.parametrize("knob", KNOBS, ids=of_knob)
def test_every_knob_says_what_it_does_and_what_is_known(knob: Knob) -> None:
    assert knob.label
    assert knob.explanation.endswith(".")
    assert knob.evidence.endswith(".")


@pytest.mark.parametrize("knob", NUMBERS, ids=of_knob)
def test_every_value_on_the_step_is_taken_as_a_number_and_as_text(knob: Knob) -> None:
    for step in range(round((knob.high - knob.low) / knob.step) + 1):
        value = knob.low + step * knob.step  # with all that binary fractions lose on the way

        taken = Thresholds.from_mapping({knob.name: value})

        assert taken.as_mapping()[knob.name] == pytest.approx(value)
        assert Thresholds.from_mapping({knob.name: f"{value:.2f}"}) == taken


@pytest.mark.parametrize("knob", NUMBERS, ids=of_knob)
@pytest.mark.parametrize(
    "value", ["low", "high", "off", None, True, "", "many", "nan", "1e1", "0x1", [1], float("nan")]
)
def test_a_value_outside_the_limits_off_the_step_or_of_the_wrong_kind_is_refused(knob: Knob, value: Any) -> None:
    beyond = {"low": knob.low - knob.step, "high": knob.high + knob.step, "off": knob.low + knob.step / 2}
    given = beyond.get(value, value) if isinstance(value, str) else value

    with pytest.raises(ThresholdError) as refused:
        Thresholds.from_mapping({knob.name: given})

    assert (refused.value.name, refused.value.limits) == (knob.name, knob.limits)
    assert str(refused.value) == f"{knob.name}: must be a number from {knob.low} to {knob.high} in steps of {knob.step}"


@pytest.mark.parametrize("knob", SWITCHES, ids=of_knob)
@pytest.mark.parametrize("value", [1, 0, "on", "True", "", None, 0.5])
def test_a_switch_takes_true_and_false_alone(knob: Knob, value: Any) -> None:
    assert Thresholds.from_mapping({knob.name: "true"}).as_mapping()[knob.name] is True
    assert Thresholds.from_mapping({knob.name: "false"}).as_mapping()[knob.name] is False
    assert Thresholds.from_mapping({knob.name: False}).as_mapping()[knob.name] is False
    with pytest.raises(ThresholdError, match="must be true or false"):
        Thresholds.from_mapping({knob.name: value})


@pytest.mark.parametrize("name", ["session_spike", "session_spike_over", "SESSION_SPIKE.OVER", ""])
def test_an_unknown_name_is_refused_with_the_names_there_are(name: str) -> None:
    with pytest.raises(ThresholdError, match=r", long_effort\.mute_days, ") as refused:
        Thresholds.from_mapping({name: 1})

    assert refused.value.name == name


def test_one_wrong_value_among_right_ones_changes_nothing() -> None:
    with pytest.raises(ThresholdError):
        Thresholds.from_mapping({"mute.days": 3, "comeback.days": 13})


def test_what_is_not_named_stays_as_in_the_base() -> None:
    base = Thresholds.from_mapping({"mute.days": 3})

    assert Thresholds.from_mapping({"comeback.days": 30}, base) == Thresholds(mute_days=3, comeback_days=30)


@given(st.fixed_dictionaries({}, optional={knob.name: st.integers(0, 12) for knob in KNOBS}))
def test_thresholds_survive_the_way_out_and_back(steps: dict[str, int]) -> None:
    values: dict[str, object] = {}
    for name, step in steps.items():
        knob = BY_NAME[name]
        on_step = min(knob.high, round(knob.low + step * knob.step, 2))
        values[name] = bool(step % 2) if knob.unit == "switch" else on_step
    thresholds = Thresholds.from_mapping(values)

    assert Thresholds.from_mapping(thresholds.as_mapping()) == thresholds
    assert {name: thresholds.as_mapping()[name] for name in values} == values


def test_what_is_counted_in_whole_steps_goes_out_as_a_whole_number() -> None:
    kinds = {name: type(value) for name, value in Thresholds().as_mapping().items() if name in TABLE}

    assert {name for name, kind in kinds.items() if kind is float} == {
        "session_spike.over",
        "session_spike.min_excess_km",
        "weekly_high.over",
        "long_effort.times_median",
    }
    assert set(kinds.values()) == {float, int}


def test_the_presets_differ_from_the_standard_in_what_they_are_for() -> None:
    standard = Thresholds().as_mapping()
    changes = {
        name: {key: value for key, value in preset.as_mapping().items() if value != standard[key]}
        for name, preset in PRESETS.items()
    }

    assert changes == {
        "fewer": {
            "session_spike.over": 0.3,
            "weekly_high.on": False,
            "long_effort.minutes": 120,
            "long_effort.times_median": 2.0,
        },
        "standard": {},
        "more": {
            "session_spike.over": 0.05,
            "weekly_high.over": 0.2,
            "long_effort.minutes": 75,
            "long_effort.mute_days": 7,
            "mute.days": 5,
        },
    }


def test_from_fewer_to_more_every_level_asks_for_less_than_the_one_before() -> None:
    assert [LEVELS[place] for place in (0, 2, 4)] == [PRESETS[name] for name in ("fewer", "standard", "more")]
    for fewer, more in pairwise(LEVELS):
        assert fewer.session_spike_over >= more.session_spike_over
        assert fewer.long_effort_minutes > more.long_effort_minutes
        assert fewer.long_effort_times_median >= more.long_effort_times_median
        assert fewer.mute_days >= more.mute_days
        assert Thresholds.from_mapping(fewer.as_mapping()) == fewer  # within limits and on a step
