"""Settings of an athlete: undo, fields that nobody knows, wrong values beside their fields, and nothing half-kept."""

from pathlib import Path

import html5lib
import pytest
from in_turn import in_turn
from instance import ANNA
from web_site import Site, Visitor
from werkzeug.test import TestResponse

from integration.sandbox import SandboxServer
from integration.store import pending_activities
from integration.store.activity_events import ActivityEvent
from integration.store.tables import PendingActivity

HUGE = "9" * 5000
WRONG_PREFERENCES = {
    "target": ("everywhere", ""), "form": ("longest",), "delay": ("7", "05"), "units": ("parsec", HUGE),
    "links": ("maybe", ""), "language": ("xx-YY", HUGE, ""),
}  # fmt: skip


@pytest.fixture
def site(tmp_path: Path, sandbox: SandboxServer, redis_url: str) -> Site:
    return Site(tmp_path, sandbox, redis_url)


@pytest.fixture
def anna(site: Site) -> Visitor:
    return site.connected(ANNA)


def undo(anna: Visitor) -> TestResponse:
    return anna.post("/thresholds", {"undo": "true"}, of="/thresholds")


def errors(answer: TestResponse) -> dict[str, str]:
    assert answer.status_code == 400
    assert answer.json is not None
    assert "\n" not in answer.json["error"]
    return dict(answer.json["errors"])


class TestUndo:
    def test_a_save_that_changes_nothing_leaves_what_undo_brings_back(self, site: Site, anna: Visitor) -> None:
        anna.post("/thresholds", {"mute.days": "3"}, of="/thresholds")
        anna.post("/thresholds", {"mute.days": "3"}, of="/thresholds")
        anna.post("/thresholds", {}, of="/thresholds")

        undo(anna)

        assert site.preferences().thresholds == {}

    def test_undone_twice_is_done_again(self, site: Site, anna: Visitor) -> None:
        anna.post("/thresholds", {"mute.days": "3"}, of="/thresholds")

        undo(anna)
        undo(anna)

        assert site.preferences().thresholds == {"mute.days": 3}

    def test_of_several_changes_the_last_is_undone(self, site: Site, anna: Visitor) -> None:
        for days in ("3", "5", "9", "9"):
            anna.post("/thresholds", {"mute.days": days}, of="/thresholds")

        undo(anna)

        assert site.preferences().thresholds == {"mute.days": 5}

    def test_where_nothing_was_changed_undo_says_so_and_changes_nothing(self, site: Site, anna: Visitor) -> None:
        undo(anna)

        assert "Nothing to undo" in anna.get("/thresholds").text
        assert site.preferences().previous_thresholds is None

    def test_undo_false_undoes_nothing(self, site: Site, anna: Visitor) -> None:
        anna.post("/thresholds", {"mute.days": "3"}, of="/thresholds")
        anna.post("/thresholds", {"undo": "false", "comeback.days": "30"}, of="/thresholds")

        assert site.preferences().thresholds == {"mute.days": 3, "comeback.days": 30}

    @pytest.mark.parametrize("form", [{"undo": "maybe"}, {"undo": "true", "mute.days": "9"}])
    def test_an_undo_that_nobody_understands_is_refused(self, site: Site, anna: Visitor, form: dict[str, str]) -> None:
        anna.post("/thresholds", {"mute.days": "3"}, of="/thresholds")

        answer = anna.post("/thresholds", form, of="/thresholds", Accept="application/json")

        assert list(errors(answer)) == ["undo"]
        assert site.preferences().thresholds == {"mute.days": 3}

    def test_a_preset_chosen_on_the_welcome_page_can_be_undone_too(self, site: Site, anna: Visitor) -> None:
        anna.post("/thresholds", {"mute.days": "3"}, of="/thresholds")
        anna.post("/notes/switch", {"on": "true", "preset": "fewer"}, of="/welcome")

        undo(anna)

        assert site.preferences().thresholds == {"mute.days": 3}

    def test_switching_notes_on_with_the_preset_that_holds_changes_nothing_to_undo(
        self, site: Site, anna: Visitor
    ) -> None:
        anna.post("/thresholds", {"mute.days": "3"}, of="/thresholds")
        anna.post("/thresholds", {"preset": "standard"}, of="/thresholds")
        anna.post("/notes/switch", {"on": "true", "preset": "standard"}, of="/welcome")

        undo(anna)

        assert site.preferences().thresholds == {"mute.days": 3}


