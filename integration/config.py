"""Every setting there is, read once from the environment and `.env` into one frozen object.

Nothing else of ours reads the environment. A missing or wrong setting fails here, by the name of its variable.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from integration.environment import installation
from integration.environment import setting_defaults as defaults
from integration.environment import setting_values as values
from integration.errors import BadSetting

Athletes = frozenset[int] | Literal["*"] | None
Environ = Mapping[str, str] | None
WebAddress = Annotated[str, AfterValidator(values.web_address)]


class Place(BaseSettings):
    """The place of an instance: all that `demo` takes over from the settings."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    checkout: Path = Field(description="is where .env lies, and what relative paths begin at")
    restoring: bool = Field(False, description="is set by `restore`, which brings its own keys")
    looking: bool = Field(False, description="is set by `doctor`, which creates nothing")
    data_dir: Annotated[Path, AfterValidator(values.in_checkout)] = Field(
        default_factory=installation.default_data_dir, description="name a directory that this user may write to"
    )
    port: int = Field(8000, ge=1, le=65535, description="give a port number from 1 to 65535")
    host: str = Field("127.0.0.1", pattern=r"^\S+$", description="give the address to listen on, such as 127.0.0.1")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment is handed in by `load_settings`; a variable set to nothing hides the one in `.env`."""
        del settings_cls, env_settings, file_secret_settings
        return init_settings, dotenv_settings

    @model_validator(mode="before")
    @classmethod
    def _empty_means_unset(cls, data: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in data.items() if not (isinstance(value, str) and not value.strip())}


class Settings(Place):
    """The settings, under their variables' names in lower case; each one's description is its remedy."""

    public_url: WebAddress = Field(
        default_factory=defaults.public_url,
        max_length=160,  # Strava takes callback addresses of up to 255 characters
        description="give the address that Strava and browsers reach, such as https://runs.example.org",
    )
    trusted_proxies: int = Field(0, ge=0, le=9, description="give the number of reverse proxies in front, 0 to 9")

    strava_client_id: str | None = Field(
        None, description="register an app at https://www.strava.com/settings/api and put its Client ID into .env"
    )
    strava_client_secret: SecretStr | None = Field(
        None, description="put the Client Secret that https://www.strava.com/settings/api shows into .env"
    )
    strava_oauth_url: WebAddress = Field(
        "https://www.strava.com/oauth", description="give a web address, such as https://www.strava.com/oauth"
    )
    strava_api_url: WebAddress = Field(
        "https://www.strava.com/api/v3", description="give a web address, such as https://www.strava.com/api/v3"
    )
    strava_webhook_signing_secret: SecretStr | None = Field(None, description="give the secret that Strava signs with")

    contact: Annotated[str, AfterValidator(values.one_line)] | None = Field(
        None, max_length=200, description="give an e-mail address, a web address or a name, in one line"
    )
    notify_urls: Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(values.notify_addresses)] = Field(
        (), description="give addresses as apprise has them, such as ntfys://topic, separated by commas"
    )
    athlete_notify_schemes: Annotated[tuple[str, ...], NoDecode, BeforeValidator(values.schemes)] = Field(
        (), description="give kinds of apprise's addresses that athletes may have, such as ntfys,tgram"
    )
    metrics_token: SecretStr | None = Field(
        None, min_length=8, description="give at least 8 characters that only your monitoring knows"
    )

    # Both addresses may hold a password, so neither shows in repr.
    database_url: Annotated[str, AfterValidator(values.database)] = Field(
        default_factory=defaults.database,
        repr=False,
        description="give postgresql://user:password@host/name, or leave it empty for SQLite in DATA_DIR",
    )
    redis_url: Annotated[str, AfterValidator(values.redis)] = Field(
        default_factory=defaults.bundled_redis,
        repr=False,
        description="give redis://host:6379/0, rediss:// or unix:///, only known options; empty: the bundled server",
    )

    secret_key: SecretStr = Field(
        default_factory=defaults.made_once("secret_key"),
        min_length=8,
        description="give at least 8 characters, better 32, that nobody can guess",
    )
    token_keys: Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(values.fernet_keys)] = Field(
        default_factory=defaults.token_keys,
        description="give Fernet keys (32 bytes each, in URL-safe base64), the newest first, separated by commas",
    )
    webhook_verify_token: SecretStr = Field(
        default_factory=defaults.made_once("webhook_verify_token"),
        description="give any text that nobody can guess",
    )
    webhook_secret: Annotated[SecretStr, AfterValidator(values.path_segment)] = Field(
        default_factory=defaults.made_once("webhook_secret"),
        min_length=8,
        description="give at least 8 letters, digits, - and _, better 32: it becomes part of the callback's path",
    )

    owner_athlete: int | None = Field(None, ge=1, description="give the number in the address of your Strava profile")
    allowed_athletes: Annotated[Athletes, NoDecode, BeforeValidator(values.athletes)] = Field(
        None, description="give athletes' numbers separated by commas, or * for everyone"
    )

    @property
    def redirect_uri(self) -> str:
        """The address to which Strava sends an athlete back after the consent page."""
        return f"{self.public_url}/connect/callback"

    @property
    def callback_url(self) -> str:
        """The address to which Strava pushes events. Secret: whoever knows it can send events."""
        return f"{self.public_url}/webhook/{self.webhook_secret.get_secret_value()}"

    @property
    def prefix(self) -> str:
        """The path under which the pages are reached: empty, or such as `/backstride`."""
        return urlsplit(self.public_url).path

    @property
    def https(self) -> bool:
        """True if browsers reach us by https, so that cookies may be Secure."""
        return self.public_url.startswith("https://")

    @property
    def reachable(self) -> bool:
        """True if Strava could push to PUBLIC_URL, as far as its name tells; if not, we poll."""
        return not values.of_this_network(urlsplit(self.public_url).hostname or "")

    @property
    def sqlite_file(self) -> Path | None:
        """The database's file, or None on PostgreSQL."""
        scheme, _, path = self.database_url.partition(":///")
        return Path(path) if scheme == "sqlite" else None

    @property
    def redis_socket(self) -> Path:
        """The bundled server's socket."""
        return defaults.socket_path(self.data_dir)

    @property
    def bundled_redis(self) -> bool:
        """True if Redis is ours to start."""
        return "redis_url" not in self.model_fields_set

    @property
    def broker_url(self) -> str:
        """REDIS_URL in the form that Celery wants."""
        return values.redis_broker(self.redis_url)

    @property
    def secret_files(self) -> dict[str, Path]:
        """The files of the secrets that were made here, by the setting's name; those that are set have none."""
        made = [name for name in defaults.MADE_ONCE if name not in self.model_fields_set]
        return {name: defaults.secret_file(self.data_dir, name) for name in made}

    @property
    def token_keys_file(self) -> Path | None:
        """The file of the keys made by ourselves; None if TOKEN_KEYS is set, so that the operator rotates."""
        return self.secret_files.get("token_keys")

    def newest_token_keys(self) -> tuple[SecretStr, ...]:
        """Return TOKEN_KEYS as of now: `rotate-keys` may have added one since the start. Raises KeysLost."""
        if self.token_keys_file is None:
            return self.token_keys
        try:
            return values.fernet_keys(self.token_keys_file.read_text(encoding="utf-8").strip())
        except (FileNotFoundError, ValueError):
            raise defaults.keys_are_missing(self.token_keys_file) from None

    def fernet_keys(self) -> list[str]:
        """Return the newest token keys as text, for `Vault(settings.fernet_keys)`."""
        return [key.get_secret_value() for key in self.newest_token_keys()]

    def strava_app(self) -> tuple[str, str]:
        """Return (client id, client secret). Raises BadSetting if one is missing."""
        if not self.strava_client_id:
            raise BadSetting("STRAVA_CLIENT_ID", f"is not set: {_remedy('strava_client_id')}")
        if not self.strava_client_secret:
            raise BadSetting("STRAVA_CLIENT_SECRET", f"is not set: {_remedy('strava_client_secret')}")
        return self.strava_client_id, self.strava_client_secret.get_secret_value()


