"""An athlete's own log, as Strava's export or as the API's JSON, read into counted runs.

    files     the file -> its text           columns, dates, numbers, sports   what a translated export means
    table     activities.csv -> what the API would have answered

What can't be read is named by line and reason, never dropped in silence.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any, Protocol

from content.runs import MISSING, SPORTS, Run, counted_run, why_not_counted
from integration.archive.files import read_text
from integration.archive.table import RowError, Table, read_table
from integration.errors import BadInput

Watch = Callable[[Sequence[Any]], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that can't be read: the line it starts on (in JSON the place in the list, from 1), and why."""

    line: int
    why: str

    def as_json(self) -> dict[str, object]:
        """One of the backtest's `unreadable`."""
        return {"line": self.line, "why": self.why}


@dataclass(frozen=True, slots=True)
class Archive:
    """What a file held. `activities` counts all that could be read, runs or not; `runs` are those that count."""

    activities: int
    runs: tuple[Run, ...]
    unreadable: tuple[Unreadable, ...]
    local_times: bool  # whether the file itself knows the athlete's wall time, as the API's JSON does


def read_archive(path: Path, zone: tzinfo = UTC, *, watch: Watch | None = None) -> Archive:
    """Reads Strava's export (activities.csv, bare, in its zip or in a .gz) or a JSON list of activities.

    An export tells the time in UTC only: the day of a run is its date in `zone`. `watch` is handed what is to be read
    and gives it back, one by one, so that progress can be shown. Raises BadInput, in one line, for what is no such file
    and for one without a run that can be read.
    """
    text = read_text(path)
    is_json = text.lstrip()[:1] in ("[", "{")
    source: Source = _listing(path, text) if is_json else _table(path, text, zone)
    runs: list[Run] = []
    unreadable: list[Unreadable] = []
    activities = readable_runs = 0
    for line, row in watch(source.rows) if watch else source.rows:
        try:
            activity = source.activity(line, row)
            run = _run(activity)
        except RowError as error:
            unreadable.append(Unreadable(line, str(error)))
            continue
        activities += 1
        readable_runs += activity.get("sport_type") in SPORTS
        if run:
            runs.append(run)
    if not readable_runs:
        first = f"; line {unreadable[0].line}: {unreadable[0].why}" if unreadable else ""
        raise BadInput(f"{path}: no run that can be read (activities in it: {len(source.rows)}){first}")
    return Archive(activities, tuple(runs), tuple(unreadable), is_json)


class Source(Protocol):
    """Where activities come from: `rows` to go through, and what the API would have answered for each."""

    @property
    def rows(self) -> Sequence[tuple[int, Any]]: ...

    def activity(self, line: int, row: Any, /) -> Mapping[str, Any]: ...


class Listing:
    """A JSON list of activities. `rows` are (place in the list from 1, what stands there)."""

    def __init__(self, items: Sequence[object]) -> None:
        self.rows = list(enumerate(items, 1))

    def activity(self, _line: int, item: object) -> Mapping[str, Any]:
        """The item, if it is an object at all. Raises RowError."""
        if not isinstance(item, dict):
            raise RowError("no activity")
        return item


def _run(activity: Mapping[str, Any]) -> Run | None:
    """The counted run, or None where it does not count. Raises RowError for a run that lacks what would tell."""
    run = counted_run(activity)
    if run is None and (why := why_not_counted(activity)) in MISSING:
        raise RowError(why)
    return run


def _listing(path: Path, text: str) -> Listing:
    try:
        items = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadInput(f"{path}: no valid JSON from line {error.lineno}, column {error.colno} on") from None
    except (RecursionError, ValueError):
        raise BadInput(f"{path}: no JSON list of activities") from None
    if not isinstance(items, list):
        raise BadInput(f"{path}: a JSON object, where a list of activities is wanted")
    return Listing(items)


def _table(path: Path, text: str, zone: tzinfo) -> Table:
    table = read_table(text, zone)
    if table is None:
        raise BadInput(
            f"{path}: no activities.csv of Strava's export, and no JSON list of activities: "
            "its first line names no columns for date, type, moving time and distance"
        )
    return table
