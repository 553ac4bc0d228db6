"""Places: this checkout, and the material beside it that does not ship (tests say so and skip without it)."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
