"""A page answers like a page to anything that is sent: no form and no address makes it fail."""

from pathlib import Path
from urllib.parse import quote

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from in_turn import in_turn
from instance import ANNA
from web_site import Site, Visitor

from content.signals import KNOBS
from integration.sandbox import SandboxServer

FORMS = {
    "/thresholds": ["preset", "undo", *(knob.name for knob in KNOBS)],
    "/preferences": ["target", "form", "delay", "units", "links", "language"],
    "/answers": [
        "hurts", "floor", "cleared", "arching", "bending", "equipment", "left_out", "conditions", "red_flags",
        "consent", "forget", "pin_move", "pin_sets", "pin_amount", "pin_unit", "pin_sides",
    ],
    "/notes/switch": ["on", "target", "preset"],
    "/notes/pause": ["days"],
    "/notes/1/remove": ["x"],
    "/notes/1/try": ["x"],
    "/routine/1": ["done", "back", "where", "red_flags", "consent", "moves", "answered", "owner", "late"],
    "/routine/today": ["done", "back", "where", "red_flags", "consent", "moves", "answered", "owner", "late"],
    "/admin/retry": ["athlete"],
    "/connect/callback": ["x"],
}  # fmt: skip
LIKELY = st.sampled_from([
    "", "true", "false", "0", "1", "-1", "1e400", "nan", "0.10", "9" * 30, "fewer", "pages", "km", "en-GB", "x-y-z",
    "plank", "reps", "each side", "mat", "saddle-numbness", "²", "\x00", "../..", "<b>",
])  # fmt: skip
VALUES = st.lists(LIKELY | st.text(max_size=12), min_size=1, max_size=3)
PATHS = (
    "/moves", "/moves/{}", "/moves/{}.svg", "/routine", "/routine/{}", "/notes/{}/remove", "/connect",
    "/connect/callback", "/thresholds", "/thresholds/preview", "/", "/admin", "/leave", "/static/{}",
)  # fmt: skip
ARGUMENTS = st.sampled_from([
    "moves", "kind", "part", "equipment", "next", "invite", "state", "code", "scope", "error", "preset", "mute.days",
    "again", "ended",
])  # fmt: skip


@pytest.fixture
def anna(tmp_path: Path, sandbox: SandboxServer, redis_url: str) -> Visitor:
    site = Site(tmp_path, sandbox, redis_url, OWNER_ATHLETE=str(ANNA))
    return site.connected(ANNA)


quickly = examples(20)


@in_turn("value", ["9" * 30, "1e400", "-1e300", "nan"])
def test_a_number_beyond_all_measure_is_named(anna: Visitor, value: str) -> None:
    assert anna.post("/thresholds", {"session_spike.over": value}, of="/thresholds").status_code == 400


@quickly
@given(path=st.sampled_from(sorted(FORMS)), data=st.data())
def test_no_form_makes_a_page_fail(anna: Visitor, path: str, data: st.DataObject) -> None:
    form = data.draw(st.dictionaries(st.sampled_from(FORMS[path]), VALUES, max_size=6))

    answer = anna.client.post(path, data={**form, "csrf_token": anna.token("/leave")})

    assert answer.status_code in {200, 303, 400, 403, 404}


@quickly
@given(
    path=st.sampled_from(PATHS),
    piece=LIKELY | st.text(max_size=12),
    arguments=st.dictionaries(ARGUMENTS, VALUES, max_size=4),
)
def test_no_address_makes_a_page_fail(anna: Visitor, path: str, piece: str, arguments: dict[str, list[str]]) -> None:
    answer = anna.client.get(path.replace("{}", quote(piece, safe="")), query_string=arguments)

    assert answer.status_code in {200, 302, 303, 308, 400, 404, 405, 410}
