"""The note says what was found, what to do and from when, in the athlete's units and within its form."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_runs import (
    LIBRARY,
    NOON,
    a_run,
    answers,
    comeback,
    findings,
    high,
    long_one,
    pasts,
    runs,
    spike,
    tags,
)
from places import ROOT

from content.moves.dose import Dose
from content.notes import block
from content.notes.compose import FORMS, compose
from content.notes.examples import page
from content.notes.formats import Formats
from content.routines.past import Past
from content.routines.prescribe import prescribe
from content.routines.questionnaire import Answers, Pin
from content.routines.routine import Item, Routine
from content.runs import Run
from content.signals.rules import Finding

HOUR = timedelta(hours=1)
few = settings(deadline=None)
forms = st.sampled_from(sorted(FORMS))
units = st.sampled_from(["km", "mi"])
UNWANTED = re.compile(r"prevent|risk|injur|diagnos|%|this week|last week|weekly", re.IGNORECASE)
PARTS = {
    "moves": ("Today", "Tonight", "Before any", "First ask"),
    "strength": ("Strength",),
    "pictures": ("Pictures",),
    "next run": ("Next run",),
    "warning signs": ("Numb",),
    "reason": ("Why",),
    "off": ("No note",),
}
USUAL = ["moves", "strength", "pictures", "next run", "tip", "warning signs", "reason", "off"]
SORE = ["warning signs", "tip", "moves", "pictures", "next run", "reason", "off"]
LINK = "https://backstride.example.org/r/acvG"
TAPS = "https://runs.example.org/back/15000000001"


def routine_for(run: Run, found: Sequence[Finding], **told: Any) -> Routine:
    told = {"answers": Answers(), "now": run.start + timedelta(hours=3), **told}
    return prescribe(run, found, library=LIBRARY, **told)


def note(run: Run, found: Sequence[Finding], *, answers: Answers | None = None, tags: Any = (), **asked: Any) -> str:
    asked = {"now": run.start + timedelta(hours=3), **asked}
    routine = routine_for(run, found, now=asked["now"], answers=answers or Answers(), tags=tags)
    return compose(run, found, routine, **asked)


@few
@given(runs, findings, answers, pasts, tags, forms, units, st.booleans(), st.booleans())
def test_a_note_fits_its_form_and_never_cuts_a_dose_from_its_move(
    run: Run,
    found: tuple[Finding, ...],
    told: Answers,
    past: Past,
    tagged: frozenset[str],
    form: str,
    units: str,
    linked: bool,
    effort: bool,
) -> None:
    now = run.start + timedelta(hours=3)
    routine = routine_for(run, found, answers=told, past=past, tags=tagged, now=now)

    text = compose(
        run, found, routine, form=form, units=units, now=now, link=LINK if linked else None, effort_distance=effort
    )

    assert len(block.put("Mine.", text)) - len("Mine.") <= FORMS[form]
    assert block.find(block.put("Mine.", text)) == text
    assert "#nonote" in text
    assert ("emergency" in text) or (form == "short" and not routine.sore)
    assert bool(routine.strength) == ("\nStrength" in text)
    for items, starts in ((routine.today, ("Today", "Tonight")), (routine.strength, ("Strength",))):
        whole = [f"{item.move.short} {item.dose.text}" for item in items]
        hints = {f"{item.move.short}: {item.move.hint}, {item.dose.text}": n for n, item in enumerate(items)}
        shown = [whole[hints[move]] if move in hints else move for move in said_moves(text, *starts)]
        assert bool(shown) == bool(whole) or starts == ("Strength",)
        first = whole.index(shown[0]) if shown else 0
        assert shown == whole[first : first + len(shown)]
        assert first == 0 or form == "short"
    if routine.strength and not said_moves(text, "Strength"):
        alone = replace(routine, today=shortest(routine.today), strength=shortest(routine.strength))
        assert form == "short"
        least = compose(run, found, alone, form=form, units=units, now=now, effort_distance=effort)
        assert not said_moves(least, "Strength")


def said_moves(text: str, *starts: str) -> list[str]:
    """The moves with their doses on the line that begins so."""
    line = next((line for line in text.split("\n") if line.startswith(starts)), "")
    return line.split(": ", 1)[1].split(" · ") if ": " in line else []


def shortest(items: Sequence[Item]) -> tuple[Item, ...]:
    return tuple(sorted(items, key=lambda item: len(f"{item.move.short} {item.dose.text}"))[:1])


@pytest.mark.parametrize("units", ["km", "mi"])
@pytest.mark.parametrize("effort", [False, True])
@pytest.mark.parametrize(
    "found",
    [(), (comeback(118.2),), (spike(118.2),), (high(190.7),), (long_one(118.2),)],
    ids=["asked", "comeback", "spike", "week", "long"],
)
@pytest.mark.parametrize("km", [9.5, 19.0, 42.3, 118.2])
def test_a_short_note_names_a_move_for_today_and_one_for_strength_whatever_else_it_must_say(
    units: str, effort: bool, found: tuple[Finding, ...], km: float
) -> None:
    run = a_run(km, minutes=round(6 * km), start=NOON + timedelta(hours=4), sport="TrailRun")
    for told in (Answers(), Answers(bending="worse"), Answers(floor=False), Answers(bending="worse", floor=False)):
        text = note(run, found, answers=told, form="short", units=units, effort_distance=effort, language="de-DE")

        assert said_moves(text, "Today", "Tonight")
        assert said_moves(text, "Strength")


def test_a_long_dose_of_the_physio_costs_words_but_neither_its_place_nor_the_line_of_today() -> None:
    pins = (Pin("childs-pose", Dose(10, 300, "seconds", "three ways")), Pin("cat-cow", Dose(1, 5, "reps")))

    text = note(a_run(), [spike()], answers=Answers(pins=pins), form="short")

    assert said_moves(text, "Today")[0] == "child's pose 10×300 s each way"
    assert said_moves(text, "Strength")


def test_what_the_physio_gave_gives_way_only_to_what_is_shorter_and_the_line_of_today_stands() -> None:
    pins = (
        Pin("bear", Dose(10, 300, "breaths", "two parts")),
        Pin("thoracic-rotations", Dose(10, 300, "breaths", "two parts")),
    )

    text = note(a_run(), [high(157.6, 139.9)], answers=Answers(pins=pins), form="short")

    assert said_moves(text, "Today")
    assert said_moves(text, "Strength")


@few
@given(runs, findings, answers, tags, forms, units, st.booleans(), st.integers(0, 80))
def test_the_parts_of_a_note_stand_in_their_order_in_every_form(
    run: Run,
    found: tuple[Finding, ...],
    told: Answers,
    tagged: frozenset[str],
    form: str,
    units: str,
    linked: bool,
    hours_later: int,
) -> None:
    asked = {"now": run.start + timedelta(seconds=run.elapsed_s, hours=hours_later), "form": form, "units": units}
    lines = note(run, found, answers=told, tags=tagged, link=LINK if linked else None, **asked).split("\n")
    parts = [next((part for part in PARTS if line.startswith(PARTS[part])), "tip") for line in lines[1:]]
    routine = routine_for(run, found, answers=told, tags=tagged, now=asked["now"])
    order = SORE if routine.sore else USUAL

    assert parts == sorted(parts, key=order.index)
    assert [parts.count(part) for part in ("warning signs", "next run", "off")] == [1, 1, 1]
    assert all(parts.count(part) <= 1 for part in ("moves", "strength", "pictures"))
    assert lines[0].startswith(tuple("0123456789RHTL"))  # a distance, a kind of run, or "Last 7 days"
    assert not re.search(r"  |\.\.|\b(\w+) \1\b|\b1 (?:sets|reps|breaths|circles)\b|None", "\n".join(lines))
    assert all(" 2–3×" in line for line in lines if line.startswith("Strength"))


@few
@given(runs, findings, forms, st.integers(0, 200))
def test_a_day_is_named_only_as_it_is_called_from_where_one_reads(
    run: Run, found: tuple[Finding, ...], form: str, hours_later: int
) -> None:
    now = run.start + timedelta(seconds=run.elapsed_s, hours=hours_later)
    routine = routine_for(run, found, now=now)
    text = compose(run, found, routine, form=form, now=now)
    today = routine.local(now)

    named = re.search(r"from (\w{3})\w*(?: midday| evening)?( \(\d+ \w+\))?", text)
    if named and named[1] == f"{today:%a}":
        assert named[2], "today's name means the day in a week, so it needs its date"
    assert ("Tonight" in text) == (today.date() == run.day and today.hour >= 17)
    assert "this evening" not in text or today.hour < 18
    assert "midday today" not in text or today.hour < 12


@few
@given(runs, findings, forms, tags)
def test_a_note_promises_nothing_names_no_risk_and_calls_seven_days_no_week(
    run: Run, found: tuple[Finding, ...], form: str, tagged: frozenset[str]
) -> None:
    text = note(run, found, form=form, tags=tagged)

    assert not UNWANTED.search(text.replace("2–3 %", ""))
    assert not re.search(r"[\U0001F000-\U0001FAFF\u2600-\u27BF]", text)


@few
@given(runs, findings, forms)
def test_while_the_athlete_is_on_hold_a_note_says_nothing(run: Run, found: tuple[Finding, ...], form: str) -> None:
    assert note(run, found, form=form, answers=Answers(red_flags=frozenset({"night"}))) == ""


def test_a_usual_note_says_how_its_moves_go_and_when_and_names_the_emergency() -> None:
    expected = """\
