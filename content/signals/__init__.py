"""What to look for in a run: four signals measured against the athlete's own history, and when they are worth a note.

thresholds   the athlete's knobs           history   runs in order, and what stood before each
rules        the signals -> Finding        review    one run, or a history replayed -> Review
headroom     how far a run could go now, and what the athlete sees beside that
"""

from content.signals.headroom import Context, Headroom, Reason, context, headroom, headroom_on
from content.signals.history import History
from content.signals.mute import REASONS, Mute, counts, mute_now, why_no_note
from content.signals.review import Backtest, Review, backtest, review
from content.signals.rules import COMEBACK, LONG_EFFORT, SESSION_SPIKE, WEEKLY_HIGH, Finding
from content.signals.thresholds import KNOBS, PRESETS, Knob, ThresholdError, Thresholds

__all__ = [
    "COMEBACK",
    "KNOBS",
    "LONG_EFFORT",
    "PRESETS",
    "REASONS",
    "SESSION_SPIKE",
    "WEEKLY_HIGH",
    "Backtest",
    "Context",
    "Finding",
    "Headroom",
    "History",
    "Knob",
    "Mute",
    "Reason",
    "Review",
    "ThresholdError",
    "Thresholds",
    "backtest",
    "context",
    "counts",
    "headroom",
    "headroom_on",
    "mute_now",
    "review",
    "why_no_note",
]
