"""The snapshot that many tests begin with: made once, copied as of now by the clock of each."""

from datetime import timedelta

import pytest
from instance import ANNA
from web_site import Site

from integration.sandbox import SandboxServer
from integration.store.tables import StoredHistory


def test_a_history_is_just_fetched_by_whichever_clock_an_instance_goes(
    tmp_path_factory: pytest.TempPathFactory, sandbox: SandboxServer, redis_url: str
) -> None:
    for hours in (0, 7, -7):
        sandbox.strava.app.grants.clear()
        site = Site(tmp_path_factory.mktemp("site"), sandbox, redis_url)
        site.instance.ahead = timedelta(hours=hours)
        site.connected(ANNA)

        with site.store.read() as session:
            fetched_at = session.get_one(StoredHistory, ANNA).fetched_at
        assert fetched_at is not None
        assert timedelta() <= site.instance.now() - fetched_at < timedelta(hours=1)
