"""`doctor`: checks everything that an instance needs, and says of each thing that is not well what to do."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

import click
from sqlalchemy import select

from content.counted import counted
from integration.cli import machine_checks
from integration.cli.address_check import answers, instance_at
from integration.cli.machine_checks import Check
from integration.cli.push import subscriptions
from integration.config import Settings, load_settings
from integration.errors import AppInactive, BackstrideError, Later
from integration.notify import tell
from integration.store import Store, Vault, athletes, heartbeats, instance_facts, pending_activities
from integration.store.athlete_states import AthleteState
from integration.store.tables import Athlete, Preferences
from integration.strava import api_move
from integration.strava.subscription import Subscription

A_WEEK = timedelta(days=7)
ANSWERED_SECONDS = 10.0  # what one statement may take


@click.command()
@click.pass_context
def doctor(context: click.Context) -> None:
    """Check settings, database, Redis and Strava, and say what to do. Exits with 1 if there is something to do."""
    settings = load_settings(looking=True)
    findings = list(examine(settings))
    for finding in sorted(findings, key=_rank):
        click.echo(f"ok    {finding.what}" if finding.remedy is None else f"FIX   {finding.what}: {finding.remedy}")
    context.exit(0 if all(finding.remedy is None for finding in findings) else 1)


def _rank(finding: Check) -> int:
    """First what is not set, since nothing starts without it; then what else there is to do; then what is well."""
    return 2 if finding.remedy is None else int("is not set" not in finding.remedy)


def examine(settings: Settings) -> Iterator[Check]:
    """One finding after the other, as soon as each is known."""
    store = Store(settings.database_url, answer_within=ANSWERED_SECONDS)
    database = machine_checks.database(store, settings)
    yield from machine_checks.secrets(settings)
    yield machine_checks.disk(settings)
    yield machine_checks.address(settings)
    yield database
    yield machine_checks.redis(settings)
    yield from machine_checks.set_aside(settings)
    yield from _notify_addresses(settings)
    yield from _pages(settings)
    yield from _terms(settings, datetime.now(UTC).date())
    if database.remedy is None:
        yield from _parts(store)
        yield from _proxy(settings, store)
        yield from _people(settings, store)
        yield from _pushes(store)
    yield from _strava(settings, store if database.remedy is None else None)


def _notify_addresses(settings: Settings) -> Iterator[Check]:
    """Tell a word at each of NOTIFY_URLS, by its place in the list: the address may hold a password."""
    for place, url in enumerate(settings.notify_urls, 1):
        took = tell(
            [url.get_secret_value()], "Backstride", "backstride doctor looks if this address takes what it is told."
        )
        mend = f"address {place} took nothing: see that apprise has such an address, and that the service runs"
        yield Check(f"NOTIFY_URLS, address {place}", None if took else mend)


def _parts(store: Store) -> Iterator[Check]:
    """Tell if worker and beat give signs of life: without them no note comes."""
    with store.read() as session:
        silences = {silence.part: silence for silence in heartbeats.silent(session, datetime.now(UTC))}
    for part in heartbeats.PARTS:
        mend = "start `backstride run`: its output says why it stopped"
        yield Check(part, f"{silences[part]}, so no note comes: {mend}" if part in silences else None)


def _pages(settings: Settings) -> Iterator[Check]:
    address = f"{settings.public_url}/healthz"
    what = f"pages at {settings.public_url}"
    if not answers(address):
        yield Check(what, "nothing answers there: start backstride run, and check the proxy in front if there is one")
    elif instance_at(address) not in (None, machine_checks.own_mark(settings)):
        yield Check(what, "another Backstride answers there: check PUBLIC_URL, and where the proxy in front leads")
    else:
        yield Check(what)
    if settings.reachable and not settings.https:
        yield Check("PUBLIC_URL", "is not https, so cookies can be read on the way: put a proxy with TLS in front")


def _terms(settings: Settings, today: date) -> Iterator[Check]:
    """Tell if it is time for Strava's new address, and if athletes find somebody to ask."""
    if advice := api_move.advice(settings.strava_api_url, today, lambda base: answers(f"{base}/athlete")):
        yield Check(advice.what, advice.remedy)
    if settings.contact is None:
        yield Check("CONTACT is not set: athletes find nobody to ask")


