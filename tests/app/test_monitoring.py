"""The alerts and the board name numbers that /metrics gives."""

import json
import re
from pathlib import Path

import pytest
import yaml
from asgi_client import AsWsgi
from places import ROOT
from web_site import Site
from werkzeug.test import Client

from integration.sandbox import SandboxServer

MONITORING = ROOT / "docs" / "monitoring"
SELECTOR = re.compile(r"\b(backstride_\w+)(?:\{([^}]*)\})?")
MATCHER = re.compile(r'(\w+)(=~|!=|=)"([^"]*)"')


def expressions() -> list[str]:
    rules = yaml.safe_load((MONITORING / "prometheus-rules.yml").read_text())
    board = json.loads((MONITORING / "grafana-board.json").read_text())
    alerts = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    return alerts + [target["expr"] for panel in board["panels"] for target in panel["targets"]]


@pytest.fixture
def numbers(tmp_path: Path, sandbox: SandboxServer, redis_url: str) -> dict[str, list[dict[str, str]]]:
    """The labels of every number, by its name, after a push and a page."""
    site = Site(tmp_path, sandbox, redis_url)
    visitor = site.visitor()
    visitor.get("/")
    push = site.settings.callback_url.removeprefix(site.settings.public_url)
    Client(AsWsgi(site.front())).post(push, json={})
    found: dict[str, list[dict[str, str]]] = {}
    for line in visitor.get("/metrics").text.splitlines():
        if told := re.match(r"(backstride_\w+)(?:\{(.*)\})? ", line):
            found.setdefault(told[1], []).append(dict(re.findall(r'(\w+)="([^"]*)"', told[2] or "")))
    return found


def test_every_number_that_alerts_and_board_ask_for_is_there(numbers: dict[str, list[dict[str, str]]]) -> None:
    asked = [(name, matchers) for line in expressions() for name, matchers in SELECTOR.findall(line)]
    assert len(asked) > 20
    for name, matchers in asked:
        assert name in numbers, name
        for label, how, value in MATCHER.findall(matchers):
            there = {labels.get(label) for labels in numbers[name]}
            assert None not in there, (name, label)
            assert how != "=" or value in there, (name, label, value)
            if how == "=~" and label != "status":  # all that it names is there; statuses come as they come
                assert set(value.split("|")) <= there, (name, value)


def test_every_alert_says_what_it_means_and_how_urgent_it_is() -> None:
    [group] = yaml.safe_load((MONITORING / "prometheus-rules.yml").read_text())["groups"]

    for rule in group["rules"]:
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert len(rule["annotations"]["summary"]) > 20
    assert len({rule["alert"] for rule in group["rules"]}) == len(group["rules"])


def test_panels_of_the_board_lie_side_by_side() -> None:
    places = [panel["gridPos"] for panel in json.loads((MONITORING / "grafana-board.json").read_text())["panels"]]
    cells = [
        (place["x"] + dx, place["y"] + dy) for place in places for dx in range(place["w"]) for dy in range(place["h"])
    ]

    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24
