"""The push subscription: ask for it, look at it, end it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import click

from integration.cli.database import opened
from integration.config import Settings, load_settings
from integration.errors import Later, StravaError
from integration.store import Store, instance_facts
from integration.strava.http import StravaHttp
from integration.strava.rate_limit import UNASKED, Budget
from integration.strava.subscription import Subscription, Subscriptions


@click.command()
def subscribe() -> None:
    """Ask Strava to push events to PUBLIC_URL, which must answer meanwhile. One that is there already is fine."""
    settings = load_settings()
    ours = subscribe_to_pushes(settings, opened(settings))
    click.echo(f"Strava pushes events to {ours.host} (subscription {ours.id}).")


@click.command()
def subscription() -> None:
    """Show the push subscription that Strava knows of."""
    settings = load_settings()
    with subscriptions(settings) as strava:
        found = strava.view()
    if found is None:
        click.echo("There is no push subscription: activities are polled. `backstride subscribe` asks for one.")
        return
    whose = "this instance" if found.is_at(settings.callback_url) else f"{found.host}, which is not PUBLIC_URL"
    click.echo(f"Strava pushes events to {whose} (subscription {found.id}).")


@click.command()
def unsubscribe() -> None:
    """End the push subscription, whoever it belongs to; activities are polled from then on."""
    settings = load_settings()
    with subscriptions(settings) as strava:
        found = strava.view()
        if found:
            strava.unsubscribe(found.id)
    _remember(opened(settings), None)
    click.echo(f"Ended subscription {found.id}." if found else "There was no push subscription.")


def subscribe_to_pushes(settings: Settings, store: Store) -> Subscription:
    """Ask Strava for a subscription, whatever PUBLIC_URL is, and remember the subscription's id."""
    with subscriptions(settings) as strava:
        ours = strava.subscribe(settings.callback_url, settings.webhook_verify_token.get_secret_value())
    _remember(store, ours.id)
    return ours


@contextmanager
def subscriptions(settings: Settings) -> Iterator[Subscriptions]:
    """The application's subscriptions on Strava. Raises BadSetting without credentials.

    All processes learn from what comes of it whether Strava answers, and whether the application is active.
    """
    app = settings.strava_app()
    budget = Budget(settings.redis_url, app[0])
    with StravaHttp(settings.strava_oauth_url, settings.strava_api_url) as session:
        try:
            yield Subscriptions(session, *app)
        except StravaError as error:
            budget.report(UNASKED, error=error)
            raise
    with suppress(Later):  # Redis is away
        budget.mark_active()


def _remember(store: Store, subscription_id: int | None) -> None:
    with store.write() as session:
        instance_facts.set_fact(session, "subscription_id", None if subscription_id is None else str(subscription_id))
