"""Simulated runners, driven day by day through the real product: a Strava, the store, the workers' code, the pages.

Only the clock is moved: every part asks it for the time. What a runner does follows from `characters` and from what the
pages and notes say; the same seed gives the same days.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from characters import Character, Intent
from instance import CLIENT_ID, CLIENT_SECRET, PATIENCE_S, Instance
from seen_on_pages import counts, first_card, limit, next_run, note_of, plan_words, value, way_words
from simulation_watch import Watch
from web_site import Site, Visitor

from integration.sandbox import Application, RateLimits, Sandbox, SandboxServer
from integration.sandbox.activities.outings import Outing
from integration.store.clock import Boot
from workers.rounds.cleanup import expire

ZONE = ZoneInfo("Europe/Vienna")
FIRST = date(2025, 1, 6)  # a Monday
DAY = timedelta(days=1)
MORNING, EVENING, LATE, NIGHT = time(7, 30), time(18), time(20), time(21)
SPREAD = 0.05  # of a run's length, from what was intended
FIRST_ID = 10_000_000_000


class Clock:
    """The one clock of a simulation, in UTC."""

    def __init__(self) -> None:
        self.now = datetime.combine(FIRST, time(), ZONE).astimezone(UTC)

    def __call__(self) -> datetime:
        return self.now

    def set(self, day: int, at: time, later: timedelta = timedelta()) -> None:
        """Move on to a time of that day, never back."""
        self.now = max(self.now, datetime.combine(FIRST + day * DAY, at, ZONE).astimezone(UTC) + later)


class MovedInstance(Instance):
    """An instance that lives by the clock of the simulation."""

    def __init__(self, sandbox: SandboxServer, directory: Path, redis_url: str, **environ: str) -> None:
        self.clock = sandbox.strava.clock
        super().__init__(sandbox, directory, redis_url, **environ)

    def now(self) -> datetime:
        return self.clock() + self.wrong

    def boot(self) -> Boot:
        return Boot(self.machine, (self.clock() - datetime(2025, 1, 1, tzinfo=UTC)).total_seconds())


class MovedSite(Site):
    """The pages of such an instance."""

    made = MovedInstance


def moved_strava(clock: Clock) -> Sandbox:
    """Return a Strava by that clock, with the one application of the tests."""
    app = Application(CLIENT_ID, CLIENT_SECRET, RateLimits((600, 30_000), (600, 30_000)), seats=100)
    strava = Sandbox(clock=clock, applications=[app], push_workers=1)
    strava.pushes.timeout = PATIENCE_S
    return strava


@dataclass
class Seen:
    """One week as the runner saw it. Numbers of the pages are those of Sunday evening."""

    week: int
    runs: list[float] = field(default_factory=list)  # km
    notes: list[tuple[date, str]] = field(default_factory=list)
    first_cards: list[str] = field(default_factory=list)  # one a day that the runner looked
    limit_km: str = ""
    next_run: str = ""
    plan: str = ""
    done: int = 0
    back: str = ""
    asked: int = 0
    way: str = ""
    left_out: tuple[str, ...] = ()
    did: list[str] = field(default_factory=list)
    told: list[int] = field(default_factory=list)  # scores


ACTS = {
    "hurts": ("/answers", {"hurts": "true", "consent": "true"}),
    "hurts no more": ("/answers", {"hurts": "false", "consent": "true"}),
    "night pain": ("/answers", {"red_flags": "night", "consent": "true"}),
    "cleared": ("/answers", {"red_flags": ""}),
}


class Simulated:
    """One runner's days. `looks` are called with the day whenever the runner has looked at the dashboard."""

    def __init__(self, who: Character, site: MovedSite, clock: Clock) -> None:
        self.who, self.site, self.clock = who, site, clock
        self.draw = Random(who.seed)
        self.weeks: list[Seen] = []
        self.pages: dict[str, str] = {}
        self._tagged = False
        self.next_day: date | None = None
        self.next_km: float | None = None
        self.noted_at: datetime | None = None
        self.on_hold = False
        self.trained = False  # today
        self.watch = Watch()
        site.strava.add_athlete(athlete_id=who.athlete, timezone=ZONE.key, activities=list(self._earlier()))
        self.visitor: Visitor = site.visitor()
        clock.set(0, time(6))
        self.visitor.connect(who.athlete)
        site.instance.work()
        self.visitor.post("/notes/switch", {"on": "true"}, of="/welcome")

    @property
    def seen(self) -> Seen:
        """The week of now."""
        return self.weeks[-1]

    @property
    def local(self) -> datetime:
        """The time of now, by the runner's clock."""
        return self.clock.now.astimezone(ZONE)

    @property
    def today(self) -> date:
        """The day of now, by the runner's clock."""
        return self.local.date()

    def _earlier(self) -> Iterator[dict[str, object]]:
        for day in range(-self.who.before, 0):
            if intent := self.who.plan(day // 7 - 1000 * 4, day % 7):
                outing = self._outing(intent, datetime.combine(FIRST + day * DAY, EVENING, ZONE))
                yield outing.as_strava(FIRST_ID + self.who.athlete * 1000 + self.who.before + day, self.who.athlete)

    def _outing(self, intent: Intent, start: datetime) -> Outing:
        km = intent.km * (1 if intent.race else self.draw.uniform(1 - SPREAD, 1 + SPREAD))
        moving = round(60 * km * intent.pace_min * self.draw.uniform(0.98, 1.02))
        return Outing(
            start=start.astimezone(UTC), zone=ZONE, sport=intent.sport, distance_m=round(km * 1000, 1), moving_s=moving,
            climb_m=round(km * intent.climb, 1), workout_type=1 if intent.race else 0, cadence=84.0,
        )  # fmt: skip

    def get(self, path: str) -> str:
        """Return a page; one that waits for the runs is asked for again once the workers have read them."""
        for _ in range(3):
            answer = self.visitor.get(path)
            if answer.status_code == 302:
                return ""
            assert answer.status_code == 200, (path, answer.status_code)
            if "hx-trigger" not in answer.text:
                break
            self.site.instance.work()
        self.pages[path] = answer.text
        return answer.text

    def live(self, day: int) -> None:
        """Live one day: act, train, run, tell, look."""
        if day % 7 == 0:
            self.weeks.append(Seen(day // 7))
            self.clock.set(day, time(3))
            expire(self.site.instance.resources)
        pain = self.who.pain(day, self.draw)
        self.clock.set(day, MORNING)
        self.trained = False
        if act := self.who.says.get(day):
            self._act(act)
        self._tell(pain)
        self._begin_what_is_due(day)
        self.look()
        willing = self.draw.random() < self.who.trains
        plan = self._train(pain, willing=willing)
        self.watch.look(self, day)
        self._run(day, pain)
        if willing and ("from midday</h2>" in plan or "this evening</h2>" in plan):
            self.clock.set(day, LATE)
            self.get("/dashboard")
            self._train(pain, willing=willing)
        if day % 7 == 6:
            self.clock.set(day, NIGHT)
            self._look_at_all()

    def _act(self, act: str) -> None:
        self.seen.did.append(act)
        if act == "tag":
            self._tagged = True
        else:
            path, fields = ACTS[act]
            assert self.visitor.post(path, fields, of=path).status_code == 303, act
            self.on_hold = {"night pain": True, "cleared": False}.get(act, self.on_hold)

    def _begin_what_is_due(self, day: int) -> None:
        over = 'id="now"' in self.pages.get("/plan", "") and "Twelve weeks are over" in self.pages["/plan"]
        if self.who.plan_from == day or over:
            if over:
                self.visitor.post("/plan/end", of="/plan")
            form = {"sessions": str(self.who.sessions), "consent": "true"}
            assert self.visitor.post("/plan", form, of="/plan").status_code == 303
            self.seen.did.append("begins twelve weeks")
            self.get("/plan")
        if self.who.way_back and any(spell.first < day <= spell.first + spell.days + 7 for spell in self.who.spells):
            page = self.get("/back-to-running")
            if 'id="begin"' in page:
                usual = value(page, 'id="usual"[^>]*value') or "30"
                self.visitor.post("/back-to-running", {"usual": usual, "consent": "true"}, of="/back-to-running")
                self.seen.did.append(f"begins the way back to {usual} min")

    def _train(self, pain: int, *, willing: bool) -> str:
        """Do the strength that the plan has for now, or the gentle moves for a sore back. Return the plan's page."""
        plan = self.get("/plan") if self.who.plan_from is not None else ""
        due = "<h2>Strength today</h2>" in plan
        sore = 'data-day="sore"' in self.pages["/dashboard"]
        if (due or sore) and willing:
            page = self.get("/routine/today")
            moves = re.findall(r'<li class="card move" id="move-([^"]+)"', page)
            felt = [f"{move}:{word}" for move, word in self.who.felt.items() if move in moves]
            form: dict[str, str | list[str]] = {"done": "true", "back": str(pain), "consent": "true", "felt": felt}
            answer = self.visitor.post("/routine/today", form)
            assert answer.status_code == 303, answer.text
            self.seen.done += due
            self.trained = True
            self.seen.told.append(pain)
        return plan

    def look(self) -> None:
        """Look at the first card, and remember what it says of the next run."""
        page = self.get("/dashboard")
        self.seen.first_cards.append(first_card(page))
        day, km = value(page, "data-next-day"), value(page, "data-next-km")
        self.next_day = date.fromisoformat(day) if day else None
        self.next_km = float(km) if km else None

    def _run(self, day: int, pain: int) -> None:
        today = FIRST + day * DAY
        intent = self.who.plan(day // 7, day % 7)
        way = self.pages.get("/back-to-running", "") if self.who.way_back else ""
        if 'id="step"' in way or 'id="now" data-step' in way:
            self._step(day, pain)
            return
        sore = 'data-day="sore"' in self.pages["/dashboard"] or 'data-state="hold"' in self.pages["/dashboard"]
        heeds = self.draw.random() < self.who.heeds
        if intent is None or (heeds and sore and not intent.race):
            return
        if heeds and not intent.race and self.next_day and today < self.next_day:
            self.seen.did.append("rests as told")
            return
        if heeds and not intent.race and self.next_km and intent.km > self.next_km:
            intent = replace(intent, km=self.next_km * 0.95)
        self._record(day, intent, "#back" if self._tagged else None)
        self._tell(pain)

    def _step(self, day: int, pain: int) -> None:
        """Answer if the back has settled, and run the next step where one is open, on days that the runner runs."""
        page = self.get("/back-to-running")
        if 'id="settled"' in page and 'id="step"' in page:
            settled = "true" if pain <= 3 else "false"
            self.visitor.post("/back-to-running/settled", {"settled": settled}, of="/back-to-running")
            page = self.get("/back-to-running")
        if 'id="step"' not in page or day % 2:
            return
        shown = page[page.index('id="now"') :]
        told = re.search(r"(?:(\d+) × )?(\d+) min easy running(?:, (\d+) min walking)?", shown)
        assert told
        times, run, walk = int(told[1] or 1), int(told[2]), int(told[3] or 0)
        self._record(day, Intent(times * (run / 6 + walk / 10)), None)
        self.visitor.post("/back-to-running/step", {"pain": str(pain)}, of="/back-to-running")
        self.seen.told.append(pain)

    def _record(self, day: int, intent: Intent, words: str | None) -> None:
        start = datetime.combine(FIRST + day * DAY, time(9) if day % 7 > 4 else EVENING, ZONE)
        outing = self._outing(intent, start)
        self.clock.set(day, start.time(), timedelta(seconds=outing.moving_s))
        strava = self.site.strava
        run = strava.create_activity(
            self.who.athlete, km=outing.distance_m / 1000, minutes=outing.moving_s / 60, start=outing.start,
            sport=outing.sport, climb_m=outing.climb_m, workout_type=outing.workout_type, cadence=outing.cadence,
            description=words,
        )  # fmt: skip
        self._tagged = False
        strava.pushes.settle()
        self.site.instance.work()
        self.seen.runs.append(outing.distance_m / 1000)
        if note := note_of(strava.description(run)):
            self.seen.notes.append((FIRST + day * DAY, note))
            self.noted_at = self.clock.now
            self.watch.note(self, note)

    def _tell(self, pain: int) -> None:
        """Give the two taps that are asked for."""
        if not self.noted_at or self.clock.now - self.noted_at > timedelta(days=2):
            return
        page = self.get("/back")
        for run, moment in re.findall(r'id="tap-(\d+)-(after|morning)"', page):
            if "Change" in page[page.index(f'id="tap-{run}-{moment}"') :].split("</form>")[0]:
                continue
            form = {"activity": run, "moment": moment, "back": str(pain), "consent": "true"}
            assert self.visitor.post("/back", form).status_code == 303
            self.seen.asked += 1
            self.seen.told.append(pain)

    def _look_at_all(self) -> None:
        seen, page = self.seen, self.get("/dashboard")
        seen.limit_km = limit(page)
        seen.next_run = next_run(self.get("/next-run"))
        seen.back = re.sub(r"\s+", " ", ", ".join(counts(self.get("/back"))))
        if self.who.plan_from is not None:
            seen.plan = plan_words(self.get("/plan"))
        if self.who.way_back:
            seen.way = way_words(self.get("/back-to-running"))
        left_out = re.findall(r'name="move" value="([^"]+)"', self.get("/answers"))
        seen.left_out = tuple(sorted(set(left_out)))
        self.watch.week(self)
