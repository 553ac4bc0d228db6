"""Everything that one athlete told us, read in one place for pages and workers.

What was stored is read tolerantly: a choice, a threshold or a move that an older or a newer version knew is left aside,
never an error. What is sent is checked strictly, by the forms that take it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from content.companion.diary import Diary, read_diary
from content.companion.helped import with_effects
from content.companion.recorded import RecordedSession, not_logged, stored_sessions
from content.decision import NotePolicy
from content.moves import library
from content.notes.formats import Formats
from content.notes.target import Target
from content.notes.writing_delay import known_delay
from content.routines.past import LoggedSession, Past, ToldScore
from content.routines.questionnaire import Answers, has_safety_hold
from content.routines.questionnaire_fields import stored_answers
from content.signals.presets import PRESETS
from content.signals.thresholds import Thresholds
from integration.chosen_thresholds import stored_thresholds
from integration.store import session_log
from integration.store.athlete_states import AthleteState
from integration.store.session_log import Entry
from integration.store.tables import Athlete, Note, Preferences, StoredHistory
from integration.store.vault import Vault

WRITE_SCOPE = "activity:write"
TARGETS = tuple(target.value for target in Target)  # the first is the default
FORMS = ("standard", "short", "long")  # of a note; the first is the default
UNITS = ("km", "mi")


@dataclass(frozen=True)
class AthleteProfile:
    """One athlete's choices, answers and sessions. Times are aware, UTC."""

    athlete_id: int
    leaving: bool
    can_write: bool  # the athlete lets us write to activities
    notes_on: bool
    notes_on_at: datetime | None  # when notes were last switched on
    paused_until: datetime | None
    target: Target
    private_note_seen: bool | None  # whether Strava keeps private notes; None: we have not looked yet
    form: str  # one of FORMS
    delay: int  # minutes, one of writing_delay.DELAYS
    units: str  # one of UNITS
    language: str  # a tag such as en-GB
    links: bool  # to pictures, in notes that others can read
    private_links: bool  # the same, in notes that only the athlete reads
    thresholds: Thresholds
    can_undo: bool  # there are thresholds to go back to
    answers: Answers  # with what the effects of moves say
    given_answers: Answers  # as the athlete gave them
    answers_consented_at: datetime | None
    sessions: tuple[Entry, ...]  # logged as done, oldest first
    diary: Diary
    recorded: tuple[RecordedSession, ...] = ()  # sessions of other sports, as Strava shows them

    @property
    def recorded_once(self) -> tuple[RecordedSession, ...]:
        """The recorded sessions that were not told here as well, oldest first; none without consent."""
        return not_logged(self.recorded, self._told) if self.answers_consented_at else ()

    def done(self, now: datetime) -> tuple[LoggedSession, ...]:
        """Return every session that counts as done by `now`, told here or recorded, oldest first.

        A watch whose clock is ahead recorded nothing that is done yet.
        """
        done = (each for each in (*self._told, *self._recorded) if each.at <= now)
        return tuple(sorted(done, key=lambda each: each.at))

    @property
    def _told(self) -> list[LoggedSession]:
        return [LoggedSession(entry.at, entry.strength, entry.back) for entry in self.sessions if entry.moves]

    @property
    def _recorded(self) -> tuple[LoggedSession, ...]:
        """The recorded sessions that the athlete did not take back."""
        return tuple(each.session for each in self.recorded_once if each.id not in self.diary.no_sessions)

    @property
    def policy(self) -> NotePolicy:
        """The athlete's side of the gate before every write."""
        since = self.notes_on_at if self.notes_on else None
        return NotePolicy(since, self.paused_until, on_hold=has_safety_hold(self.answers), leaving=self.leaving)

    @property
    def private_note_ignored(self) -> bool:
        """True if Strava did not keep a private note: notes stay on the pages until the athlete chooses anew."""
        return self.target is Target.PRIVATE and self.private_note_seen is False

    @property
    def written_to(self) -> Target:
        """The place of the next note; the pages by choice, because we may not write, or because Strava ignored it."""
        return self.target if self.can_write and not self.private_note_ignored else Target.PAGES

    @property
    def pages_only(self) -> bool:
        """True if notes stay on the pages."""
        return self.written_to is Target.PAGES

    def links_in(self, target: Target) -> bool:
        """Return whether a note there ends with a link to pictures."""
        return self.private_links if target is Target.PRIVATE else self.links

    @property
    def preset(self) -> str | None:
        """The preset that the thresholds are, or None."""
        return next((name for name, preset in PRESETS.items() if preset == self.thresholds), None)

    @property
    def note_formats(self) -> Formats:
        """Units and language for sentences that also stand in notes."""
        return Formats(self.units, self.language)

    def past(self, notes: Sequence[Note]) -> Past:
        """Return what routines build on: what `notes` gave, what was done, and how the back felt."""
        felt = tuple(ToldScore(tap.at, tap.back) for tap in self.diary.taps)
        past = session_log.past(self.sessions, notes, library.load())
        return replace(past, sessions=past.sessions + self._recorded, felt=felt, plan_since=self.diary.plan_since)


