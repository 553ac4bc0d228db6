"""How many examples Hypothesis makes: few in each run, and by `make fuzz` as many times more as its profile says."""

from typing import Any

from hypothesis import HealthCheck, settings

STEADY, FUZZ = 30, 5_000


def examples(number: int, **more: Any) -> settings:
    """Return settings for a test that is shown by `number` examples in each run; its fixtures serve them all."""
    times = max(1, settings.default.max_examples // STEADY) if settings.default else 1
    return settings(
        max_examples=number * times, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], **more
    )
