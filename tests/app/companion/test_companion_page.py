"""docs/companion.md: weeks that say the same are one row, and every runner is judged."""

from characters import CHARACTERS
from simulation import Seen

from tools.simulate_runners import PAGE, judgements, rows


def week(number: int, *, told: int = 0) -> Seen:
    seen = Seen(number, runs=[10.0, 12.0 + number], limit_km=f"{11 + number}.0", next_run="Sun 15.0", plan="Mon Thu")
    seen.first_cards, seen.told = ["stretch", "strength", "stretch"], [told]
    return seen


def test_weeks_that_say_the_same_are_one_row_and_a_sore_one_is_not_among_them() -> None:
    table = list(rows([week(0), week(1), week(2, told=5), week(3)]))

    assert [row.split(" | ")[0] for row in table] == ["| 1–2", "| 3", "| 4"]
    assert table[0] == ("| 1–2 | 22–23 (13) | – | stretch; strength | 11–12 | Sun 15.0 | Mon Thu; 0 done | – |")
    assert "back 5" in table[1]


def test_the_page_has_each_runner_with_a_judgement_and_nothing_was_found_that_may_not_be() -> None:
    page, judged = PAGE.read_text(encoding="utf-8"), judgements()

    assert "and found nothing:" in page
    assert judged["Mended"] in page
    for who in CHARACTERS:
        assert f"\n## {who.name}\n" in page
        assert judged[who.name] in page
        assert "As a physiotherapist" in judged[who.name]