class StoredProfile(NamedTuple):
    """The rows that a profile stands in: their athlete may be looked at although no key opens the answers."""

    athlete: Athlete
    preferences: Preferences
    recorded: Mapping[str, Any] | None

    def opened(self, vault: Vault) -> AthleteProfile:
        """Return the profile. Raises KeysLost."""
        found = profile_of(self.athlete, self.preferences, vault)
        agreed = found.answers_consented_at is not None
        return replace(found, recorded=stored_sessions(self.recorded)) if self.recorded and agreed else found


_ALL = (
    select(Athlete, Preferences, StoredHistory.recorded)
    .join(Preferences, Preferences.athlete_id == Athlete.id)
    .outerjoin(StoredHistory, StoredHistory.athlete_id == Athlete.id)
)
_OF_ATHLETE, _OF_KEY = _ALL.where(Athlete.id == bindparam("of")), _ALL.where(Athlete.key == bindparam("of"))


def load(session: Session, vault: Vault, athlete_id: int) -> AthleteProfile:
    """Return the athlete's profile. Raises NoResultFound for somebody unknown, KeysLost if no key opens the answers."""
    return StoredProfile(*session.execute(_OF_ATHLETE, {"of": athlete_id}).one()).opened(vault)


def of_key(session: Session, key: str) -> StoredProfile | None:
    """Return what is stored of the athlete with this key; None for somebody unknown."""
    return next((StoredProfile(*row) for row in session.execute(_OF_KEY, {"of": key})), None)


def profile_of(athlete: Athlete, row: Preferences, vault: Vault) -> AthleteProfile:
    """Return the profile in these rows. Raises KeysLost."""
    given, diary = answers_of(row, vault), diary_of(row, vault)
    return AthleteProfile(
        athlete_id=athlete.id,
        leaving=athlete.state is AthleteState.LEAVING,
        can_write=WRITE_SCOPE in athlete.scopes.split(","),
        notes_on=row.notes_on,
        notes_on_at=row.notes_on_at,
        paused_until=row.paused_until,
        target=Target(row.target if row.target in TARGETS else "pages"),  # nobody knows that choice: write nothing
        private_note_seen=row.private_note_seen,
        form=row.form if row.form in FORMS else FORMS[0],
        delay=known_delay(row.delay),
        units=row.units if row.units in UNITS else UNITS[0],
        language=row.language,
        links=row.links,
        private_links=row.private_links,
        thresholds=stored_thresholds(row.thresholds),
        can_undo=row.previous_thresholds is not None,
        answers=with_effects(given, diary.effects, library.load().moves),
        given_answers=given,
        answers_consented_at=row.answers_consented_at,
        sessions=tuple(session_log.entries(row, vault)),
        diary=diary,
    )


def set_target(row: Preferences, target: str) -> None:
    """Store the target of notes from now on; what stands stays. Whether Strava keeps private notes is looked at anew.

    The same target again changes nothing, unless Strava had ignored it: then the athlete wants another try.
    """
    if target != row.target or row.private_note_seen is False:
        row.private_note_seen = None
    row.target = target


def answers_of(row: Preferences, vault: Vault) -> Answers:
    """Return the athlete's answers. Raises KeysLost.

    "It hurts now" from before we stored its time counts from the consent to keep it.
    """
    answers = stored_answers(_parsed(vault.decrypt(row.answers)) if row.answers else {}, library.load())
    return replace(answers, hurts_at=row.answers_consented_at) if answers.hurts and not answers.hurts_at else answers


def set_answers(row: Preferences, vault: Vault, answers: Answers) -> None:
    """Store the answers, encrypted; none at all leave nothing behind."""
    mapping = answers.as_mapping()
    row.answers = vault.encrypt(json.dumps(mapping)) if mapping else None


def diary_of(row: Preferences, vault: Vault) -> Diary:
    """Return the athlete's diary. Raises KeysLost."""
    return read_diary(_parsed(vault.decrypt(row.diary)) if row.diary else {})


def set_diary(row: Preferences, vault: Vault, diary: Diary) -> None:
    """Store the diary, encrypted; an empty one leaves nothing behind."""
    mapping = diary.as_mapping()
    row.diary = vault.encrypt(json.dumps(mapping)) if mapping else None


def tell_address(row: Preferences, vault: Vault) -> str | None:
    """Return the address where the athlete is told of a note or a strength day. Raises KeysLost."""
    address = _parsed(vault.decrypt(row.tell_at)) if row.tell_at else None
    return address if isinstance(address, str) else None


def set_tell_address(row: Preferences, vault: Vault, address: str | None) -> None:
    """Store the address, encrypted: it may hold a password."""
    row.tell_at = None if address is None else vault.encrypt(json.dumps(address))


def change_answers(session: Session, vault: Vault, athlete_id: int, change: Callable[[Answers], Answers]) -> None:
    """Store what `change` makes of the answers as they are now; what it raises leaves them so."""
    row = session.get_one(Preferences, athlete_id, with_for_update=True)
    set_answers(row, vault, change(answers_of(row, vault)))


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
