"""A form takes what it asks for: unknown fields, conflicting repeats and wrong values are named, one line by field."""

from typing import Annotated, ClassVar

import pytest
from pydantic import BeforeValidator
from werkzeug.datastructures import MultiDict

from integration.web import forms
from integration.web.forms import Form, NoFields, parse


class Example(Form):
    """One field of each kind."""

    several: ClassVar = ("where",)

    on: forms.YesOrNo | None = None
    agreed: forms.Tick = False
    size: Annotated[str | None, forms.one_of(("small", "large"))] = None
    days: Annotated[int, BeforeValidator(lambda text: forms.whole(text, 365, "give days from 0 to 365"))] = 7
    where: Annotated[tuple[str, ...], forms.words_of(lambda: ("neck", "hip"))] = ()


def given(*fields: tuple[str, str]) -> MultiDict[str, str]:
    return MultiDict(fields)


def test_what_was_sent_is_read_and_what_was_not_is_at_its_default() -> None:
    form, errors = parse(Example, given(("on", "false"), ("days", "30"), ("where", "hip"), ("where", "neck")))

    assert errors == {}
    assert form == Example.model_construct(on=False, days=30, where=("neck", "hip"))
    assert form.sent == {"on": False, "days": 30, "where": ("neck", "hip")}


def test_the_forms_token_is_always_fine() -> None:
    assert parse(NoFields, given(("csrf_token", "a"), ("csrf_token", "b")))[1] == {}


def test_an_unknown_field_is_named_with_those_there_are() -> None:
    assert parse(Example, given(("of", "true")))[1] == {
        "of": "of: is no field here; there are on, agreed, size, days, where"
    }
    assert parse(NoFields, given(("x", "1")))[1] == {"x": "x: is no field here"}


def test_of_many_unknown_fields_five_are_named_and_none_at_full_length() -> None:
    errors = parse(NoFields, given(*((f"{number}" * 500, "") for number in range(9))))[1]

    assert len(errors) == 5
    assert max(map(len, errors.values())) < 100


@pytest.mark.parametrize("values", [("true", "false"), ("true", "on"), ("", "true"), ("false", "true", "false")])
def test_a_field_that_says_two_things_is_refused(values: tuple[str, ...]) -> None:
    form, errors = parse(Example, given(*(("agreed", value) for value in values)))

    assert errors == {"agreed": "agreed: says two things; send it once"}
    assert form.agreed is False


def test_of_a_shared_link_only_the_own_fields_are_read_and_their_repeats_stay() -> None:
    link = given(("fbclid", "x"), ("size", "small"), ("size", "large"), ("utm_source", "club"))

    assert forms.own(Example, link).to_dict(flat=False) == {"size": ["small", "large"]}


@pytest.mark.parametrize("values", [("false", "true"), ("true", "true"), ("true",), ("on",)])
def test_a_tick_overrules_the_hidden_false_before_it(values: tuple[str, ...]) -> None:
    form, errors = parse(Example, given(*(("agreed", value) for value in values)))

    assert (form.agreed, errors) == (True, {})


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("on", "perhaps", "on: give true or false"),
        ("on", "", "on: give true or false"),
        ("agreed", "perhaps", "agreed: give true or false"),
        ("size", "huge", "size: choose one of small, large"),
        ("days", "366", "days: give days from 0 to 365"),
        ("days", "-1", "days: give days from 0 to 365"),
        ("days", "²", "days: give days from 0 to 365"),
        ("days", "9" * 5000, "days: give days from 0 to 365"),
        ("where", "knee", "where: “knee” is not known here; choose from neck, hip"),
    ],
)
def test_a_wrong_value_is_named_with_its_remedy_and_the_rest_can_still_be_read(
    field: str, value: str, said: str
) -> None:
    form, errors = parse(Example, given((field, value), *([] if field == "size" else [("size", "small")])))

    assert errors == {field: said}
    assert getattr(form, field) == Example.model_fields[field].default
    assert form.size == (None if field == "size" else "small")


def test_an_empty_tick_is_not_ticked_and_empty_words_say_nothing() -> None:
    form, errors = parse(Example, given(("agreed", ""), ("where", "")))

    assert (form.agreed, form.where, errors) == (False, (), {})


def test_everything_that_is_wrong_is_said_at_once() -> None:
    assert list(parse(Example, given(("x", "1"), ("on", "maybe"), ("days", "many")))[1]) == ["x", "on", "days"]
