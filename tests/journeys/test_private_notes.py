"""A note in the private note: the same care for the athlete's words there, and the description is not touched."""

from dataclasses import replace

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from instance import ANNA, Instance
from web_site import Site, Visitor

from content.notes import block
from content.notes.target import Target
from content.outcomes import NoteState
from integration.athlete_profile import set_target
from integration.store.tables import Athlete, Note, Preferences

READ, WRITE = ("GET", "/activities/", 200), ("PUT", "/activities/", 200)
PUBLIC = "for everyone\r\n"
WORDS = st.text(
    st.one_of(st.sampled_from("\n\r \t#—\x85\u2028a🏃"), st.characters(codec="utf-8", exclude_characters="\x00"))
)
MARKED = (f"mine\n\n{block.START}\nhalf", f"mine\n{block.END}", f"{block.START}\nnot yours\n{block.END}\n\nmine")
BOTH = pytest.mark.parametrize("target", [Target.DESCRIPTION, Target.PRIVATE])


def connect(instance: Instance, target: str = "private") -> None:
    instance.connect()
    choose(instance, target)


def choose(instance: Instance, target: str) -> None:
    with instance.store.write() as session:
        set_target(session.get_one(Preferences, ANNA), target)


def asked_run(instance: Instance, **told: object) -> int:
    """A run whose title asks for a note, with words in both fields."""
    told = {"description": PUBLIC, "private_note": "for me", **told}
    run = instance.strava.create_activity(ANNA, km=10, title="Run #backstride", **told)  # type: ignore[arg-type]
    instance.work()
    return run


def seen(instance: Instance) -> bool | None:
    with instance.store.read() as session:
        return session.get_one(Preferences, ANNA).private_note_seen


def row(instance: Instance, run: int) -> Note:
    with instance.store.read() as session:
        return session.get_one(Note, (ANNA, run))


def texts(instance: Instance, run: int) -> dict[Target, str | None]:
    strava = instance.strava
    return {Target.DESCRIPTION: strava.description(run), Target.PRIVATE: strava.private_note(run)}


def puts(instance: Instance, run: int) -> int:
    return len(instance.strava.calls("PUT", f"/activities/{run}"))


class TestTheirWords:
    def test_the_block_comes_after_their_own_and_the_description_stays(self, steady: Instance) -> None:
        connect(steady)
        long = "ä🏃🏽‍♀️\r\n" * 2500
        runs = {words: asked_run(steady, private_note=words) for words in ("", "knee?\r\n\r\nmaybe ", long, "e\u0301")}

        for words, run in runs.items():
            private = steady.strava.private_note(run) or ""
            assert private.startswith(words)
            assert (block.strip(private), private.count(block.START)) == (words, 1)
            assert steady.strava.description(run) == PUBLIC
            assert row(steady, run).target is Target.PRIVATE

    @BOTH
    @pytest.mark.parametrize("taking", [False, True])
    def test_each_of_two_runs_in_one_turn_is_read_just_before_its_own_write(
        self, steady: Instance, target: Target, taking: bool
    ) -> None:
        connect(steady, target)
        runs = [asked_run(steady) for _ in range(2)] if taking else []
        for run in runs:
            steady.strava.edit_activity(run, name="Run #nonote")
        for _ in range(0 if taking else 2):
            title = "Run #backstride"
            runs.append(steady.strava.create_activity(ANNA, km=10, title=title, private_note="for me"))
        steady.strava.forget_calls()
        steady.work()

        calls = [(call.method, call.path) for call in steady.strava.calls(path="/activities/*")]
        for run in runs:
            write = calls.index(("PUT", f"/activities/{run}"))
            assert calls[write - 1] == ("GET", f"/activities/{run}")

    def test_null_is_an_empty_note(self, steady: Instance) -> None:
        connect(steady)
        steady.strava.faults.add("odd_answer", on="GET /activities/*", fields={"private_note": None})
        run = asked_run(steady, private_note="")

        assert block.strip(steady.strava.private_note(run)) == ""
        assert block.carries(steady.strava.private_note(run))

    @pytest.mark.parametrize("words", MARKED)
    @pytest.mark.parametrize("target", [Target.DESCRIPTION, Target.PRIVATE])
    def test_marks_of_ours_in_their_words_are_theirs_and_stay_whatever_comes(
        self, steady: Instance, words: str, target: Target
    ) -> None:
        connect(steady, target)
        before = {Target.DESCRIPTION: PUBLIC, Target.PRIVATE: "for me", target: words}
        run = asked_run(steady, **{field.field: text for field, text in before.items()})
        assert (texts(steady, run), steady.note_state(run)) == (before, "edited")
        assert steady.pending(run).outcome == "edited"
        steady.ask_to_remove_all()
        steady.work()
        steady.strava.edit_activity(run, name="Run #nonote")
        steady.work()
        steady.ask(state="leaving", leaving_since=steady.now(), leave_with_notes=True)
        steady.work()

        assert (texts(steady, run), steady.athlete_state()) == (before, None)
        assert WRITE not in steady.calls()

    @examples(5)
    @given(private=WORDS, public=st.none() | WORDS)
    def test_whatever_stands_there_comes_back_byte_for_byte(
        self, steady: Instance, private: str, public: str | None
    ) -> None:
        if steady.athlete_state() is None:
            connect(steady)
            steady.strava.app.limits.overall.limit = steady.strava.app.limits.read.limit = (10_000, 10_000)
        run = asked_run(steady, private_note=private, description=public)
        written = steady.strava.private_note(run)
        with steady.store.write() as session:
            session.get_one(Note, (ANNA, run)).state = NoteState.REMOVING
        steady.ask()
        steady.work()

        assert block.carries(written)
        assert texts(steady, run) == {Target.DESCRIPTION: public, Target.PRIVATE: private}


