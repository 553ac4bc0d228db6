"""Connecting in a browser, against the sandbox: every way that Strava's consent page can end."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from databases import new_sqlite
from in_turn import in_turn
from instance import ANNA
from web_site import Site

from integration.cli import run
from integration.config import load_settings
from integration.queue import Waker
from integration.sandbox import SandboxServer
from integration.store import Store, Vault, instance_facts
from integration.strava.oauth import SCOPES
from integration.web.account.connect import LONGEST_QUEUE_S
from integration.web.app import create_app
from integration.web.services import EXCHANGES_AT_ONCE, EXTENSION

BERTA = 1002


@pytest.fixture
def site(tmp_path: Path, sandbox: SandboxServer, redis_url: str) -> Site:
    return Site(tmp_path, sandbox, redis_url)


def test_connecting_leads_to_the_welcome_page_and_asks_for_the_history(site: Site) -> None:
    visitor = site.visitor()

    answer = visitor.connect()

    athlete = site.athlete()
    assert (answer.status_code, answer.headers["Location"]) == (303, "/welcome")
    assert athlete is not None
    assert athlete.history_requested_from is not None
    assert visitor.get("/welcome").status_code == 200


def test_all_four_scopes_are_asked_for(site: Site) -> None:
    asked = parse_qs(urlsplit(site.visitor().to_strava()).query)

    assert asked["scope"] == [",".join(SCOPES)]
    assert asked["redirect_uri"] == [site.settings.redirect_uri]


def test_notes_are_off_until_the_athlete_switches_them_on(site: Site) -> None:
    visitor = site.connected()
    assert not site.preferences().notes_on

    answer = visitor.post("/notes/switch", {"on": "true", "preset": "fewer", "target": "pages"}, of="/welcome")

    preferences = site.preferences()
    assert answer.headers["Location"] == "/dashboard"
    assert preferences.notes_on
    assert preferences.target == "pages"
    assert preferences.thresholds["session_spike.over"] == 0.3


def test_who_says_no_on_stravas_page_leaves_no_trace(site: Site) -> None:
    visitor = site.visitor()

    answer = visitor.get(visitor.consent(visitor.to_strava(), decision="cancel"))

    assert answer.status_code == 200
    assert "<h1>Not connected</h1>" in answer.text
    assert site.athlete() is None


@pytest.mark.parametrize(
    ("unticked", "said"),
    [
        ("activity:read_all", "One permission is off: private runs"),
        ("activity:write", "One permission is off: writing notes"),
    ],
)
def test_an_unticked_scope_is_named_before_a_seat_is_taken(site: Site, unticked: str, said: str) -> None:
    visitor = site.visitor()

    answer = visitor.connect(scopes=tuple(scope for scope in SCOPES if scope != unticked))

    assert answer.status_code == 200
    assert said in answer.text
    assert unticked not in answer.text
    assert site.strava.calls("POST", "/oauth/token") == []
    assert site.athlete() is None


def test_going_on_without_a_scope_connects_with_what_there_is(site: Site) -> None:
    visitor = site.visitor()
    page = visitor.connect(scopes=("read", "activity:read", "activity:read_all"))
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]

    answer = visitor.client.post("/connect/callback", data={"csrf_token": token})

    athlete = site.athlete()
    assert answer.headers["Location"] == "/welcome"
    assert athlete is not None
    assert "activity:write" not in athlete.scopes
    assert site.preferences().target == "pages"


def test_without_any_reading_there_is_nothing_to_go_on_with(site: Site) -> None:
    page = site.visitor().connect(scopes=("read", "activity:write"))

    assert 'id="go-on"' not in page.text
    assert 'id="try-again"' in page.text


@pytest.mark.parametrize("way_back", ["/connect/callback?code=abc&state=forged&scope=read", "/connect/callback"])
def test_a_way_back_that_nobody_began_is_refused_with_a_way_on(site: Site, way_back: str) -> None:
    answer = site.visitor().get(way_back)

    assert answer.status_code == 400
    assert 'href="/connect"' in answer.text


def test_a_state_works_once_and_only_in_the_browser_that_got_it(site: Site) -> None:
    mine, other = site.visitor(), site.visitor()
    way_back = mine.consent(mine.to_strava())

    assert other.get(way_back).status_code == 400
    assert mine.get(way_back).status_code == 303
    assert mine.get(way_back).status_code == 400


def test_two_tabs_may_connect_at_a_time(site: Site) -> None:
    visitor = site.visitor()
    first, second = visitor.to_strava(), visitor.to_strava()

    assert visitor.get(visitor.consent(first)).status_code == 303
    assert visitor.get(visitor.consent(second)).status_code == 400, "signing in begins a new session"


def test_a_stranger_is_not_stored_and_their_access_is_given_back(
    tmp_path: Path, sandbox: SandboxServer, redis_url: str
) -> None:
    site = Site(tmp_path, sandbox, redis_url, ALLOWED_ATHLETES=str(BERTA))

    answer = site.visitor().connect(ANNA)

    assert answer.status_code == 403
    assert "You need an invitation" in answer.text
    assert site.athlete(ANNA) is None
    assert sandbox.strava.app.grants == {}


@pytest.mark.parametrize("named", [{"ALLOWED_ATHLETES": "7 1001"}, {"OWNER_ATHLETE": "1001", "ALLOWED_ATHLETES": ""}])
def test_whom_the_settings_name_may_connect(
    tmp_path: Path, sandbox: SandboxServer, redis_url: str, named: dict[str, str]
) -> None:
    site = Site(tmp_path, sandbox, redis_url, **named)

    assert site.visitor().connect(ANNA).status_code == 303


def test_an_invitation_lets_one_person_in(tmp_path: Path, sandbox: SandboxServer, redis_url: str) -> None:
    sandbox.strava.add_athlete(athlete_id=BERTA)
    site = Site(tmp_path, sandbox, redis_url, ALLOWED_ATHLETES="")
    with site.store.write() as session:
        token = instance_facts.invite(session, "guest", site.instance.resources.now())

    assert site.visitor().connect(ANNA, path=f"/connect?invite={token}").status_code == 303
    used = site.visitor().get(f"/connect?invite={token}")
    assert (used.status_code, used.headers.get("Location")) == (410, None)
    assert 'class="button" href="/connect"' in used.text
    assert site.visitor().connect(BERTA).status_code == 403
    assert site.visitor().connect(ANNA).status_code == 303, "who came by invitation may come again"


@pytest.fixture
def by_invitation(tmp_path: Path, sandbox: SandboxServer, redis_url: str) -> Site:
    """An instance that only its owner, who is not there yet, and the owner's guests may connect to."""
    sandbox.strava.add_athlete(athlete_id=BERTA)
    return Site(tmp_path, sandbox, redis_url, ALLOWED_ATHLETES="")


