"""Three notes as examples: `python -m content.notes.examples > docs/notes.md`.

Made by the same code as any note, from runs that are made up here.
"""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from content.moves.library import load
from content.notes import block
from content.notes.compose import FORMS, compose
from content.routines.prescribe import prescribe
from content.routines.questionnaire import Answers
from content.routines.rest import severities
from content.routines.routine import Reason
from content.runs import Run
from content.signals.history import History
from content.signals.review import backtest, review
from content.signals.thresholds import Thresholds

SUNDAY = datetime(2025, 6, 15, 7, 30, tzinfo=UTC)
PAGE = """\
# Three notes

This page is written by `python -m content.notes.examples > docs/notes.md`: made-up runs, judged and answered by the
code that does it for everyone. What stands between the two marks is what Backstride adds to a description; the words
above it are the athlete's own and stay as they are. The athlete chooses the form: standard (at most 600 characters with
the marks), short (300) or long (1,200).
"""
ORDER = ("standard", "short", "long")


def page() -> str:
    """The examples as Markdown."""
    return PAGE + "".join(_section(*example) for example in _examples())


def _examples() -> Iterator[tuple[str, str, Sequence[Run], Run]]:
    log = [_run(n, SUNDAY - timedelta(days=n), km) for n, km in _habit(100)]
    yield "A small spike", "Lovely morning along the river.", log, _run(500, SUNDAY, 16.6)
    trail = _run(501, SUNDAY, 27.4, pace_s=410, climb_m=940, sport="TrailRun")
    extra = [_run(600 + n, SUNDAY - timedelta(days=n, hours=-10), 9.0) for n in (1, 2, 4)]
    yield "A hilly long trail run at the end of a big week", "Up to the hut and back!", [*log, *extra], trail
    marathon = _run(700, SUNDAY - timedelta(days=26), 42.3, pace_s=318, race=True)
    before = [run for run in log if run.start < marathon.start]
    yield (
        "The first run after a marathon",
        "",
        [*before, marathon],
        _run(502, SUNDAY, 6.1, pace_s=375),
    )


def _habit(days: int) -> Iterator[tuple[int, float]]:
    """Days ago and km of someone who runs on four days a week, longest on Sundays."""
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


def _section(title: str, words: str, log: Sequence[Run], run: Run) -> str:
    now = run.start + timedelta(seconds=run.elapsed_s) + timedelta(minutes=4)
    history = History([*log, run])
    judged = review(run, history, {}, Thresholds())
    severe = severities(backtest(history, Thresholds()).flagged, {}, history)
    routine = prescribe(
        run, judged.findings, library=load(), answers=Answers(), now=now, recent=history.canonical, severe=severe
    )
    shown = "".join(_form(form, words, compose(run, judged.findings, routine, form=form, now=now)) for form in ORDER)
    why = "".join(f"- {_link(reason)} {reason.text}\n" for reason in routine.reasons)
    found = ", ".join(f"`{finding.signal}`" for finding in judged.findings)
    return f"\n## {title}\n\nFindings: {found} (severity {judged.severity}). Why these moves:\n\n{why}{shown}"


def _form(form: str, words: str, note: str) -> str:
    description = block.put(words, note)
    added = len(description) - len(words)
    return f"\n{form.capitalize()}, {added:,} characters of {FORMS[form]:,}:\n\n```text\n{description}\n```\n"


def _link(reason: Reason) -> str:
    cited = load().cite(reason.sources)
    return f"{cited[:1].upper()}{cited[1:]}." if reason.link == "D" else "Our judgement."


if __name__ == "__main__":
    sys.stdout.write(page())