def _proxy(settings: Settings, store: Store) -> Iterator[Check]:
    """Name a proxy of the last week that nobody told us of."""
    with store.read() as session:
        seen = instance_facts.fact(session, instance_facts.UNTOLD_PROXY)
    if settings.trusted_proxies == 0 and seen and datetime.now(UTC).date() - date.fromisoformat(seen) < A_WEEK:
        mend = f"a proxy in front was seen on {seen}: set it to the number of proxies, 1 for Caddy or nginx alone"
        yield Check("TRUSTED_PROXIES", mend)


def _people(settings: Settings, store: Store) -> Iterator[Check]:
    with store.read() as session:
        owner = settings.owner_athlete or instance_facts.owner(session)
        connected, told = session.scalars(select(Athlete)).all(), session.scalars(select(Preferences)).all()
    yield Check("owner", None if owner else "nobody yet: open the link that backstride run prints")
    yield _keys(Vault(settings.fernet_keys), connected, told)
    number = sum(athlete.state is AthleteState.CONNECTED for athlete in connected)
    yield Check(f"seats: {number} taken by connected athletes (a new application has 1; its owner can ask for 10)")


def _pushes(store: Store) -> Iterator[Check]:
    """Tell if pushes stay away although there is a subscription and runs come in."""
    with store.read() as session:
        if instance_facts.subscription_id(session) is None:
            return
        missed = pending_activities.found_without_a_push(session, datetime.now(UTC) - A_WEEK)
    number = counted(missed, "activity", "activities")
    mend = f"none came for {number} of this week: see that the proxy lets POST /webhook/ through"
    yield Check("pushes", mend if missed else None)


def _keys(vault: Vault, connected: Sequence[Athlete], told: Sequence[Preferences]) -> Check:
    closed = {athlete.id for athlete in connected if not vault.opens(athlete.refresh_token)}
    locked = ((row.athlete_id, text) for row in told for text in (row.answers, row.session_log, row.diary, row.tell_at))
    closed |= {athlete_id for athlete_id, text in locked if text is not None and not vault.opens(text)}
    mend = (
        f"they do not open what is stored of {counted(len(closed), 'athlete')}: "
        "put the older keys back, behind the newest. If they are lost: backstride forget ATHLETE, then connect again"
    )
    return Check("TOKEN_KEYS", mend if closed else None)


def _strava(settings: Settings, store: Store | None) -> Iterator[Check]:
    try:
        with subscriptions(settings) as strava:
            found = strava.view()
    except BackstrideError as error:
        later = isinstance(error, Later) and not isinstance(error, AppInactive)
        yield Check("Strava application", f"{error}: try again later" if later else str(error))
        return
    yield Check(f"Strava application {settings.strava_client_id}")
    if store:
        yield from _hurried(store)
    yield _subscription(settings, store, found)


def _hurried(store: Store) -> Iterator[Check]:
    """Make due at once what the inactive application held up."""
    now, why = datetime.now(UTC), AppInactive.__name__
    with store.write() as session:
        number = pending_activities.hurry(session, None, now, why) + athletes.hurry_requests(session, None, now, why)
    if number:
        yield Check(f"the application is active again: {number} that waited for it are tried again within seconds")


def _subscription(settings: Settings, store: Store | None, found: Subscription | None) -> Check:
    known = None
    if store:
        with store.read() as session:
            known = instance_facts.subscription_id(session)
    if found is None:
        polled = "none, so activities are polled"
        if not settings.reachable:
            return Check(f"push subscription: {polled} (Strava cannot reach {settings.public_url})")
        return Check("push subscription", f"{polled}: backstride subscribe")
    if not found.is_at(settings.callback_url):
        mend = f"it goes to {found.host}, not to PUBLIC_URL: backstride unsubscribe, then backstride subscribe"
        return Check("push subscription", mend)
    return Check("push subscription", None if known == found.id else "not known here yet: backstride subscribe")
