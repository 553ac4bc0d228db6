"""Every form is read in the same way: what nobody asked for is refused by its field, and nothing is kept."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest
from in_turn import in_turn
from instance import ANNA
from made_runs import LIBRARY
from web_site import Site, Visitor

from integration.sandbox import SandboxServer
from integration.store.tables import Preferences


@pytest.fixture
def owned(tmp_path_factory: pytest.TempPathFactory, runner: SandboxServer, redis_url: str) -> Visitor:
    """Anna has connected and owns the instance."""
    site = Site(
        tmp_path_factory.mktemp("owned"), runner, redis_url, OWNER_ATHLETE=str(ANNA), ATHLETE_NOTIFY_SCHEMES="ntfy"
    )
    return site.connected(ANNA)


def posts(site: Site) -> Iterator[str]:
    """The address of every form."""
    for rule in site.app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and not rule.rule.startswith("/webhook/"):
            yield rule.rule.replace("<activity:activity>", "7")


def everything(site: Site) -> dict[str, object]:
    """The athlete's choices and answers, as they are stored."""
    stored = site.preferences()
    return {column.name: getattr(stored, column.name) for column in Preferences.__table__.columns}


def sent_twice(visitor: Visitor, path: str, **fields: list[str]) -> dict[str, str]:
    """The errors of a form whose fields have several values."""
    form = {**fields, "csrf_token": visitor.token("/leave")}
    answer = visitor.client.post(path, data=form, headers={"Accept": "application/json"})
    assert answer.status_code == 400
    return dict(answer.get_json()["errors"])


def test_a_field_that_nobody_asked_for_is_refused_by_every_form(owned: Visitor) -> None:
    site = owned.site
    before, forms = everything(site), sorted(posts(site))
    assert {"/leave", "/sign-out", "/notes/switch", "/notes/7/remove", "/notes/remove-all", "/routine/7"} <= set(forms)
    for path in forms:
        script = owned.post(path, {"shoe_size": "43"}, Accept="application/json")
        page = owned.post(path, {"shoe_size": "43"})

        assert (path, script.status_code, page.status_code) == (path, 400, 400)
        assert "shoe_size" in script.get_json()["errors"]
        assert "shoe_size: is no " in page.text

    athlete = site.athlete()
    assert athlete
    assert (athlete.state, everything(site)) == ("connected", before)


def test_a_file_is_a_field_that_nobody_asked_for(owned: Visitor) -> None:
    before = everything(owned.site)
    for path, fields in (("/notes/pause", {"days": "7"}), ("/thresholds", {"mute.days": "3"})):
        form = {"csrf_token": owned.token("/leave"), "photo": (BytesIO(b"x"), "x.png"), **fields}
        answer = owned.client.post(path, data=form, content_type="multipart/form-data")

        assert (path, answer.status_code) == (path, 400)
    assert everything(owned.site) == before


@in_turn(
    ("path", "field", "values"),
    [
        ("/answers", "consent", ["true", "false"]),
        ("/answers", "hurts", ["true", "false"]),
        ("/answers", "hurts", ["", "true"]),
        ("/answers", "arching", ["fine", "worse"]),
        ("/answers", "forget", ["true", "false"]),
        ("/routine/today", "consent", ["true", "false"]),
        ("/routine/today", "back", ["3", "7"]),
        ("/routine/today", "done", ["true", "false"]),
        ("/leave", "remove_notes", ["true", "false"]),
        ("/notes/switch", "on", ["true", "false"]),
        ("/notes/pause", "days", ["7", "14"]),
        ("/preferences", "units", ["km", "mi"]),
        ("/thresholds", "mute.days", ["3", "4"]),
        ("/admin/retry", "athlete", ["1", "2"]),
    ],
)
def test_a_field_that_says_two_things_is_refused_and_nothing_is_kept(
    owned: Visitor, path: str, field: str, values: list[str]
) -> None:
    before = everything(owned.site)

    assert sent_twice(owned, path, **{field: values})[field] == f"{field}: says two things; send it once"
    assert everything(owned.site) == before


def test_consent_and_an_answer_that_both_say_two_things_keep_nothing(owned: Visitor) -> None:
    errors = sent_twice(owned, "/answers", consent=["true", "false"], hurts=["true", "false"])

    assert set(errors) >= {"consent", "hurts"}
    assert (owned.site.preferences().answers, owned.site.preferences().answers_consented_at) == (None, None)


def test_a_hidden_false_before_a_tick_is_a_tick(owned: Visitor) -> None:
    form = {"cleared": ["false", "true"], "consent": ["true"], "csrf_token": owned.token("/leave")}

    assert owned.client.post("/answers", data=form).status_code == 303
    assert 'id="cleared" value="true" checked' in owned.get("/answers").text


@in_turn(
    ("fields", "said"),
    [
        ({"back": "11"}, "back: give a whole number from 0 (well) to 10"),
        ({"back": "-1"}, "back: give a whole number from 0 (well) to 10"),
        ({"back": "3.5"}, "back: give a whole number from 0 (well) to 10"),
        ({"answered": "999999999999999"}, "answered: lies in the future"),
        ({"answered": "tomorrow"}, "answered: give milliseconds since 1970"),
        ({"mood": "good"}, "mood: is no field here"),
    ],
)
def test_a_bad_number_or_a_date_in_the_future_is_one_line_by_its_field_and_nothing_is_kept(
    owned: Visitor, fields: dict[str, str], said: str
) -> None:
    given = {"done": "true", "consent": "true", "back": "3", **fields}
    answer = owned.post("/routine/today", given, Accept="application/json")

    assert answer.status_code == 400
    [(field, line)] = answer.get_json()["errors"].items()
    assert line.startswith(said)
    assert field in fields
    assert (owned.site.preferences().session_log, owned.site.preferences().answers_consented_at) == (None, None)


@pytest.mark.parametrize(("minutes", "status"), [(2, 200), (20, 400)])
def test_a_browsers_clock_may_be_ahead_by_a_few_minutes(owned: Visitor, minutes: int, status: int) -> None:
    at = owned.site.instance.resources.now() + timedelta(minutes=minutes)
    given = {"done": "true", "consent": "true", "answered": str(int(at.timestamp() * 1000))}

    assert owned.post("/routine/today", given, Accept="application/json").status_code == status


def test_a_warning_sign_counts_whatever_the_browsers_clock_says(owned: Visitor) -> None:
    sign = next(iter(LIBRARY.warning_signs))
    answer = owned.post("/routine/today", {"red_flags": sign, "answered": "999999999999999"})

    assert answer.headers["Location"] == "/safety"
    assert owned.site.preferences().answers


@in_turn("column", ["sets", "amount", "unit", "sides"])
def test_a_physios_move_without_its_part_of_a_column_is_refused(owned: Visitor, column: str) -> None:
    rows = {
        "pin_move": ["squat", "plank"], "pin_sets": ["2", "2"], "pin_amount": ["8", "20"],
        "pin_unit": ["reps", "seconds"], "pin_sides": ["once", "once"],
    }  # fmt: skip
    errors = sent_twice(owned, "/answers", consent=["true"], **{**rows, f"pin_{column}": rows[f"pin_{column}"][:1]})

    assert errors["pins"].startswith("pins: send each of pin_move, pin_sets")
    assert owned.site.preferences().answers is None
