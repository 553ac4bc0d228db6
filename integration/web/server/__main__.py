"""`python -m integration.web.server HOST PORT`: the process that serves the pages and the webhook.

One process: several writing processes would queue for SQLite's lock. granian serves inside of it, by its embedded
server; its own command keeps a second process, which only starts the first anew, as our supervisor does.
"""

import asyncio
import os
import signal
import sys

if __name__ == "__main__":  # Ctrl-C ends it without a traceback while the rest is imported, which takes a second
    signal.signal(signal.SIGINT, lambda *_: os._exit(130))

import click
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server

from integration import open_files
from integration.errors import BadSetting
from integration.ports import numeric, require_free_port
from integration.web.server.front import serve

FEW_CONNECTIONS = 2_000
HEADER_WITHIN_MS = 10_000  # after which a connection on which no header is complete is closed
HEADER_WITHIN_FEW_MS = 2_000  # the same, if there may be but few
LARGEST_HEADER = 65_536  # bytes
ENDS_WITHIN = 2.0  # seconds for requests under way, once we are told to stop


@click.command()
@click.argument("host")
@click.argument("port", type=click.IntRange(1, 65535))
def main(host: str, port: int) -> None:
    """Serve on HOST and PORT until SIGTERM or SIGINT."""
    try:
        require_free_port(host, port)
        server = _server(numeric(host), port)
    except BadSetting as error:
        sys.stderr.write(f"backstride: {error}\n")
        raise SystemExit(2) from None
    was_told = asyncio.run(_serve_until_told(server))
    sys.stdout.flush()
    # Not Python's own way out: threads of granian that wait for a client still would fail aloud on it.
    os._exit(0 if was_told else 1)


def _server(host: str, port: int) -> Server:
    connections = open_files.connections()
    return Server(
        serve(),
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=header_within_ms(connections), max_buffer_size=LARGEST_HEADER),
        websockets=False,
        backlog=2_048,
        backpressure=connections,
        log_level=LogLevels.error,
    )


def header_within_ms(connections: int) -> int:
    """Return the milliseconds that a header may take if so many connections may be open at once."""
    return HEADER_WITHIN_MS if connections >= FEW_CONNECTIONS else HEADER_WITHIN_FEW_MS


async def _serve_until_told(server: Server) -> bool:
    """Return whether we were told to stop; False if the server ended by itself."""
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    serving, telling = asyncio.create_task(server.serve()), asyncio.create_task(told.wait())
    await asyncio.wait((serving, telling), return_when=asyncio.FIRST_COMPLETED)
    server.stop()  # type: ignore[no-untyped-call]
    await asyncio.wait((serving,), timeout=ENDS_WITHIN)
    if serving.done():
        serving.result()  # raises what kept it from serving
    return told.is_set()


if __name__ == "__main__":
    main()
