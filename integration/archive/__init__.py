"""An athlete's own log, as Strava's export or as the API's JSON, read into counted runs.

    files     the file -> its text           rows      the text -> rows and their lines
    table     activities.csv -> the API's JSON, by columns, dates, numbers and sports in any language

An activity that can't be read is named by line and reason, and an assumption in a sentence: nothing happens in silence.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any, Protocol

from content.runs import MISSING, SPORTS, Run, counted_run, why_not_counted
from integration.archive.columns import MissingColumnsError
from integration.archive.files import read_text
from integration.archive.table import ExportTable, RowError, read_table
from integration.errors import BadInput

Watch = Callable[[Sequence[Any]], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that can't be read: the line it starts on (in JSON the place in the list, from 1), and the reason."""

    line: int
    why: str

    def as_json(self) -> dict[str, object]:
        """Return one of the backtest's `unreadable`."""
        return {"line": self.line, "why": self.why}


@dataclass(frozen=True, slots=True)
class Archive:
    """The content of a file. `activities` counts all that could be read, runs or not; `runs` are those that count."""

    activities: int
    runs: tuple[Run, ...]
    unreadable: tuple[Unreadable, ...]
    local_times: bool  # the file itself knows the athlete's wall time, as the API's JSON does
    assumptions: tuple[str, ...] = ()  # sentences on what the file does not tell


def read_archive(path: Path, zone: tzinfo = UTC, *, watch: Watch | None = None) -> Archive:
    """Read Strava's export (activities.csv, bare, in its zip or in a .gz) or a JSON list of activities.

    An export tells the time in UTC only: the day of a run is its date in `zone`. `watch` is handed what is to be read
    and gives it back, one by one, so that progress can be shown. Raises BadInput, in one line, for what is no such file
    and for one without a run that can be read.
    """
    text = read_text(path)
    is_json = text.lstrip()[:1] in ("[", "{")
    source: ActivitySource = _listing(path, text) if is_json else _table(path, text, zone)
    runs: list[Run] = []
    unreadable: list[Unreadable] = []
    not_counted: Counter[str] = Counter()
    activities = 0
    for line, row in watch(source.rows) if watch else source.rows:
        try:
            activity = source.activity(line, row)
            run = _run(activity, not_counted)
        except RowError as error:
            unreadable.append(Unreadable(line, str(error)))
            continue
        activities += 1
        if run:
            runs.append(run)
    if not runs and not not_counted:
        first = f"; line {unreadable[0].line}: {unreadable[0].why}" if unreadable else ""
        raise BadInput(f"{path}: no run that can be read (activities in it: {len(source.rows)}){first}")
    return Archive(activities, tuple(runs), tuple(unreadable), is_json, _assumptions(source, runs, not_counted))


class ActivitySource(Protocol):
    """A source of activities: `rows` to go through, and the API's JSON of each."""

    @property
    def rows(self) -> Sequence[tuple[int, Any]]: ...

    @property
    def assumptions(self) -> tuple[str, ...]: ...

    def activity(self, line: int, row: Any, /) -> Mapping[str, Any]: ...


class JsonActivities:
    """A JSON list of activities. `rows` are (place in the list from 1, item)."""

    assumptions = ()

    def __init__(self, items: Sequence[object]) -> None:
        self.rows = list(enumerate(items, 1))

    def activity(self, _line: int, item: object) -> Mapping[str, Any]:
        """Return the item, if it is an object at all. Raises RowError."""
        if not isinstance(item, dict):
            raise RowError("no activity")
        return item


def _run(activity: Mapping[str, Any], not_counted: Counter[str]) -> Run | None:
    """Return the counted run, or None, and note the reason. Raises RowError for a run that lacks a value."""
    run = counted_run(activity)
    if run is not None:
        return run
    why = why_not_counted(activity) or ""
    if why in MISSING:
        raise RowError(why)
    if activity.get("sport_type") in SPORTS:
        not_counted[why] += 1
    return None


def _assumptions(source: ActivitySource, runs: Sequence[Run], not_counted: Counter[str]) -> tuple[str, ...]:
    if runs:
        return source.assumptions
    [(why, number)] = not_counted.most_common(1)
    total = not_counted.total()
    return (*source.assumptions, f"No run counts: {number} of {total} {'is' if number == 1 else 'are'} {why}.")


def _listing(path: Path, text: str) -> JsonActivities:
    try:
        items = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadInput(f"{path}: no valid JSON from line {error.lineno}, column {error.colno} on") from None
    except (RecursionError, ValueError):
        raise BadInput(f"{path}: no JSON list of activities") from None
    if not isinstance(items, list):
        raise BadInput(f"{path}: a JSON object, where a list of activities is wanted")
    return JsonActivities(items)


def _table(path: Path, text: str, zone: tzinfo) -> ExportTable:
    try:
        table = read_table(text, zone)
    except MissingColumnsError as error:
        raise BadInput(f"{path}: {error}; ask Strava for a new export and download it") from None
    if table is None:
        raise BadInput(
            f"{path}: no activities.csv of Strava's export, and no JSON list of activities: "
            "its first line names no columns for date, type, moving time and distance"
        )
    return table
