"""A note is removed, or stays listed with the true reason: nothing that Strava answers, or hides, loses it."""

import pytest
from instance import ANNA, Instance
from web_site import Site, Visitor

from content.notes import block
from integration.store import ledger

READ, GONE = ("GET", "/activities/", 200), ("GET", "/activities/", 404)
WRITE = ("PUT", "/activities/", 200)
SECRETIVE = "read,activity:read,activity:write"  # without activity:read_all
MAY_NOT_WRITE = frozenset({"read", "activity:read", "activity:read_all"})


def noted_run(instance: Instance) -> int:
    """A run with a note under words of the athlete's own."""
    run = instance.strava.create_activity(ANNA, km=21, description="mine")
    instance.work()
    assert block.carries(instance.strava.description(run))
    instance.strava.forget_calls()
    return run


def ask_removal(instance: Instance, run: int) -> int:
    with instance.store.write() as session:
        return ledger.ask_removal(session, ANNA, instance.now(), run)


def remove(instance: Instance, run: int) -> None:
    ask_removal(instance, run)
    instance.ask()
    instance.work()


class TestDeletions:
    def test_a_forged_deletion_costs_one_read_and_the_note_and_its_run_stay(self, steady: Instance) -> None:
        steady.connect()
        run = noted_run(steady)
        steady.push(run, "delete", seconds_ago=-5)
        steady.work()

        assert (steady.calls(), steady.note_state(run)) == ([READ], "written")
        assert run in steady.runs()

    def test_a_real_deletion_is_believed_after_one_read(self, steady: Instance) -> None:
        steady.connect()
        run = noted_run(steady)
        steady.strava.delete_activity(run)
        steady.work()

        assert (steady.calls(), steady.note_state(run), steady.pending(run).outcome) == ([GONE], "gone", "gone")
        assert run not in steady.runs()

    def test_while_strava_cannot_be_asked_a_deleted_run_keeps_its_note(self, steady: Instance) -> None:
        steady.connect()
        run = noted_run(steady)
        steady.strava.delete_activity(run)
        steady.strava.pushes.settle()
        steady.sandbox.stop()
        steady.later(minutes=5)
        assert steady.note_state(run) == "written"
        steady.sandbox.start()
        steady.later(hours=1)

        assert steady.note_state(run) == "gone"

    def test_a_deleted_run_whose_note_was_removed_before_costs_nothing(self, steady: Instance) -> None:
        steady.connect()
        run = noted_run(steady)
        remove(steady, run)
        steady.strava.forget_calls()
        steady.strava.delete_activity(run)
        steady.work()

        assert (steady.calls(), steady.note_state(run)) == ([], "gone")

    def test_no_listing_makes_us_forget_a_note_that_a_read_still_finds(self, steady: Instance) -> None:
        steady.connect()
        run = noted_run(steady)
        steady.strava.faults.add("odd_answer", on="GET /athlete/activities", without=["sport_type"], times=None)
        for _ in range(4):
            steady.reconcile_after(hours=7)

        assert steady.note_state(run) == "written"
        assert run in steady.runs()


class TestAskedBackMeanwhile:
    """The athlete taps "remove" while a worker is about to remove the note because the run changed."""

    def test_a_note_asked_back_while_it_is_removed_stays_away_when_the_run_changes_back(self, steady: Instance) -> None:
        steady.connect()
        run = noted_run(steady)
        steady.strava.edit_activity(run, sport_type="Ride")
        steady.strava.pushes.settle()
        asked: list[int] = []

        def once_it_is_off_strava() -> None:
            if not asked and not block.carries(steady.strava.description(run)):
                asked.append(ask_removal(steady, run))

        steady.before_each_store(once_it_is_off_strava)
        steady.work()
        assert (asked, steady.note_state(run)) == ([1], "removed")
        steady.strava.edit_activity(run, sport_type="Run")
        steady.work()

        assert (steady.strava.description(run), steady.note_state(run)) == ("mine", "removed")

    def test_the_ledger_is_looked_into_again_right_before_a_note_is_removed(self, steady: Instance) -> None:
        steady.connect()
        run = noted_run(steady)
        steady.strava.edit_activity(run, name="Sore #back #nonote")
        steady.strava.pushes.settle()
        asked: list[int] = []

        def once_it_was_read() -> None:
            if not asked and READ in steady.calls():
                asked.append(ask_removal(steady, run))

        steady.before_each_store(once_it_was_read)  # the next one keeps the tag, after the first look
        steady.work()

        assert (asked, steady.pending(run).outcome) == ([1], "removed")


