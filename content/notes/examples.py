"""Eight notes as examples: `python -m content.notes.examples > docs/notes.md`.

Made by the same code as any note, from runs and answers that are made up here.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from content.moves.library import load
from content.notes import block
from content.notes.compose import FORMS, compose
from content.notes.links import link_to, taps_link
from content.routines.past import EarlierRoutine, LoggedSession, Past
from content.routines.prescribe import prescribe
from content.routines.questionnaire import Answers
from content.routines.reason import Reason
from content.routines.rest import run_end, severities
from content.routines.routine import Routine
from content.runs import Run
from content.signals.history import History
from content.signals.review import backtest, review
from content.signals.thresholds import Thresholds

SUNDAY = datetime(2025, 6, 15, 7, 30, tzinfo=UTC)
DAY = timedelta(days=1)
ADDRESS = "https://backstride.example.org"
PAGE = """\
# Eight notes

This page is written by `python -m content.notes.examples > docs/notes.md`: made-up runs, judged and answered by the
code that does it for everyone. What stands between the two marks is what Backstride adds to a description; the words
above it are the athlete's own and stay as they are. The athlete chooses the form: standard (at most 600 characters with
the marks), short (300) or long (1,200).
"""


@dataclass(frozen=True)
class Example:
    """A run, what is known of the runner, and the form of the note."""

    title: str
    run: Run
    log: Sequence[Run]
    words: str = ""
    answers: Answers = field(default_factory=Answers)
    past: Past = field(default_factory=Past)
    form: str = "standard"
    link: bool = False


def page() -> str:
    """Return the examples as Markdown."""
    return PAGE + "".join(map(_section, _examples()))


def _examples() -> Iterator[Example]:
    log = [_run(n, SUNDAY - n * DAY, km) for n, km in _habit(100)]
    spike = _run(500, SUNDAY, 16.6)
    yield Example("A little longer than ever", spike, log, "Lovely morning along the river.")
    trail = _run(501, SUNDAY, 27.4, pace_s=410, climb_m=940, sport="TrailRun")
    extra = [_run(600 + n, SUNDAY - n * DAY + timedelta(hours=10), 9.0) for n in (1, 2, 4)]
    yield Example("A hilly trail run in a bigger week", trail, [*log, *extra], "Up to the hut and back!")
    marathon = _run(700, SUNDAY - 26 * DAY, 42.3, pace_s=318, race=True)
    before = [run for run in log if run.start < marathon.start]
    yield Example("The first run after a marathon", _run(502, SUNDAY, 6.1, pace_s=375), [*before, marathon])
    hurts = Answers(hurts=True, hurts_at=SUNDAY - 3 * DAY)
    yield Example("A sore back: “it hurts now”, said three days ago", spike, log, answers=hurts)
    scored = Past(sessions=(LoggedSession(SUNDAY - 2 * DAY, strength=True, back=4),))
    yield Example("An irritable back: a 4 after the last session", spike, log, past=scored)
    yield Example("A marathon", _run(503, SUNDAY, 42.4, pace_s=330, race=True), log, "Done!")
    first = Example("Two in a row, the first", _run(504, SUNDAY - 14 * DAY, 17.4), _before(log, 14))
    yield first
    given = EarlierRoutine(first.run.start, _routine(first).move_ids)
    later = [*log, first.run]
    yield Example("Two in a row, the second", _run(505, SUNDAY, 20.2), later, past=Past(given=(given,)))
    yield Example("Long, with a link to pictures", spike, log, form="long", link=True)
    yield Example("Short", spike, log, form="short")


def _before(log: Sequence[Run], days: int) -> list[Run]:
    return [run for run in log if run.start < SUNDAY - days * DAY]


def _habit(days: int) -> Iterator[tuple[int, float]]:
    """Yield days ago and km of someone who runs on four days a week, longest on Sundays."""
    for ago in range(1, days):
        km = {0: 14.8, 2: 8.2, 4: 10.4, 5: 6.5}.get(ago % 7)
        if km is not None:
            yield ago, km


def _run(
    number: int,
    start: datetime,
    km: float,
    *,
    pace_s: int = 345,
    climb_m: int = 40,
    sport: str = "Run",
    race: bool = False,
) -> Run:
    moving = round(km * pace_s)
    return Run(
        id=number,
        start=start,
        start_local=start.replace(tzinfo=None) + timedelta(hours=2),
        sport=sport,
        distance_dm=round(km * 10_000),
        moving_s=moving,
        elapsed_s=moving + 180,
        climb_dm=10 * climb_m,
        race=race,
    )


def _written_at(run: Run) -> datetime:
    return run_end(run, timedelta(hours=2)) + timedelta(minutes=4)


def _routine(example: Example) -> Routine:
    history = History([*example.log, example.run])
    return prescribe(
        example.run,
        review(example.run, history, {}, Thresholds()).findings,
        library=load(),
        past=example.past,
        answers=example.answers,
        now=_written_at(example.run),
        recent=history.canonical,
        severe=severities(backtest(history, Thresholds()).flagged, {}, history),
    )


def _section(example: Example) -> str:
    found = review(example.run, History([*example.log, example.run]), {}, Thresholds())
    routine = _routine(example)
    link = link_to(ADDRESS, routine.move_ids) if example.link else None
    taps = taps_link(ADDRESS, example.run.id) if example.link else None
    note = compose(
        example.run, found.findings, routine, form=example.form, now=_written_at(example.run), link=link, taps=taps
    )
    description = block.put(example.words, note)
    length = f"{len(description) - len(example.words):,} characters of {FORMS[example.form]:,}"
    signals = ", ".join(f"`{finding.signal}`" for finding in found.findings)
    why = "".join(f"- {reason.text} ({_link(reason)})\n" for reason in routine.reasons)
    return (
        f"\n## {example.title}\n\n{example.form.capitalize()}, {length}. Findings: {signals}"
        f" (severity {found.severity}). The back: {routine.back}.\n\n```text\n{description}\n```\n\nWhy:\n\n{why}"
    )


def _link(reason: Reason) -> str:
    cited = load().cite(reason.sources)
    return cited if reason.link == "D" else "our judgement" + (f"; {cited}" if cited else "")


if __name__ == "__main__":
    sys.stdout.write(page())
