"""The address that an instance listens on: whether it is free, which others are, and which instance is there."""

import errno
import hmac
import socket
from contextlib import closing, suppress
from random import sample

from integration.errors import BadSetting

UNASSIGNED = range(20_000, 32_000)  # ports that systems give to nobody who asks for any: one chosen here stays free
INSTANCE = "Backstride-Instance"  # the header of /healthz that tells one instance from another


def instance_mark(secret_key: str) -> str:
    """Return what tells an instance from others. A signed cookie, which everybody gets, gives no less of its secret."""
    return hmac.digest(secret_key.encode(), b"backstride instance", "sha256").hex()[:16]


def require_free_port(host: str, port: int) -> None:
    """Raise BadSetting, naming PORT or HOST, if nothing could listen there."""
    try:
        _listen(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            remedy = f"{port} is in use on {host}: stop what listens there, or choose another, as in PORT={port + 1}"
            raise BadSetting("PORT", remedy) from None
        if error.errno == errno.EACCES:
            raise BadSetting("PORT", f"{port} is not for this user: choose one from 1024 to 65535") from None
        remedy = f"is no address of this machine ({error.strerror or error}): give one, such as 127.0.0.1"
        raise BadSetting("HOST", f"{host} {remedy}") from None


def free_port(host: str, first: int = 0) -> int:
    """The first free port from `first` on; any free one for 0. Raises BadSetting when there is none."""
    for port in range(first, 65536) if first else (*sample(UNASSIGNED, 100), 0):
        with suppress(OSError):
            return _listen(host, port)
    raise BadSetting("PORT", f"no free port from {first} on: choose a lower one")


def numeric(host: str) -> str:
    """Return the address that a name such as localhost stands for; an address is its own. Raises OSError if none."""
    return str(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][4][0])


def _listen(host: str, port: int) -> int:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with closing(socket.socket(family, kind, protocol)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port in TIME_WAIT is free
        listener.bind(address)
        listener.listen(1)  # on Linux two may bind an address with SO_REUSEADDR, but only one may listen
        return int(listener.getsockname()[1])
