"""Strava's brand as its guidelines ask: "View on Strava", "Powered by Strava", "Connect with Strava"."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from in_turn import in_turn
from web_site import Site, Visitor

from integration.sandbox import SandboxServer
from integration.strava.oauth import SCOPES

PAGES = ("/dashboard", "/notes", "/welcome", "/thresholds", "/preferences", "/privacy")


class Links(HTMLParser):
    """The address and the words of each link."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "a"
        if self._inside:
            self.found.append((dict(attrs).get("href") or "", ""))

    def handle_data(self, data: str) -> None:
        if self._inside:
            address, words = self.found.pop()
            self.found.append((address, f"{words}{data}"))

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "a"


def to_runs(page: str) -> Iterator[str]:
    """The words of each link to an activity on Strava."""
    return (words for address, words in Links(page).found if re.search(r"/activities/\d+$", address))


def test_every_link_to_a_run_reads_view_on_strava(anna: Visitor) -> None:
    words = [each for path in PAGES for each in to_runs(anna.get(path).text)]

    assert len(words) > 5
    assert set(words) == {"View on Strava"}


@in_turn("path", PAGES)
def test_powered_by_strava_stands_in_the_foot_below_our_own_name(anna: Visitor, path: str) -> None:
    page = anna.get(path).text

    assert page.count("Powered by Strava") == 1
    assert page.index('class="brand"') < page.index('<footer class="bottom">') < page.index("Powered by Strava")


def test_connecting_begins_with_stravas_words_and_leads_to_its_consent_page(site: Site) -> None:
    visitor = site.visitor()
    [(address, words)] = [each for each in Links(visitor.get("/").text).found if "/connect" in each[0]]

    assert words == "Connect with Strava"
    consent = visitor.to_strava(address)
    assert consent.startswith(f"{site.settings.strava_oauth_url}/authorize?")
    assert parse_qs(urlsplit(consent).query)["scope"] == [",".join(SCOPES)]


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("ops@example.org", '<a href="mailto:ops@example.org">ops@example.org</a>'),
        ("https://example.org/ask", '<a href="https://example.org/ask">https://example.org/ask</a>'),
        ("Robin <b> at the club", "Ask whoever runs this instance: Robin &lt;b&gt; at the club"),
        ("javascript:alert(1)", "Ask whoever runs this instance: javascript:alert(1)"),
        ("", "They have named no contact here."),
    ],
)
def test_the_privacy_page_names_whom_to_ask(
    tmp_path: Path, sandbox: SandboxServer, redis_url: str, contact: str, shown: str
) -> None:
    page = Site(tmp_path, sandbox, redis_url, CONTACT=contact).visitor().get("/privacy").text

    assert shown in page
