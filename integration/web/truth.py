"""What a form field says by yes or no. Ours say true and false; a browser's tick box, left to itself, says on."""

YES, NO = frozenset({"true", "on", "1", "yes"}), frozenset({"false", "off", "0", "no"})


def truth(text: str) -> bool:
    """Raises ValueError for what is neither."""
    if text.lower() in YES:
        return True
    if text.lower() in NO:
        return False
    raise ValueError("give true or false")
