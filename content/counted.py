"""Counted nouns, for every line that tells a number of things."""


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return "1 note" or "2 notes"; `many` is the plural that takes more than an s."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
