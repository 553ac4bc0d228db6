"""A listing is compared with what we know; only what differs is news, and only what is newer than its event counts."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from content.decision import basis
from content.notes.tags import tags_in
from content.runs import Run, counted_run
from integration.store.database.column_types import EPOCH
from integration.store.tables import PendingActivity
from workers.listing import Activity, Listing, News, oldest

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
SINCE = NOW - timedelta(days=7)
HOUR = timedelta(hours=1)


def activity(number: int = 7, *, hours_ago: float = 5, km: float = 10, **more: object) -> Activity:
    start = (NOW - hours_ago * HOUR).isoformat()
    times = {"start_date": start, "start_date_local": start, "moving_time": 3600}
    return {"id": number, "sport_type": "Run", "distance": km * 1000} | times | more


def run(**fields: float) -> Run:
    counted = counted_run(activity(**fields))  # type: ignore[arg-type]
    assert counted
    return counted


def listing(*activities: Activity, reached: datetime = EPOCH) -> Listing:
    return Listing({each["id"]: each for each in activities}, NOW, reached)


def row(number: int = 7, *, waits: bool = False, judged: Activity | None = None) -> dict[int, PendingActivity]:
    judged_as = basis(judged, counted_run(judged), tags_in(judged.get("name"))) if judged else None
    return {number: PendingActivity(activity_id=number, received=2, processed=1 if waits else 2, judged_as=judged_as)}


def news(shown: Listing, known: Iterable[Run] = (), pending: dict[int, PendingActivity] | None = None) -> list[News]:
    return list(shown.news(known, pending or {}, SINCE))


def test_a_run_that_nobody_told_of_is_news_if_it_is_recent() -> None:
    shown = listing(activity(1), activity(2, hours_ago=8 * 24), activity(3, sport_type="Ride"))

    assert news(shown) == [News(1, "create", "")]


def test_a_run_that_is_known_as_it_is_shown_is_no_news() -> None:
    assert news(listing(activity()), [run()]) == []


@pytest.mark.parametrize("changed", [activity(km=21), activity(sport_type="Ride"), activity(flagged=True)])
def test_a_run_of_another_length_or_sport_is_news(changed: Activity) -> None:
    assert news(listing(changed), [run()], row(judged=activity())) == [News(7, "update:listing", "")]


def test_a_new_tag_of_ours_in_the_title_is_news_of_a_run_that_was_judged() -> None:
    tagged = activity(name="Long #nonote")

    assert news(listing(tagged), [run()], row(judged=activity())) == [News(7, "update:listing", "#nonote")]
    assert news(listing(tagged), [run()], row(judged=tagged)) == []


def test_nothing_is_news_of_an_activity_that_is_pending_already() -> None:
    assert news(listing(activity(km=21)), [run()], row(waits=True)) == []
    assert news(listing(), [run()], row(waits=True)) == []


def test_a_known_run_that_is_missing_is_news_as_far_as_the_listing_reached() -> None:
    known = [run(number=1), run(number=2, hours_ago=48)]

    assert news(listing(reached=NOW - 24 * HOUR), known) == [News(1, "missing", None)]


@pytest.mark.parametrize(("event_after", "is_newer"), [(-1, True), (0, True), (1, False)])
def test_a_listing_answers_only_events_that_came_before_it_began(event_after: int, is_newer: bool) -> None:
    pending = PendingActivity(activity_id=7, last_received=NOW + timedelta(seconds=event_after))

    assert listing(activity()).is_newer_than_the_event(pending) == is_newer


def test_an_activity_without_a_readable_start_does_not_end_a_listing() -> None:
    odd = [activity(1, start_date="never"), activity(2, start_date=None), activity(3, start_date="2026-11-01T00:00:00")]

    assert oldest([*odd, activity(4)]) == NOW - 5 * HOUR
