"""The application's one push subscription: look, subscribe, unsubscribe.

The address of a callback holds a secret, so messages name its host alone.
Source: https://developers.strava.com/docs/webhooks/
"""

import contextlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import urlsplit

import requests
from pydantic import BaseModel, TypeAdapter, ValidationError

from integration.errors import BackstrideError, BadInput, BadSetting
from integration.strava.http import STRAVA_API, StravaHttp, is_good, text_of
from integration.strava.refusals import complaints, of_a_client, refusal

LONGEST_CALLBACK = 255  # characters
UNANSWERED = {"not verifiable", "get to callback url does not return 200"}
Shape = TypeVar("Shape")
_ADDRESS = f"{STRAVA_API}/push_subscriptions"


@dataclass(frozen=True, slots=True)
class Subscription:
    """The subscription that Strava pushes to. `host` is for people to read: the whole address is a secret."""

    id: int
    callback_url: str = field(repr=False)

    @property
    def host(self) -> str:
        """Scheme and host of the callback, such as https://runs.example.org."""
        return _host(self.callback_url)

    def is_at(self, callback_url: str) -> bool:
        """Return True if it pushes to `callback_url`; Strava has been seen to list the host alone."""
        return self.callback_url in {callback_url, self.host, f"{self.host}/"} and self.host == _host(callback_url)


class _Row(BaseModel):
    id: int
    callback_url: str = ""


_ROWS = TypeAdapter(list[_Row])


_ROW = TypeAdapter(_Row)


class Subscriptions:
    """Strava keeps at most one for an application. All raise BadSetting for a wrong client, AppInactive, Unreachable,
    and Refused.
    """

    def __init__(self, http: StravaHttp, client_id: str, client_secret: str) -> None:
        self._http = http
        self._client = {"client_id": client_id, "client_secret": client_secret}

    def view(self) -> Subscription | None:
        """The one there is."""
        rows = _read(_ROWS, self._http.get(_ADDRESS, params=self._client))
        return Subscription(rows[0].id, rows[0].callback_url) if rows else None

    def subscribe(self, callback_url: str, verify_token: str) -> Subscription:
        """Ours, as it is already or as made now; Strava calls `callback_url` before this returns.

        BadSetting PUBLIC_URL when that call got no right answer, BadInput when there is one to somewhere else.
        """
        return self._ours(callback_url) or self._made(callback_url, verify_token)

    def unsubscribe(self, subscription_id: int) -> None:
        """End it; one that is gone is fine."""
        answer = self._http.delete(f"{_ADDRESS}/{subscription_id:d}", params=self._client)
        if not is_good(answer) and answer.status_code != 404:
            raise _refused(answer)

    def _ours(self, callback_url: str) -> Subscription | None:
        there = self.view()
        if there and not there.is_at(callback_url):
            raise BadInput(
                f"Strava already pushes this application's events to {there.host} (subscription {there.id}) "
                "and allows one subscription only: unsubscribe that one first"
            )
        return there

    def _made(self, callback_url: str, verify_token: str) -> Subscription:
        if len(callback_url) > LONGEST_CALLBACK:
            raise BadSetting("PUBLIC_URL", f"make it shorter; Strava takes callbacks of {LONGEST_CALLBACK} characters")
        form = self._client | {"callback_url": callback_url, "verify_token": verify_token}
        answer = self._http.post(_ADDRESS, data=form)
        said = [each for each in complaints(text_of(answer)) or [] if each.resource == "pushsubscription"]
        if any(each.code == "already exists" for each in said):  # made by somebody else meanwhile
            there = self._ours(callback_url)
            if there:
                return there
        if any(each.code in UNANSWERED or each.field.startswith("callback") for each in said):
            raise BadSetting("PUBLIC_URL", _remedy(callback_url))
        return Subscription(_read(_ROW, answer).id, callback_url)


def _remedy(callback_url: str) -> str:
    return (
        f"Strava got no right answer from {_host(callback_url)} within 2 seconds; start `backstride run` first, "
        "and see that this address reaches it from the internet"
    )


def _refused(answer: requests.Response) -> BackstrideError:
    return of_a_client(refusal(answer.status_code, text_of(answer), datetime.now(UTC)))


def _read(shape: TypeAdapter[Shape], answer: requests.Response) -> Shape:
    if is_good(answer):
        with contextlib.suppress(ValidationError):
            return shape.validate_json(answer.content)
    raise _refused(answer)


def _host(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
