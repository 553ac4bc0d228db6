"""The code of this checkout, read and parsed once in a process for all tests that look at it."""

from functools import cache

from tools.measure_house import House


@cache
def our_house() -> House:
    """Return the modules of content, integration and workers."""
    return House.at()
