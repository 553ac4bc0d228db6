"""Numbers on pages, and the habits by which they are written."""

import pytest
from babel.localedata import locale_identifiers

from integration.web.formats import formats, language_of_a_stranger


def test_a_zero_has_no_sign_whichever_zero_is_written_first() -> None:
    page = formats("km", "en-GB")

    assert [page.number(zero, digits=7) for zero in (-0.0, 0.0)] == ["0.0000000", "0.0000000"]


@pytest.mark.parametrize(
    ("accepted", "written"),
    [
        (["en-US", "en"], "en-US"), (["en"], "en-GB"), (["de-AT", "de", "en"], "de-AT"), (["de"], "de"),
        (["de-LI"], "de"), (["hu-HU", "hu"], "en-GB"), (["en-IN"], "en-GB"),
        (["nonsense", "sv-SE"], "sv-SE"), ([], "en-GB"),
    ],
)  # fmt: skip
def test_a_stranger_reads_numbers_as_the_browser_asks_if_that_is_offered(accepted: list[str], written: str) -> None:
    assert language_of_a_stranger(accepted) == written


def test_strangers_who_ask_for_every_locale_there_is_bring_only_a_few_into_memory() -> None:
    asked_for = [name.replace("_", "-") for name in locale_identifiers()]

    assert len(asked_for) > 500
    assert len({language_of_a_stranger([tag]) for tag in asked_for}) < 50
