"""The register of deletions, for an operator who has to certify them."""

import json

import click

from content.counted import counted
from integration.cli.database import opened
from integration.config import load_settings
from integration.store.deletions import register
from integration.store.tables import Deletion

SINGULAR = {"runs": "run", "notes": "note", "events": "event", "answers": "set of answers", "addresses": "address"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def deletions(as_json: bool) -> None:
    """Print the register of deletions: times, reasons and counts, nothing of whose they were."""
    with opened(load_settings()).read() as session:
        found = register(session)
    if as_json:
        rows = [{"at": row.at.isoformat(), "reason": row.reason.value, **row.counts} for row in found]
        click.echo(json.dumps(rows, indent=2))
        return
    for row in found:
        click.echo(line(row))
    click.echo(f"{counted(len(found), 'deletion')}.")


def line(deletion: Deletion) -> str:
    """Return one deletion in a line."""
    counts = ", ".join(counted(number, SINGULAR.get(name, name), name) for name, number in deletion.counts.items())
    return f"{deletion.at:%Y-%m-%d %H:%M:%S} UTC, {deletion.reason}: {counts}"