class TestEachPath:
    """The row of a note remembers where it stands, whatever the athlete chooses later."""

    @BOTH
    def test_it_is_removed_from_where_it_stands_after_the_target_changed(
        self, steady: Instance, target: Target
    ) -> None:
        connect(steady, target)
        run = asked_run(steady)
        standing = texts(steady, run)
        for other in ("pages", "private", "description"):
            choose(steady, other)
            steady.strava.edit_activity(run, name=f"Run #backstride, then {other}")
            steady.work()
            assert texts(steady, run) == standing
        choose(steady, "private" if target is Target.DESCRIPTION else "description")
        steady.ask_to_remove_all()
        steady.work()

        assert texts(steady, run) == {Target.DESCRIPTION: PUBLIC, Target.PRIVATE: "for me"}
        assert (steady.note_state(run), puts(steady, run)) == ("removed", 2)

    def test_a_removal_that_strava_ignored_is_tried_again_until_a_look_shows_that_it_is_gone(
        self, steady: Instance
    ) -> None:
        connect(steady)
        run = asked_run(steady)
        steady.strava.faults.add("silently_ignored", on="PUT /activities/*", times=1)
        steady.ask_to_remove_all()
        steady.work()
        assert (steady.note_state(run), block.carries(steady.strava.private_note(run))) == ("removing", True)

        steady.later(minutes=1)
        steady.work()
        assert (steady.note_state(run), texts(steady, run)[Target.PRIVATE]) == ("removed", "for me")

    @BOTH
    def test_an_edited_block_stays_and_one_they_deleted_is_not_put_back(self, steady: Instance, target: Target) -> None:
        connect(steady, target)
        edited, deleted = asked_run(steady), asked_run(steady)
        theirs = f"{texts(steady, edited)[target]}".replace("\n— Backstride —", "\nmine!\n— Backstride —")
        steady.strava.edit_activity(edited, **{target.field: theirs})
        steady.strava.edit_activity(deleted, **{target.field: "gone"})
        steady.ask_to_remove_all()
        steady.work()

        assert (texts(steady, edited)[target], steady.note_state(edited)) == (theirs, "edited")
        assert (texts(steady, deleted)[target], steady.note_state(deleted)) == ("gone", "removed")

    @BOTH
    def test_nonote_in_the_title_takes_it_away_and_leaving_does(self, steady: Instance, target: Target) -> None:
        connect(steady, target)
        quiet, left = asked_run(steady), asked_run(steady)
        steady.strava.edit_activity(quiet, name="Run #nonote")
        steady.work()
        steady.ask(state="leaving", leaving_since=steady.now(), leave_with_notes=True)
        steady.work()

        for run in (quiet, left):
            assert texts(steady, run) == {Target.DESCRIPTION: PUBLIC, Target.PRIVATE: "for me"}
        assert steady.athlete_state() is None

    @BOTH
    def test_an_old_block_that_they_pasted_beside_ours_is_their_words(self, steady: Instance, target: Target) -> None:
        connect(steady, target)
        run = asked_run(steady)
        own = texts(steady, run)[target] or ""
        pasted = f"\n\nof last year:\n{block.START}\nold words\n{block.END}\nbye"
        steady.strava.edit_activity(run, **{target.field: own + pasted})
        steady.ask_to_remove_all()
        steady.work()

        assert texts(steady, run)[target] == block.strip(own) + pasted
        assert steady.note_state(run) == "removed"

    @BOTH
    def test_an_activity_that_was_hidden_and_comes_back_has_its_note(self, steady: Instance, target: Target) -> None:
        connect(steady, target)
        run = asked_run(steady)
        steady.strava.faults.add("not_found", on=f"GET /activities/{run}")
        steady.push(run, "delete", seconds_ago=-5)
        steady.work()
        assert steady.note_state(run) == "gone"
        steady.push(run, "update", {"title": "Run #back"}, seconds_ago=-9)
        steady.work()

        assert (steady.note_state(run), puts(steady, run)) == ("written", 1)

    def test_tags_in_the_private_note_count_when_notes_go_there_and_are_told_to_nobody_else(
        self, steady: Instance
    ) -> None:
        connect(steady)
        assert not block.carries(steady.strava.private_note(asked_run(steady, private_note="no #nonote")))
        choose(steady, "description")
        assert block.carries(steady.strava.description(asked_run(steady, private_note="no #nonote")))

    def test_a_private_note_links_to_pictures_unless_the_athlete_wants_none(self, steady: Instance) -> None:
        connect(steady)
        reachable = steady.resources.settings.model_copy(update={"public_url": "https://backstride.example"})
        steady.resources = replace(steady.resources, settings=reachable)
        private = asked_run(steady)
        choose(steady, "description")
        public = asked_run(steady)
        choose(steady, "private")
        with steady.store.write() as session:
            session.get_one(Preferences, ANNA).private_links = False
        unlinked = asked_run(steady)

        assert "https://backstride.example/r/" in (steady.strava.private_note(private) or "")
        assert "https://" not in (steady.strava.description(public) or "")
        assert "https://" not in (steady.strava.private_note(unlinked) or "")


