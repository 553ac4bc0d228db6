"""An athlete's thresholds as they are stored: what differs from the defaults, and what it was before."""

from collections.abc import Mapping

from content.signals.thresholds import ThresholdError, Thresholds
from integration.store.tables import Preferences


def stored_thresholds(stored: object) -> Thresholds:
    """Return the thresholds in what was stored; one that is unknown or beyond its limits is at its default."""
    chosen = Thresholds()
    for name, value in stored.items() if isinstance(stored, Mapping) else ():
        try:
            chosen = Thresholds.from_mapping({name: value}, chosen)
        except ThresholdError:
            continue
    return chosen


def set_thresholds(row: Preferences, chosen: Thresholds) -> None:
    """Store the thresholds that are not at their default, and what they were before, for undo."""
    defaults = Thresholds().as_mapping()
    differing = {name: value for name, value in chosen.as_mapping().items() if value != defaults[name]}
    row.previous_thresholds, row.thresholds = row.thresholds, differing
