"""The sources of a page as footnotes: a number beside each statement, and one list at the end."""

from collections.abc import Iterable

from markupsafe import Markup

from content.moves.library import load
from content.moves.models import Source

WORD_JOINER = "\u2060"  # a number stays on the line of its statement


class Footnotes:
    """The sources that one page cites, numbered in the order of their first mention."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def mark(self, sources: Iterable[str]) -> Markup:
        """Return links to the footnotes of these sources; nothing without any."""
        numbers = sorted(self._number(source) for source in sources)
        if not numbers:
            return Markup()
        link = Markup('<a href="#source-{0}" aria-label="Source {0}">{0}</a>')
        return Markup('%s<sup class="source">%s</sup>') % (WORD_JOINER, Markup(" ").join(map(link.format, numbers)))

    def add(self, sources: Iterable[str]) -> str:
        """Number sources that nothing on the page cites; return nothing to print."""
        for source in sources:
            self._number(source)
        return ""

    @property
    def cited(self) -> list[Source]:
        """The sources by number, from 1."""
        return [load().sources[source] for source in self._numbers]

    def _number(self, source: str) -> int:
        return self._numbers.setdefault(source, len(self._numbers) + 1)
