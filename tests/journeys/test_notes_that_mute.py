"""The notes that mute: those that a signal brought, but neither one that was asked for nor a comeback's."""

from datetime import UTC, datetime, timedelta

import pytest
from instance import ANNA, Instance
from steady import VIENNA, steady_log
from web_site import Site, Visitor

from content.notes import block
from integration.sandbox import SandboxServer
from integration.store import Store, ledger

DAY = timedelta(days=1)
SPIKES_ALONE = {"weekly_high.on": False, "long_effort.on": False}


@pytest.fixture
def rested() -> int:
    """Days since the last run before the test's own."""
    return 2


@pytest.fixture
def runner(sandbox: SandboxServer, rested: int) -> SandboxServer:
    """Ten kilometres every other day for five months, then none for the days of `rested`."""
    log = steady_log(datetime.now(UTC) - (rested - 2) * DAY)
    sandbox.strava.add_athlete(athlete_id=ANNA, timezone=VIENNA.key, activities=log)
    return sandbox


def ran(instance: Instance, km: float, *, title: str = "Run", days_ago: float = 0.5) -> int:
    """A run that Strava pushes and the workers answer."""
    start = instance.resources.now() - days_ago * DAY
    run = instance.strava.create_activity(ANNA, km=km, minutes=km * 6, start=start, title=title)
    instance.work()
    return run


def noted(store: Store) -> dict[int, int]:
    with store.read() as session:
        return ledger.noted(session, ANNA)


def has_note(instance: Instance, run: int) -> bool:
    return block.find(instance.strava.description(run) or "") is not None


def test_a_note_asked_for_by_a_tag_mutes_nothing(instance: Instance) -> None:
    instance.connect(thresholds=SPIKES_ALONE)
    asked = ran(instance, 12, title="Home #backstride", days_ago=0.6)
    assert has_note(instance, asked)

    next_run = ran(instance, 13.5, days_ago=0.3)

    assert has_note(instance, next_run)
    assert noted(instance.store) == {asked: 0, next_run: 1}


def test_a_note_of_a_signal_mutes_the_next_run_of_the_same_severity(instance: Instance) -> None:
    instance.connect(thresholds=SPIKES_ALONE)
    first, second = ran(instance, 12, days_ago=0.6), ran(instance, 13.5, days_ago=0.3)

    assert (has_note(instance, first), has_note(instance, second)) == (True, False)
    assert noted(instance.store) == {first: 1}


@pytest.mark.parametrize("rested", [30])
@pytest.mark.usefixtures("rested")
def test_the_note_of_a_comeback_mutes_nothing_and_the_next_spike_is_measured_by_it(instance: Instance) -> None:
    instance.connect(thresholds=SPIKES_ALONE)
    back = ran(instance, 6, days_ago=0.6)
    assert has_note(instance, back)

    spike = ran(instance, 13, days_ago=0.3)

    assert has_note(instance, spike)
    assert noted(instance.store) == {back: 0, spike: 3}


def test_a_note_asked_for_on_a_page_mutes_nothing(site: Site, anna: Visitor) -> None:
    newest = site.strava.of(ANNA)[0]["id"]
    anna.post(f"/notes/{newest}/try", of="/notes")
    site.instance.work()

    assert has_note(site.instance, newest)
    assert noted(site.store) == {newest: 0}
