"""The one way in which a form is read: a Pydantic model per form, one line for each field that is wrong.

Unknown fields and conflicting repeats are refused; of a link that people share, only its `own` fields are read. An
absent field is at its default and not among the `sent` ones. The token of the form (`csrf_token`) is always fine, and
so is a hidden `false` that stands before a ticked `true`.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Annotated, Any, ClassVar, TypeVar

from flask import request
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from werkzeug.datastructures import MultiDict

TOKEN = "csrf_token"  # noqa: S105  # the field's name
LONGEST_ECHO = 60  # characters of what was sent that are said back
MOST_NAMED = 5  # unknown fields; the rest is as wrong
YES, NO = frozenset({"true", "on", "1", "yes"}), frozenset({"false", "off", "0", "no"})

Errors = Mapping[str, str]  # by field, a line that names it
Page = Callable[[Errors], str]


class Form(BaseModel):
    """The fields that a form may send. `several`: those that may come more than once, as a list of texts."""

    model_config = ConfigDict(frozen=True, populate_by_name=False)
    several: ClassVar[Collection[str]] = ()

    @classmethod
    def names(cls) -> list[str]:
        """Return the fields' names as they are sent."""
        return [field.alias or name for name, field in cls.model_fields.items()]

    @classmethod
    def no_field(cls, name: str) -> str:
        """Say that there is no field `name`, and which there are."""
        del name
        return f"is no field here; there are {', '.join(cls.names())}" if cls.names() else "is no field here"

    @property
    def sent(self) -> dict[str, Any]:
        """The values of the fields that were sent, by name."""
        return {
            field.alias or name: getattr(self, name)
            for name, field in type(self).model_fields.items()
            if name in self.model_fields_set
        }


class NoFields(Form):
    """A button: there is nothing to fill in."""


F = TypeVar("F", bound=Form)


class FormError(ValueError):
    """A form was refused. `page` shows it again with what is wrong; None if it stands on no page of its own."""

    def __init__(self, errors: Errors, page: Page | None = None) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = errors
        self.page = page


def read(kind: type[F], page: Page | None = None, check: Callable[[F], Errors] = lambda _: {}) -> F:
    """Return the form that was sent, or raise FormError; then nothing of it counts.

    `check` says by field what else is wrong, without the field's name.
    """
    form, errors = parse(kind, request_fields())
    errors = {name: f"{name}: {why}" for name, why in check(form).items()} | errors
    if errors:
        raise FormError(errors, page)
    return form


def request_fields() -> MultiDict[str, str]:
    """Return the fields of this request's form. A file is an empty one: the form that takes one reads it itself."""
    return MultiDict([*request.form.items(multi=True), *((name, "") for name in request.files)])


def parse(kind: type[F], fields: MultiDict[str, str]) -> tuple[F, dict[str, str]]:
    """Return the form without the fields that are wrong, and a line for each of these."""
    names = kind.names()
    unknown = [name for name in fields if name not in names and name != TOKEN][:MOST_NAMED]
    errors = {echo(name): f"{echo(name)}: {kind.no_field(name)}" for name in unknown}
    values: dict[str, Any] = {}
    for name in filter(fields.__contains__, names):
        try:
            values[name] = fields.getlist(name) if name in kind.several else only(fields.getlist(name))
        except ValueError as wrong:
            errors[name] = f"{name}: {wrong}"
    try:
        return kind.model_validate(values), errors
    except ValidationError as wrong:
        errors |= {str(each["loc"][0]): f"{each['loc'][0]}: {_why(each)}" for each in wrong.errors()}
    return kind.model_validate({name: value for name, value in values.items() if name not in errors}), errors


def _why(error: Any) -> str:
    raised = error.get("ctx", {}).get("error")
    return str(raised or error["msg"])


def own(kind: type[Form], fields: MultiDict[str, str]) -> MultiDict[str, str]:
    """Return the form's own fields. For a link that people share: others add theirs to it, such as a tracker's."""
    names = kind.names()
    return MultiDict([(name, value) for name, value in fields.items(multi=True) if name in names])


def only(values: list[str]) -> str:
    """Return the one value of a field. Raises ValueError for a field that says two things."""
    if values == ["false", "true"]:
        return "true"
    if len(set(values)) > 1:
        raise ValueError("says two things; send it once")
    return values[0]


def yes_or_no(text: str) -> bool:
    """Return what a field says. Ours say true and false; a browser's tick box, left to itself, says on."""
    if text.lower() not in YES | NO:
        raise ValueError("give true or false")
    return text.lower() in YES


def one_of(choices: Collection[str]) -> BeforeValidator:
    """Take one of the words `choices`. An empty one among them is taken, and not named as a choice."""

    def read_word(text: str) -> str:
        if text not in choices:
            raise ValueError(f"choose one of {', '.join(filter(None, choices))}")
        return text

    return BeforeValidator(read_word)


def words_of(choices: Callable[[], Collection[str]]) -> BeforeValidator:
    """Take any of the words that `choices` gives, and return them in their order; empty ones say nothing."""

    def read_words(texts: list[str]) -> tuple[str, ...]:
        chosen, known = set(filter(None, texts)), choices()
        unknown = sorted(chosen - set(known))
        if unknown:
            raise ValueError(f"“{echo(unknown[0])}” is not known here; choose from {', '.join(known)}")
        return tuple(word for word in known if word in chosen)

    return BeforeValidator(read_words)


def whole(text: str, most: int, remedy: str) -> int:
    """Return the whole number from 0 to `most` that `text` is. Raises ValueError, which says `remedy`."""
    # The length first: Python refuses to read thousands of digits.
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and int(text) <= most):
        raise ValueError(remedy)
    return int(text)


YesOrNo = Annotated[bool, BeforeValidator(yes_or_no)]
Tick = Annotated[bool, BeforeValidator(lambda text: bool(text) and yes_or_no(text))]  # an empty one is not ticked


def echo(text: str) -> str:
    """Return what was sent, short enough to be said back."""
    return text if len(text) <= LONGEST_ECHO else f"{text[:LONGEST_ECHO]}…"