class TestTheLook:
    """The field is not documented: the first write is looked at, and the first after each change of target."""

    def test_it_costs_one_read_once_and_again_after_each_change(self, steady: Instance) -> None:
        connect(steady)
        asked_run(steady)
        assert (steady.calls(), seen(steady)) == ([READ, WRITE, READ], True)
        steady.strava.forget_calls()
        asked_run(steady)
        assert steady.calls() == [READ, WRITE]
        choose(steady, "private")
        assert seen(steady) is True
        choose(steady, "pages")
        choose(steady, "private")
        steady.strava.forget_calls()
        asked_run(steady)
        assert steady.calls() == [READ, WRITE, READ]

    def test_what_strava_ignores_stays_on_the_pages_until_the_athlete_chooses(self, steady: Instance) -> None:
        connect(steady)
        steady.strava.faults.add("silently_ignored", on="PUT /activities/*", times=None)
        first, second = asked_run(steady), asked_run(steady)

        assert steady.calls() == [READ, WRITE, READ, READ]
        for run in (first, second):
            assert texts(steady, run) == {Target.DESCRIPTION: PUBLIC, Target.PRIVATE: "for me"}
            assert (steady.note_state(run), steady.pending(run).outcome) == ("pages", "pages")
        steady.strava.faults.clear()
        for each in (first, second):
            steady.strava.edit_activity(each, name="Renamed #backstride #back")
        steady.later(hours=1)
        assert (puts(steady, first), puts(steady, second)) == (1, 0)
        choose(steady, "private")
        assert seen(steady) is None
        assert block.carries(steady.strava.private_note(asked_run(steady)))

    @pytest.mark.parametrize("ignored", [False, True])
    def test_a_look_that_fails_is_made_again_and_nothing_is_written_twice(
        self, steady: Instance, ignored: bool
    ) -> None:
        connect(steady)
        if ignored:
            steady.strava.faults.add("silently_ignored", on="PUT /activities/*", times=None)
        steady.strava.faults.add("slow", on="GET /activities/*", seconds=0)  # the first GET is left alone
        steady.strava.faults.add("error_page", on="GET /activities/*")
        run = asked_run(steady)
        steady.later(hours=1)

        assert puts(steady, run) == 1
        assert (steady.note_state(run), row(steady, run).unseen) == ("pages" if ignored else "written", ignored)
        assert steady.strava.description(run) == PUBLIC
        assert f"{steady.strava.private_note(run)}".count(block.START) == (0 if ignored else 1)

    @pytest.mark.parametrize("of_the_mark", [3, len(block.START) + 1])
    @pytest.mark.parametrize(("on", "target"), [("GET", "private"), ("PUT", "private"), ("PUT", "description")])
    def test_words_stand_again_as_they_were_where_strava_cut_our_block(
        self, steady: Instance, on: str, target: str, of_the_mark: int
    ) -> None:
        connect(steady, target)
        field = Target(target).field
        cut = f"mine{block.SEPARATOR}{block.START}\n"[: len(f"mine{block.SEPARATOR}") + of_the_mark]
        if on == "GET":
            steady.strava.faults.add("slow_after", on="GET /activities/*", seconds=0)  # the first GET is left alone
        steady.strava.faults.add("odd_answer", on=f"{on} /activities/*", fields={field: cut})
        run = asked_run(steady, **{field: "mine"})

        assert texts(steady, run)[Target(target)] == "mine"
        assert (steady.note_state(run), puts(steady, run), seen(steady)) == ("pages", 2, None)

    @pytest.mark.parametrize("how", ["by the athlete", "nonote", "leaving"])
    def test_a_look_that_showed_an_old_version_keeps_no_removal_from_the_block(
        self, steady: Instance, how: str
    ) -> None:
        connect(steady)
        steady.strava.faults.add("slow_after", on="GET /activities/*", seconds=0)  # the first GET is left alone
        steady.strava.faults.add("odd_answer", on="GET /activities/*", fields={"private_note": "for me"})
        run = asked_run(steady)
        assert (steady.note_state(run), steady.pending(run).outcome) == ("pages", "pages")
        assert block.carries(steady.strava.private_note(run))
        if how == "nonote":
            steady.strava.edit_activity(run, name="Run #nonote")
        elif how == "leaving":
            steady.ask(state="leaving", leaving_since=steady.now(), leave_with_notes=True)
        else:
            steady.ask_to_remove_all()
        steady.work()

        assert texts(steady, run) == {Target.DESCRIPTION: PUBLIC, Target.PRIVATE: "for me"}

    def test_a_note_left_on_the_pages_is_there_again_when_its_activity_was_hidden(self, steady: Instance) -> None:
        connect(steady)
        steady.strava.faults.add("silently_ignored", on="PUT /activities/*", times=None)
        run = asked_run(steady)
        steady.strava.faults.add("not_found", on=f"GET /activities/{run}")
        steady.push(run, "delete", seconds_ago=-5)
        steady.work()
        assert steady.note_state(run) == "gone"
        steady.push(run, "update", {"title": "Run #back"}, seconds_ago=-9)
        steady.work()

        assert (steady.note_state(run), puts(steady, run)) == ("pages", 1)

    def test_one_that_was_ignored_and_whose_field_then_ends_is_left_on_the_pages(self, steady: Instance) -> None:
        connect(steady)
        steady.strava.faults.add("silently_ignored", on="PUT /activities/*", times=None)
        steady.strava.faults.add("slow_after", on="GET /activities/*", seconds=0)  # the first GET is left alone
        steady.strava.faults.add("odd_answer", on="GET /activities/*", times=None, without=["private_note"])
        run = asked_run(steady)
        for _ in range(6):
            steady.later(hours=1)

        assert (steady.note_state(run), seen(steady), puts(steady, run)) == ("pages", False, 1)
        assert texts(steady, run) == {Target.DESCRIPTION: PUBLIC, Target.PRIVATE: "for me"}

    def test_an_answer_without_the_field_writes_nothing_and_is_asked_for_again(self, steady: Instance) -> None:
        connect(steady)
        steady.strava.faults.add("odd_answer", on="GET /activities/*", times=2, without=["private_note"])
        run = asked_run(steady)
        assert (WRITE in steady.calls(), steady.note_state(run)) == (False, None)
        steady.later(hours=1)
        steady.later(hours=1)

        assert block.strip(steady.strava.private_note(run)) == "for me"
        assert steady.note_state(run) == "written"

    def test_a_field_that_never_comes_is_one_that_strava_does_not_have(self, steady: Instance) -> None:
        connect(steady)
        steady.strava.faults.add("odd_answer", on="GET /activities/*", times=None, without=["private_note"])
        run = asked_run(steady)
        for _ in range(6):
            steady.later(hours=1)

        assert (steady.note_state(run), seen(steady), puts(steady, run)) == ("pages", False, 0)
        assert texts(steady, run) == {Target.DESCRIPTION: PUBLIC, Target.PRIVATE: "for me"}