21.8 km: your longest of the 30 days before was 16.1 km.
Today (3 min): child's pose: sit back on your heels, reach left and right, 5 breaths each way · \
figure-four stretch 20 s a side
Strength (6 min) from Friday evening, 2–3×/week if not sore, stop with 2–3 good reps left: \
dead bug: on your back, reach a leg and the other arm, 3×10 s a side · glute bridge 2×8 · squat 2×8
Next run: from Friday, easy or a run-walk.
Numb saddle, weak legs, bladder or bowel trouble: emergency. Leg or night pain: be seen before you run.
No note: #nonote in title."""

    assert note(a_run(minutes=80), [spike()]) == expected


def test_what_was_found_comes_first_and_how_to_switch_off_last() -> None:
    lines = note(a_run(minutes=80), [spike()], form="long").split("\n")
    starts = ["21.8 km", "Today", "Strength", "Next run", "Warm up for the next", "Numb saddle", "Why", "No notes"]

    assert [line[: len(start)] for line, start in zip(lines, starts, strict=True)] == starts


@pytest.mark.parametrize(
    ("run", "found", "said"),
    [
        (a_run(), [spike()], "21.8 km: your longest of the 30 days before was 16.1 km."),
        (a_run(race=True), [spike()], "Race, 21.8 km: your longest"),
        (
            a_run(sport="TrailRun", climb_m=700),
            [spike(), long_one()],
            "Hilly trail run, 21.8 km in 1 h 50: your longest",
        ),
        (a_run(), [high()], "57.6 km in the last 7 days; your best 7 days of the 35 before: 39.9 km."),
        (a_run(), [long_one()], "21.8 km in 1 h 50: your usual run is 12.8 km."),
        (a_run(8.2), [comeback()], "8.2 km, your first run since 3 December 2024. Welcome back."),
        (
            a_run(8.2, sport="TrailRun"),  # the run before may have been on the road
            [comeback()],
            "Trail run, 8.2 km: your first run since 3 December 2024. Welcome back.",
        ),
        (a_run(8.2), [comeback(last=date(2025, 1, 30))], "8.2 km, your first run since 30 January. Welcome back."),
        (a_run(), [], "21.8 km in 1 h 50. You asked, so here is a routine."),
    ],
)
def test_what_was_found_is_said_with_its_numbers(run: Run, found: list[Finding], said: str) -> None:
    assert note(run, found).startswith(said)