class TestOddAnswers:
    @pytest.mark.parametrize(
        "odd",
        [
            {"fields": {"id": 77}},
            {"without": ["id"]},
            {"without": ["sport_type"]},
            {"fields": {"sport_type": None}},
            {"without": ["start_date"]},
            {"fields": {"start_date": "yesterday"}},
        ],
        ids=str,
    )
    def test_an_answer_that_is_no_activity_is_neither_a_ride_nor_gone_but_asked_for_again(
        self, steady: Instance, odd: dict[str, object]
    ) -> None:
        steady.connect()
        run = noted_run(steady)
        steady.strava.faults.add("odd_answer", on="GET /activities/*", times=None, **odd)  # type: ignore[arg-type]
        steady.strava.edit_activity(run, name="Sunday #back")
        for _ in range(8):
            steady.later(minutes=20)

        assert (steady.note_state(run), run in steady.runs()) == ("written", True)
        assert steady.pending(run).received > steady.pending(run).processed
        steady.strava.faults.clear()
        steady.later(hours=6)
        assert steady.pending(run).received == steady.pending(run).processed

    def test_nothing_is_written_under_words_that_the_answer_did_not_hold(self, steady: Instance) -> None:
        steady.connect()
        steady.strava.faults.add("odd_answer", on="GET /activities/*", times=None, without=["description"])
        run = steady.strava.create_activity(ANNA, km=21, description="mine")
        for _ in range(4):
            steady.later(minutes=5)

        assert steady.strava.description(run) == "mine"
        assert WRITE not in steady.calls()
        steady.strava.faults.clear()
        steady.later(hours=1)
        assert block.strip(steady.strava.description(run)) == "mine"
        assert block.carries(steady.strava.description(run))

    def test_a_note_is_not_called_removed_by_an_answer_without_the_description(self, steady: Instance) -> None:
        steady.connect()
        run = noted_run(steady)
        steady.strava.faults.add("odd_answer", on="GET /activities/*", times=None, without=["description"])
        remove(steady, run)
        steady.later(minutes=5)
        assert steady.note_state(run) == "removing"
        steady.strava.faults.clear()
        steady.later(hours=1)

        assert (steady.strava.description(run), steady.note_state(run)) == ("mine", "removed")

    def test_what_a_listing_shows_without_its_kind_is_left_aside(self, steady: Instance) -> None:
        steady.connect()
        before = steady.runs()
        odd = steady.strava.create_activity(ANNA, km=9, push=False)
        steady.strava.activities[odd]["sport_type"] = None
        good = steady.strava.create_activity(ANNA, km=8, push=False)
        steady.reconcile_after(hours=7)

        assert steady.runs() - before == {good}


class TestWhatCannotBeRemoved:
    def test_without_the_permission_the_note_says_so_and_goes_after_a_reconnect(self, steady: Instance) -> None:
        steady.connect()
        run = noted_run(steady)
        steady.strava.app.grants[ANNA].scopes = MAY_NOT_WRITE
        remove(steady, run)
        assert steady.note_state(run) == "no_permission"
        steady.connect()

        assert (steady.strava.description(run), steady.note_state(run)) == ("mine", "removed")

    def test_without_the_permission_nonote_says_so_too(self, steady: Instance) -> None:
        steady.connect()
        run = noted_run(steady)
        steady.strava.app.grants[ANNA].scopes = MAY_NOT_WRITE
        steady.strava.edit_activity(run, name="Quiet #nonote")
        steady.work()

        assert steady.note_state(run) == "no_permission"

    def test_a_removal_that_strava_refuses_can_be_asked_for_again(self, steady: Instance) -> None:
        steady.connect()
        run = noted_run(steady)
        steady.strava.options.description_limit = 3
        remove(steady, run)
        assert steady.note_state(run) == "refused"
        steady.strava.options.description_limit = None
        remove(steady, run)

        assert (steady.strava.description(run), steady.note_state(run)) == ("mine", "removed")

    def test_a_removal_asked_for_while_the_run_is_hidden_happens_when_it_is_back(self, steady: Instance) -> None:
        steady.connect(scopes=SECRETIVE)
        run = noted_run(steady)
        steady.strava.edit_activity(run, private=True)
        remove(steady, run)
        assert steady.note_state(run) == "gone_unremoved"
        steady.strava.edit_activity(run, private=False)
        steady.work()

        assert (steady.strava.description(run), steady.note_state(run)) == ("mine", "removed")


class TestOnThePages:
    @pytest.fixture
    def stuck(self, site: Site, anna: Visitor) -> int:
        """A run whose note Strava does not let us remove."""
        run = site.strava.create_activity(ANNA, km=45, minutes=270, description="mine", push=False)
        site.instance.ask(ANNA, reconcile_requested=True)
        site.instance.work()
        assert block.carries(site.strava.description(run))
        site.strava.options.description_limit = 3
        anna.post(f"/notes/{run}/remove", of="/notes")
        site.instance.work()
        return run

    def test_a_refusal_is_not_called_an_edit_and_the_button_stays(self, site: Site, anna: Visitor, stuck: int) -> None:
        page = anna.get("/notes").text

        assert "Strava did not let us" in page
        assert "You edited" not in page
        assert f"/notes/{stuck}/remove" in page

    def test_one_button_removes_every_note_and_then_there_is_none(self, site: Site, anna: Visitor, stuck: int) -> None:
        site.strava.options.description_limit = None
        anna.post("/notes/remove-all", of="/notes")
        page = anna.get("/notes").text
        site.instance.work()

        assert "Removing 1 note." in page
        assert site.strava.description(stuck) == "mine"
        anna.post("/notes/remove-all")
        assert "There is no note to remove." in anna.get("/notes").text

    def test_a_missing_permission_is_not_called_an_edit(self, site: Site, anna: Visitor, stuck: int) -> None:
        site.strava.app.grants[ANNA].scopes = MAY_NOT_WRITE
        anna.post(f"/notes/{stuck}/remove", of="/notes")
        site.instance.work()
        page = anna.get("/notes").text

        assert "one permission is off" in page
        assert "You edited" not in page

    def test_leaving_lists_what_could_not_be_removed(self, site: Site, anna: Visitor, stuck: int) -> None:
        anna.post("/leave", {"remove_notes": "true"}, of="/leave")
        site.strava.faults.add("error_page", on="POST /oauth/revoke", times=None)
        site.instance.work()
        leaving = anna.get("/leave").text
        site.strava.faults.clear()
        site.instance.later(hours=1)

        assert "Strava did not let us remove this note. Delete it there." in leaving
        assert "to go" not in leaving
        assert f"/activities/{stuck}" in leaving
        gone = anna.get("/leave").text
        assert "These notes stay on Strava" in gone
        assert f"/activities/{stuck}" in gone