class TestPermission:
    def test_without_the_permission_to_write_the_note_stands_on_the_pages(self, steady: Instance) -> None:
        steady.connect(scopes="activity:read,activity:read_all")
        choose(steady, "private")
        with steady.store.write() as session:  # granted, as far as we know
            session.get_one(Athlete, ANNA).scopes = "read,activity:read,activity:read_all,activity:write"
        run = asked_run(steady)

        assert texts(steady, run) == {Target.DESCRIPTION: PUBLIC, Target.PRIVATE: "for me"}
        assert (steady.note_state(run), seen(steady)) == ("pages", None)


class TestCrashes:
    @pytest.mark.parametrize("then", ["private", "description", "pages"])
    def test_a_lost_answer_leaves_one_block_where_it_was_written(self, steady: Instance, then: str) -> None:
        connect(steady)
        steady.strava.faults.add("cut_after", on="PUT /activities/*")
        run = asked_run(steady)
        choose(steady, then)
        steady.later(hours=1)

        assert texts(steady, run)[Target.DESCRIPTION] == PUBLIC
        assert f"{steady.strava.private_note(run)}".count(block.START) == 1
        assert (steady.note_state(run), row(steady, run).target, puts(steady, run)) == ("written", Target.PRIVATE, 1)

    def test_one_that_was_never_written_goes_where_the_athlete_wants_it_now(self, steady: Instance) -> None:
        connect(steady, "description")
        steady.strava.faults.add("cut", on="PUT /activities/*")
        run = asked_run(steady)
        choose(steady, "private")
        steady.later(hours=1)

        assert steady.strava.description(run) == PUBLIC
        assert block.strip(steady.strava.private_note(run)) == "for me"
        assert row(steady, run).target is Target.PRIVATE


