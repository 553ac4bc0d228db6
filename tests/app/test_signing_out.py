"""Signing out ends a session at the server: no copy of its cookie opens anything, nor is a form without one read."""

from datetime import timedelta
from io import BytesIO

import pytest
from in_turn import in_turn
from instance import ANNA
from sqlalchemy import select
from web_site import Site, Visitor

from integration.store.tables import EndedSession
from workers.rounds.cleanup import expire

FORMS = ("/sign-out", "/leave", "/answers", "/notes/switch", "/connect/callback", "/routine/today", "/admin/invite")


class Unread(BytesIO):
    """A body that must not be read."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise AssertionError("the body was read")

    readline = read


def copied(visitor: Visitor) -> Visitor:
    """Another browser with a copy of the cookie."""
    cookie = visitor.client.get_cookie("backstride")
    assert cookie
    thief = visitor.site.visitor()
    thief.client.set_cookie("backstride", cookie.value)
    return thief


def is_in(visitor: Visitor) -> bool:
    return visitor.get("/preferences").status_code == 200


def sign_out(visitor: Visitor, **fields: str) -> None:
    answer = visitor.post("/sign-out", fields, of="/preferences")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_a_copy_of_the_cookie_is_good_until_its_session_is_signed_out(site: Site) -> None:
    anna = site.connected(ANNA)
    thief = copied(anna)
    assert is_in(thief)

    sign_out(anna)

    assert (is_in(anna), is_in(thief)) == (False, False)
    assert "ended=1" in thief.get("/dashboard").headers["Location"]
    assert thief.get("/export", Accept="application/json").status_code == 401


def test_signing_out_ends_no_other_session(site: Site) -> None:
    phone, laptop = site.connected(ANNA), site.connected(ANNA)

    sign_out(phone)

    assert (is_in(phone), is_in(laptop)) == (False, True)


def test_signing_out_everywhere_ends_every_session_of_this_athlete_alone(site: Site) -> None:
    site.strava.add_athlete(athlete_id=1002)
    phone, laptop, berta = site.connected(ANNA), site.connected(ANNA), site.connected(1002)
    thief = copied(laptop)

    sign_out(phone, everywhere="true")

    assert [is_in(visitor) for visitor in (phone, laptop, thief, berta)] == [False, False, False, True]
    assert is_in(site.connected(ANNA))


def test_the_page_of_preferences_offers_both(site: Site) -> None:
    page = site.connected(ANNA).get("/preferences").text

    assert 'id="sign-out"' in page
    assert 'name="everywhere" value="true"' in page


def test_a_session_that_was_ended_elsewhere_is_not_told_that_the_athlete_has_left(site: Site) -> None:
    phone, laptop = site.connected(ANNA), site.connected(ANNA)
    sign_out(phone, everywhere="true")

    page = laptop.get("/leave")

    assert page.status_code == 303
    assert "ended=1" in page.headers["Location"]


def test_what_a_browser_keeps_of_somebody_who_signed_out_everywhere_is_dropped_by_its_next_page(site: Site) -> None:
    phone, laptop = site.connected(ANNA), site.connected(ANNA)
    sign_out(phone, everywhere="true")

    assert "data-drop=" in laptop.get("/").text
    assert "data-drop=" not in laptop.get("/").text


def test_a_background_request_never_signs_in_again_who_signed_out(site: Site) -> None:
    anna = site.connected(ANNA)
    late = copied(anna)
    sign_out(anna)

    answer = late.client.get("/dashboard", headers={"HX-Request": "true", "Sec-Fetch-Mode": "cors"})

    assert "Set-Cookie" not in answer.headers


def test_an_ended_session_is_remembered_for_as_long_as_its_cookie_could_be_good(site: Site) -> None:
    anna = site.connected(ANNA)
    thief = copied(anna)
    sign_out(anna)
    for days, remembered in ((29, 1), (3, 0)):
        site.instance.ahead += timedelta(days=days)
        expire(site.instance.resources)
        with site.store.read() as session:
            assert len(session.scalars(select(EndedSession)).all()) == remembered
        assert remembered == 0 or not is_in(thief)


@pytest.mark.parametrize("path", FORMS)
@in_turn("cookie", [None, "forged", "of nobody"])
def test_a_form_without_a_session_is_refused_before_its_body_is_read(site: Site, path: str, cookie: str | None) -> None:
    stranger = site.visitor()
    if cookie == "forged":
        stranger.client.set_cookie("backstride", "eyJrZXkiOiJhIiwiaWQiOiJiIn0.aaaaaa.bbbb")
    elif cookie == "of nobody":
        stranger.to_strava()  # gives a cookie of ours, to somebody who is not connected
    for accept, status in (("text/html", 400), ("application/json", 401)):
        answer = stranger.client.post(
            path, input_stream=Unread(), content_length=1000, content_type="application/x-www-form-urlencoded",
            headers={"Accept": accept},
        )  # fmt: skip

        assert answer.status_code == status


def test_a_form_of_an_ended_session_is_refused_before_its_body_is_read(site: Site) -> None:
    anna = site.connected(ANNA)
    thief = copied(anna)
    sign_out(anna)

    answer = thief.client.post(
        "/leave", input_stream=Unread(), content_length=9, content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 400
    assert site.athlete()
