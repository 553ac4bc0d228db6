"""`status`: how the instance is doing, for people and as JSON for machines."""

import json
from datetime import UTC, datetime
from typing import Any

import click

from integration.cli.database import opened
from integration.config import load_settings
from integration.errors import BackstrideError, DatabaseAway
from integration.overview import overview
from integration.strava.rate_limit import Budget


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.pass_context
def status(context: click.Context, as_json: bool) -> None:
    """Show who is connected, what waits, and what of Strava's rate limit is spent. Exits with 1 if one is away."""
    try:
        numbers = _numbers()
    except DatabaseAway as error:
        raise BackstrideError(str(error)) from None  # exit code 1, as for whatever else is away
    click.echo(json.dumps(numbers) if as_json else "\n".join(_lines(numbers)))
    away = numbers["budget"] is None or numbers["strava"] == "unreachable"  # without Redis nothing runs
    context.exit(1 if away else 0)


def _numbers() -> dict[str, Any]:
    settings = load_settings()
    budget = Budget(settings.redis_url, settings.strava_client_id or "")
    return overview(opened(settings), budget, datetime.now(UTC))


def _lines(numbers: dict[str, Any]) -> list[str]:
    waiting = numbers["oldest_waiting_s"]
    since = "" if waiting is None else f" (the oldest for {waiting} s)"
    activities = numbers["activities"]
    return [
        "athletes    " + _counted(numbers["athletes"]),
        (
            f"activities  {activities['waiting']} waiting{since}, {activities['processed']} processed, "
            f"{activities['failed']} failed"
        ),
        "notes       " + _counted(numbers["notes"]),
        f"Strava      {'not known' if numbers['budget'] is None else numbers['strava']}",
        *_budget_lines(numbers["budget"]),
    ]


def _counted(numbers: dict[str, int]) -> str:
    return ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in numbers.items())


def _budget_lines(budget: dict[str, dict[str, list[int]]] | None) -> list[str]:
    if budget is None:
        return ["calls       not known: Redis does not answer, so nothing runs"]
    return [
        f"calls       {kind}: {used[0]} of {used[1]} in these 15 minutes, {day[0]} of {day[1]} today"
        for kind, used, day in ((kind, windows["15min"], windows["day"]) for kind, windows in budget.items())
    ]
