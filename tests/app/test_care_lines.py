"""Each thing that the five articles and the studies say about a runner's back stands in the library and on a page.

One line each: its name, the entry that carries it, the page, and the words that must stand in both.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from made_runs import NOON, a_run, spike
from places import ROOT
from web_site import Site

from content.moves.library import load
from content.notes.compose import compose
from content.routines.prescribe import prescribe
from content.routines.questionnaire import Answers
from integration.sandbox import SandboxServer

LIBRARY = load()
Line = tuple[str, str, str, str]  # section, entry, page, words

ARTICLES: dict[str, list[Line]] = {
    "bear: the crawl only when the hold is easy, forwards and back": [
        ("moves", "bear", "/moves/bear", "When this feels easy, crawl forwards and back"),
    ],
    "downward dog: shoulders and head between the arms": [
        ("moves", "downward-dog", "/moves/downward-dog", "bring shoulders and head between the arms"),
    ],
    "trunk rotation: a pause at the floor": [
        ("moves", "trunk-rotation", "/moves/trunk-rotation", "Pause at the floor"),
    ],
    "core holds: also in cool-downs and rest breaks": [
        ("moves", "core-holds", "/moves/core-holds", "in the cool-down and in rest breaks"),
    ],
    "mid-run: hips level and ribs soft when tired": [
        ("cues", "mid-run-posture", "/form", "When you are tired: hips level, ribs soft."),
    ],
    "a mental map of the spine in the warm-up": [
        ("cues", "spine-map", "/form", "In the warm-up, feel your spine"),
        ("cues", "spine-map", "/form", "mental map of the spine"),
    ],
    "posture audit: no excess arch or slump, quick runs too, resets": [
        ("cues", "posture-audit", "/form", "no excess arch and no slump"),
        ("cues", "posture-audit", "/form", "Check and reset on quick runs too."),
    ],
    "pain: less mileage and speed until control returns": [
        ("notices", "early-pain", "/safety", "fewer kilometres and less speed until control returns"),
        ("next_runs", "back", "/recovery", "until control returns"),
    ],
    "log: which cue helped, the back after different runs, also without a routine": [
        ("tips", "log", "/recovery", "which cue helped"),
        ("tips", "log", "/recovery", "how the back felt after different runs"),
        ("tips", "log", "/recovery", "also after runs without a routine"),
    ],
    "hip CARs: neutral spine, foot straight up, knee pointing behind": [
        ("moves", "hip-cars", "/moves/hip-cars", "with a neutral spine"),
        ("moves", "hip-cars", "/moves/hip-cars", "foot straight up, the knee pointing behind you"),
    ],
    "incline of 2–3 % as a way to keep training": [
        ("tips", "treadmill-incline", "/recovery", "2–3 %"),
        ("tips", "treadmill-incline", "/recovery", "a way to keep training"),
    ],
    "foam rolling with stretching and stability as the first self-care": [
        ("tips", "foam-rolling", "/recovery", "The first self-care: roll slowly"),
        ("tips", "foam-rolling", "/recovery", "then stretch, then do something for stability"),
    ],
    "running turns the upper body gently away from the lower": [
        ("cues", "counter-turn", "/form", "turns the upper body gently away from the lower"),
    ],
    "stretch hamstrings, hip flexors, lower back": [
        ("tips", "general-stretching", "/recovery", "hamstrings, hip flexors and lower back"),
    ],
    "bands for glutes, hamstrings and lower back": [
        ("tips", "general-strength", "/recovery", "bands work for glutes, hamstrings and lower back"),
    ],
    "cycling: core strength, easy on the back": [
        ("tips", "cycling", "/recovery", "core strong"),
        ("tips", "cycling", "/recovery", "easy on the back"),
    ],
    "balanced diet, repair and inflammation": [
        ("tips", "eat", "/recovery", "A balanced diet"),
        ("tips", "eat", "/recovery", "helps repair and calms inflammation"),
    ],
    "toe touch: the knees keep a slight bend, also in the harder form": [
        ("moves", "toe-touch", "/moves/toe-touch", "the knees keep their slight bend"),
    ],
    "our order of core moves differs": [
        ("tips", "order-differs", "/recovery", "from planks and dead bugs toward mountain climbers and bird-dogs"),
        ("tips", "order-differs", "/recovery", "Our order differs"),
    ],
    "deadlift: a weight for five more": [
        ("moves", "deadlift", "/moves/deadlift", "a weight that you could lift five more times"),
    ],
}
STUDIES: dict[str, list[Line]] = {
    "Wu B 2021: who was asked": [
        ("sources", "WuB", "/recovery", "6660304"),
        ("tips", "marathoners", "/recovery", "Of 800 runners asked after a marathon, 36 had back pain (4.5 %)"),
    ],
    "Wu B 2021: odds, not likely": [
        ("tips", "marathoners", "/recovery", "warm-up (2.6 times), fatigue (2.7), poor posture (2.3)"),
        ("tips", "marathoners", "/recovery", "temperature (6.6, from 9 people)"),
        ("tips", "no-warm-up", "/recovery", "The odds of back pain were 2.6 times as high"),
        ("tips", "dynamic-before", "/recovery", "the odds of back pain were 2.6 times as high"),
    ],
    "foot strike showed nothing, beside the cues": [
        ("cues", "midfoot", "/form", "foot strike showed no link with back pain (p = 0.14)"),
        ("cues", "mid-run-midfoot", "/form", "p = 0.14"),
        ("causes", "abrupt-extension", "/recovery", "foot strike showed nothing (p = 0.14)"),
    ],
    "shoes showed nothing, beside the tips": [
        ("tips", "check-shoes", "/recovery", "the type of shoe showed no link with back pain (p = 0.66)"),
        ("tips", "change-shoes-slowly", "/recovery", "p = 0.66"),
        ("causes", "worn-shoes", "/recovery", "p = 0.66"),
    ],
    "Maselli 2021: no strong relation": [
        ("tips", "prevalence", "/recovery", "22.6 % had it within a year"),
        ("tips", "prevalence", "/recovery", "no strong relation"),
        ("tips", "prevalence", "/recovery", "looked only for strong ones"),
    ],
    "Maselli 2020: the best support for the stretches": [
        ("tips", "best-support", "/recovery", "the best support for the stretches"),
        ("tips", "general-stretching", "/recovery", "the best support that these stretches have"),
    ],
    "Cai & Kong: pain improved alike": [
        ("tips", "legs-beat-back", "/recovery", "pain improved alike"),
        ("tips", "legs-beat-back", "/recovery", "Function and leg strength improved more with leg exercises"),
        ("slots", "strength-legs", "/recovery", "pain improved alike"),
        ("moves", "squat", "/moves/squat", "Pain improved alike."),
    ],
    "Leppänen 2024: novices, before runs, legs": [
        ("tips", "supervised-works", "/recovery", "Novice runners"),
        ("tips", "supervised-works", "/recovery", "before their runs, with a physiotherapist, had fewer leg injuries"),
        ("tips", "supervised-works", "/recovery", "0.66 (0.45–0.97). It did not count backs."),
    ],
    "Wu H 2024 and Desai 2023: programmes overall nothing": [
        ("tips", "alone-did-nothing", "/recovery", "together showed no fewer injuries; those with supervision did"),
        ("tips", "alone-did-nothing", "/recovery", "hazard ratio 0.15, observed, not randomised"),
    ],
    "WalkBack: walking against recurrence": [("tips", "walking", "/recovery", "hazard ratio 0.72")],
    "ASTEROID: run-walk in chronic back pain": [
        (
            "tips",
            "run-walk",
            "/recovery",
            "40 adults with chronic back pain, 12 weeks of run-walk lowered pain by 15 of 100",
        ),
    ],
    "Afonso 2021: stretching and recovery": [
        ("tips", "same-day-gentle", "/recovery", "no effect of stretching on recovery"),
        ("sources", "Afonso", "/recovery", "677581"),
    ],
    "discs: load, not thirst; the drink tip is one article's": [
        ("tips", "discs", "/recovery", "about 6 % of their height in 30 minutes of running"),
        ("tips", "discs", "/recovery", "from load, not from thirst"),
        ("tips", "discs", "/recovery", "held more water"),
        ("tips", "drink", "/recovery", "One article ties back pain to discs that lose water"),
        ("rules", "thirsty", "/recovery", "one article's claim"),
        ("causes", "dehydration", "/recovery", "one article says"),
    ],
    "cadence: one's own, and 160 is weak": [
        ("tips", "quicker-steps", "/recovery", "5–10 % more"),
        ("tips", "quicker-steps", "/recovery", "That number is ours, and weak"),
        ("cues", "quick-steps", "/form", "than your own"),
        ("rules", "cadence", "/recovery", "The cut-off of 160 is ours, and weak"),
    ],
    "nobody has shown": [
        ("tips", "nobody-has-shown", "/recovery", "Nobody has shown in a trial that a note after a long run"),
    ],
}
LINES = {**ARTICLES, **STUDIES}


@pytest.fixture
def site(tmp_path: Path, sandbox: SandboxServer, redis_url: str) -> Site:
    return Site(tmp_path, sandbox, redis_url)


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name))


@pytest.mark.parametrize("name", LINES)
def test_what_a_source_says_stands_in_its_entry(name: str) -> None:
    for section, entry, _, words in LINES[name]:
        said = " ".join(texts(getattr(LIBRARY, section)[entry]))

        assert words in said, entry


def test_what_a_source_says_stands_on_a_page(site: Site) -> None:
    visitor = site.visitor()
    pages = {page: visitor.text(page) for page in {line[2] for lines in LINES.values() for line in lines}}
    missing = [
        (name, page, words) for name, lines in LINES.items() for _, _, page, words in lines if words not in pages[page]
    ]

    assert missing == []


def test_every_source_on_the_page_says_what_it_is(site: Site) -> None:
    page = site.visitor().text("/recovery")
    sources = page[page.index("An article reports; a trial shows.") :]

    for source in LIBRARY.sources.values():
        assert f"{source.evidence.verb.capitalize()}: {source.name} . {source.title}" in sources


@pytest.mark.parametrize("form", ["standard", "long"])
def test_a_note_for_a_sore_back_asks_for_less_until_control_returns(form: str) -> None:
    run, found = a_run(), [spike()]
    now = run.start + timedelta(hours=3)
    routine = prescribe(run, found, library=LIBRARY, answers=Answers(), now=now, tags={"#back"})

    assert "until control returns" in compose(run, found, routine, form=form, now=now)


def test_the_incline_is_offered_to_a_sore_back_on_any_run_and_to_an_aching_one_on_the_treadmill() -> None:
    now = NOON + timedelta(hours=3)
    outdoors = prescribe(a_run(), [spike()], library=LIBRARY, answers=Answers(), now=now, tags={"#back"})
    indoors = prescribe(a_run(trainer=True), [spike()], library=LIBRARY, answers=Answers(hurts=True), now=now)

    for routine in (outdoors, indoors):
        assert "treadmill-incline" in [chosen.tip.id for chosen in routine.tips]


def test_no_line_calls_odds_likelihood_or_promises_a_strong_relation() -> None:
    every = " ".join(
        texts(tuple(entry for section in ("tips", "causes", "cues") for entry in getattr(LIBRARY, section).values()))
    )

    assert "more likely" not in every
    assert "twice as likely" not in every
    assert "twice as often" not in every


@pytest.mark.parametrize("source", [source for source in LIBRARY.sources.values() if source.evidence != "practice"])
def test_every_source_of_the_library_is_cited_by_an_entry_and_in_the_documentation(source: Any) -> None:
    cited = {
        one
        for section in LIBRARY.__slots__
        for entry in getattr(LIBRARY, section).values()
        for one in (*getattr(entry, "sources", ()), *(entry.dose.basis if section == "moves" else ()))
    }
    documented = (ROOT / "docs" / "evidence.md").read_text(encoding="utf-8")

    assert source.id in cited
    assert source.name in documented
