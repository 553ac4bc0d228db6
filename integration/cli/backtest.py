"""`backtest`: the notes that a whole history would have got, under any thresholds, before anything is switched on."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from content.signals import PRESETS, ThresholdError, Thresholds
from content.signals import backtest as replay
from integration.archive import read_archive
from integration.cli.backtest_report import report
from integration.errors import BadInput

LONG = 2_000  # activities; fewer are read before a bar could be seen


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--set", "changes", metavar="NAME=VALUE", multiple=True, help="A threshold to try; may be repeated.")
@click.option("--preset", type=click.Choice(list(PRESETS)), default="standard", show_default=True)
@click.option("--units", type=click.Choice(["km", "mi"]), default="km", show_default=True)
@click.option("--timezone", metavar="NAME", default="UTC", show_default=True, help="Where a Strava export was run.")
@click.option("--json", "as_json", is_flag=True, help="For machines: km always, unrounded.")
def backtest(file: Path, changes: Sequence[str], preset: str, units: str, timezone: str, as_json: bool) -> None:
    """Show the notes that a history would have got.

    FILE is Strava's export of an account (the zip, or the activities.csv in it), or a JSON list of activities as
    Strava's API gives them.
    """
    thresholds = _thresholds(preset, changes)
    archive = read_archive(file, _zone(timezone), watch=_with_progress)
    replayed = replay(archive.runs, thresholds)
    if as_json:
        unreadable = [row.as_json() for row in archive.unreadable]
        click.echo(json.dumps(replayed.as_json(archive.activities, unreadable), ensure_ascii=False))
        for assumption in archive.assumptions:
            click.echo(assumption, err=True)
    else:
        click.echo("\n".join(report(file.name, archive, replayed, thresholds, units=units, timezone=timezone)))


def _thresholds(preset: str, changes: Sequence[str]) -> Thresholds:
    values = {}
    for change in changes:
        name, equals, value = change.partition("=")
        if not equals:
            raise BadInput(f"--set {change}: must be NAME=VALUE, for example session_spike.over=0.20")
        values[name.strip()] = value.strip()
    try:
        return Thresholds.from_mapping(values, base=PRESETS[preset])
    except ThresholdError as error:
        raise BadInput(f"--set {error}") from error


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # malformed, a folder of zones, unknown
        raise BadInput(f"--timezone {name}: no such time zone; for example Europe/Berlin") from None


def _with_progress(rows: Sequence[Any]) -> Iterable[Any]:
    return _shown(rows) if len(rows) > LONG and sys.stderr.isatty() else rows


def _shown(rows: Sequence[Any]) -> Iterator[Any]:
    with click.progressbar(rows, label="Reading", file=sys.stderr) as bar:
        yield from bar
