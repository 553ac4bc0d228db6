"""Connecting an athlete: the address to send them to, and the tokens that come of it.

Boundary: stores nothing. When a refresh brings a new refresh token the old one is dead, so store before use, as
`workers/athlete_session.py` does.
Source: https://developers.strava.com/docs/authentication/
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from integration.errors import Unreachable
from integration.strava.http import STRAVA_OAUTH, StravaHttp, is_good, text_of
from integration.strava.rate_limit import UNASKED, Budget, Permit
from integration.strava.refusals import of_a_client, refusal

NEEDED = ("activity:read", "activity:read_all", "activity:write")
SCOPES = ("read", *NEEDED)
_LAST_SECOND = 253_402_300_799  # of the year 9999


@dataclass(frozen=True, slots=True)
class Grant:
    """The grant of Strava: tokens, until when the access token lives (UTC), and on connecting the athlete's profile."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime
    athlete: Mapping[str, Any] | None = field(default=None, repr=False)


def authorize_url(
    oauth_url: str,
    client_id: str,
    redirect_uri: str,
    state: str,
    *,
    approval_prompt: Literal["auto", "force"] = "auto",
) -> str:
    """Strava's page that asks the athlete for SCOPES; "force" asks again for what was unticked before."""
    query = {
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "approval_prompt": approval_prompt,
        "scope": ",".join(SCOPES),
        "state": state,
    }
    return f"{oauth_url}/authorize?{urlencode(query)}"


def missing_scopes(granted: str) -> tuple[str, ...]:
    """Return those of NEEDED that the athlete left unticked, by the `scope` that comes back on the redirect."""
    ticked = set(granted.replace(",", " ").split())
    return tuple(scope for scope in NEEDED if scope not in ticked)


class _Tokens(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    access_token: Annotated[str, Field(min_length=1)]
    refresh_token: Annotated[str, Field(min_length=1)] | None = None
    expires_at: Annotated[int, Field(gt=0, le=_LAST_SECOND)]
    athlete: dict[str, Any] | None = None


class OAuth:
    """The application's own calls. All raise AppInactive, Unreachable, Refused, and BadSetting for a wrong client."""

    def __init__(self, http: StravaHttp, client_id: str, client_secret: str, budget: Budget) -> None:
        self._http = http
        self._client = (client_id, client_secret)
        self._budget = budget

    def exchange(self, code: str) -> Grant:
        """Return tokens for the code of a redirect. Raises Refused for a used or old one; SeatsTaken."""
        return self._tokens(UNASKED, grant_type="authorization_code", code=code)

    def refresh(self, refresh_token: str) -> Grant:
        """Return fresh tokens, or the same ones while they live on for an hour. Raises AccessRevoked.

        Asks nothing while the app is known to be inactive, and raises Later when Redis cannot tell.
        """
        return self._tokens(self._budget.ask(), grant_type="refresh_token", refresh_token=refresh_token)

    def revoke(self, token: str) -> None:
        """Disconnect the athlete; `token` is either of the two. Does nothing for one that Strava does not know."""
        self._post(UNASKED, "revoke", {"token": token}, auth=self._client)

    def _tokens(self, permit: Permit, **form: str) -> Grant:
        client_id, client_secret = self._client
        text = self._post(permit, "token", {"client_id": client_id, "client_secret": client_secret, **form})
        try:
            answer = _Tokens.model_validate_json(text)
        except ValidationError:
            answer = None
        kept = form.get("refresh_token")
        if answer is None or not (answer.refresh_token or kept):
            raise refusal(200, "", datetime.now(UTC))
        expires_at = datetime.fromtimestamp(answer.expires_at, UTC)
        return Grant(answer.access_token, answer.refresh_token or str(kept), expires_at, answer.athlete)

    def _post(self, permit: Permit, path: str, form: dict[str, str], auth: tuple[str, str] | None = None) -> bytes:
        try:
            answer = self._http.post(f"{STRAVA_OAUTH}/{path}", data=form, auth=auth)
        except Unreachable as away:
            self._budget.report(permit, error=away)
            raise
        if is_good(answer):
            self._budget.report(permit)
            return answer.content
        error = of_a_client(refusal(answer.status_code, text_of(answer), datetime.now(UTC)))
        self._budget.report(permit, error=error)
        raise error