class TestPages:
    def test_the_three_targets_stand_side_by_side_and_the_description_is_chosen(self, anna: Visitor) -> None:
        page = anna.get("/welcome").text

        for target in Target:
            assert f'id="target-{target}"' in page
        assert 'value="description" checked' in page
        assert page.count("Only you can read it") == 2
        assert "Whoever sees the activity can read it" in page

    def test_a_target_that_nobody_knows_is_refused_with_the_three_names(self, anna: Visitor, site: Site) -> None:
        for path in ("/notes/switch", "/preferences"):
            answer = anna.post(path, {"target": "story"}, of="/preferences", Accept="application/json")
            assert answer.status_code == 400
            assert answer.json == {
                "error": "target: choose one of description, private, pages",
                "errors": {"target": "target: choose one of description, private, pages"},
            }
        assert site.preferences().target == "description"

    def test_without_the_permission_to_write_it_is_refused_as_the_description_is(self, site: Site) -> None:
        visitor = site.visitor()
        page = visitor.connect(scopes=("read", "activity:read", "activity:read_all"))
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        visitor.client.post("/connect/callback", data={"csrf_token": token})
        for target, status in (("private", 400), ("description", 400), ("pages", 303)):
            answer = visitor.post("/notes/switch", {"target": target}, of="/leave", Accept="application/json")
            assert answer.status_code == status, target
        assert site.preferences().target == "pages"

    def test_choosing_is_kept_and_an_ignored_one_is_told_once_and_chosen_again(self, anna: Visitor, site: Site) -> None:
        anna.post("/notes/switch", {"target": "private"}, of="/welcome")
        assert 'value="private" checked' in anna.get("/preferences").text
        with site.instance.store.write() as session:
            session.get_one(Preferences, ANNA).private_note_seen = False

        for path in ("/dashboard", "/notes"):
            assert anna.get(path).text.count("Strava did not keep your private note") == 1
        chosen = [f'id="target-{target}" value="{target}" checked' for target in Target]
        assert [each for each in chosen if each in anna.get("/preferences").text] == []
        anna.post("/preferences", {"units": "mi"}, of="/preferences")
        assert site.preferences().private_note_seen is False
        anna.post("/preferences", {"target": "private"}, of="/preferences")
        assert site.preferences().private_note_seen is None
        assert "private-note-ignored" not in anna.get("/dashboard").text
