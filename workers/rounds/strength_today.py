"""The round that tells athletes, at an address of their own, that strength stands in their plan today."""

from datetime import UTC, datetime, time, timedelta
from functools import partial

import structlog
from sqlalchemy import or_, select, update

from content.companion.strength_days import is_hour_to_tell, is_strength_now, strength_days, strength_may_be
from content.moves import library
from content.routines.back import has_lasted, state_of
from content.routines.plan import strength_from
from content.routines.rest import local_now, severities, tells_the_clock
from content.runs import Run
from content.signals.history import History
from content.signals.review import backtest
from integration import athlete_profile
from integration.athlete_profile import AthleteProfile
from integration.errors import KeysLost
from integration.store import histories, ledger
from integration.store.athlete_states import AthleteState
from integration.store.database.engine import changed
from integration.store.tables import Athlete, Note, Preferences
from workers.notes.tell_athlete import address_of, tell_aside
from workers.resources import Resources

A_DAY = timedelta(days=1)

log = structlog.get_logger()


def tell_strength_today(resources: Resources) -> None:
    """Tell whoever has a strength day of their plan now: that and a link, whatever the address answers.

    Not on two days in a row: a day that was missed moves to the next, and who logs nothing would be told of each.
    """
    if not resources.settings.athlete_notify_schemes:
        return
    with resources.store.read() as session:
        asked = (Preferences.tell_at.is_not(None), Preferences.diary.is_not(None))
        connected = select(Athlete.id).join(Preferences).where(Athlete.state == AthleteState.CONNECTED, *asked)
        ids = session.scalars(connected.order_by(Athlete.id)).all()
    due = [partial(_address_if_due, resources, athlete_id) for athlete_id in ids if _is_to_tell(resources, athlete_id)]
    if due:
        tell_aside(resources, due, f"Strength today: {resources.settings.public_url}/routine/today")


def _is_to_tell(resources: Resources, athlete_id: int) -> bool:
    """Return True if strength is due now, and record it as told. An error of one athlete's turn is no other's."""
    try:
        local = _strength_now(resources, athlete_id) if address_of(resources, athlete_id) else None
        return local is not None and _is_first_in_two_days(resources, athlete_id, local)
    except Exception as error:  # noqa: BLE001
        log.warning("a strength day could not be told", error=type(error).__name__)
        return False


def _address_if_due(resources: Resources, athlete_id: int) -> str | None:
    """Return where to tell the athlete; None if there is no address, or strength is not due by now."""
    address = address_of(resources, athlete_id)
    return address if address and _strength_now(resources, athlete_id) else None


def _strength_now(resources: Resources, athlete_id: int) -> datetime | None:
    """Return the time by the athlete's clock if strength is due by it; else None."""
    now = resources.now()
    with resources.store.read() as session:
        if histories.fresh(session, athlete_id, now) is None:
            return None
        try:
            profile = athlete_profile.load(session, resources.vault, athlete_id)
        except KeysLost:
            return None
        runs, notes = histories.runs(session, athlete_id), ledger.notes(session, athlete_id)
    local = local_now(runs, now)
    if profile.diary.plan_since is None or profile.leaving or profile.policy.is_paused(now):
        return None
    by_day = tells_the_clock(runs) and is_hour_to_tell(local)
    return local if by_day and _is_due(profile, runs, notes, local) else None


def _is_due(profile: AthleteProfile, runs: list[Run], notes: list[Note], now: datetime) -> bool:
    """Return True if strength is due, and nothing told of the back speaks against calling for it."""
    history, past = History(runs), profile.past(notes)
    back = state_of(profile.answers, past, now)
    if has_lasted(past, now) or not strength_may_be(profile.answers, back, library.load().moves):
        return False
    flagged = backtest(history, profile.thresholds).flagged
    severe = severities(flagged, {note.activity_id: note.severity for note in notes}, history)
    begin = strength_from(history.canonical, severe, past.sessions, now)
    since, sessions = profile.diary.plan_since, profile.diary.plan_sessions
    days = strength_days(since or now.date(), sessions, history.canonical, past.sessions, begin, now)
    return is_strength_now(days, begin, now)


def _is_first_in_two_days(resources: Resources, athlete_id: int, local: datetime) -> bool:
    """Record that they are told, unless they were today or yesterday: one statement, so of two rounds one succeeds.

    A time more than a day ahead was a wrong clock's; one that is less so, the other round's.
    """
    now, midnight = local.astimezone(UTC), datetime.combine(local.date(), time.min, local.tzinfo)
    told = Preferences.strength_told_at
    untold = or_(told.is_(None), told < (midnight - A_DAY).astimezone(UTC), told > now + A_DAY)
    with resources.store.write() as session:
        record = update(Preferences).where(Preferences.athlete_id == athlete_id, untold)
        return changed(session, record.values(strength_told_at=now)) == 1