class TestUnknownFields:
    @in_turn("name", ["session_spike.larg", "units", "mute_days", "<b>"])
    def test_a_threshold_that_there_is_not_is_named_with_those_there_are(
        self, site: Site, anna: Visitor, name: str
    ) -> None:
        form = {name: "0.3", "mute.days": "3"}

        for answer in (
            anna.post("/thresholds", form, of="/thresholds", Accept="application/json"),
            anna.client.get("/thresholds/preview", query_string=form, headers={"Accept": "application/json"}),
        ):
            assert list(errors(answer)) == [name]
            said = errors(answer)[name]
            assert "did you mean" in said or "session_spike.over, " in said
        assert site.preferences().thresholds == {}

    def test_on_the_page_it_is_said_too(self, anna: Visitor) -> None:
        for answer in (
            anna.post("/thresholds", {"session_spike.larg": "0.3"}, of="/thresholds"),
            anna.get("/thresholds?session_spike.larg=0.3"),
        ):
            assert answer.status_code == 400
            assert "session_spike.larg: is no threshold" in answer.text

    @pytest.mark.parametrize(
        ("path", "form", "known"),
        [
            ("/preferences", {"unit": "mi", "delay": "5"}, "units"),
            ("/notes/switch", {"on": "true", "presett": "fewer"}, "preset"),
            ("/notes/pause", {"days": "7", "until": "x"}, "days"),
        ],
    )
    def test_so_it_is_with_other_forms(
        self, site: Site, anna: Visitor, path: str, form: dict[str, str], known: str
    ) -> None:
        answer = anna.post(path, form, of="/preferences", Accept="application/json")

        (said,) = errors(answer).values()
        assert known in said
        kept = site.preferences()
        assert (kept.delay, kept.notes_on, kept.paused_until) == (0, False, None)


