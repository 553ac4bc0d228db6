"""What an operator does for an athlete, or about what went wrong for one."""

import json
from datetime import UTC, datetime
from typing import TypeVar

import click

from integration.cli.database import opened
from integration.config import Settings, load_settings
from integration.errors import BackstrideError, BadInput, BadSetting
from integration.export import export_athlete
from integration.store import Vault, athletes, doorbell
from integration.strava.budget import Budget
from integration.strava.oauth import OAuth
from integration.strava.session import StravaSession

T = TypeVar("T")


@click.command()
@click.argument("athlete", type=int, required=False)
def retry(athlete: int | None) -> None:
    """Take up again what was set aside after seven days of failing; of one ATHLETE, or of all."""
    store = opened(load_settings())
    with store.write() as session:
        if athlete is not None:
            _known(athletes.find(session, athlete), athlete)
        number = doorbell.retry(session, athlete, datetime.now(UTC))
    click.echo(f"Tried again within seconds: {number} of what was set aside." if number else "Nothing was set aside.")


@click.command()
@click.argument("athlete", type=int)
def export(athlete: int) -> None:
    """Print all that is kept about ATHLETE, as JSON."""
    settings = load_settings()
    found = export_athlete(opened(settings), _vault(settings), athlete)
    click.echo(json.dumps(_known(found, athlete), indent=2, ensure_ascii=False))


@click.command()
@click.argument("athlete", type=int)
def forget(athlete: int) -> None:
    """Delete all that is kept about ATHLETE, at once, and tell Strava that the access ends.

    Notes under activities stay where they are: only the athlete can have them taken back, on the page for leaving.
    """
    settings = load_settings()
    store = opened(settings)
    with store.read() as session:
        token = athletes.tokens(_known(athletes.find(session, athlete), athlete), _vault(settings)).refresh
    with store.write() as session:
        athletes.forget(session, athlete)
    store.leave_no_trace()
    click.echo(f"Deleted all that was kept about athlete {athlete}.")
    click.echo(_revoked(settings, token))


def _revoked(settings: Settings, token: str) -> str:
    try:
        app = settings.strava_app()
        with StravaSession(settings.strava_oauth_url, settings.strava_api_url) as session:
            OAuth(session, *app, Budget(settings.redis_url, app[0])).revoke(token)
    except (BackstrideError, BadSetting) as error:
        return f"Strava was not told ({error}): the athlete can end the access at https://www.strava.com/settings/apps"
    return "Strava ended the access."


def _vault(settings: Settings) -> Vault:
    return Vault(lambda: [key.get_secret_value() for key in settings.newest_token_keys()])


def _known(found: T | None, athlete: int) -> T:
    if found is None:
        raise BadInput(
            f"ATHLETE: nobody with the number {athlete} is connected; `backstride status` shows how many are"
        )
    return found
