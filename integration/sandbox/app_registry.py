"""The applications that a sandbox knows, by client id: who comes with an id and a secret is looked up here."""

from collections.abc import Iterable
from itertools import count

from integration.sandbox.answers import bad_request, wrong_credentials
from integration.sandbox.applications import Application
from integration.sandbox.limits import RateLimits
from integration.sandbox.model import Options
from integration.sandbox.pushes import Push


class AppRegistry(dict[int, Application]):
    """Applications by client id. With `known` they are the only ones; without, each is taken in as it first comes."""

    def __init__(
        self, known: Iterable[Application] | None, *, options: Options, callback_domains: tuple[str, ...]
    ) -> None:
        super().__init__({app.client_id: app for app in known or ()})
        self.accepts_all = known is None
        self._options = options
        self._callback_domains = callback_domains
        self._subscription_ids = count(131_300)

    def identified(self, client_id: object, client_secret: object = None) -> Application:
        """Return the application of a client id, and its secret if one is given. Takes in a new one if all may come."""
        text = str(client_id or "")
        if not text.isdecimal() or (int(text) not in self and not self.accepts_all):
            raise bad_request("Application", "client_id")
        app = self.get(int(text)) or self._take_in(int(text))
        if client_secret is not None and app.client_secret != client_secret:
            if app.client_secret:
                raise wrong_credentials()
            app.client_secret = str(client_secret)
        return app

    @property
    def first(self) -> Application:
        """The first application that was configured or came by. LookupError while there is none."""
        first = next(iter(self.values()), None)
        if first is None:
            raise LookupError("no application has come by yet")
        return first

    def next_subscription_id(self) -> int:
        """Return an id that no subscription had before."""
        return next(self._subscription_ids)

    def has_subscribed(self, push: Push) -> bool:
        """Return True while the push's application still has its subscription at the push's address."""
        app = self.get(push.client_id)
        return bool(app and app.subscription and app.subscription.callback_url == push.callback_url)

    def _take_in(self, client_id: int) -> Application:
        limits = RateLimits(self._options.overall, self._options.read)
        domains = self._callback_domains
        self[client_id] = Application(client_id, "", limits, seats=self._options.seats, callback_domains=domains)
        return self[client_id]
