"""The writing delay is one of four, and a stored one that nobody knows lets nobody wait."""

from datetime import timedelta

import pytest

from content.notes.writing_delay import DELAYS, known_delay, writing_delay


@pytest.mark.parametrize("minutes", DELAYS)
def test_a_note_waits_as_long_as_the_athlete_chose(minutes: int) -> None:
    assert writing_delay(minutes) == timedelta(minutes=minutes)


@pytest.mark.parametrize("stored", [None, 7, -5, 10**9])
def test_a_stored_delay_that_nobody_knows_lets_no_note_wait(stored: int | None) -> None:
    assert known_delay(stored) == 0
    assert writing_delay(stored) == timedelta()
