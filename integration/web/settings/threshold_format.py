"""Thresholds as a person reads them: a value, and the limits of a field. Forms and JSON keep fractions and km."""

from content.signals import Knob
from integration.web.formats import PageFormats
from integration.web.forms import echo

LARGEST = 1e9  # beyond which a number is no reading, and more digits than any format rounds
UNITS = {"times": "times", "runs": "runs", "minutes": "minutes", "days": "days"}


def reading(knob: Knob, value: object, fmt: PageFormats) -> str:
    """Return a threshold's value as a person reads it; a wrong one stays as it was typed."""
    try:
        number = float(str(value))
    except ValueError:
        return str(value)
    if not abs(number) < LARGEST:  # nor is nan
        return str(value)
    if knob.unit == "share":
        return fmt.share(number)
    if knob.unit == "km":
        return fmt.from_km(number)
    digits = 1 if knob.unit == "times" else 0
    return f"{fmt.number(number, digits)}\N{NO-BREAK SPACE}{UNITS[knob.unit]}"


def within(knob: Knob, typed: str, fmt: PageFormats) -> str:
    """Return the limits of a threshold, and the value typed instead, in the unit of its field."""
    low, high, step = (reading(knob, value, fmt) for value in (knob.low, knob.high, knob.step))
    # The field itself takes what forms and JSON hold.
    shown_otherwise = knob.unit == "share" or (knob.unit == "km" and fmt.units != "km")
    hint = f"; type {knob.default} for {reading(knob, knob.default, fmt)}" if shown_otherwise else ""
    return f"from {low} to {high} in steps of {step}{hint} (you gave {echo(reading(knob, typed, fmt))})"
