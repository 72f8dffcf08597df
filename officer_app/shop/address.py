"""Where the shop's database is: structured settings from a closed list, never a connection string."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Literal, get_args

from officer_app.base import tls
from officer_app.base.errors import KnownError

Engine = Literal["sqlite", "postgresql", "mysql"]
_PORTS = {"postgresql": 5432, "mysql": 3306}
_PLAIN = re.compile(r"[\w.@$ +-]*\Z")


@dataclass(frozen=True)
class Address:
    """The way to a shop's database, without the password.

    `host` may be a name, an IP address or the path of a socket folder (PostgreSQL) or socket (MySQL);
    `ca_file` holds the certificate authority when it is not a public one; `prefix` overrides the table prefix
    of the profile; `schema` is PostgreSQL's. Construction raises KnownError on a value that cannot be meant.
    """

    engine: Engine
    host: str = ""
    port: int = 0
    database: str = ""
    user: str = ""
    path: str = ""
    ca_file: str = ""
    profile: str = "native"
    prefix: str | None = None
    schema: str = ""

    def __post_init__(self) -> None:
        if self.engine not in get_args(Engine):
            raise KnownError(f"The engine {self.engine!r} is unknown; choose {', '.join(get_args(Engine))}.")
        if self.engine == "sqlite":
            if not self.path:
                raise KnownError("Choose the shop's SQLite file.")
            return
        if not self.host or not self.database or not self.user:
            raise KnownError("Give the host, the database and the user of the shop's database.")
        # libpq would take "a=b" or a URL in place of a name, and a list of hosts in place of one.
        for label, value in (("database", self.database), ("user", self.user), ("schema", self.schema)):
            if not _PLAIN.match(value):
                raise KnownError(f"The {label} name has characters that are not allowed; give the bare name.")
        tls.check_host(self.host)
        if not 0 <= self.port <= 65535:
            raise KnownError("The port is a number from 1 to 65535.")

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> "Address":
        """Return the address in `settings`; a key outside the closed list is refused by name."""
        known = {field.name for field in fields(cls)}
        if strange := sorted(set(settings) - known):
            raise KnownError(f"The shop setting {strange[0]!r} is not allowed; known are {', '.join(known)}.")
        for name, value in settings.items():
            wanted = int if name == "port" else str
            if not isinstance(value, wanted) and not (name == "prefix" and value is None):
                raise KnownError(f"The shop setting {name!r} is not a {wanted.__name__}.")
        if "engine" not in settings:
            raise KnownError("The shop setting 'engine' is missing.")
        return cls(**settings)  # type: ignore[arg-type]

    def settings(self) -> dict[str, object]:
        """Return what `from_settings` takes, for keeping in the casebook."""
        return asdict(self)

    @property
    def is_socket(self) -> bool:
        """Return whether the server is reached through a socket of this machine."""
        return tls.is_socket(self.host)

    @property
    def is_local(self) -> bool:
        """Return whether nothing leaves this machine: a file, a socket, or a host that is only loopback."""
        if self.engine == "sqlite" or self.is_socket:
            return True
        return tls.is_loopback(self.host)

    @property
    def used_port(self) -> int:
        """Return the port given, else the engine's usual one."""
        return self.port or _PORTS.get(self.engine, 0)

    @property
    def title(self) -> str:
        """Return the place in a few words, for the officer."""
        if self.engine == "sqlite":
            return Path(self.path).name
        return f"{self.database} on {self.host}" + ("" if self.is_socket else f":{self.used_port}")
