"""The watch over a simulation: what no page and no note may ever say, looked for day by day."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from content.companion.diary import SESSIONS
from content.notes.formats import WEEKDAYS
from content.routines.plan import is_kept_free, long_run_day
from content.runs import counted_run
from content.signals import headroom, headroom_on
from content.signals.history import History
from content.signals.thresholds import Thresholds

if TYPE_CHECKING:
    from simulation import Simulated

DAY = timedelta(days=1)
ROUNDING = 0.1001  # km: a limit is named in whole tenths
NEXT_RUN = re.compile(r"^Next run: (?:.*?; )?from (?P<day>\w+)[^\n]*?, up to (?P<km>[\d.]+) km", re.MULTILINE)


class Watch:
    """The faults so far, each with its day, in `wrong`."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self._last_note = ""

    def look(self, who: Simulated, day: int) -> None:
        """Look at the pages of a morning: one limit, one story of the day, nothing during a hold."""
        page, plan = who.pages["/dashboard"], who.pages.get("/plan", "")
        if who.on_hold:
            self._on_hold(who)
            return
        self._limits(who, page)
        if not plan or who.trained:
            return
        kind = attribute(page, 'data-day="(\\w[\\w-]*)" *>') or ""
        today = who.today.isoformat()
        due = re.findall(r'data-day="([^"]*)" data-kind="due"', plan)
        if today in due and "<h2>Strength today</h2>" in plan and kind != "strength":
            self._say(who, f"the plan has strength today, the first card says {kind}")
        if kind == "strength" and today not in due and "Next: " in plan:
            self._say(who, f"the first card says strength, the plan has it on {min(due)}")
        self._plan(who, [date.fromisoformat(each) for each in due])

    def note(self, who: Simulated, note: str) -> None:
        """Look at a new note."""
        if who.on_hold:
            self._say(who, "a note during a hold")
        if note == self._last_note:
            self._say(who, "the same note twice")
        self._last_note = note
        if found := NEXT_RUN.search(note):
            day = named(found["day"], who.today)
            limit = headroom_on(self._history(who), Thresholds(), day, now=who.local).km
            if limit is not None and float(found["km"]) > limit + ROUNDING:
                self._say(who, f"the note names {found['km']} km for {day}, the limit is {limit}")

    def week(self, who: Simulated) -> None:
        """Look at what a week's evening shows."""
        page = who.pages["/next-run"]
        if 'id="limit"' in page and not who.on_hold:
            card = page[page.index('id="limit"') :].split(">", 1)[0]
            day, km = attribute(card, 'data-day="([^"]*)"'), attribute(card, 'data-km="([^"]*)"')
            limit = headroom_on(self._history(who), Thresholds(), date.fromisoformat(day), now=who.local).km
            if km and limit is not None and float(km) > limit:
                self._say(who, f"/next-run names {km} km, the limit is {limit}")

    def _limits(self, who: Simulated, page: str) -> None:
        history = self._history(who)
        card = page[page.index('id="headroom"') :].split(">", 1)[0]
        named_km, limit = attribute(card, 'data-km="([^"]*)"'), headroom(history, Thresholds(), at=who.local).km
        if named_km and limit is not None and float(named_km) > limit:
            self._say(who, f"the dashboard names {named_km} km, the limit is {limit}")
        day, km = attribute(card, 'data-next-day="([^"]*)"'), attribute(card, 'data-next-km="([^"]*)"')
        if day and km:
            later = headroom_on(history, Thresholds(), date.fromisoformat(day), now=who.local).km
            if later is not None and float(km) > later:
                self._say(who, f"the dashboard names {km} km for {day}, the limit is {later}")

    def _plan(self, who: Simulated, due: list[date]) -> None:
        long_run = long_run_day(self._history(who).canonical, who.today)
        if near := [day for day in due if is_kept_free(day, long_run)]:
            self._say(who, f"strength within a day before the usual long run: {near[0]}")
        if any(later - earlier < 2 * DAY for earlier, later in pairwise(due)):
            self._say(who, "strength on two days in a row")
        weeks = [day - day.weekday() * DAY for day in due]
        if any(weeks.count(week) > min(who.who.sessions, max(SESSIONS)) for week in weeks):
            self._say(who, "more strength days in a week than were asked for")

    def _on_hold(self, who: Simulated) -> None:
        for path, page in who.pages.items():
            main = page[page.find("<main") :]
            if path == "/dashboard" and ('id="start-today"' in main or 'id="headroom"' in main):
                self._say(who, "exercise or a limit on the dashboard during a hold")

    def _history(self, who: Simulated) -> History:
        return History(run for run in map(counted_run, who.site.strava.of(who.who.athlete)) if run is not None)

    def _say(self, who: Simulated, words: str) -> None:
        self.wrong.append(f"{who.who.name} {who.today:%a %d %b %Y}: {words}")


def named(word: str, today: date) -> date:
    """Return the day that a note names: a weekday of the next seven days, or today."""
    if word not in WEEKDAYS:
        return today
    return next(day for day in (today + n * DAY for n in range(1, 8)) if WEEKDAYS[day.weekday()] == word)


def attribute(text: str, pattern: str) -> str:
    """Return the first group of a pattern, or "" where it is not found."""
    found = re.search(pattern, text)
    return found[1] if found else ""
