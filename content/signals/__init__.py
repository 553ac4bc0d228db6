"""Four signals, measured against the athlete's own history, and the notes that they are worth.

thresholds   the athlete's settings         history   runs in order, and the runs before each
rules        the signals -> Finding         mute      the pause after a note -> Mute
review       one run, or a whole history replayed -> Review
headroom     the limit: how far a run could go, now or on a later day -> Headroom
explain      the reasons for a limit, in words                         days      any seven of them, in tenths of a metre
"""

from content.signals.explain import explain
from content.signals.headroom import Context, Headroom, HeadroomReason, context, headroom, headroom_on, run_of
from content.signals.history import History
from content.signals.mute import REASONS, Mute, mute_now, mutes_later_runs, why_no_note
from content.signals.presets import LEVELS, PRESETS
from content.signals.review import Backtest, Review, backtest, review
from content.signals.rules import COMEBACK, LONG_EFFORT, SESSION_SPIKE, WEEKLY_HIGH, Finding
from content.signals.thresholds import KNOBS, Knob, ThresholdError, Thresholds

__all__ = [
    "COMEBACK",
    "KNOBS",
    "LEVELS",
    "LONG_EFFORT",
    "PRESETS",
    "REASONS",
    "SESSION_SPIKE",
    "WEEKLY_HIGH",
    "Backtest",
    "Context",
    "Finding",
    "Headroom",
    "HeadroomReason",
    "History",
    "Knob",
    "Mute",
    "Review",
    "ThresholdError",
    "Thresholds",
    "backtest",
    "context",
    "explain",
    "headroom",
    "headroom_on",
    "mute_now",
    "mutes_later_runs",
    "review",
    "run_of",
    "why_no_note",
]
