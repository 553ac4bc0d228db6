"""An athlete's last year under some thresholds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from markupsafe import Markup

from content.notes.formats import Formats
from content.signals import Review, Thresholds, backtest
from integration.web.formats import DM_PER_UNIT, PageFormats
from integration.web.run_views.charts import YEAR_DAYS, YearChart, year_chart
from integration.web.run_views.history_loader import KnownRuns
from integration.web.run_views.run_view import findings_in_words


@dataclass(frozen=True)
class Year:
    """The athlete's last year under some thresholds."""

    chart: YearChart
    noted: tuple[Review, ...]  # newest first
    silent: tuple[Review, ...]  # flagged, but muted; newest first


class ListedRun(NamedTuple):
    """A flagged run in the words of a list."""

    id: int
    noted: bool
    day: Markup
    size: str  # such as "18.3 km · 1 h 42"
    device: str
    found: str


def listed(reviews: Iterable[Review], fmt: PageFormats, note_fmt: Formats, *, effort: bool) -> list[ListedRun]:
    """Return flagged runs in the reader's words; with `effort` climbs count as distance."""
    return [
        ListedRun(
            id=each.run.id,
            noted=each.note,
            day=fmt.marked(fmt.day_and_year(each.run.day)),
            size=f"{fmt.distance(each.run.distance_dm)} · {fmt.duration(each.run.moving_s)}",
            device=each.run.device,
            found=findings_in_words(each.run, each.findings, note_fmt, effort=effort),
        )
        for each in reviews
    ]


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
