"""The routes of pages, whose links are compiled when the first is needed: all at once they are most of a start."""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]

_builders: dict[tuple[tuple[tuple[bool, str], ...], bool], Builder] = {}


class Address(Rule):
    """A route that is quick to make; what builds its links is compiled once in each process, for all applications."""

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        compile_now = super()._compile_builder
        if self.defaults:  # their values are in what is compiled, and not in the key
            return compile_now(append_unknown)
        key = tuple(self._trace), append_unknown

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            if key not in _builders:
                _builders[key] = compile_now(append_unknown)
            return _builders[key](rule, **values)

        return build
