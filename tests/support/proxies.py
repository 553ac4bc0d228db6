"""The reverse proxies of docs/operate.md, set up as it advises."""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from integration.cli.address_check import answers
from integration.ports import free_port

ROOT = Path(__file__).parents[2]
NGINX = """daemon off; pid {directory}/pid; error_log {directory}/error.log;
{limits}
http {{
    access_log off;
    client_body_temp_path {directory}; proxy_temp_path {directory}; fastcgi_temp_path {directory};
    uwsgi_temp_path {directory}; scgi_temp_path {directory};
    server {{
        listen 127.0.0.1:{port};
        {server}
    }}
}}
"""


def advised() -> list[str]:
    """The blocks of docs/operate.md's section on proxies: Caddy's site, nginx's server, nginx's limits."""
    section = (ROOT / "docs" / "operate.md").read_text().partition("## Behind a proxy")[2].partition("\n## ")[0]
    return re.findall(r"```\n(.*?)```", section, re.DOTALL)


def configured(name: str, port: int, backend: int, directory: Path) -> list[str]:
    """Write the configuration of a proxy that listens on `port`. Return its command."""
    caddy, server, limits = (block.replace("127.0.0.1:8000", f"127.0.0.1:{backend}") for block in advised())
    file = directory / f"{name}.conf"
    if name == "caddy":
        site = caddy.replace("runs.example.org", f"http://127.0.0.1:{port}")
        file.write_text("{\n    admin off\n}\n" + site)
        return ["caddy", "run", "--adapter", "caddyfile", "--config", str(file)]
    file.write_text(NGINX.format(directory=directory, limits=limits, port=port, server=server))
    return ["nginx", "-e", str(directory / "error.log"), "-c", str(file)]


@contextmanager
def running_proxy(name: str, backend: int, directory: Path) -> Iterator[str]:
    """The address of a proxy in front of the instance on port `backend`; skips the test where it is not installed."""
    if not shutil.which(name):
        pytest.skip(f"{name} is not installed")
    port = free_port("127.0.0.1")
    with (directory / "proxy.log").open("w") as log:
        process = subprocess.Popen(configured(name, port, backend, directory), stdout=log, stderr=log)
    try:
        give_up = time.monotonic() + 30
        while not answers(f"http://127.0.0.1:{port}/healthz"):
            assert time.monotonic() < give_up, (directory / "proxy.log").read_text()
            assert process.poll() is None, (directory / "proxy.log").read_text()
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()
