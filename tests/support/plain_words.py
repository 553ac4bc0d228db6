"""The words of our own that nobody who reads us need learn; pages, notes, the terminal and the README say others."""

import re

PRIVATE = re.compile(
    r"red flags?|session spikes?|\bspike|long efforts?|taken? back|take it back|headroom|\bmuted\b|\bnoticed\b"
    r"|set aside|judged|activity:\w+|unticked|\bbells?\b",
    re.IGNORECASE,
)
