"""The states of a note, and the outcomes of a look at an activity: two closed lists, and what each entry means."""

from enum import StrEnum


class NoteState(StrEnum):
    """The state of one note.

    writing ──PUT──▶ written ──▶ removing ──▶ removed          by the athlete, by #nonote, on leaving,
       │                │            ├──────▶ edited           or because the run itself changed
       │                │            ├──────▶ no_permission    these three stay on Strava: the athlete's words in it,
       │                │            ├──────▶ refused          a permission that is off, or an answer of Strava
       │                │            └──────▶ gone_unremoved
       │                └──▶ gone                              Strava says that the activity is deleted or hidden
       └─(pages only)──▶ pages
    """

    WRITING = "writing"
    WRITTEN = "written"
    PAGES = "pages"
    REMOVING = "removing"
    REMOVED = "removed"
    EDITED = "edited"
    NO_PERMISSION = "no_permission"
    REFUSED = "refused"
    GONE = "gone"
    GONE_UNREMOVED = "gone_unremoved"

    @property
    def stands(self) -> bool:
        """True when the athlete has this note, on Strava or on the pages, and wants no removal."""
        return self in {NoteState.WRITING, NoteState.WRITTEN, NoteState.PAGES, NoteState.EDITED}

    @property
    def on_strava(self) -> bool:
        """True when a block of ours stands, or may stand, in the description on Strava."""
        return self.removable_from_strava or self is NoteState.EDITED

    @property
    def removable_from_strava(self) -> bool:
        """True when a block on Strava is ours to remove: an edited one is the athlete's."""
        return self is NoteState.REMOVING or (self.removable and self is not NoteState.PAGES)

    @property
    def removable(self) -> bool:
        """True when the athlete can ask for its removal."""
        return self in {
            NoteState.WRITING, NoteState.WRITTEN, NoteState.PAGES, NoteState.NO_PERMISSION, NoteState.REFUSED,
        }  # fmt: skip

    @property
    def is_moving(self) -> bool:
        """True when a worker is about to change it."""
        return self in {NoteState.WRITING, NoteState.REMOVING}

    @property
    def is_begun(self) -> bool:
        """True when a write was begun that is not known to be done."""
        return self is NoteState.WRITING

    @property
    def is_gone(self) -> bool:
        """True when Strava says that the activity is not there, or not for us to see."""
        return self in {NoteState.GONE, NoteState.GONE_UNREMOVED}

    @property
    def once_gone(self) -> "NoteState":
        """The state that follows when Strava no longer has the activity: a removal that was wanted is remembered."""
        ended_well = self.stands or self in {NoteState.REMOVED, NoteState.GONE}
        return NoteState.GONE if ended_well else NoteState.GONE_UNREMOVED

    @property
    def outcome(self) -> "Outcome":
        """The outcome of a run whose note is in this state, unless the gate or a change of the run gives another."""
        return _OUTCOMES[self]

    @property
    def counts_for_mute(self) -> bool:
        """True when a note that mutes later runs goes on doing so in this state, removed or not."""
        return not self.is_gone

    @property
    def stays_with_athlete(self) -> bool:
        """True when it stays on Strava although its removal was wanted: leaving lists it."""
        return self in {NoteState.EDITED, NoteState.NO_PERMISSION, NoteState.REFUSED, NoteState.GONE_UNREMOVED}


class Outcome(StrEnum):
    """The reason for a note, or for none. The words for a runner stand with the pages."""

    NOTED = "noted"
    PAGES = "pages"

    NOT_FLAGGED = "not_flagged"
    MUTED = "muted"
    LONG_EFFORT_MUTED = "long_effort_muted"
    TOO_OLD = "too_old"
    OTHER_RECORDING = "other_recording"
    BEFORE_NOTES = "before_notes"

    ON_HOLD = "on_hold"
    NOTES_OFF = "notes_off"
    PAUSED = "paused"
    LEAVING = "leaving"
    NOT_A_RUN = "not_a_run"
    NOT_COUNTED = "not_counted"

    NONOTE = "nonote"
    REMOVED = "removed"
    EDITED = "edited"
    NOT_REMOVED = "not_removed"  # its removal was wanted, and Strava or a permission stood in the way

    NOT_THEIRS = "not_theirs"
    GONE = "gone"
    SCOPE = "scope"

    # Said by pages only.
    GAVE_WAY = "gave_way"
    JUDGED_BEFORE = "judged_before"
    WAITING = "waiting"
    FAILED = "failed"
    FORGOTTEN = "forgotten"

    @classmethod
    def _missing_(cls, value: object) -> "Outcome":  # noqa: ARG003  # its name is the enum's
        """Return FORGOTTEN for what another version of ours stored."""
        return cls.FORGOTTEN

    @property
    def explains_little(self) -> bool:
        """True when, of an outing recorded twice, the other recording is the better reason."""
        return self in {Outcome.NOT_FLAGGED, Outcome.JUDGED_BEFORE, Outcome.NOTES_OFF, Outcome.FORGOTTEN}

    @property
    def concerns_a_run(self) -> bool:
        """True when a page lists it for an activity that no history holds: the rest is no run, or not the athlete's."""
        return self in {Outcome.WAITING, Outcome.FAILED, Outcome.NOT_COUNTED, Outcome.SCOPE}


_OUTCOMES = {
    NoteState.WRITING: Outcome.NOTED,
    NoteState.WRITTEN: Outcome.NOTED,
    NoteState.PAGES: Outcome.PAGES,
    NoteState.REMOVING: Outcome.REMOVED,
    NoteState.REMOVED: Outcome.REMOVED,
    NoteState.EDITED: Outcome.EDITED,
    NoteState.NO_PERMISSION: Outcome.NOT_REMOVED,
    NoteState.REFUSED: Outcome.NOT_REMOVED,
    NoteState.GONE: Outcome.GONE,
    NoteState.GONE_UNREMOVED: Outcome.GONE,
}