def test_all_findings_of_a_run_are_said_in_one_note() -> None:
    text = note(a_run(), [spike(), high(), long_one()])

    assert "16.1 km" in text
    assert "57.6 km in the last 7 days" in text
    assert "1 h 50" in text


@pytest.mark.parametrize(
    ("form", "found", "said"),
    [
        ("standard", [spike(28.0, 20.0)], "28.0 km of effort (climb counted): your longest"),
        ("short", [spike(28.0, 20.0)], "28.0 km effort; 30-day longest: 20.0 km."),
        ("standard", [spike(28.0, 20.0), long_one(28.0)], "28.0 km of effort (climb counted) in 1 h 50: your"),
        ("standard", [high()], "57.6 km of effort (climb counted) in the last 7 days; your"),
        ("short", [high()], "Last 7 days: 57.6 km of effort; best before: 39.9 km."),
        ("standard", [comeback()], "21.8 km, your first run since"),
    ],
)
def test_effort_distance_is_called_effort(form: str, found: list[Finding], said: str) -> None:
    assert note(a_run(), found, effort_distance=True, form=form).startswith(said)


def test_miles_for_those_who_run_miles() -> None:
    text = note(a_run(), [spike()], units="mi")

    assert text.startswith("13.5 mi: your longest of the 30 days before was 10.0 mi.")
    assert "km" not in text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"units": "leagues"}, "units: 'leagues' is none of: km, mi"),
        ({"form": "epic"}, "form: 'epic' is none of: short, standard, long"),
    ],
)
def test_other_units_and_forms_are_refused(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        note(a_run(), [spike()], **asked)


@pytest.mark.parametrize(
    ("language", "distance", "day"),
    [
        ("en-GB", "8.2 km", "3 December 2024"),
        ("en-US", "8.2 km", "December 3, 2024"),
        ("de", "8,2 km", "3 December 2024"),
        ("de-CH", "8.2 km", "3 December 2024"),
        ("pt-BR", "8,2 km", "3 December 2024"),
    ],
)
def test_numbers_and_dates_follow_the_language(language: str, distance: str, day: str) -> None:
    assert note(a_run(8.2), [comeback()], language=language).startswith(f"{distance}, your first run since {day}.")


@pytest.mark.parametrize(
    ("hours_later", "when"), [(2, "Today"), (6, "Tonight"), (13, "Today"), (30, "Today"), (48, "Today")]
)
def test_tonight_is_said_only_in_the_evening_of_the_runs_day(hours_later: int, when: str) -> None:
    text = note(a_run(minutes=60), [spike()], now=NOON + hours_later * HOUR)

    assert text.split("\n")[1].startswith(when)


@pytest.mark.parametrize(
    ("hours_later", "when"),
    [
        (3, "from Friday evening"),
        (24, "from Friday evening"),
        (46, "from this evening"),  # written on Friday morning
        (60, "from today"),  # the 48 hours have passed
    ],
)
def test_the_strength_day_is_named_from_when_the_note_is_written(hours_later: int, when: str) -> None:
    assert when in note(a_run(minutes=60), [spike()], now=NOON + hours_later * HOUR)


def test_a_short_note_tells_a_sore_back_that_there_is_no_strength_work() -> None:
    assert "no strength" in note(a_run(minutes=60), [spike()], answers=Answers(hurts=True), form="short")


def test_a_day_a_week_away_is_named_with_its_date() -> None:
    marathon = a_run(42.2, minutes=230, race=True)

    assert "from Wednesday evening (12 March)" in note(marathon, [spike(42.2)])
    assert "Strength from Wed evening (12 Mar)" in note(marathon, [spike(42.2)], form="short")


def test_weekdays_are_those_where_the_athlete_is() -> None:
    assert "from Friday midday" in note(a_run(offset_h=-7), [high()])
    assert "from Saturday," in note(a_run(offset_h=11), [high()])


def test_back_puts_warning_signs_and_self_care_before_moves_and_leaves_strength_out() -> None:
    lines = note(a_run(), [spike()], tags={"#back"}).split("\n")

    assert lines[1].startswith("Numb saddle")
    assert lines[2].startswith("Comfort first")
    assert lines[3].startswith("Today, if it feels good")
    assert not any(line.startswith("Strength") for line in lines)


def test_back_is_answered_with_care_not_with_the_usual() -> None:
    assert "usual care" not in note(a_run(), [], tags={"#back", "#backstride"})
    assert "usual care" in note(a_run(), [], tags={"#backstride"}, form="long")


@pytest.mark.parametrize("form", sorted(FORMS))
def test_ask_first_is_said_in_every_form(form: str) -> None:
    assert "ask your clinician" in note(a_run(), [spike()], answers=Answers(conditions=frozenset({"spine"})), form=form)


def test_a_short_note_says_from_when_how_often_and_that_soreness_comes_first() -> None:
    text = note(a_run(minutes=80), [spike()], form="short")

    assert "\nStrength from Fri evening, 2–3×/week if not sore: dead bug 3×10 s a side\n" in text


def test_an_ask_first_condition_is_not_told_to_readers() -> None:
    text = note(a_run(), [spike()], answers=Answers(conditions=frozenset({"osteoporosis"})))

    assert "ask your clinician or physiotherapist which moves suit you" in text
    assert "osteoporosis" not in text
    assert "Strength" not in text


def test_pinned_moves_are_all_said_where_they_fit() -> None:
    pins = tuple(Pin(move, Dose(3, 5, "reps")) for move in ("squat", "lunge", "step-up", "plank", "bear"))

    text = note(a_run(), [spike()], answers=Answers(pins=pins), form="long")

    assert [move.split(":")[0].split(" 3×")[0] for move in said_moves(text, "Strength")] == [
        "squat", "lunge", "step-up", "plank", "bear hold to crawl",
    ]  # fmt: skip


def test_a_link_stands_in_the_note_only_where_it_is_given() -> None:
    assert f"Pictures: {LINK}" in note(a_run(), [spike()], link=LINK)
    assert "http" not in note(a_run(), [spike()], form="long")


def test_a_link_that_was_asked_for_stands_in_a_full_note_too() -> None:
    text = note(a_run(), [spike(), high(), long_one()], link=LINK)

    assert f"Pictures: {LINK}\n" in text
    assert "57.6 km in the last 7 days" in text
    assert "if not sore: dead bug" in text


@pytest.mark.parametrize("form", FORMS)
def test_the_way_to_the_two_taps_stands_above_the_last_line_where_there_is_room(form: str) -> None:
    text = note(a_run(), [spike()], form=form, link=LINK, taps=TAPS)

    assert len(block.put("", text)) <= FORMS[form]
    assert form == "short" or text.split("\n")[-2] == f"How is your back? {TAPS}"
    assert TAPS not in note(a_run(), [spike()], form=form, link=LINK)


@pytest.mark.parametrize(
    ("dm", "km", "mi"), [(161_004, "16 km", "10 mi"), (99_999, "9.5 km", "6 mi"), (10_000, "1 km", "0.5 mi")]
)
def test_a_limit_is_a_round_distance_that_is_not_farther(dm: int, km: str, mi: str) -> None:
    assert (Formats("km").limit(dm), Formats("mi").limit(dm)) == (km, mi)


def test_the_examples_in_the_documentation_are_what_the_code_writes() -> None:
    written = ROOT / "docs" / "notes.md"

    assert written.read_text(encoding="utf-8") == page()


def test_a_next_run_that_waits_for_room_in_the_week_says_so() -> None:
    run = a_run(16, minutes=95)
    routine = routine_for(run, [high()])
    assert routine.next_run
    ahead = replace(routine.next_run.outlook, day=run.day + timedelta(days=4), full_until=run.day + timedelta(days=3))
    waits = replace(routine, next_run=replace(routine.next_run, outlook=ahead))

    text = compose(run, [high()], waits, now=run.start + timedelta(hours=3))

    assert "\nNext run: your last 7 days are full; from Sunday, easy" in text
