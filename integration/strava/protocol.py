"""stravalib's protocol without what it does by itself. Importing this takes most of a second: only the client does."""

import logging
from typing import Any

from stravalib.protocol import ApiV3


class Protocol(ApiV3):
    """Calls with the access token that it is given, and nothing else.

    stravalib would look for the application's secret in the environment and refresh tokens with it, in memory only.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.log.setLevel(logging.WARNING)  # it logs each address, and those name activities

    def _check_credentials(self) -> None:
        """Finds none, and does not warn about it."""
