"""The sentences for states and outcomes."""

from content.outcomes import NoteState, Outcome
from content.signals import REASONS, Thresholds
from integration.web.run_views.messages import LEFT_BEHIND, NOTE_STATES, OUTCOMES, words_for


def test_every_state_and_every_outcome_has_a_sentence() -> None:
    assert set(NOTE_STATES) == set(NoteState)
    assert set(LEFT_BEHIND) == {state for state in NoteState if state.stays_with_athlete}
    assert set(OUTCOMES) | set(REASONS) == set(Outcome)
    assert all(words_for(outcome, Thresholds()).endswith(".") for outcome in Outcome)


def test_only_a_note_that_the_athlete_edited_is_called_edited() -> None:
    assert [state for state, words in NOTE_STATES.items() if "edited" in words] == [NoteState.EDITED]
