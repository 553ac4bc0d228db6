"""The number of examples that Hypothesis makes: the fewest between two edits, some in each run, many in `make fuzz`."""

from hypothesis import HealthCheck, settings

USUAL = {"fast": 8, "steady": 30, "fuzz": 5_000}  # by the profile; `make test-fast` and `make fuzz` name theirs
TIMES = {"fast": 0.25, "steady": 1, "fuzz": 20}  # as many of a costly test's


def register_profiles() -> None:
    """Tell Hypothesis of the profiles and load the steady one.

    It has the same examples each time, however slow the machine is: a run that fails has found what the next one finds.
    """
    for name, number in USUAL.items():
        settings.register_profile(
            name,
            deadline=None,
            derandomize=name != "fuzz",
            database=None,
            max_examples=number,
            suppress_health_check=[HealthCheck.too_slow],
        )
    settings.load_profile("steady")


def examples(number: int) -> settings:
    """Return settings for a costly test that `number` examples show in each run; its fixtures serve them all."""
    return settings(
        max_examples=max(1, int(number * TIMES[settings.get_current_profile_name()])),
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    )
