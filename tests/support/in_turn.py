"""Cases that one test goes through with the same fixtures: what is refused leaves an instance as it was."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import pytest

Test = Callable[..., None]


def in_turn(names: str | Sequence[str], cases: Sequence[Any]) -> Callable[[Test], Test]:
    """Do as `pytest.mark.parametrize`, but within one test: an instance for each case would take most of the time.

    Each case is a subtest, so that one that fails is named and the others are still gone through.
    """
    rows = [[case] for case in cases] if isinstance(names, str) else cases
    names = [names] if isinstance(names, str) else names

    def decorate(test: Test) -> Test:
        def through_all(*this: object, subtests: pytest.Subtests, **fixtures: object) -> None:
            for row in rows:
                case = dict(zip(names, row, strict=True))
                with subtests.test(**case):
                    test(*this, **fixtures, **case)

        subtests = inspect.signature(through_all).parameters["subtests"]
        fixtures = [each for each in inspect.signature(test).parameters.values() if each.name not in names]
        through_all.__signature__ = inspect.Signature([*fixtures, subtests])  # type: ignore[attr-defined]
        for name in ("__name__", "__qualname__", "__module__", "__doc__"):
            setattr(through_all, name, getattr(test, name))
        return through_all

    return decorate
