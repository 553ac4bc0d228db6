"""Processes are killed while events stream in: in the end everything is answered, once, and no words are lost."""

import math
import time
from collections.abc import Iterator

import pytest
import requests
from real_instance import RealInstance, boundless_strava
from stopped import stopped
from stream import Stream
from waiting import wait_until

from integration.sandbox import SandboxServer

pytestmark = pytest.mark.processes

STRAVA_WAITS_S = 2.0  # for an answer to a push; how fast it really is stands in `make bench`


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealInstance]:
    strava, directory = boundless_strava(), tmp_path_factory.mktemp("kills")
    with SandboxServer(strava) as server, RealInstance(server, directory).running() as instance:
        instance.subscribe()
        yield instance


def test_three_kills_during_a_stream_of_events_lose_and_double_nothing(real: RealInstance) -> None:
    """The worker with all its processes, Redis, the web."""
    real.strava.options.echo_description = True
    stream = Stream(real.strava, range(3001, 3013), events=150, seed=1)
    for diary in stream.diaries:
        real.connect(diary.athlete, diary.target)
    real.settle(within=60)
    for number, _ in enumerate(stream):
        if number % 40 == 20:
            name = ("worker", "redis", "web")[number // 40 % 3]
            wait_until(lambda name=name: len(real.processes(name)) == 1)  # type: ignore[misc]
            [victim] = real.processes(name)
            real.kill(victim, name)
            if name == "worker":
                real.end_leases()  # half a minute, which `make chaos` waits for
        if number % 10 == 0:
            real.strava.faults.add(("push_duplicate", "push_reordered")[number % 20 // 10], seconds=0.3)
        time.sleep(0.03)
    real.settle(within=90)

    assert stream.mistakes() == []
    assert stream.notes_due == 12
    assert not [push for push in real.strava.pushes.log if push.state != "delivered"]
    assert "Traceback" not in real.output.read_text()


def test_with_a_redis_that_accepts_and_never_answers_pushes_are_answered_at_once(real: RealInstance) -> None:
    stream = Stream(real.strava, [4002], events=1, seed=1)
    real.connect(4002)
    real.settle(within=60)
    for _ in stream:
        longest = min(longest_without_redis(real) for _ in range(3))  # a busy machine is slow once, a fault each time
    real.settle(within=60)

    assert longest < STRAVA_WAITS_S
    assert stream.mistakes() == []


def longest_without_redis(real: RealInstance) -> float:
    """The longest that one of twenty pushes takes, in seconds, while Redis stands still."""
    wait_until(lambda: len(real.processes("redis")) == 1)
    with stopped(real.processes("redis")):
        try:
            return max(real.push_took(4002, 900 + number) for number in range(20))
        except requests.Timeout:
            return math.inf
