"""The fields of a form: none that nobody knows, none that says two things. What is wrong is said in a line by field."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from integration.web.truth import truth

TOKEN = "csrf_token"  # noqa: S105  # the field's name
LONGEST_ECHO = 60  # characters of what was sent that are said back
MOST_NAMED = 5  # unknown fields; the rest is as wrong

Read = Callable[[str], Any]


class WrongValue(ValueError):
    """The message says what would have been taken."""


def read_all(
    sent: MultiDict[str, str], readers: Mapping[str, Read], no_field: Callable[[str], str] | None = None
) -> tuple[dict[str, Any], dict[str, str]]:
    """The values of the fields that were sent, and by field what is wrong. An absent field is in neither.

    `no_field` says of a name that there is no such field; the token of the form is always fine.
    """
    values: dict[str, Any] = {}
    remedy = no_field or (lambda _: f"is no field here; there are {', '.join(readers)}")
    errors = {echo(name): f"{echo(name)}: {remedy(name)}" for name in unknown(sent, readers)}
    for name in filter(sent.__contains__, readers):
        try:
            values[name] = readers[name](only(sent, name))
        except WrongValue as wrong:
            errors[name] = f"{name}: {wrong}"
    return values, errors


def unknown(sent: MultiDict[str, str], known: Collection[str]) -> list[str]:
    """The first names that were sent and that nobody knows; the token of the form is always fine."""
    return [name for name in sent if name not in known and name != TOKEN][:MOST_NAMED]


def ticked(sent: MultiDict[str, str], name: str, errors: dict[str, str]) -> bool:
    """Whether a tick box is ticked; an absent or empty one is not, and one that says anything else is an error."""
    try:
        return yes_or_no(sent.get(name) or "false")
    except WrongValue as wrong:
        errors[name] = str(wrong)
        return False


def only(sent: MultiDict[str, str], name: str) -> str:
    """The one value of a field that was sent. A tick box may have a hidden `false` before it, which it overrules."""
    values = sent.getlist(name)
    if values == ["false", "true"]:
        return "true"
    if len(set(values)) > 1:
        raise WrongValue("says two things; send it once")
    return values[0]


def one_of(choices: Collection[str]) -> Read:
    """Reads one of the words `choices`."""

    def read(text: str) -> str:
        if text not in choices:
            raise WrongValue(f"choose one of {', '.join(choices)}")
        return text

    return read


def yes_or_no(text: str) -> bool:
    """Reads true or false."""
    try:
        return truth(text)
    except ValueError as wrong:
        raise WrongValue(str(wrong)) from None


def echo(text: str) -> str:
    """What was sent, short enough to be said back."""
    return text if len(text) <= LONGEST_ECHO else f"{text[:LONGEST_ECHO]}…"
