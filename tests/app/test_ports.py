"""The address that an instance listens on: a wrong or taken one is named in one line before anything starts."""

import ipaddress
import socket
from pathlib import Path

import pytest

from integration.config import load_settings
from integration.errors import BadSetting
from integration.ports import UNASSIGNED, free_port, numeric, require_free_port
from integration.supervisor.programs import alive_address
from integration.web.server.__main__ import main


def test_a_port_that_is_taken_is_named_before_anything_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadSetting, match=f"PORT: {port} is in use on 127.0.0.1"):
            require_free_port("127.0.0.1", port)
        assert free_port("127.0.0.1", port) > port


def test_a_port_that_is_chosen_to_listen_on_later_is_given_to_nobody_meanwhile() -> None:
    for _ in range(200):
        with socket.create_server(("127.0.0.1", 0)) as anybody:
            assert anybody.getsockname()[1] not in UNASSIGNED
    assert free_port("127.0.0.1") in UNASSIGNED


def test_an_address_of_another_machine_is_named() -> None:
    with pytest.raises(BadSetting, match=r"HOST: 203\.0\.113\.1"):
        require_free_port("203.0.113.1", 8000)


@pytest.mark.parametrize(
    ("host", "place"),
    [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("::1", "[::1]")],
)
def test_the_web_is_asked_on_this_machine_whatever_it_listens_at(tmp_path: Path, host: str, place: str) -> None:
    settings = load_settings({"HOST": host, "PORT": "8123"}, checkout=tmp_path, looking=True)

    assert alive_address(settings) == f"http://{place}:8123/healthz"


def test_a_name_of_this_machine_is_an_address_to_listen_on() -> None:
    assert ipaddress.ip_address(numeric("localhost")).is_loopback
    assert numeric("127.0.0.1") == "127.0.0.1"


def test_the_web_by_itself_names_a_taken_port_and_an_odd_host_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for host, field in (("127.0.0.1", f"PORT: {port} is in use"), ("203.0.113.1", "HOST: 203.0.113.1 is")):
            with pytest.raises(SystemExit, match=r"^2$"):
                main([host, str(port)])
            assert capsys.readouterr().err.startswith(f"backstride: {field}")
