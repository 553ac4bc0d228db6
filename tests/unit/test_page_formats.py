"""Numbers on pages, and the habits by which they are written."""

import pytest
from babel.localedata import locale_identifiers

from integration.web.formats import formats, formats_of_a_stranger


def test_a_zero_has_no_sign_whichever_zero_is_written_first() -> None:
    page = formats("km", "en-GB")

    assert [page.number(zero, digits=7) for zero in (-0.0, 0.0)] == ["0.0000000", "0.0000000"]


@pytest.mark.parametrize(
    ("accepted", "written", "units"),
    [
        ("en-US,en", "en-US", "mi"), ("en", "en-GB", "km"), ("de-AT,de,en", "de-AT", "km"), ("de", "de", "km"),
        ("de-LI", "de", "km"), ("hu-HU,hu", "en-GB", "km"), ("en-IN", "en-GB", "km"), ("es-US", "es", "mi"),
        ("es-419", "es", "km"), ("hu,de", "de", "km"), ("zh-CN,en-US", "en-US", "mi"), ("no", "nb", "km"),
        ("nb", "nb", "km"), ("nb-NO", "nb-NO", "km"), ("EN-us", "en-US", "mi"), ("hu,es-US", "es", "mi"),
        ("nonsense,sv-SE", "sv-SE", "km"), ("*", "en-GB", "km"), ("", "en-GB", "km"),
    ],
)  # fmt: skip
def test_a_stranger_reads_numbers_and_units_as_the_first_language_of_the_browser_that_is_offered(
    accepted: str, written: str, units: str
) -> None:
    page = formats_of_a_stranger(accepted.split(","))

    assert (page.tag, page.units) == (written, units)


def test_strangers_who_ask_for_every_locale_there_is_bring_only_a_few_into_memory() -> None:
    asked_for = [name.replace("_", "-") for name in locale_identifiers()]

    assert len(asked_for) > 500
    assert len({formats_of_a_stranger([tag]).tag for tag in asked_for}) < 50
