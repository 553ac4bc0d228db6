"""What was measured, as one table beside the last one that was committed."""

import json
from pathlib import Path

LAST = Path(__file__).with_name("last.json")


class Figures:
    """The figures of one run: name → value. A name tells its unit."""

    def __init__(self) -> None:
        self._measured: dict[str, float] = {}

    def add(self, name: str, value: float) -> None:
        """Add one figure; two digits of it count."""
        self._measured[name] = round(value, 2 if value < 10 else 0)

    def keep(self) -> None:
        """Make these the last figures; what was not measured in this run stays as it was."""
        LAST.write_text(json.dumps(_last() | self._measured, indent=2, sort_keys=True) + "\n")

    def table(self) -> list[str]:
        """Return the lines of the table: name, value, last value, by how much it differs."""
        last = _last()
        width = max(map(len, self._measured), default=0)
        return [
            f"{name:{width}}  {value:10g}  {_beside(value, last.get(name))}" for name, value in self._measured.items()
        ]


def _beside(value: float, last: float | None) -> str:
    if not last:
        return "new"
    return f"last {last:8g}  {value / last - 1:+5.0%}"


def _last() -> dict[str, float]:
    return json.loads(LAST.read_text()) if LAST.exists() else {}
