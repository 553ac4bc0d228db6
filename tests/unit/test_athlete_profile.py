"""Rows that an older or a newer version stored are read as far as they are understood, and are never an error."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.companion.diary import Diary
from content.companion.helped import Effect, Felt
from content.routines.questionnaire import Answers
from content.signals import PRESETS, Thresholds
from integration.athlete_profile import (
    AthleteProfile,
    profile_of,
    set_answers,
    set_diary,
)
from integration.chosen_thresholds import set_thresholds, stored_thresholds
from integration.environment.setting_defaults import new_token_key
from integration.errors import KeysLost
from integration.store import Vault, session_log
from integration.store.session_log import Entry
from integration.store.tables import Athlete, Preferences

KEY = new_token_key()
VAULT = Vault(lambda: [KEY])
NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.lists(st.integers())


def row(**stored: Any) -> Preferences:
    told = {
        "notes_on": True, "notes_on_at": NOW, "paused_until": None, "target": "description", "form": "long", "delay": 5,
        "units": "mi", "language": "en-US", "links": True, "private_links": True, "private_note_seen": None,
        "thresholds": {}, "previous_thresholds": None,
        "answers": None, "answers_consented_at": None, "session_log": None, "diary": None,
    }  # fmt: skip
    return Preferences(athlete_id=7, **(told | stored))


def profile(preferences: Preferences, scopes: str = "read,activity:write", vault: Vault = VAULT) -> AthleteProfile:
    return profile_of(Athlete(id=7, scopes=scopes), preferences, vault)


def logged(stored: object) -> tuple[Entry, ...]:
    return profile(row(session_log=VAULT.encrypt(json.dumps(stored)))).sessions


def test_choices_come_back_as_they_were_made() -> None:
    preferences = row()
    set_answers(preferences, VAULT, Answers(hurts=True))
    set_thresholds(preferences, PRESETS["more"])
    mine = profile(preferences)

    assert (mine.target, mine.form, mine.delay, mine.units, mine.links) == ("description", "long", 5, "mi", True)
    assert (mine.answers, mine.thresholds, mine.preset) == (Answers(hurts=True), PRESETS["more"], "more")
    assert (mine.can_undo, mine.pages_only, mine.policy.notes_on_at) == (True, False, NOW)


def test_what_moves_did_is_in_the_answers_that_routines_ask_and_not_in_those_that_were_given() -> None:
    worse = tuple(Effect(NOW + timedelta(days=n), "plank", Felt.WORSE) for n in range(2))
    preferences = row()
    set_answers(preferences, VAULT, Answers(hurts=False))
    set_diary(preferences, VAULT, Diary(effects=worse))
    mine = profile(preferences)

    assert mine.diary == Diary(effects=worse)
    assert (mine.answers.left_out, mine.given_answers.left_out) == (frozenset({"plank"}), frozenset())


def test_an_empty_diary_leaves_nothing_behind_and_an_odd_one_is_empty() -> None:
    preferences = row(diary=VAULT.encrypt("no JSON"))
    assert profile(preferences).diary == Diary()

    set_diary(preferences, VAULT, Diary())
    assert preferences.diary is None


def test_a_choice_that_nobody_knows_is_the_default_and_writes_nothing_on_strava() -> None:
    mine = profile(row(target="moon", form="epic", delay=7, units="ft"))

    assert (mine.target, mine.form, mine.delay, mine.units) == ("pages", "standard", 0, "km")
    assert mine.pages_only


def test_without_the_scope_to_write_notes_stay_on_the_pages() -> None:
    assert profile(row(), scopes="read,activity:read").pages_only


def test_a_threshold_that_is_unknown_or_beyond_its_limits_is_left_aside() -> None:
    stored = {"mute.days": 3, "moon.phase": 1, "comeback.days": 900, "long_effort.on": "perhaps"}

    assert stored_thresholds(stored) == Thresholds(mute_days=3)


@settings(deadline=None)
@given(VALUES | st.dictionaries(st.sampled_from([*Thresholds().as_mapping(), "moon.phase"]), VALUES))
def test_whatever_was_stored_as_thresholds_gives_thresholds(stored: object) -> None:
    assert isinstance(stored_thresholds(stored), Thresholds)


def test_sessions_keep_what_can_be_read_of_them() -> None:
    at = NOW.isoformat()
    whole = {"at": at, "activity": 5, "moves": ["burpee"], "strength": True, "back": 3, "where": ["the moon"]}
    odd = {"at": at, "activity": "5", "moves": "plank", "strength": 1, "back": 11, "where": [1], "mood": "good"}

    assert logged([whole, odd, {"at": "yesterday"}, "x", None]) == (
        Entry(NOW, 5, ("burpee",), strength=True, back=3, where=("the moon",)),
        Entry(NOW, None, (), strength=False),
    )


@settings(deadline=None)
@given(
    VALUES
    | st.lists(st.dictionaries(st.sampled_from(["at", "moves", "back"]), VALUES), max_size=2)
    | st.dictionaries(st.text(max_size=3), st.dictionaries(st.sampled_from(["back", "where"]), VALUES), max_size=2)
)
def test_whatever_was_stored_as_sessions_can_be_read_and_added_to(stored: Any) -> None:
    preferences = row(session_log=VAULT.encrypt(json.dumps(stored)))
    before = profile(preferences).sessions
    session_log.add(preferences, VAULT, Entry(NOW, 9, ("plank",), strength=True))

    assert profile(preferences).sessions == (*before, Entry(NOW, 9, ("plank",), strength=True))


def test_secrets_that_are_no_json_are_as_good_as_none() -> None:
    mine = profile(row(answers=VAULT.encrypt("no JSON"), session_log=VAULT.encrypt("no JSON")))

    assert (mine.answers, mine.sessions) == (Answers(), ())


@pytest.mark.parametrize("field", ["answers", "session_log"])
def test_without_the_key_nothing_is_guessed(field: str) -> None:
    with pytest.raises(KeysLost, match="TOKEN_KEYS: no key opens what is stored"):
        profile(row(**{field: VAULT.encrypt("{}")}), vault=Vault(lambda: [new_token_key()]))
