"""The process that tells: reads addresses and text from standard input, ends with 0 if all of them took it.

An athlete's address may lead anywhere, by a name that changes or a redirect. So what is checked is the connection
itself: an audit hook refuses every one that does not go to a public address.
"""

import ipaddress
import json
import os
import sys
from collections.abc import MutableMapping
from typing import Any, Final

UNICAST: Final = ipaddress.ip_network("2000::/3")  # all that IPv6's open internet has; beyond it lie ways to IPv4
OF_A_CLOUD: Final = frozenset({ipaddress.ip_address("168.63.129.16")})  # public by its number, Azure's own by its use
MORE_THAN_ASKED: Final = 3  # the exit code if an address holds another
CONNECTING = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})


def is_public(address: object) -> bool:
    """Return True if a socket's address (host, port, …) is one of the open internet; a name or a path is none."""
    if not isinstance(address, tuple) or not address:
        return False
    try:
        host = ipaddress.ip_address(str(address[0]).partition("%")[0])
    except ValueError:
        return False
    host = getattr(host, "ipv4_mapped", None) or host
    if isinstance(host, ipaddress.IPv6Address) and (host not in UNICAST or host.sixtofour or host.teredo):
        return False
    return host.is_global and not host.is_multicast and host not in OF_A_CLOUD


def drop_proxies(environ: MutableMapping[str, str]) -> None:
    """Take out what names a proxy: it would connect for us, and to wherever it reaches."""
    for name in [name for name in environ if name.upper().endswith("_PROXY")]:
        del environ[name]


def stay_public() -> None:
    """Refuse every connection of this process that does not go to a public address, for good."""

    def look(event: str, arguments: tuple[Any, ...]) -> None:
        if event in CONNECTING and not is_public(arguments[1]):
            raise PermissionError("not a public address")
        if event in {"subprocess.Popen", "os.exec", "os.posix_spawn", "os.system", "os.fork", "ctypes.dlopen"}:
            raise PermissionError("no other process, which nobody would look at")

    sys.addaudithook(look)


def main() -> int:
    told = json.loads(sys.stdin.read())
    import apprise

    everybody = apprise.Apprise()
    understood = [everybody.add(url) for url in told["urls"]]
    if told["public_only"]:
        if len(everybody) > len(told["urls"]):  # one that holds two: of the second nobody asked whether it is allowed
            return MORE_THAN_ASKED
        drop_proxies(os.environ)
        stay_public()
    said = everybody.notify(title=told["title"], body=told["text"], body_format=apprise.NotifyFormat.TEXT)
    return 0 if said and all(understood) else 1


if __name__ == "__main__":
    sys.exit(main())
