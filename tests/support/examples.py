"""The number of examples that Hypothesis makes: few in each run, and many in `make fuzz`."""

from hypothesis import HealthCheck, settings

STEADY, FUZZ = 30, 5_000
TIMES = 20  # as many in `make fuzz`


def examples(number: int) -> settings:
    """Return settings for a costly test that `number` examples show in each run; its fixtures serve them all."""
    usual = settings.default
    is_fuzz = usual is not None and usual.max_examples == FUZZ
    return settings(
        max_examples=number * TIMES if is_fuzz else number,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    )