def owner_link(site: Site) -> str:
    """The link that a start of `run` prints."""
    link = run.owner_link(site.settings, site.store)
    assert link
    return link.removeprefix(site.settings.public_url)


def test_an_owner_link_makes_the_owner_once(by_invitation: Site) -> None:
    link, owner = owner_link(by_invitation), by_invitation.visitor()

    assert owner.connect(ANNA, path=link).status_code == 303
    assert owner.get("/admin").status_code == 200
    assert 'class="button" href="/dashboard"' in owner.get(link).text


def test_a_new_owner_link_voids_the_older(by_invitation: Site) -> None:
    older, newer = owner_link(by_invitation), owner_link(by_invitation)

    assert by_invitation.visitor().get(older).status_code == 410
    assert by_invitation.visitor().connect(ANNA, path=newer).status_code == 303


def test_an_owner_link_is_void_once_there_is_an_owner_and_after_that_owner_has_left(by_invitation: Site) -> None:
    site = by_invitation
    way_back = site.visitor()
    late = way_back.consent(way_back.to_strava(first := owner_link(site)), BERTA)  # before Anna comes
    owner = site.visitor()
    assert owner.connect(ANNA, path=first).status_code == 303
    assert way_back.get(late).status_code == 403
    assert run.owner_link(site.settings, site.store) is None

    owner.post("/leave", of="/leave")
    site.instance.work()

    assert site.athlete(ANNA) is None
    assert site.visitor().get(first).status_code == 410
    assert site.visitor().connect(BERTA).status_code == 403
    assert site.visitor().connect(BERTA, path=owner_link(site)).status_code == 303


