"""Days in the lives of many athletes, shaken together; and, by the definition of the signals, which runs get a note.

Whatever order things are told in, the end is the same: an athlete has one run far beyond the others, and what else they
do is too little to be flagged, or lies after that run and is muted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import plain_signals
from steady import add_steady_runner

from content.notes import block
from content.notes.target import Target
from content.signals import Thresholds
from integration.sandbox import Sandbox

SLOTS = 42  # hours in which something may begin, after the last run of the steady log
LONG_RUN_TAKES = 3  # of them
HOUR = timedelta(hours=1)


@dataclass
class Diary:
    """One athlete's: what is still to come, and the own words of each activity, public and private."""

    athlete: int
    slots: list[int]
    long_run: int
    words: dict[int, dict[Target, str]] = field(default_factory=dict)
    small: list[int] = field(default_factory=list)

    @property
    def target(self) -> Target:
        """The place of this athlete's notes: of every other one the private note."""
        return Target.PRIVATE if self.athlete % 2 else Target.DESCRIPTION


class Stream:
    """The deeds of `athletes`, in random order. Iterating makes one thing happen after the other, each told by a push.

    `events` is at least the number of athletes.
    """

    def __init__(self, strava: Sandbox, athletes: Sequence[int], *, events: int, seed: int) -> None:
        self.strava = strava
        self._chance = Random(seed)
        self._events = events
        self._start = strava.now().replace(microsecond=0) - (SLOTS + LONG_RUN_TAKES) * HOUR
        self.diaries = [self._diary(athlete) for athlete in athletes]

    def _diary(self, athlete: int) -> Diary:
        add_steady_runner(self.strava, athlete)
        long_run = self._chance.randrange(SLOTS - LONG_RUN_TAKES)
        slots = [slot for slot in range(SLOTS) if not long_run <= slot < long_run + LONG_RUN_TAKES]
        self._chance.shuffle(slots)
        return Diary(athlete, slots, long_run)

    def __iter__(self) -> Iterator[None]:
        long_runs = dict(zip(self._chance.sample(range(self._events), len(self.diaries)), self.diaries, strict=True))
        for number in range(self._events):
            if number in long_runs:
                self._long_run(long_runs.pop(number))
            else:
                self._something_small(self._chance.choice(self.diaries))
            yield

    def _long_run(self, diary: Diary) -> None:
        self._create(diary, diary.long_run, km=21)

    def _something_small(self, diary: Diary) -> None:
        action = self._chance.random()
        if diary.slots and (len(diary.small) < 3 or action < 0.3):
            sport = self._chance.choice(["Run", "Ride", "Ride", "Swim"])
            diary.small.append(self._create(diary, diary.slots.pop(), km=0.6, sport=sport))
            return
        if action < 0.45 and len(diary.small) > 3:
            gone = diary.small.pop(self._chance.randrange(len(diary.small)))
            self.strava.delete_activity(gone)
            del diary.words[gone]
            return
        activity = self._chance.choice(diary.small)
        if action < 0.75:
            self.strava.edit_activity(activity, name=f"Title {self._chance.random()}")
        elif action < 0.85:
            self.strava.edit_activity(activity, private=not self.strava.activity(activity)["private"])
        else:
            self.strava.edit_activity(activity, sport_type=self._chance.choice(["Run", "TrailRun", "Ride", "Walk"]))

    def _create(self, diary: Diary, slot: int, **told: object) -> int:
        choices = ["", "mine", "two\r\nlines ", "— a dash —", "läuft 🏃\n\n"]
        words = {target: self._chance.choice(choices) for target in (Target.DESCRIPTION, Target.PRIVATE)}
        fields = {target.field: text for target, text in words.items()}
        activity = self.strava.create_activity(diary.athlete, start=self._start + slot * HOUR, **fields, **told)  # type: ignore[arg-type]
        diary.words[activity] = words
        return activity

    def mistakes(self) -> list[str]:
        """Return what is not as it must be in the end: a note too many or too few, or words that changed."""
        return [mistake for diary in self.diaries for mistake in self._mistakes(diary)]

    def _mistakes(self, diary: Diary) -> Iterator[str]:
        log = [self.strava.activities[each["id"]] for each in self.strava.of(diary.athlete)]
        flagged = plain_signals.backtest(log, Thresholds().as_mapping())
        due = {finding["id"] for finding in flagged if finding["note"]} & diary.words.keys()
        for activity, words in diary.words.items():
            for target, own in words.items():
                text = str(self.strava.activity(activity)[target.field] or "")
                notes, expected = text.count(block.START), int(activity in due and target is diary.target)
                if notes != expected:
                    yield f"{activity} has {notes} notes in its {target} and is due {expected}"
                if block.strip(text) != own:
                    yield f"{activity}: the {target} became {block.strip(text)!r}, it was {own!r}"

    @property
    def notes_due(self) -> int:
        """The number of runs that must carry a note in the end."""
        logs = [[self.strava.activities[each["id"]] for each in self.strava.of(d.athlete)] for d in self.diaries]
        return sum(
            finding["note"] for log in logs for finding in plain_signals.backtest(log, Thresholds().as_mapping())
        )
