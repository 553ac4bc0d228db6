"""Workout files for a watch: linked where the strength part is seen, with the doses of the page, and none on hold."""

from datetime import timedelta

import pytest
from fit_tool.fit_file import FitFile
from steady import BERTA, add_steady_runner
from web_site import Site, Visitor
from werkzeug.test import TestResponse

from integration.web.companion.watch import NONE_NOW

TODAYS, PLANS = "/routine/today/strength.fit", "/plan/strength.fit"


def moves_in(answer: TestResponse) -> list[str]:
    """Return the names of the moves in a file, in order."""
    assert answer.status_code == 200
    steps = [record.message for record in FitFile.from_bytes(answer.data).records if not record.is_definition]
    names = [step.workout_step_name.partition(",")[0] for step in steps if getattr(step, "notes", None)]
    return list(dict.fromkeys(names))


def test_todays_strength_part_is_a_file_beside_it_and_for_its_owner_alone(site: Site, berta: Visitor) -> None:
    page = berta.get("/routine/today").text
    answer = berta.get(TODAYS)
    moves = moves_in(answer)

    assert f'href="{TODAYS}"' in page
    assert "Connect a Garmin watch by cable" in page
    assert len(moves) >= 3
    assert all(f"<h2>{move}</h2>" in page.replace("&#39;", "'") for move in moves)
    assert answer.headers["Content-Type"] == "application/vnd.ant.fit"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="strength-')
    assert site.visitor().get(TODAYS).status_code == 303


def test_the_plan_has_a_file_for_its_next_day(berta: Visitor) -> None:
    assert berta.get(PLANS).status_code == 404
    berta.post("/plan", {"sessions": "2", "consent": "true"}, of="/plan")

    assert f'href="{PLANS}"' in berta.get("/plan").text
    assert len(moves_in(berta.get(PLANS))) >= 3


@pytest.mark.parametrize("path", [TODAYS, PLANS])
def test_on_hold_and_with_a_sore_back_there_is_none(berta: Visitor, path: str) -> None:
    berta.post("/plan", {"sessions": "2", "consent": "true"}, of="/plan")
    berta.post("/answers", {"hurts": "yes", "consent": "true"}, of="/answers")
    assert berta.get(path).status_code == 303
    berta.post("/answers", {"red_flags": "night"}, of="/safety")
    answer = berta.get(path)

    assert answer.status_code == 303
    assert NONE_NOW in berta.get(answer.headers["Location"]).text
    assert "strength.fit" not in berta.get("/routine/today").text + berta.get("/plan").text


def test_a_notes_strength_part_is_a_file_even_while_it_waits(site: Site) -> None:
    add_steady_runner(site.strava, BERTA)
    berta = site.connected(BERTA, notes_on=True)
    far = site.strava.create_activity(BERTA, km=16, start=site.instance.now() - timedelta(hours=3), push=False)
    site.instance.ask(BERTA, reconcile_requested=True)
    site.instance.later(minutes=10)
    site.instance.work()
    address = f"/routine/{far}/strength.fit"

    assert f'href="{address}"' in berta.get(f"/routine/{far}").text
    assert 'id="later"' in berta.get(f"/routine/{far}").text
    assert moves_in(berta.get(address))
    assert berta.get("/routine/5/strength.fit").status_code == 404
