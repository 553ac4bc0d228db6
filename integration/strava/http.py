"""The one socket to Strava: two bases, a total deadline, nothing taken over from the machine's set-up.

Boundary: knows HTTP, not what an answer means. Whatever goes wrong on the way is Unreachable, without the address,
which may hold a secret. One for each turn or page: it is not made for several threads at once.
"""

import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import requests
from urllib3 import Timeout
from urllib3.exceptions import HTTPError

from integration.errors import Unreachable
from integration.strava.deadline import DeadlineAdapter
from integration.strava.refusals import RETRY_AFTER

STRAVA_OAUTH = "https://www.strava.com/oauth"
STRAVA_API = "https://www.strava.com/api/v3"

CONNECT_S = 3.0  # for each address that the host's name has
MOST_OF_A_REFUSAL = 65_536  # bytes
DEADLINE_S = 10.0  # for the whole call: the lease on an athlete is reckoned with it


LONGEST_NUMBER = 400  # digits; Python refuses to read 4,300 and more, and with them everything around them


class Answer(requests.Response):
    """An answer in whose JSON no number is too long to be read: those are infinite, and so count as absent."""

    def json(self, **how: Any) -> Any:
        """Return the body's JSON. Raises ValueError."""
        return super().json(parse_int=_whole, **how)


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= LONGEST_NUMBER else float(digits)


class StravaHttp(requests.Session):
    """Calls to Strava's addresses (STRAVA_OAUTH, STRAVA_API) at `oauth_url` and `api_url`, and no other host.

    A call takes `deadline_s` at most, however slowly the answer drips; redirects are not followed. Raises Unreachable.
    `before_send` runs at the last moment before a call, and may raise.
    """

    def __init__(
        self,
        oauth_url: str,
        api_url: str,
        *,
        deadline_s: float = DEADLINE_S,
        before_send: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        self._before_send = before_send
        self.trust_env = False  # an entry in .netrc would replace the bearer header
        self.headers["User-Agent"] = "Backstride"
        self._bases = ((STRAVA_OAUTH, oauth_url), (STRAVA_API, api_url))
        self._deadline_s = deadline_s
        self.mount("https://", DeadlineAdapter())
        self.mount("http://", DeadlineAdapter())
        for name in ("urllib3.connection", "urllib3.connectionpool"):
            logging.getLogger(name).addFilter(_hide_private)

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """Move the request from Strava's address to ours."""
        request.url = self._moved(str(request.url))
        return super().prepare_request(request)

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send it within the deadline. Raises Unreachable."""
        kwargs["timeout"] = Timeout(connect=min(CONNECT_S, self._deadline_s), total=self._deadline_s)
        kwargs["allow_redirects"] = False
        self._before_send()
        try:
            answer = super().send(request, **kwargs)
        except (requests.RequestException, HTTPError, OSError) as failed:
            reason = type(failed).__name__
        else:
            answer.__class__ = Answer  # requests makes the object
            return answer
        # Outside of the except, so that an address with a secret in it does not travel along as the context.
        raise Unreachable(f"Strava did not answer ({reason})", datetime.now(UTC) + RETRY_AFTER)

    def _moved(self, url: str) -> str:
        for known, base in self._bases:
            if url.startswith(f"{known}/"):
                return base + url.removeprefix(known)
        raise ValueError("StravaHttp calls Strava's two bases only")


def text_of(answer: requests.Response) -> str:
    """Return the beginning of an answer's text, without the costly guess at its encoding that `answer.text` makes."""
    return answer.content[:MOST_OF_A_REFUSAL].decode(errors="replace")


def is_good(answer: requests.Response) -> bool:
    """Return whether it is a 2xx of the API's, and no page of something in between."""
    return 200 <= answer.status_code < 300 and not answer.content.lstrip().startswith(b"<")


_PRIVATE = re.compile(r"(client_secret=|/activities/)[^&?/\s\"']+")


def _hide_private(record: logging.LogRecord) -> bool:
    """Take out of urllib3's log lines what names an activity, or holds the client secret."""
    message = record.getMessage()
    if _PRIVATE.search(message):
        record.msg, record.args = _PRIVATE.sub(r"\1…", message), ()
    return True
