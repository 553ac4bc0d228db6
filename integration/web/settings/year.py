"""An athlete's last year under some thresholds."""

from dataclasses import dataclass
from datetime import timedelta

from content.signals import Review, Thresholds, backtest
from integration.web.formats import DM_PER_UNIT
from integration.web.run_views.charts import YEAR_DAYS, YearChart, year_chart
from integration.web.run_views.history_loader import KnownRuns


@dataclass(frozen=True)
class Year:
    """The athlete's last year under some thresholds."""

    chart: YearChart
    noted: tuple[Review, ...]  # newest first
    silent: tuple[Review, ...]  # flagged, but muted; newest first


def year(known: KnownRuns, thresholds: Thresholds, unit_dm: float = DM_PER_UNIT["km"]) -> Year:
    """Return the last 365 days; earlier runs are only compared with. The chart counts in `unit_dm`."""
    flagged, today = _flagged(known, thresholds), known.now.date()
    noted, silent = (tuple(found for found in reversed(flagged) if found.note == spoken) for spoken in (True, False))
    chart = year_chart(
        known.history.canonical, {found.run.id for found in flagged}, {found.run.id for found in noted}, today, unit_dm
    )
    return Year(chart, noted, silent)


def notes_in_year(known: KnownRuns, thresholds: Thresholds) -> int:
    """Return the number of notes that the last 365 days would have brought."""
    return sum(found.note for found in _flagged(known, thresholds))


def _flagged(known: KnownRuns, thresholds: Thresholds) -> list[Review]:
    first = known.now.date() - timedelta(days=YEAR_DAYS)
    return [found for found in backtest(known.history, thresholds).flagged if found.run.day > first]
