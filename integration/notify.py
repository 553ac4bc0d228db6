"""Tells somebody something at addresses of theirs, by apprise: in a process of its own, with a deadline.

So nothing that is dead, slow or large holds anything up, and no long-lived process has apprise in its memory. Addresses
hold passwords: they travel on the child's standard input, and stand in no log and no error.
"""

import json
import re
import subprocess
import sys
from collections.abc import Sequence

WITHIN_S = 20.0
ADDRESS = re.compile(r"^[a-z0-9][a-z0-9+.-]*://\S+$", re.IGNORECASE)


def addresses(text: str) -> tuple[str, ...]:
    """Return the addresses in `text`, separated by commas or blanks. Raises ValueError if one is none."""
    found = tuple(part for part in re.split(r"[\s,;]+(?=[A-Za-z0-9][A-Za-z0-9+.-]*://)", text.strip(" ,;\n")) if part)
    if not all(ADDRESS.match(part) for part in found):
        raise ValueError("no notification address")
    return found


def scheme_of(address: str) -> str:
    """Return the kind of an address, such as ntfys."""
    return address.partition("://")[0].lower()


def tell_publicly(urls: Sequence[str], title: str, text: str) -> bool:
    """Tell `text` at addresses of an athlete: none of them reaches into the operator's network."""
    return tell(urls, title, text, public_only=True)


def tell(urls: Sequence[str], title: str, text: str, *, public_only: bool = False, within: float = WITHIN_S) -> bool:
    """Tell `text` at each of `urls`; return False if one of them did not take it within `within` seconds.

    `public_only`: an athlete's own address must not reach into the operator's network, by whatever name or redirect.
    """
    content = json.dumps({"urls": list(urls), "title": title, "text": text, "public_only": public_only})
    command = (sys.executable, "-P", "-m", "integration.notify_process")
    try:
        done = subprocess.run(  # noqa: S603 - our own
            command, input=content.encode(), capture_output=True, timeout=within, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
