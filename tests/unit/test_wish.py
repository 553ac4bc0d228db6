"""A long run that is wished for: what would be said, and the ladder of long runs that reaches it without a note."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from running_log import MONDAY, activity, counted, on_days

from content.companion.wish import MOST_WEEKS, Wish, ladder, usual_others, wish
from content.signals import History, Thresholds, headroom_on, review, run_of

STEADY = [*on_days(*range(0, 84, 2), km=10)]  # every other day, the last on day 82, a Saturday
DEFAULT = Thresholds()
NOW = MONDAY + timedelta(days=83, hours=6)  # a Sunday


def wished(km: float, *, days: int = 7, log: list[dict[str, object]] = STEADY, now: datetime = NOW) -> Wish:
    day = (now + timedelta(days=days)).date()
    return wish(History(counted(*log)), DEFAULT, dm=round(km * 10_000), day=day, now=now)


def test_nothing_would_be_said_up_to_the_limit_of_the_day() -> None:
    near = wished(10.5)

    assert near.within
    assert not near.findings
    assert near.ladder.rungs == ()
    assert near.longest_dm is not None
    assert near.limit.dm is not None
    assert near.limit.dm - 1_000 <= near.longest_dm <= near.limit.dm


def test_beyond_the_limit_it_says_what_would_fire_and_how_to_get_there() -> None:
    far = wished(14)

    assert not far.within
    assert far.findings[0].signal == "session_spike"
    assert far.ladder.reaches
    assert [rung.dm for rung in far.ladder.rungs] == [110_000, 121_000, 133_000, 140_000]  # a tenth more each week
    assert {rung.day.weekday() for rung in far.ladder.rungs} == {far.day.weekday()}


def test_where_the_usual_run_stops_it_the_ladder_goes_as_far_as_it_can_and_says_what_stops_it() -> None:
    """A long effort takes 90 minutes and 1.5 times the usual 10 km, whatever the longest run is."""
    far = wished(18)

    assert not far.ladder.reaches
    assert far.ladder.stopped_by is not None
    assert far.ladder.stopped_by.signal == "long_effort"
    assert far.ladder.rungs[-1].dm == 149_000


def test_a_comeback_has_no_ladder_it_is_run_first() -> None:
    after_six_weeks = wished(18, now=NOW + timedelta(weeks=6))

    assert after_six_weeks.comeback
    assert not after_six_weeks.within
    assert after_six_weeks.ladder.rungs == ()


def test_without_any_run_nothing_would_be_said() -> None:
    assert wished(30, log=[]).within


def test_the_history_that_is_asked_stays_as_it_is() -> None:
    history = History(counted(*STEADY))
    wish(history, DEFAULT, dm=180_000, day=(NOW + timedelta(days=7)).date(), now=NOW)

    assert len(history) == len(STEADY)


def test_of_an_earlier_spike_the_ladder_takes_no_licence() -> None:
    spiked = [*STEADY, activity(999, NOW - timedelta(hours=5), 20)]

    assert wished(14, log=spiked).ladder.rungs[0].dm < 130_000


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 110), st.integers(3, 30), st.integers(0, 20)), min_size=1, max_size=40),
    st.integers(5, 45),
    st.integers(0, 20),
    st.integers(0, 23),
)
def test_no_rung_says_anything_at_any_hour_nor_is_above_the_limit(
    days: list[tuple[int, int, int]], km: int, ahead: int, hour: int
) -> None:
    """The rungs are run one after the other, among the usual other runs, at another hour than the ladder took."""
    log = [activity(n, MONDAY + timedelta(days=day, hours=h), far) for n, (day, far, h) in enumerate(days, 1)]
    now = MONDAY + timedelta(days=111)
    history = History(counted(*log))
    weekday = (now.date() + timedelta(days=ahead)).weekday()
    found = ladder(history, DEFAULT, dm=km * 10_000, weekday=weekday, now=now)
    for run in usual_others(history, weekday, now, until=now.date() + timedelta(weeks=MOST_WEEKS)):
        history.add(run)

    assert len(found.rungs) <= MOST_WEEKS
    assert not found.reaches or found.rungs[-1].dm == km * 10_000
    for rung in found.rungs:
        limit = headroom_on(history, DEFAULT, rung.day, now=now)
        run = run_of(history, DEFAULT, rung.dm, at=datetime.combine(rung.day, time(hour, 30), UTC))
        assert rung.day > now.date()
        assert limit.dm is None or rung.dm <= limit.dm
        assert not review(run, history, {}, DEFAULT).findings
        history.add(run)
