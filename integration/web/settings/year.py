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
    silent: tuple[Review, ...]  # noticed, but muted; newest first

    @property
    def per_month(self) -> float:
        return len(self.noted) / 12


def year(known: KnownRuns, thresholds: Thresholds, unit_dm: float = DM_PER_UNIT["km"]) -> Year:
    """Return the last 365 days; earlier runs are only compared with. The chart counts in `unit_dm`."""
    replay = backtest(known.history, thresholds)
    today = known.now.date()
    flagged = [found for found in replay.flagged if found.run.day > today - timedelta(days=YEAR_DAYS)]
    noted, silent = (tuple(found for found in reversed(flagged) if found.note == spoken) for spoken in (True, False))
    chart = year_chart(
        known.history.canonical, {found.run.id for found in flagged}, {found.run.id for found in noted}, today, unit_dm
    )
    return Year(chart, noted, silent)
