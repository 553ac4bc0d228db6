"""Garmin's attribution stands wherever a run or a number of its devices shows."""

from datetime import timedelta

from instance import ANNA
from web_site import Site, Visitor

from content.devices import DERIVED
from integration.sandbox.activities.outings import Activity

PAGES = ("/dashboard", "/notes", "/welcome", "/thresholds")


def record_with(site: Site, **device: str | None) -> None:
    """All runs of the athlete come from this device."""
    for number, activity in list(site.strava.activities.items()):
        told: Activity = {**activity, **device}
        site.strava.activities[number] = {name: value for name, value in told.items() if value is not None}


def connected(site: Site) -> Visitor:
    """The pages of somebody who just ran far, and whose history is fetched."""
    site.strava.create_activity(ANNA, km=45, minutes=280, start=site.instance.now() - timedelta(hours=30))
    return site.visitor()


def test_each_run_shows_the_model_and_each_page_the_sentence_about_derived_numbers(site: Site) -> None:
    anna = connected(site)
    record_with(site, device_name="Garmin <Fenix> 8")
    anna.connect()
    site.instance.work()

    for path in PAGES:
        page = anna.get(path).text
        assert page.count(DERIVED) == 1, path
        assert "Garmin &lt;Fenix&gt; 8" in page, path
        assert 'title="Garmin' not in page


def test_without_a_model_the_maker_is_named(site: Site) -> None:
    anna = connected(site)
    record_with(site, device_name=None, external_id="garmin_push_1")
    anna.connect()
    site.instance.work()

    assert '<span class="device">Garmin</span>' in anna.get("/dashboard").text


def test_runs_of_other_devices_show_neither(site: Site, anna: Visitor) -> None:
    assert "watch" in str(next(iter(site.strava.activities.values())).get("device_name", "watch"))
    for path in PAGES:
        page = anna.get(path).text.replace("Connect a Garmin watch by cable", "")  # to put a workout file on one
        assert "Garmin" not in page, path
