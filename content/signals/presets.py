"""The presets of the thresholds, and the levels from fewer notes to more."""

from collections.abc import Mapping

from content.signals.thresholds import Thresholds

# A preset sets every other threshold to its default.
PRESETS: Mapping[str, Thresholds] = {
    "fewer": Thresholds(
        session_spike_over=30, weekly_high_on=False, long_effort_minutes=120, long_effort_times_median=20
    ),
    "standard": Thresholds(),
    "more": Thresholds(
        session_spike_over=5, weekly_high_over=20, long_effort_minutes=75, long_effort_mute_days=7, mute_days=5
    ),
}

# From fewer notes to more: the presets, and a step between each two.
LEVELS: tuple[Thresholds, ...] = (
    PRESETS["fewer"],
    Thresholds(session_spike_over=20, weekly_high_over=50, long_effort_minutes=105, long_effort_times_median=18),
    PRESETS["standard"],
    Thresholds(weekly_high_over=25, long_effort_minutes=80, long_effort_mute_days=10, mute_days=6),
    PRESETS["more"],
)
