"""Better, same or worse per move: told after a session, kept with consent, and what routines make of it."""

from in_turn import in_turn
from steady import BERTA
from web_site import Site, Visitor

from content.companion.helped import Felt
from integration.athlete_profile import diary_of, load


def done(berta: Visitor, **more: str) -> int:
    form = {"done": "true", "moves": "childs-pose", "consent": "true"} | more
    return berta.post("/routine/today", form, of="/routine/today").status_code


def left_out(site: Site) -> frozenset[str]:
    with site.store.read() as session:
        return load(session, site.instance.resources.vault, BERTA).answers.left_out


def test_a_move_that_was_worse_twice_is_left_out_and_the_answers_say_so(site: Site, berta: Visitor) -> None:
    assert 'name="felt"' in berta.get("/routine/today").text
    assert done(berta, felt="childs-pose:worse") == 303
    assert left_out(site) == frozenset()

    site.instance.later(days=2)
    done(berta, felt="childs-pose:worse")
    assert left_out(site) == {"childs-pose"}
    assert "move-childs-pose" not in berta.get("/routine/today").text
    assert "Left out, since it was worse twice: Child" in berta.text("/answers")

    assert berta.post("/answers/try-again", {"move": "childs-pose"}, of="/answers").status_code == 303
    assert left_out(site) == frozenset()
    assert berta.post("/answers/try-again", {"move": "childs-pose"}, of="/answers").status_code == 400


def test_without_consent_no_effect_is_kept(site: Site, berta: Visitor) -> None:
    done(berta, felt="childs-pose:worse", consent="")

    assert site.preferences(BERTA).diary is None


@in_turn("felt", ["childs-pose:awful", "moon:worse", "worse", "childs-pose"])
def test_an_effect_that_makes_no_sense_is_named_by_its_field(site: Site, berta: Visitor, felt: str) -> None:
    assert done(berta, felt=felt) == 400
    assert site.preferences(BERTA).diary is None


def test_better_is_kept_with_the_move(site: Site, berta: Visitor) -> None:
    done(berta, felt="childs-pose:better")
    [effect] = diary_of(site.preferences(BERTA), site.instance.resources.vault).effects

    assert (effect.move, effect.felt) == ("childs-pose", Felt.BETTER)
