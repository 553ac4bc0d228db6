"""Our marked block inside an athlete's description: put it there, find it, take it out again.

The athlete's own words stay byte for byte: only the block and the separator that `put` wrote are ever removed.
"""

import hashlib
import re
from collections.abc import Iterator

START = "— Backstride recovery note —"
END = "— Backstride —"
SEPARATOR = "\n\n"

# A mark stands alone on its line; blanks after it and a carriage return may have been added on the way.
_BLANK = r"[^\S\n]*"
_START = re.compile(rf"^{re.escape(START)}{_BLANK}$", re.MULTILINE)
_END = re.compile(rf"^{re.escape(END)}{_BLANK}$", re.MULTILINE)
_TAG = re.compile(r"(?<![\w#/=&-])#(nonote|backstride|back)(?![\w-])", re.IGNORECASE)


def overhead() -> int:
    """Characters that the marks, their line breaks and the separator add to a note in a description."""
    return len(put("words", "")) - len("words")


def put(description: str | None, note: str) -> str:
    """The description with `note` appended as our block; unchanged where it already carries a mark of ours.

    A block that is there, whole, edited or half deleted, is the athlete's to decide about: nothing is added again.
    ValueError when the note itself holds a mark, for then it could not be found again.
    """
    if carries(note):
        raise ValueError("a note must not hold a line with our own mark")
    own = description or ""
    if carries(own):
        return own
    return f"{own}{SEPARATOR if own else ''}{START}\n{note}\n{END}"


def carries(text: str | None) -> bool:
    """True when a line is one of our marks, be the block whole or not."""
    return bool(text) and any(mark.search(text or "") for mark in (_START, _END))


def find(description: str | None) -> str | None:
    """The note inside the first whole block, without its marks; None where there is none."""
    text = description or ""
    for start, end in _blocks(text):
        inner = text[start:end]
        return inner.partition("\n")[2].rpartition("\n")[0].removesuffix("\r")
    return None


def strip(description: str | None) -> str:
    """The description without any whole block of ours and without the separator before it."""
    text = description or ""
    kept, position = [], 0
    for start, end in _blocks(text):
        kept.append(_without_separator(text[position:start]))
        position = end
    return "".join(kept) + text[position:]


def tags_in(text: str | None) -> frozenset[str]:
    """Which of `#nonote`, `#backstride`, `#back` the athlete wrote as whole words, in any case.

    Takes a title or a description as it is on Strava: our own block speaks of `#nonote` too, and never counts,
    not even when its last line was deleted.
    """
    own = strip(text)
    if orphan := _START.search(own):
        own = own[: orphan.start()]
    return frozenset(f"#{tag.casefold()}" for tag in _TAG.findall(own))


def fingerprint(note: str) -> str:
    """A hash that tells an edited note from ours; blind to line endings and blanks at line ends (64 hex digits)."""
    lines = [line.rstrip() for line in note.strip().split("\n")]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Where whole blocks start and end: from the last start mark before an end mark, so no words between are lost."""
    position = 0
    while end := _END.search(text, position):
        starts = list(_START.finditer(text, position, end.start()))
        if starts:
            yield starts[-1].start(), end.end()
        position = end.end()


def _without_separator(text: str) -> str:
    """`text` without what stands between the athlete's words and the block."""
    for separator in ("\r\n\r\n", SEPARATOR, "\r\n", "\n"):
        if text.endswith(separator):
            return text.removesuffix(separator)
    return text
