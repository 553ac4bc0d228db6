"""The day of the next strength work: by runs and sessions, and by the plan of twelve weeks if there is one."""

from datetime import date, datetime, time

from content.companion.strength_days import StrengthDays, strength_days
from integration.web.run_views.run_view import RunViews


def planned(views: RunViews, since: date) -> StrengthDays:
    """Return a plan that began on that day, as of now."""
    runs, sessions = views.known.history.canonical, views.profile.diary.plan_sessions
    return strength_days(since, sessions, runs, views.past.sessions, views.strength_from(), views.known.now)


def planned_day(views: RunViews) -> date | None:
    """Return the next strength day of the athlete's plan; None without one, and while it waits or is over."""
    since = views.profile.diary.plan_since
    return planned(views, since).next if since is not None and views.strength_may_be else None


def strength_due(views: RunViews) -> datetime | None:
    """Return when strength is next, as every page tells it: not before `strength_from`, nor before the plan's next day.

    None if nothing speaks against it now.
    """
    begin, day, now = views.strength_from(), planned_day(views), views.known.now
    if day is None or day <= now.date():
        return begin
    due = datetime.combine(day, time(), now.tzinfo)
    return due if begin is None else max(begin, due)