def test_an_owner_link_that_was_sent_twice_is_void_where_the_setting_names_the_owner(
    tmp_path: Path, sandbox: SandboxServer, redis_url: str
) -> None:
    before = Site(tmp_path, sandbox, redis_url, ALLOWED_ATHLETES="")
    link = owner_link(before)
    named = Site(tmp_path, sandbox, redis_url, ALLOWED_ATHLETES="", OWNER_ATHLETE=str(ANNA))

    assert named.visitor().get(link).status_code == 410


def test_when_all_seats_are_taken_a_page_says_so(site: Site) -> None:
    site.strava.app.seats = 0

    answer = site.visitor().connect()

    assert answer.status_code == 403
    assert "All places are taken" in answer.text
    assert site.athlete() is None


def test_when_the_application_is_switched_off_a_page_says_who_must_act(site: Site) -> None:
    site.strava.app.inactive = True

    answer = site.visitor().connect()

    assert answer.status_code == 503
    assert "Its owner has to act" in answer.text


def test_without_an_application_connecting_says_what_is_missing(tmp_path: Path, vault: Vault) -> None:
    settings = load_settings({"DATA_DIR": str(tmp_path)}, checkout=tmp_path)
    assert settings.sqlite_file
    store = Store(new_sqlite(settings.sqlite_file))
    app = create_app(settings, store=store, vault=vault, waker=Waker(print))

    answer = app.test_client().get("/connect")

    assert answer.status_code == 503
    assert "has no working Strava application" in answer.text


def test_however_many_people_connect_while_strava_is_slow_threads_for_its_pushes_are_left(site: Site) -> None:
    visitor = site.visitor()
    way_back = visitor.consent(visitor.to_strava())
    exchanges = site.app.extensions[EXTENSION].exchanges
    for _ in range(EXCHANGES_AT_ONCE):
        exchanges.acquire()

    answer = visitor.get(way_back)

    assert LONGEST_QUEUE_S < 2
    assert answer.status_code == 503
    assert "Try again" in answer.text
    assert site.strava.calls("POST", "/oauth/token") == []


def test_when_strava_does_not_answer_one_can_try_again(site: Site) -> None:
    visitor = site.visitor()
    way_back = visitor.consent(visitor.to_strava("/connect?next=/notes"))
    site.instance.sandbox.stop()

    answer = visitor.get(way_back)

    assert answer.status_code == 503
    assert 'href="/connect?next=/notes"' in answer.text


def test_an_ended_session_leads_back_to_where_one_was(site: Site) -> None:
    visitor = site.visitor()

    away = visitor.get("/dashboard?weeks=12")
    home = visitor.get(away.headers["Location"])

    assert 'href="/connect?next=/dashboard?weeks%3D12"' in home.text
    assert visitor.connect(path="/connect?next=/dashboard?weeks%3D12").headers["Location"] == "/dashboard?weeks=12"


@in_turn("elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:1", "x"])
def test_nobody_is_sent_to_another_site(site: Site, elsewhere: str) -> None:
    answer = site.visitor().connect(path=f"/connect?next={elsewhere}")

    assert answer.headers["Location"] == "/welcome"


@pytest.mark.parametrize(("language", "units"), [("en-US,en", "mi"), ("de-AT,de", "km"), ("fr", "km")])
def test_units_are_guessed_from_the_browser_where_strava_tells_no_country(
    tmp_path: Path, sandbox: SandboxServer, redis_url: str, language: str, units: str
) -> None:
    site = Site(tmp_path, sandbox, redis_url)
    profile = sandbox.strava.athletes[ANNA].profile
    profile["country"] = None

    site.visitor(language).connect()

    assert site.preferences().units == units


def test_reconnecting_keeps_what_was_set(site: Site) -> None:
    site.connected().post("/notes/switch", {"on": "true", "preset": "more"}, of="/welcome")

    answer = site.visitor().connect()

    assert answer.headers["Location"] == "/dashboard"
    assert site.preferences().notes_on
    assert site.preferences().thresholds["mute.days"] == 5


def test_the_first_name_is_in_the_cookie_only(site: Site) -> None:
    name = site.strava.athletes[ANNA].profile["firstname"]

    visitor = site.connected()

    assert f"Welcome, {name}" in visitor.get("/welcome").text
    assert name.encode() not in Path(site.settings.sqlite_file or "").read_bytes()
