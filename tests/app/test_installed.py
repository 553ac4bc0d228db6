"""The pages can be installed: a manifest with icons, a worker that keeps nobody's own pages, words for a preview."""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from web_site import Site

from content.moves.library import load
from integration.sandbox import SandboxServer


@pytest.fixture
def site(tmp_path: Path, sandbox: SandboxServer, redis_url: str) -> Site:
    return Site(tmp_path, sandbox, redis_url)


def test_the_manifest_names_icons_that_are_there_and_every_page_leads_to_it(site: Site) -> None:
    visitor = site.visitor()
    home = visitor.get("/").text
    told = visitor.get("/manifest.webmanifest")

    assert 'rel="manifest" href="/manifest.webmanifest"' in home
    assert told.mimetype == "application/manifest+json"
    manifest = json.loads(told.text)
    icons = [icon["src"] for icon in manifest["icons"]] + re.findall(r'apple-touch-icon" href="([^"]+)"', home)
    assert len(icons) == 4
    for icon in icons:
        assert visitor.get(icon).mimetype == "image/png"
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}


def test_the_worker_may_run_and_keeps_only_pages_for_everybody(site: Site) -> None:
    visitor = site.visitor()
    worker = visitor.get("/sw.js")
    kept = json.loads(worker.text.splitlines()[0].removeprefix("self.backstride = ").removesuffix(";"))

    assert "worker-src 'self';" in visitor.get("/").headers["Content-Security-Policy"]
    assert worker.mimetype == "text/javascript"
    assert worker.headers["Cache-Control"] == "no-cache"
    assert {f"/moves/{name}" for name in load().moves} < set(kept["moves"])
    for path in (*kept["open"], *kept["files"], *kept["moves"]):
        answer = visitor.get(path, **{"X-To-Keep": "yes"})
        assert answer.status_code == 200, path
        assert "Set-Cookie" not in answer.headers, path
        assert b"install.js" not in answer.data or path.endswith("install.js"), path


def test_public_pages_say_what_they_are_about_to_who_links_to_them_and_an_athletes_own_do_not(site: Site) -> None:
    visitor = site.visitor()
    for path in ("/", "/moves", "/moves/plank", "/safety", "/privacy"):
        page = visitor.get(path).text
        told = dict(re.findall(r'<meta (?:name|property)="([\w:]+)" content="([^"]*)"', page))
        assert {"description", "og:title", "og:description", "og:image", "og:url"} <= set(told), path
        assert told["og:url"] == site.settings.public_url + path
        assert visitor.get(urlsplit(told["og:image"]).path).mimetype == "image/png"

    assert "og:title" not in site.connected().get("/dashboard").text
