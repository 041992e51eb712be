"""The server's settings: one file in the instance folder, and one variable for the database.

``instance/server.toml`` is optional; every setting has a safe default except the secrets, which
have none: they are files made by ``checkpoint-server init-db``, and without them the server
refuses to start. Unknown settings are refused, so that a misspelt one cannot stay unnoticed.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING

from verifier_server.errors import ServerError
from verifier_server.passes.caps import Caps
from verifier_server.passes.validity import Validity
from verifier_server.secret_files import read_secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keys.secret import Secret

DATABASE_VARIABLE = "CHECKPOINT_DATABASE_URL"
SECRET_FILE = "secret.key"  # noqa: S105  a file's name, not a secret
SERIALS_FILE = "serials.key"
LEASES_FILE = "leases.json"
PUBLISHED_CHANNEL = "channel/published"


@dataclass(frozen=True)
class Settings:
    """What may stand in ``server.toml``.

    :ivar database_url: ``sqlite:///FILE`` or ``postgresql://…``; SQLite in the instance folder by default.
    :ivar lease_book: the file that names every block of serials ever leased; ``leases.json`` in the instance
        folder by default. Issuing databases of one issuer share one book, outside of what is restored with them.
    :ivar published_channel: the folder of the trust channel that is served at ``/channel/``;
        ``channel/published`` in the instance folder by default, where ``checkpoint-keys`` publishes.
    :ivar public_address: the address that scanners reach this server at, as ``https://passes.example.vn``;
        without it, a page takes the address that it was opened at.
    :ivar trusted_proxies: how many proxies in front of the server add to ``X-Forwarded-For``.
    :ivar secure_cookies: cookies go over HTTPS only; browsers make an exception for this machine itself.
    :ivar session_idle_minutes: a session ends when nothing was done for so long.
    :ivar session_hours: a session ends after so long, whatever was done.
    :ivar second_factor: whoever issues, approves or administers shows a second factor; false only for a demonstration.
    :ivar api_rate: how often one place may ask the API, in each worker.
    :ivar api_token_rate: how often one token may ask it, over all workers of one server.
    :ivar api_answer_days: how long an answer is kept for a retry with the same idempotency key.
    :ivar metrics_from: the addresses and networks that `/metrics` is served to, with commas between them.
    :ivar two_person_limit: how many passes one administrator may revoke alone within a day.
    :ivar account_day_cap: how many passes one account may issue in a day (Vietnam's); likewise ``site_day_cap`` and
        ``register_day_cap``. The command line is not refused, but alarms.
    :ivar new_pass_ends_old: a new domestic pass revokes the person's former ones, laminated cards too.
    :ivar import_megabytes: how large a file of earlier vaccinations may be.
    :ivar sms_gateway: the https address of the gateway that brings citizens' codes to their phones; without one they
        stay in this server's outbox. ``sms_gateway_hosts`` names the hosts it may have, with commas between them.
    :ivar outbox_page: anybody may read the outbox at ``/outbox``; true only for a demonstration.
    :ivar citizen_session_days: how long a phone stays logged in to the health book.
    :ivar reminder_days: how many days before a pass expires its holder's phone is told.
    :ivar rate_limit_storage: where requests of one place are counted; ``memory://`` counts in each worker.
    """

    database_url: str = ""
    lease_book: str = ""
    published_channel: str = ""
    public_address: str = ""
    trusted_proxies: int = 0
    secure_cookies: bool = True
    session_idle_minutes: int = 30
    session_hours: int = 10
    second_factor: bool = True
    rate_limit_storage: str = "memory://"
    domestic_days: int = 365
    travel_days: int = 365
    before_dose_days: int = 90
    certificate_issuer: str = "Bộ Y tế Việt Nam"
    two_person_limit: int = 100
    account_day_cap: int = 2_000
    site_day_cap: int = 5_000
    register_day_cap: int = 500_000
    new_pass_ends_old: bool = False
    import_megabytes: int = 64
    api_rate: str = "1200 per minute"
    api_token_rate: str = "2400 per minute"  # noqa: S105  how often, not what
    api_answer_days: int = 7
    metrics_from: str = "127.0.0.1, ::1"
    sms_gateway: str = ""
    sms_gateway_hosts: str = ""
    outbox_page: bool = False
    citizen_session_days: int = 30
    reminder_days: int = 14


@dataclass(frozen=True)
class ServerConfig:
    """Everything that ``create_app`` needs to know.

    :ivar workers: how many processes answer beside this one, itself included.
    """

    instance: Path
    database_url: str
    secret: Secret
    serial_secret: Secret
    settings: Settings = field(default_factory=Settings)
    testing: bool = False
    workers: int = 1

    @property
    def keys_folder(self) -> Path:
        """Where the signing keys lie."""
        return self.instance / "keys"

    @property
    def lease_book(self) -> Path:
        """Where the lease book lies."""
        return lease_book_path(self.instance, self.settings)

    @property
    def published_channel(self) -> Path:
        """Where the published state of the trust channel lies; it may be a link that is switched."""
        return self.instance / (self.settings.published_channel or PUBLISHED_CHANNEL)

    @property
    def validity(self) -> Validity:
        """How long passes are valid."""
        chosen = self.settings
        return Validity(chosen.domestic_days, chosen.travel_days, chosen.before_dose_days)

    @property
    def caps(self) -> Caps:
        """How many passes may be issued in a day."""
        chosen = self.settings
        return Caps(chosen.account_day_cap, chosen.site_day_cap, chosen.register_day_cap)


def load_config(instance: Path, environment: Mapping[str, str] | None = None) -> ServerConfig:
    """Read the settings and the secrets of an instance folder.

    :raises ServerError: a setting is wrong, or a secret is missing or readable by others.
    """
    settings = load_settings(instance)
    return ServerConfig(
        instance=instance,
        database_url=database_url(instance, settings, environment),
        secret=read_secret(instance / SECRET_FILE),
        serial_secret=read_secret(instance / SERIALS_FILE),
        settings=settings,
    )


def database_url(instance: Path, settings: Settings, environment: Mapping[str, str] | None = None) -> str:
    """Return the database's URL: the variable's, else the file's, else SQLite in the instance folder."""
    variables = os.environ if environment is None else environment
    return (
        variables.get(DATABASE_VARIABLE)
        or settings.database_url
        or f"sqlite:///{(instance / 'register.sqlite').resolve()}"
    )


def lease_book_path(instance: Path, settings: Settings) -> Path:
    """Return the lease book's path: the setting's, from the instance folder on, or ``leases.json`` there."""
    return instance / (settings.lease_book or LEASES_FILE)


def load_settings(instance: Path) -> Settings:
    """Read ``server.toml`` if it is there.

    :raises ServerError: it is not TOML, or a setting is unknown or of the wrong type.
    """
    path = instance / "server.toml"
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise ServerError(f"{path} cannot be read: {problem}", code="bad_settings") from problem
    types = {one.name: type(one.default) for one in fields(Settings)}
    for name, value in values.items():
        if name not in types:
            raise ServerError(
                f"{path} has an unknown setting {name!r}; known are {', '.join(types)}.", code="bad_settings"
            )
        if type(value) is not types[name]:
            raise ServerError(f"{path}: {name} must be of the type {types[name].__name__}.", code="bad_settings")
    return Settings(**values)
