"""The reason for a choice, with its sources."""

from dataclasses import dataclass

from content.moves.models import Rule, Slot


@dataclass(frozen=True, slots=True)
class Reason:
    """The reason for a choice. `link` is "D" if a source makes the connection, "O" if we do."""

    text: str
    link: str
    sources: tuple[str, ...]

    @staticmethod
    def of(entry: Rule | Slot) -> "Reason":
        """Return the reason that an entry of the library gives."""
        return Reason(entry.why, entry.link, entry.sources)
