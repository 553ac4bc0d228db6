"""Every move has a figure that a body could take: limbs keep their length, and what touches the floor touches it."""

import re
import shutil
import xml.etree.ElementTree as ET
from itertools import pairwise
from math import dist
from pathlib import Path

import pytest

from content.moves.drawings import FOLDER, drawing, style
from content.moves.library import load
from tools.draw_figures import drawings
from tools.fields import ContentError
from tools.figures.drawing import GAP, HEIGHT, PANEL, svg
from tools.figures.poses import DATA, Figure, figures
from tools.figures.sheet import sheet
from tools.figures.skeleton import BONES, LOWER_SPINE, NECK, RADII, UPPER_SPINE, Joints, LimbPose, Pose, joints

FIGURES = figures()
NS = "{http://www.w3.org/2000/svg}"
TOUCH = 2.6  # cm that a joint may be off the floor and still be seen to lie on it
SINK = 3.0  # cm that soft parts may sink in


def lowest(body: Joints, name: str) -> float:
    return body[name][2] - RADII[name.split("_")[-1]]


def bones(body: Joints) -> dict[str, float]:
    pairs = [("hip", "waist"), ("waist", "chest"), ("chest", "head")]
    for side in ("left", "right"):
        limb = ("hip", "knee", "ankle"), ("shoulder", "elbow", "wrist", "hand"), ("heel", "toe")
        pairs += [(f"{side}_{a}", f"{side}_{b}") for chain in limb for a, b in pairwise(chain)]
    return {f"{a}-{b}": dist(body[a], body[b]) for a, b in pairs}


def test_every_move_has_a_figure_and_every_figure_a_move() -> None:
    assert set(FIGURES) == set(load().moves)


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_limbs_have_the_same_length_in_both_positions(figure: Figure) -> None:
    start, end = bones(figure.start), bones(figure.end)

    assert start == pytest.approx(end, abs=0.01)
    assert start["right_hip-right_knee"] == pytest.approx(BONES["leg"][0])
    assert start["left_shoulder-left_elbow"] == pytest.approx(BONES["arm"][0])
    assert start["hip-waist"] + start["waist-chest"] + start["chest-head"] == pytest.approx(
        LOWER_SPINE + UPPER_SPINE + NECK
    )


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_what_touches_the_floor_touches_it_and_nothing_sinks_in(figure: Figure) -> None:
    for body, touching in zip((figure.start, figure.end), figure.contacts, strict=True):
        assert {name: z for name in touching if abs(z := lowest(body, name)) > TOUCH} == {}
        assert {name: z for name in body if (z := lowest(body, name)) < -SINK} == {}


def test_who_touches_nothing_stands_or_sits_on_something() -> None:
    hovering = {figure.id for figure in FIGURES.values() if not all(figure.contacts)}

    assert hovering == {"step-up", "leg-press"}
    assert all(FIGURES[name].props for name in hovering)


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_the_two_positions_differ_and_an_arrow_says_how(figure: Figure) -> None:
    moved = max(dist(figure.start[name], figure.end[name]) for name in figure.start)

    assert moved > 4
    assert figure.arrows


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_a_drawing_is_sound_svg_with_a_text_alternative(figure: Figure) -> None:
    name = load().moves[figure.id].name

    root = ET.fromstring(svg(figure, name))

    title, description = root.find(f"{NS}title"), root.find(f"{NS}desc")
    assert title is not None
    assert description is not None
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert title.text == name
    assert all(says in (description.text or "") for says in figure.says)
    assert "nan" not in ET.tostring(root, encoding="unicode")


def test_what_is_shipped_is_what_the_tool_draws() -> None:
    assert {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.svg")} == dict(drawings())


def test_a_drawing_has_no_colours_of_its_own_and_escapes_its_name() -> None:
    drawn = svg(FIGURES["plank"], 'Plank & "friends"')

    assert "<style" not in drawn
    assert not re.search(r"#[0-9a-f]{3,6}\b|fill=|stroke=", drawn)
    assert "Plank &amp; &quot;friends&quot;" in drawn


def test_every_class_of_a_drawing_has_its_colour_in_the_one_palette_light_and_dark() -> None:
    light, dark = style().split("@media screen and (prefers-color-scheme: dark)")
    used = {
        name for text in drawings().values() for names in re.findall(r'class="([^"]+)"', text) for name in names.split()
    }
    colours = set(re.findall(r"var\((--[\w-]+)\)", style()))

    assert {name for name in used - {"figure"} if f".{name}" not in style()} == set()
    assert colours == set(re.findall(r"(--[\w-]+):", light)) == set(re.findall(r"(--[\w-]+):", dark))


@pytest.mark.parametrize("name", ["../figures/plank", "no-such-move", "", "../data/moves/1_stretches.toml"])
def test_there_is_no_drawing_for_a_name_that_is_no_move(name: str) -> None:
    assert drawing(name) is None


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_what_is_drawn_stays_inside_its_panel(figure: Figure) -> None:
    drawing = svg(figure, "")
    points = [(float(x), float(y)) for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", drawing)]

    assert 0 <= min(x for x, _ in points) < max(x for x, _ in points) <= 2 * PANEL + GAP
    assert 0 <= min(y for _, y in points) < max(y for _, y in points) <= HEIGHT


def test_near_limbs_are_darker_than_far_ones() -> None:
    drawing = svg(FIGURES["lunge"], "Lunge")

    assert drawing.count('class="f-near"') > 6
    assert drawing.count('class="f-far"') == 12


def test_the_sheet_shows_all_of_them() -> None:
    page = sheet()

    assert page.count("<svg") == len(load().moves)
    assert all(move.kind in page for move in load().moves.values())


def test_a_hand_reaches_exactly_where_it_is_told() -> None:
    pose = Pose((0, 0, 90), (90, 90), 90, limbs={"right_arm": LimbPose(end=(30, None, 110))})

    found = joints(pose)

    assert found["right_wrist"] == pytest.approx((30, -16.5, 110))
    assert dist(found["right_shoulder"], found["right_elbow"]) == pytest.approx(28)
    assert dist(found["right_elbow"], found["right_wrist"]) == pytest.approx(25)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("arms = { to = [40, 50]", "arms = { to = [90, 50]", "hip-flexor-stretch: end: pose: left arm: its end is"),
        ('like = "on-chair"', 'like = "on-sofa"', "spinal-twists: start: like: is no position"),
        ("yaw = -62", 'yaw = "left"', "spinal-twists: yaw: write numbers"),
        ("yaw = -62", "yaw = [1, 2]", "spinal-twists: yaw: has 2 numbers, needs 1"),
        ('says = "Ribs and', 'say = "Ribs and', "spinal-twists: end: says: is missing"),
    ],
)
def test_a_wrong_pose_is_named_by_file_figure_and_field(tmp_path: Path, old: str, new: str, said: str) -> None:
    shutil.copytree(DATA, tmp_path / "figures")
    path = tmp_path / "figures" / "1_stretches.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(ContentError) as refused:
        figures(tmp_path / "figures")

    assert f"1_stretches.toml: {said}" in str(refused.value)