def load_settings(
    environ: Environ = None, *, checkout: Path | None = None, restoring: bool = False, looking: bool = False
) -> Settings:
    """Return the settings from `environ` (default: this process's environment) over `.env` in `checkout`.

    Makes DATA_DIR and the secrets that are not set, unless `looking`. Raises BadSetting for the first wrong setting,
    KeysLost if token keys are missing beside what they open, unless a backup that brings them is being restored.
    """
    return _load(Settings, environ, checkout, restoring=restoring, looking=looking)


def load_place(environ: Environ = None, *, checkout: Path | None = None) -> Place:
    """Return the place of an instance; creates nothing, and does not look at the other settings."""
    return _load(Place, environ, checkout)


def environment(**changes: str) -> dict[str, str]:
    """Return this process's environment with `changes`, for another process to start in."""
    return {**os.environ, **changes}


S = TypeVar("S", bound=Place)


def _load(kind: type[S], environ: Environ, checkout: Path | None, **how: bool) -> S:
    environ, checkout = os.environ if environ is None else environ, checkout or installation.home()
    given: dict[str, Any] = {name: environ[name.upper()] for name in SETTINGS if name.upper() in environ}
    try:
        return kind(_env_file=checkout / ".env", checkout=checkout, **how, **given)  # type: ignore[call-arg, arg-type]  # BaseSettings takes both
    except ValidationError as error:
        name = str(error.errors(include_input=False)[0]["loc"][0]).lower()
        raise BadSetting(name.upper(), f"is not usable: {_remedy(name)}") from None
    except OSError as error:
        raise BadSetting("DATA_DIR", installation.why_unusable(error)) from None


SETTINGS = tuple(name for name in Settings.model_fields if name not in {"checkout", "restoring", "looking"})


def _remedy(name: str) -> str:
    return str(Settings.model_fields[name].description)
