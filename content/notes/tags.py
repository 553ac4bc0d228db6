"""Our tags in the athlete's own words: `#nonote`, `#backstride`, `#back`."""

import re
from typing import Final

from content.notes import block

_TAG: Final = re.compile(r"(?<![\w#/=&-])#(nonote|backstride|back)(?![\w-])", re.IGNORECASE)


def tags_in(text: str | None) -> frozenset[str]:
    """Return the tags that stand in a title or a description as whole words, in any case.

    Our own block speaks of `#nonote` too and never counts, not even if its last line was deleted.
    """
    return frozenset(f"#{tag.casefold()}" for tag in _TAG.findall(block.own_words(text)))
