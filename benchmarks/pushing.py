"""Pushes as Strava sends them, at little cost to the machine that they share with whoever answers."""

import json
import socket
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

CONNECTIONS = 32
RETRY_S = 0.2


def push_of(path: str, athlete: int, activity: int, subscription: int = 1) -> bytes:
    """Return the request by which Strava tells of a new activity."""
    event = {
        "object_type": "activity", "object_id": activity, "aspect_type": "create", "updates": {},
        "owner_id": athlete, "subscription_id": subscription, "event_time": int(time.time()),
    }  # fmt: skip
    body = json.dumps(event).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _answer(peer: socket.socket, request: bytes) -> bytes:
    peer.sendall(request)
    answer = peer.recv(4096)
    assert answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 503")), answer[:200]
    return answer


def push_all(ports: Sequence[int], path: str, events: Sequence[tuple[int, int]], subscription: int) -> None:
    """Push (athlete, activity) to these ports by turns, by 32 connections as fast as they answer."""

    def push(number: int) -> None:
        with socket.create_connection(("127.0.0.1", ports[number % len(ports)])) as peer:
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for athlete, activity in events[number::CONNECTIONS]:
                while not _answer(peer, push_of(path, athlete, activity, subscription)).startswith(b"HTTP/1.1 200"):
                    time.sleep(RETRY_S)  # a busy machine: Strava would push again, too

    with ThreadPoolExecutor(CONNECTIONS) as senders:
        list(senders.map(push, range(CONNECTIONS)))
