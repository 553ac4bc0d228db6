"""Asks if something answers on this machine: HTTP at a port, Redis at a socket."""

import socket
from urllib.parse import urlsplit

LONGEST_ANSWER = 65_536  # bytes


def ask(address: str, timeout: float) -> tuple[int, bytes]:
    """Return status and body of a plain HTTP address of this machine. Raises OSError, or ValueError for no HTTP.

    http.client would do the same, for three megabytes more in a process that only watches.
    """
    parts = urlsplit(address)
    request = f"GET {parts.path or '/'} HTTP/1.0\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n"
    with socket.create_connection((parts.hostname or "", parts.port or 80), timeout) as connection:
        connection.sendall(request.encode())
        answer = b""
        while len(answer) < LONGEST_ANSWER and (more := connection.recv(LONGEST_ANSWER)):
            answer += more
    head, _, body = answer.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/"):
        raise ValueError("this is no HTTP")
    return int(head.split()[1]), body


def is_up(address: str) -> bool:
    """Return True if a plain HTTP address of this machine answers with anything but a server error."""
    try:
        status, _ = ask(address, timeout=2)
    except (OSError, ValueError):
        return False
    return status < 500


def pongs(path: str) -> bool:
    """Return True if a Redis at the socket `path` of this machine takes commands: one that still loads does not."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(0.2)
            connection.connect(path)
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
