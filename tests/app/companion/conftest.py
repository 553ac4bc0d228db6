"""Berta, the owner of an instance, who has run 10 km every other day for months."""

from pathlib import Path

import pytest
from steady import BERTA, add_steady_runner
from web_site import Site, Visitor

from integration.sandbox import SandboxServer


@pytest.fixture
def site(tmp_path: Path, sandbox: SandboxServer, redis_url: str) -> Site:
    return Site(tmp_path, sandbox, redis_url, OWNER_ATHLETE=str(BERTA))


@pytest.fixture
def berta(site: Site) -> Visitor:
    """Berta has connected."""
    add_steady_runner(site.strava, BERTA)
    return site.connected(BERTA)
