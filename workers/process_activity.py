"""Answering bells: read how things are, judge the runs in order of start, write a note or take one back, settle."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog

from content.decision import Act, Case, after_removal, basis, decide, not_counted, state_once_back
from content.moves import library
from content.notes import block
from content.notes.block import tags_in
from content.notes.compose import compose
from content.outcomes import NoteState, Outcome
from content.routines.prescribe import prescribe
from content.routines.rest import severities
from content.runs import Run, counted_run
from content.signals.history import History, order
from content.signals.mute import counts
from content.signals.review import Review, backtest, review
from integration.athlete_profile import AthleteProfile
from integration.errors import BackstrideError, ScopeMissing
from integration.store import athletes, histories, ledger, pending_activities
from integration.store.tables import Note, PendingActivity
from workers import description, fetch
from workers.athlete_session import AthleteSession
from workers.fetch import Reading
from workers.settlement import Settlement

AT_ONCE = 50  # bells settled in one transaction: few enough that no push waits for it

log = structlog.get_logger()


def answer(athlete_session: AthleteSession, bells: Sequence[PendingActivity]) -> None:
    """Answers these bells of one athlete, or as many as Strava lets us; raises Later for the rest."""
    fetch.forget_activities(athlete_session, [bell for bell in bells if bell.kind == pending_activities.DELETED])
    ringing = {bell.activity_id: bell for bell in bells if bell.kind != pending_activities.DELETED}
    if not ringing:
        return
    readings = fetch.gather(athlete_session, list(ringing.values()))
    for bell, known in fetch.found_meanwhile(
        athlete_session, ringing
    ):  # so that all are judged in the order of their start
        ringing[bell.activity_id], readings[bell.activity_id] = bell, known
    desk = Desk.open(
        athlete_session, [known.activity for known in readings.values() if _is_theirs(athlete_session, known)]
    )
    try:
        for activity_id in sorted(readings, key=lambda n: (str(readings[n].activity.get("start_date")), n)):
            desk.answer(ringing[activity_id], readings[activity_id])
    finally:
        desk.store()


def _is_theirs(athlete_session: AthleteSession, known: Reading) -> bool:
    return (known.activity.get("athlete") or {}).get("id") in (None, athlete_session.athlete_id)


def _asked_on_page(bell: PendingActivity, note: Note | None) -> bool:
    """True for a note that the athlete tried from a page: its row was begun there, without any finding."""
    begun_there = note is not None and note.state is NoteState.WRITING and not note.severity
    return begun_there or bell.kind == pending_activities.ASKED


class Desk:
    """Where the bells of one session are answered, with what is known at that moment: the history and the wishes."""

    def __init__(
        self,
        athlete_session: AthleteSession,
        history: History,
        profile: AthleteProfile,
        awaited: Mapping[int, datetime],
    ) -> None:
        self.athlete_session = athlete_session
        self.history = history
        self.profile = profile
        self.awaited = awaited
        self._unstored: list[Settlement] = []

    @classmethod
    def open(cls, athlete_session: AthleteSession, activities: Sequence[Mapping[str, Any]]) -> "Desk":
        """The history as stored, with the runs that were just read in it."""
        with athlete_session.resources.store.read() as session:
            history = History(histories.runs(session, athlete_session.athlete_id))
            awaited = pending_activities.awaited(session, athlete_session.athlete_id, athlete_session.now)
        for run in filter(None, map(counted_run, activities)):
            history.add(run)
        return cls(athlete_session, history, athlete_session.profile(), awaited)

    def answer(self, bell: PendingActivity, known: Reading) -> None:
        """Settles one bell. One bad activity never blocks the others: what fails for it alone is tried again later."""
        try:
            if _is_theirs(self.athlete_session, known):
                self._judge(bell, known)
            else:
                self._settle(Settlement(bell, None, Outcome.NOT_THEIRS))
        except Exception as error:  # noqa: BLE001  # raised again unless it is this activity's own affair
            fetch.fail(self.athlete_session, bell, error)

    def _judge(self, bell: PendingActivity, known: Reading) -> None:
        note = self._note(bell, known)
        case = self._case(bell, known, note)
        if case.run is not None and self._waits_for_an_earlier_run(bell, case.run):
            return
        decision = decide(case, self.profile.policy, self.athlete_session.now)
        if decision.act is Act.WRITE:  # the description may say #nonote, and the athlete have set something else
            known = known if known.detailed else fetch.read(self.athlete_session, bell.activity_id)
            self.profile = self.athlete_session.profile()
            case = self._case(bell, known, note)
            decision = decide(case, self.profile.policy, self.athlete_session.now)
        if decision.act is Act.WRITE:
            self._settle(self._write(bell, case, known, asked=note is not None and not note.mutes))
        elif decision.act is Act.REMOVE and note is not None:
            self.store()
            state = after_removal(decision.outcome, description.remove(self.athlete_session, note, known))
            self._settle(Settlement(bell, case, decision.outcome, state=state, drops_note=state is None))
        else:
            self._settle(Settlement(bell, case, decision.outcome))

    def _waits_for_an_earlier_run(self, bell: PendingActivity, run: Run) -> bool:
        """Puts a run off that is new while one before it is not due: its athlete is still writing words there."""
        earlier = [other.id for other in self.history.canonical if order(other) < order(run)]
        until = max((self.awaited[run_id] for run_id in earlier if run_id in self.awaited), default=None)
        if until is None or bell.judged_as is not None:
            return False
        with self.athlete_session.store() as session:
            pending_activities.wait_for_another(session, bell, until)
        return True

    def _case(self, bell: PendingActivity, known: Reading, note: Note | None) -> Case:
        activity = known.activity
        run = counted_run(activity)
        if run is None:
            self.history.remove(bell.activity_id)
        title_tags = tags_in(activity.get("name"))
        return Case(
            run=run,
            review=self._review(run, bell) if run else None,
            not_counted=not_counted(activity),
            title_tags=title_tags,
            tags=title_tags | tags_in(activity.get("description")),
            first_received=bell.first_received,
            judged_as=basis(activity, title_tags),
            judged_before=bell.judged_as,
            outcome_before=bell.outcome,
            note=note.state if note else None,
            asked_on_page=_asked_on_page(bell, note),
        )

    def _review(self, run: Run, bell: PendingActivity) -> Review:
        self.history.add(run)
        with self.athlete_session.resources.store.read() as session:
            noted = ledger.noted(session, self.athlete_session.athlete_id)
        noted.pop(run.id, None)
        return review(run, self.history, noted, self.profile.thresholds, received=bell.waiting_since)

    def _note(self, bell: PendingActivity, known: Reading) -> Note | None:
        """The note's row. One that was gone is back, as far as it still stands there."""
        with self.athlete_session.resources.store.read() as session:
            note = ledger.find(session, self.athlete_session.athlete_id, bell.activity_id)
        if note is not None and note.state.is_gone:
            known = known if known.detailed else fetch.read(self.athlete_session, bell.activity_id)
            stands = block.carries(known.activity.get("description"))
            note.state = state_once_back(note.state, on_pages=note.block_hash is None, block_stands=stands)
            with self.athlete_session.store() as session:
                ledger.move(
                    session, self.athlete_session.athlete_id, bell.activity_id, note.state, self.athlete_session.now
                )
        return note

    def _write(self, bell: PendingActivity, case: Case, known: Reading, *, asked: bool) -> Settlement:
        """Words the note and puts it where the athlete wants it."""
        run, found = case.run, case.review
        if run is None or found is None:
            raise AssertionError("a verdict to write is given on counted runs only")
        text, moves = self._word(run, found, known, case.tags)
        note = Note(
            athlete_id=self.athlete_session.athlete_id, activity_id=run.id, state=NoteState.WRITING,
            written_at=self.athlete_session.now,
            severity=found.severity, spike_band=found.spike_band, block_hash=None, moves=moves,
            mutes=counts(found.findings, asked=asked or "#backstride" in case.title_tags),
            changed_at=self.athlete_session.now,
        )  # fmt: skip
        if not self.profile.pages_only:
            self.store()
            try:
                if not description.write(self.athlete_session, note, text, known):
                    return Settlement(bell, case, Outcome.REMOVED)
            except ScopeMissing as error:
                note.block_hash = None
                self._write_no_more(error.scope)
        return Settlement(bell, case, Outcome.NOTED if note.block_hash else Outcome.PAGES, entry=note)

    def _write_no_more(self, scope: str) -> None:
        self.profile = replace(self.profile, can_write=False)
        with self.athlete_session.store() as session:
            athletes.lose_scope(session, self.athlete_session.athlete_id, scope)

    def _word(self, run: Run, found: Review, known: Reading, tags: frozenset[str]) -> tuple[str, list[str]]:
        profile, gear = self.profile, known.activity.get("gear") or {}
        with self.athlete_session.resources.store.read() as session:  # with the notes that were just written
            notes = ledger.notes(session, self.athlete_session.athlete_id)
        routine = prescribe(
            run, found.findings, library=library.load(), past=profile.past(notes), answers=profile.answers,
            now=self.athlete_session.now, recent=self.history.canonical, severe=self._severe(notes),
            shoe_km=gear["distance"] / 1000 if gear.get("distance") else None, tags=tags,
        )  # fmt: skip
        moves = list(routine.move_ids)
        link = (
            f"{self.athlete_session.resources.settings.public_url}/routine?moves={','.join(moves)}"
            if profile.links
            else None
        )
        text = compose(
            run, found.findings, routine, units=profile.units, form=profile.form, now=self.athlete_session.now,
            language=profile.language, link=link, effort_distance=profile.thresholds.effort_distance,
        )  # fmt: skip
        return text, moves

    def _severe(self, notes: Sequence[Note]) -> dict[int, int]:
        """Return how severe the runs before were (by id), as they are judged now and as their notes said then."""
        noted = {note.activity_id: note.severity for note in notes}
        flagged = backtest(self.history.canonical, self.profile.thresholds).flagged
        return severities(flagged, noted, self.history)

    def _settle(self, settlement: Settlement) -> None:
        """What concerns the ledger is stored at once, the rest with what follows."""
        self._unstored.append(settlement)
        if (
            settlement.entry is not None
            or settlement.state is not None
            or settlement.drops_note
            or len(self._unstored) >= AT_ONCE
        ):
            self.store()

    def store(self) -> None:
        """Stores what was settled, each with all that follows from it."""
        settled, self._unstored = self._unstored, []
        try:
            self._store(settled)
        except BackstrideError:
            raise
        except Exception:  # something in one of them that the database does not take
            log.exception("bells could not be settled together")
            for each in settled:
                self._store_alone(each)

    def _store(self, settled: Sequence[Settlement]) -> None:
        if not settled:
            return
        with self.athlete_session.store() as session:
            for each in settled:
                each.store(session, self.athlete_session.now)
        for each in settled:
            log.info("settled", outcome=each.outcome)

    def _store_alone(self, settlement: Settlement) -> None:
        try:
            self._store([settlement])
        except BackstrideError:
            raise
        except Exception as error:  # noqa: BLE001  # logged above
            fetch.fail(self.athlete_session, settlement.bell, error)