class TestWrongValues:
    def test_the_thresholds_in_an_address_are_held_to_their_limits(self, anna: Visitor) -> None:
        wrong = ("preset=wild", "session_spike.over=7", "mute.days=often", "mute.days=", f"mute.days={HUGE}")
        for name, value in (query.split("=") for query in wrong):
            answer = anna.get(f"/thresholds?{name}={value}")

            assert answer.status_code == 400
            assert f'<p class="wrong" id="{name.replace(".", "_")}_wrong">' in answer.text
            assert len(value) < 100 or value not in answer.text

    def test_a_wrong_threshold_is_marked_and_what_was_typed_stands_in_its_field(self, anna: Visitor) -> None:
        page = anna.post("/thresholds", {"session_spike.over": "7", "mute.days": "3"}, of="/thresholds").text

        tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
        field = tree.find(".//input[@name='session_spike.over']")
        assert field is not None
        assert (field.get("type"), field.get("value"), field.get("aria-invalid")) == ("text", "7", "true")
        described = (field.get("aria-describedby") or "").split()
        assert "session_spike_over_wrong" in described
        assert all(tree.find(f".//*[@id='{where}']") is not None for where in described)
        other = tree.find(".//input[@name='mute.days']")
        assert other is not None
        assert (other.get("value"), other.get("aria-invalid")) == ("3", None)

    def test_a_wrong_preference_is_named_and_marked_and_nothing_is_kept(self, site: Site, anna: Visitor) -> None:
        for wrong, values in WRONG_PREFERENCES.items():
            for value in values:
                sent = {"delay": "15", "form": "long", wrong: value}

                page = anna.post("/preferences", sent, of="/leave")
                script = anna.post("/preferences", sent, of="/leave", Accept="application/json")

                assert list(errors(script)) == [wrong]
                assert len(script.text) < 2000
                assert page.status_code == 400
                assert f'id="{wrong}_wrong"' in page.text
                assert f'aria-describedby="{wrong}_wrong"' in page.text
                assert wrong == "form" or 'value="long" checked' in page.text
                assert len(page.text) < 30_000
        kept = site.preferences()
        assert (kept.target, kept.form, kept.delay, kept.units, kept.language) == (
            "description", "standard", 0, "km", "en-GB",
        )  # fmt: skip

    @in_turn(
        ("path", "name", "values"),
        [
            ("/preferences", "units", ["km", "mi"]),
            ("/preferences", "links", ["true", "false"]),
            ("/notes/pause", "days", ["7", "0"]),
            ("/notes/switch", "preset", ["fewer", "more"]),
            ("/notes/switch", "on", ["true", "maybe", "true"]),
            ("/thresholds", "preset", ["fewer", "more"]),
            ("/thresholds", "mute.days", ["often", "3"]),
            ("/thresholds", "comeback.on", ["maybe", "true"]),
        ],
    )
    def test_a_field_that_says_two_things_is_refused(
        self, site: Site, anna: Visitor, path: str, name: str, values: list[str]
    ) -> None:
        before = _settings(site)
        body = {"csrf_token": anna.token("/leave"), name: values}

        answer = anna.client.post(path, data=body, headers={"Accept": "application/json"})

        assert list(errors(answer)) == [name]
        assert _settings(site) == before

    def test_a_pause_of_no_sense_is_said_beside_its_field(self, site: Site, anna: Visitor) -> None:
        for days in ("", "-1", "many", "366", HUGE, "7.5", "\N{SUPERSCRIPT TWO}"):
            page = anna.post("/notes/pause", {"days": days}, of="/leave")
            script = anna.post("/notes/pause", {"days": days}, of="/leave", Accept="application/json")

            assert page.status_code == 400
            assert 'id="days_wrong"' in page.text
            assert "from 0 to 365" in errors(script)["days"]
        assert site.preferences().paused_until is None

    @in_turn(
        ("form", "wrong"),
        [
            ({"preset": "wild"}, "preset"),
            ({"preset": ""}, "preset"),
            ({"target": "everywhere"}, "target"),
            ({"on": "perhaps"}, "on"),
            ({"on": ""}, "on"),
        ],
    )
    def test_switching_notes_on_with_something_wrong_switches_nothing(
        self, site: Site, anna: Visitor, form: dict[str, str], wrong: str
    ) -> None:
        sent = {"on": "true", "target": "pages", **form}

        page = anna.post("/notes/switch", sent, of="/welcome")
        script = anna.post("/notes/switch", sent, of="/welcome", Accept="application/json")

        assert list(errors(script)) == [wrong]
        assert page.status_code == 400
        assert f'id="{wrong}_wrong"' in page.text
        assert not site.preferences().notes_on
        assert site.preferences().target == "description"

    def test_who_did_not_allow_writing_is_told_so_when_asking_for_notes_under_the_run(self, site: Site) -> None:
        visitor = site.visitor()
        page = visitor.connect(scopes=("read", "activity:read", "activity:read_all"))
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        visitor.client.post("/connect/callback", data={"csrf_token": token})
        site.instance.work()

        answer = visitor.post("/notes/switch", {"on": "true", "target": "description"}, of="/welcome")

        assert answer.status_code == 400
        assert "allow writing" in answer.text
        assert not site.preferences().notes_on

    @pytest.mark.parametrize("form", [{"remove_note": "true"}, {"remove_notes": "maybe"}])
    def test_nobody_leaves_by_a_slip_that_would_leave_notes_standing(
        self, site: Site, anna: Visitor, form: dict[str, str]
    ) -> None:
        page = anna.post("/leave", form, of="/leave")

        assert page.status_code == 400
        assert f"{next(iter(form))}: " in page.text
        kept = site.athlete()
        assert kept
        assert kept.state == "connected"

    @pytest.mark.parametrize("form", [{"athlete": "anna"}, {"athlete": ""}, {"athlet": "1001"}])
    def test_an_owner_who_names_nobody_takes_up_nobodys_activities(
        self, tmp_path: Path, sandbox: SandboxServer, redis_url: str, form: dict[str, str]
    ) -> None:
        site = Site(tmp_path, sandbox, redis_url, OWNER_ATHLETE=str(ANNA))
        owner = site.connected(ANNA)
        now = site.instance.resources.now()
        with site.store.write() as session:
            pending_activities.record_event(session, ActivityEvent(ANNA, 7, "create", now, "push"), now=now, due_at=now)
            session.get_one(PendingActivity, (ANNA, 7)).failed_at = now

        page = owner.post("/admin/retry", form, of="/admin")

        assert page.status_code == 400
        assert f"{next(iter(form))}: " in page.text
        assert site.instance.pending(7).failed_at is not None

    def test_something_wrong_is_said_while_the_runs_are_still_on_their_way(self, site: Site) -> None:
        visitor = site.visitor()
        visitor.connect()

        answer = visitor.post("/notes/switch", {"preset": "wild"}, of="/leave")

        assert answer.status_code == 400
        assert "preset: choose one of fewer, standard, more" in answer.text


def _settings(site: Site) -> tuple[object, ...]:
    kept = site.preferences()
    return kept.units, kept.links, kept.paused_until, kept.notes_on, kept.thresholds, kept.previous_thresholds
