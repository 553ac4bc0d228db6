"""The decision which troubles an operator is told now: each at most once a day, and its end too."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

AT_MOST_EVERY = timedelta(days=1)


@dataclass(frozen=True)
class Told:
    """The last time that a trouble was told; `open` until its end was told too."""

    at: datetime
    open: bool = True


@dataclass(frozen=True)
class Bulletin:
    """Lines to tell now, and what is told after them, by the trouble's name."""

    lines: tuple[str, ...]
    told: dict[str, Told] = field(default_factory=dict)


def news(troubles: Mapping[str, str], told: Mapping[str, Told], now: datetime) -> Bulletin:
    """Return the lines for `troubles` (name → one line), given what was told before."""
    lines, after = [], dict(told)
    for name, line in troubles.items():
        before = told.get(name)
        if before is None or not timedelta(0) <= now - before.at < AT_MOST_EVERY:  # a time ahead was a wrong clock's
            lines.append(line)
            after[name] = Told(now)
    for name, before in told.items():
        if name not in troubles and before.open:
            lines.append(f"Well again: {name}.")
            after[name] = Told(before.at, open=False)
    return Bulletin(
        tuple(lines), {name: state for name, state in after.items() if state.open or now - state.at < AT_MOST_EVERY}
    )
