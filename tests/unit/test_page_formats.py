"""Numbers on pages."""

from integration.web.formats import formats


def test_a_zero_has_no_sign_whichever_zero_is_written_first() -> None:
    page = formats("km", "en-GB")

    assert [page.number(zero, digits=7) for zero in (-0.0, 0.0)] == ["0.0000000", "0.0000000"]
