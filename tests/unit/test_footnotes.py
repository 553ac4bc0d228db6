"""A page's sources are numbered as they are mentioned, and listed once."""

from integration.web.training.footnotes import Footnotes


def test_sources_are_numbered_in_the_order_of_their_first_mention_and_listed_once() -> None:
    footnotes = Footnotes()

    assert ">1</a></sup>" in footnotes.mark(["S4"])
    both = footnotes.mark(["S1", "S4"])
    footnotes.add(["S1", "ASTEROID"])

    assert both.index(">1</a>") < both.index(">2</a>")
    assert 'href="#source-2"' in both
    assert [source.id for source in footnotes.cited] == ["S4", "S1", "ASTEROID"]


def test_what_rests_on_no_source_has_no_footnote() -> None:
    footnotes = Footnotes()

    assert footnotes.mark([]) == ""
    assert footnotes.cited == []
