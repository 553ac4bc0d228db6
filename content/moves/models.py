"""The kinds of entries in the library: moves, cues, tips, causes, warning signs, and the sources of each.

Values only; `library` reads them from the data files.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from content.moves.dose import DoseRange


class Kind(StrEnum):
    """The kind of a move. Every move has exactly one."""

    STATIC = "static stretch"
    MOBILITY = "mobility"
    ACTIVATION = "activation"
    TRUNK_HOLD = "trunk hold"
    STRENGTH = "strength"

    @property
    def gentle(self) -> bool:
        """Fit for the day of the run itself: comfort and range of motion, no training."""
        return self in (Kind.STATIC, Kind.MOBILITY)


class Evidence(StrEnum):
    """The weight of a source: an article reports, a trial shows."""

    ARTICLE = "article"
    TRIAL = "trial"
    REVIEW = "review"
    STUDY = "study"
    GUIDELINE = "guideline"
    PRACTICE = "practice"

    @property
    def verb(self) -> str:
        """The words before the names of such sources."""
        return _VERBS[self]


_VERBS: Final = {
    Evidence.ARTICLE: "reported by an article",
    Evidence.TRIAL: "shown by a trial",
    Evidence.REVIEW: "found by a review",
    Evidence.STUDY: "seen in a study",
    Evidence.GUIDELINE: "advised by a guideline",
    Evidence.PRACTICE: "given by",
}


@dataclass(frozen=True, slots=True)
class Source:
    """An article, study or guideline that a statement rests on."""

    id: str
    name: str  # short, to print beside a statement: "Runner's World, Rena Eleázar DPT"
    title: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Variant:
    """An easier or harder way: in words, and the move of the library that it is, if it is one."""

    text: str
    move: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One exercise. `id` is its address; steps are imperatives; `spine` says what it asks of the back."""

    id: str
    name: str
    short: str  # the name inside a note
    hint: str  # how it goes, in a few words for a note
    other_names: tuple[str, ...] = ()
    kind: Kind
    group: str  # one of GROUPS, as are the next ones of PARTS, POSITIONS, EQUIPMENT and SPINE in `vocabulary`
    parts: tuple[str, ...]
    trains: str
    feel: str
    position: str
    floor: bool  # True when one must get down to the floor
    equipment: tuple[str, ...] = ()  # cannot be done without
    optional: tuple[str, ...] = ()  # helps
    steps: tuple[str, ...]
    dose: DoseRange
    why: str
    cautions: tuple[str, ...]
    not_for: str
    spine: tuple[str, ...] = ()
    extension: bool = False  # only for who answered that arching is fine
    flexion: bool = False  # bends the back under load: only with a quiet back, and not if bending is worse
    leave_out: tuple[str, ...] = ()  # ask-first conditions under which it is never offered
    advanced: bool = False
    from_level: int = 0  # offered from this level of progress on
    easier: Variant
    harder: Variant
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A thought for running form. `when` is one of CUE_TIMES; `order` numbers the mid-run sequence, else 0."""

    id: str
    name: str
    when: str
    order: int = 0
    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tip:
    """Anything else worth saying: `topic` is one of TOPICS. Empty `sources` mean that it is ours."""

    id: str
    topic: str
    name: str
    text: str
    note: str = ""  # the same in one short line for a note, or empty
    caution: str = ""
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A reason for a runner's back pain: mechanism, trigger and answer."""

    id: str
    mechanism: str
    trigger: str
    answer: str
    moves: tuple[str, ...] = ()
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CareAdvice:
    """Advice on where to turn and how soon; `rank` 1 is the most urgent."""

    id: str
    rank: int
    headline: str
    text: str


@dataclass(frozen=True, slots=True)
class WarningSign:
    """A warning sign: it ends all exercise advice. `sign` states it, `question` asks it with yes or no."""

    id: str
    care_advice: str
    sign: str
    question: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """Something to ask a clinician or physiotherapist about before any exercise of ours."""

    id: str
    label: str
    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The consequences of a kind of run. `link` is "D" if a source makes the connection, "O" if we do.

    `when` names facts of `routines/facts.py`, any of which calls the rule. Moves come first in their slot; tips and the
    next run are taken from the first rules that have them.
    """

    id: str
    when: tuple[str, ...]
    why: str
    link: str
    sources: tuple[str, ...] = ()
    today: tuple[str, ...] = ()
    strength: tuple[str, ...] = ()
    tips: tuple[str, ...] = ()
    next_run: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A place in a routine and the moves that can fill it. A base slot is the foundation, see `slots.toml`."""

    id: str
    part: str  # "today" or "strength"
    base: bool = False
    from_level: int = 0  # open from this level of progress on
    moves: tuple[str, ...]
    instead: tuple[str, ...] = ()  # if answers forbid all of `moves`
    why: str
    link: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NextRunWords:
    """The words for the next run. `text` and `short` may hold {day}."""

    id: str
    text: str
    short: str

    def say(self, day: str, *, short: bool = False) -> str:
        """Return the words with the day in them."""
        return (self.short if short else self.text).replace("{day}", day)
