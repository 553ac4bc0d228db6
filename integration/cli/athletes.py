"""Commands about one athlete: retry, export, forget."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import click

from integration.backup import forget_own
from integration.cli.database import opened
from integration.cli.register import line
from integration.config import Settings, load_settings
from integration.errors import BackstrideError, BadInput, KeysLost, Later
from integration.own_data.export import export_athlete
from integration.queue import WakeMarks
from integration.store import Vault, athletes, deletions, pending_activities
from integration.store.athlete_states import DeletionReason
from integration.store.tables import Athlete
from integration.strava.http import StravaHttp
from integration.strava.oauth import OAuth
from integration.strava.rate_limit import Budget

ATHLETE = click.IntRange(1, 2**63 - 1)
T = TypeVar("T")


@click.command()
@click.argument("athlete", type=ATHLETE, required=False)
def retry(athlete: int | None) -> None:
    """Try again what failed for a week or was put off; of one ATHLETE, or of all."""
    settings = load_settings()
    store = opened(settings)
    now = datetime.now(UTC)
    with store.write() as session:
        if athlete is not None:
            _known(athletes.find(session, athlete), athlete)
        failed = pending_activities.retry(session, athlete, now)
        put_off = pending_activities.hurry(session, athlete, now) + athletes.hurry_requests(session, athlete, now)
    with suppress(Later):  # Redis is away, and knows of no inactive application
        Budget(settings.redis_url, settings.strava_client_id or "").check_now()
    taken = [f"{number} that {how}" for number, how in ((failed, "failed"), (put_off, "waited")) if number]
    click.echo(f"Tried again within seconds: {', '.join(taken)}." if taken else "Nothing failed, and nothing waits.")


@click.command()
@click.argument("athlete", type=ATHLETE)
def export(athlete: int) -> None:
    """Print all that is kept about ATHLETE, as JSON."""
    settings = load_settings()
    found = export_athlete(opened(settings), Vault(settings.fernet_keys), athlete)
    click.echo(json.dumps(_known(found, athlete), indent=2, ensure_ascii=False))


@click.command()
@click.argument("athlete", type=ATHLETE)
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(athlete: int, yes: bool) -> None:
    """Delete all that is kept about ATHLETE, at once, and tell Strava that the access ends.

    Notes under activities stay where they are: only the athlete can have them removed, on the page for leaving.
    """
    settings = load_settings()
    store = opened(settings)
    with store.read() as session:
        row = _known(athletes.find(session, athlete), athlete)
    if not yes:
        click.confirm(f"Delete all that is kept about athlete {athlete}, for good?", abort=True)
    revoked, said = _revoked(settings, row)
    with store.write() as session:
        deletion = deletions.forget(session, athlete, DeletionReason.OPERATOR, datetime.now(UTC), revoked=revoked)
    store.forget_for_good()
    forget_own(settings.data_dir, datetime.now(UTC), kept_for=timedelta())
    WakeMarks(settings.redis_url).erase(row.key)
    click.echo(f"Deleted all that was kept about athlete {athlete}.")
    if deletion is not None:
        click.echo(f"Deletion: {line(deletion)}.")
        click.echo(f"The athlete finds this confirmed, once, at {settings.public_url}/deleted/{row.receipt}")
    click.echo(said)


def _revoked(settings: Settings, gone: Athlete) -> tuple[bool, str]:
    """End the access on Strava; return whether that worked, and what came of it in words."""
    try:
        app = settings.strava_app()
        token = athletes.tokens(gone, Vault(settings.fernet_keys)).refresh
        with StravaHttp(settings.strava_oauth_url, settings.strava_api_url) as session:
            OAuth(session, *app, Budget(settings.redis_url, app[0])).revoke(token)
    except KeysLost:
        why = "no key opens the token"
    except BackstrideError as error:
        why = str(error)
    else:
        return True, "Strava ended the access."
    return False, f"Strava was not told ({why}): the athlete can end the access at https://www.strava.com/settings/apps"


def _known(found: T | None, athlete: int) -> T:
    if found is None:
        raise BadInput(
            f"ATHLETE: nobody with the number {athlete} is connected; `backstride status` shows how many are"
        )
    return found
