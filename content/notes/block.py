"""Our marked block inside an athlete's description: to put there, to find, to take out again.

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


def overhead() -> int:
    """Return how many characters marks, line breaks and separator add to a note in a description."""
    return len(put("words", "")) - len("words")


def put(description: str | None, note: str) -> str:
    """Return the description with `note` appended as our block; unchanged if it already carries a mark of ours.

    A block that is there, whole, edited or half deleted, is the athlete's to decide about: nothing is added again.
    Raises ValueError if the note itself holds a mark, for then it could not be found again.
    """
    if carries(note):
        raise ValueError("a note must not hold a line with our own mark")
    own = description or ""
    if carries(own):
        return own
    return f"{own}{SEPARATOR if own else ''}{START}\n{note}\n{END}"


def carries(text: str | None) -> bool:
    """Return True if a line is one of our marks, be the block whole or not."""
    return bool(text) and any(mark.search(text or "") for mark in (_START, _END))


def find(description: str | None) -> str | None:
    """Return the note inside the first whole block, without its marks; None if there is none."""
    text = description or ""
    for start, end in _blocks(text):
        return _inner(text[start:end])
    return None


def strip(description: str | None) -> str:
    """Return the description without any whole block of ours and without the separator before it."""
    text = description or ""
    parts, position = [], 0
    for start, end in _blocks(text):
        parts.append(_without_separator(text[position:start]))
        position = end
    return "".join(parts) + text[position:]


def take_out(text: str | None, ours: str) -> str | None:
    """Return the text without the one whole block whose note has the fingerprint `ours`; None if there is none.

    Any other block stays: an older one that the athlete pasted is their words.
    """
    text = text or ""
    for start, end in _blocks(text):
        if fingerprint(_inner(text[start:end])) == ours:
            return _without_separator(text[:start]) + text[end:]
    return None


def own_words(text: str | None) -> str:
    """Return a title or a description without our words: whole blocks, and all after a start mark without an end."""
    own = strip(text)
    orphan = _START.search(own)
    return own[: orphan.start()] if orphan else own


def fingerprint(note: str) -> str:
    """Return 64 hex digits that tell an edited note from ours, blind to line endings and blanks at line ends."""
    lines = [line.rstrip() for line in note.strip().split("\n")]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each whole block: from the last start mark before an end mark, so no words are lost."""
    position = 0
    while end := _END.search(text, position):
        starts = list(_START.finditer(text, position, end.start()))
        if starts:
            yield starts[-1].start(), end.end()
        position = end.end()


def _inner(marked: str) -> str:
    """Return the note inside a whole block."""
    return marked.partition("\n")[2].rpartition("\n")[0].removesuffix("\r")


def _without_separator(text: str) -> str:
    """Return `text` without the separator between the athlete's words and the block."""
    for separator in ("\r\n\r\n", SEPARATOR, "\r\n", "\n"):
        if text.endswith(separator):
            return text.removesuffix(separator)
    return text
