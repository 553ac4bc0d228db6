"""The tables. Shapes only; what is done with a row stands in the module named after it.

Three kinds of rows, by how long they may live (Strava allows its data to be cached for seven days):
the connection and what the athlete set (until leaving), what we did (pending activities: days; notes: until
leaving), and Strava's data (runs of a history: at most six days, then fetched again or gone).
"""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from content.notes.target import Target
from content.outcomes import NoteState, Outcome
from integration.store.athlete_states import AthleteState, DeletionReason
from integration.store.database.column_types import Instant, OneOf


class Table(DeclarativeBase):
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Instant,
        int: BigInteger,
        dict[str, Any]: JSON,
        list[str]: JSON,
    }


class Athlete(Table):
    """One connection: who, what was granted, the encrypted tokens, the lease, and what is requested of the workers."""

    __tablename__ = "athletes"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(32), unique=True)  # what queue and logs see instead of the id
    state: Mapped[AthleteState] = mapped_column(OneOf(AthleteState, 16))
    connected_at: Mapped[datetime]
    disconnected_at: Mapped[datetime | None]
    scopes: Mapped[str] = mapped_column(String(200))  # as Strava returned them, comma separated

    access_token: Mapped[str] = mapped_column(Text)  # encrypted by the vault
    refresh_token: Mapped[str] = mapped_column(Text)  # encrypted by the vault
    token_expires_at: Mapped[datetime]
    token_version: Mapped[int] = mapped_column(default=1)  # compare and set: a reconnect beats an older refresh

    receipt: Mapped[str] = mapped_column(String(32), default="")  # names the address that confirms the deletion, once
    session_epoch: Mapped[str] = mapped_column(String(16), default="")  # a new one ends every session of the pages

    lease_token: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None]

    request_due_at: Mapped[datetime | None]  # when what is requested below is due; None: nothing is
    request_attempts: Mapped[int] = mapped_column(default=0)
    request_error: Mapped[str | None] = mapped_column(String(200))
    history_requested_from: Mapped[datetime | None]  # a page or a first connect needs runs since then
    reconcile_requested: Mapped[bool] = mapped_column(default=False)
    listed_at: Mapped[datetime | None]  # when a listing last showed what exists
    deauthorization_received_at: Mapped[datetime | None]  # an event says so; it may be forged
    leaving_since: Mapped[datetime | None]
    leave_with_notes: Mapped[bool] = mapped_column(default=False)  # leaving removes the notes first
    last_event_at: Mapped[datetime | None]

    __table_args__ = (Index("athletes_request_due_at", "request_due_at"),)


class Preferences(Table):
    """An athlete's settings, answers and sessions."""

    __tablename__ = "preferences"

    athlete_id: Mapped[int] = mapped_column(ForeignKey("athletes.id", ondelete="CASCADE"), primary_key=True)
    notes_on: Mapped[bool] = mapped_column(default=False)
    notes_on_at: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]
    target: Mapped[str] = mapped_column(String(16), default="description")  # of new notes, see Target
    private_note_seen: Mapped[bool | None]  # that Strava keeps the private note; None: not looked since the last change
    form: Mapped[str] = mapped_column(String(16), default="standard")  # short | standard | long
    delay: Mapped[int] = mapped_column(default=0)  # minutes: 0 | 5 | 15 | 60
    units: Mapped[str] = mapped_column(String(2), default="km")  # km | mi
    language: Mapped[str] = mapped_column(String(16), default="en-GB")  # of weekdays and numbers
    links: Mapped[bool] = mapped_column(default=False)
    private_links: Mapped[bool] = mapped_column(default=True)  # in notes that only the athlete reads
    thresholds: Mapped[dict[str, Any]] = mapped_column(default=dict)  # only what differs from the defaults
    previous_thresholds: Mapped[dict[str, Any] | None]  # for undo
    answers: Mapped[str | None] = mapped_column(Text)  # encrypted by the vault: health data
    answers_consented_at: Mapped[datetime | None]
    session_log: Mapped[str | None] = mapped_column(Text)  # encrypted: done sessions and how the back felt
    diary: Mapped[str | None] = mapped_column(Text)  # encrypted: taps, effects of moves, the way back, the plan
    tell_at: Mapped[str | None] = mapped_column(Text)  # encrypted: an address of their own
    strength_told_at: Mapped[datetime | None]  # when they were last told there of a day of strength


class PendingActivity(Table):
    """An activity that something happened to: `received` counts events, `processed` how many are dealt with."""

    __tablename__ = "pending_activities"

    athlete_id: Mapped[int] = mapped_column(ForeignKey("athletes.id", ondelete="CASCADE"), primary_key=True)
    activity_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    received: Mapped[int] = mapped_column(default=1)
    processed: Mapped[int] = mapped_column(default=0)
    first_received: Mapped[datetime]
    waiting_since: Mapped[datetime]  # when the oldest event that is not dealt with came
    last_received: Mapped[datetime]  # when the newest event came, by our clock: an earlier listing may not show it
    event_time: Mapped[datetime]  # of the newest event, by Strava's clock
    kind: Mapped[str] = mapped_column(String(64))  # of the newest event: create, delete, update:title,type …
    tags: Mapped[str] = mapped_column(String(64), default="")  # of ours in the title, as last seen
    origin: Mapped[str] = mapped_column(String(16))  # of the first event: push | listing | page
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(200))  # the kind of error, no data of Strava's
    failed_at: Mapped[datetime | None]  # set aside after seven days of trying
    processed_at: Mapped[datetime | None]
    judged_as: Mapped[str | None] = mapped_column(String(64))  # sport, distance and tags it was judged with
    outcome: Mapped[Outcome | None] = mapped_column(OneOf(Outcome, 32))  # why there is a note, or none

    # Migration 0004 makes it, of what waits alone: to say so here would import both dialects into every process.
    __table_args__ = (Index("pending_activities_waiting", "due_at"),)

    @property
    def is_processed(self) -> bool:
        """True when every event that came is dealt with."""
        return self.received <= self.processed


class Note(Table):
    """The ledger: one row per activity that got a note, or is about to."""

    __tablename__ = "notes"

    athlete_id: Mapped[int] = mapped_column(ForeignKey("athletes.id", ondelete="CASCADE"), primary_key=True)
    activity_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[NoteState] = mapped_column(OneOf(NoteState, 16))
    written_at: Mapped[datetime]
    severity: Mapped[int]
    spike_band: Mapped[str | None] = mapped_column(String(16))
    mutes: Mapped[bool] = mapped_column(default=True)  # not a note that was asked for, nor a comeback's
    asked_on_page: Mapped[bool] = mapped_column(default=False)  # its write was begun because the athlete tried it
    target: Mapped[Target] = mapped_column(OneOf(Target, 16), default=Target.DESCRIPTION)  # the field of the block
    unseen: Mapped[bool] = mapped_column(default=False)  # Strava answered the write; whether it stands we must look
    block_hash: Mapped[str | None] = mapped_column(String(64))  # of the block as we wrote it; None: nowhere
    moves: Mapped[list[str]]
    changed_at: Mapped[datetime]

    @property
    def is_private(self) -> bool:
        """True when a block of ours stands in the private note."""
        return self.target is Target.PRIVATE and self.block_hash is not None and self.state.on_strava


class StoredHistory(Table):
    """The state of an athlete's history: whole from a date on, or absent."""

    __tablename__ = "histories"

    athlete_id: Mapped[int] = mapped_column(ForeignKey("athletes.id", ondelete="CASCADE"), primary_key=True)
    fetched_at: Mapped[datetime | None]  # None: a first listing is under way
    covered_from: Mapped[datetime | None]
    newest_activity: Mapped[int] = mapped_column(default=0)  # the greatest id a listing showed, of any sport
    pages: Mapped[int] = mapped_column(default=0)  # progress of the listing under way
    activities: Mapped[int] = mapped_column(default=0)  # how many activities the listing has shown
    recorded: Mapped[dict[str, Any]] = mapped_column(default=dict)  # sessions of other sports, by activity id


class StoredRun(Table):
    """One counted run of a history; the fields are those of `content.runs.Run`."""

    __tablename__ = "runs"

    athlete_id: Mapped[int] = mapped_column(ForeignKey("athletes.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    start: Mapped[datetime]
    start_local: Mapped[str] = mapped_column(String(32))  # ISO wall time without a zone
    sport: Mapped[str] = mapped_column(String(16))
    distance_dm: Mapped[int]
    moving_s: Mapped[int]
    elapsed_s: Mapped[int]
    climb_dm: Mapped[int]
    race: Mapped[bool]
    trainer: Mapped[bool]
    cadence: Mapped[float | None]
    temperature: Mapped[float | None]
    name: Mapped[str] = mapped_column(Text)
    device: Mapped[str] = mapped_column(String(60), default="")  # of Garmin's, to be named beside the run
    shoe: Mapped[str] = mapped_column(String(40), default="")


class Invitation(Table):
    """A one-time link that lets somebody connect: the owner's own, or a friend's. Only a hash of it is kept."""

    __tablename__ = "invitations"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    role: Mapped[str] = mapped_column(String(16))  # owner | guest
    created_at: Mapped[datetime]
    used_by: Mapped[int | None]


class EndedSession(Table):
    """A session of the pages that ended before its cookie: a hash of its name, and nothing of whose it was."""

    __tablename__ = "ended_sessions"

    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    ended_at: Mapped[datetime]


class Deletion(Table):
    """One deletion: when, why and how much; nothing of whose it was."""

    __tablename__ = "deletions"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    at: Mapped[datetime]
    reason: Mapped[DeletionReason] = mapped_column(OneOf(DeletionReason, 16))
    counts: Mapped[
        dict[str, Any]
    ]  # runs, notes, events, answers, addresses; revoked: 1 if Strava took our access back, 0 if not
    receipt_hash: Mapped[str | None] = mapped_column(
        String(64)
    )  # until the athlete saw the confirmation, or for a year


class Fact(Table):
    """A fact of the instance, such as its subscription's id or its owner."""

    __tablename__ = "facts"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
