"""Every move has a figure that a body could take: limbs keep their length, and what touches the floor touches it."""

import re
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from math import dist
from pathlib import Path

import pytest

from content.moves.dose import SIDES
from content.moves.drawings import FOLDER, drawing, style
from content.moves.library import load
from tools import draw_figures
from tools.fields import ContentError
from tools.figures.drawing import GAP, HEIGHT, PANEL, svg
from tools.figures.figure import Figure
from tools.figures.motion import frames
from tools.figures.poses import DATA, figures
from tools.figures.sheet import sheet
from tools.figures.skeleton import BONES, LOWER_SPINE, NECK, RADII, UPPER_SPINE, Joints, LimbPose, Pose, joints

FIGURES = figures()
NS = "{http://www.w3.org/2000/svg}"
TOUCH = 2.6  # cm that a joint may be off the floor and still be seen to lie on it
SINK = 3.0  # cm that soft parts may sink in
SINK_ON_THE_WAY = 8.0


@cache
def files() -> Mapping[str, str]:
    """Return the text of each figure's file, drawn anew."""
    return draw_figures.drawings()


@cache
def moving(name: str) -> tuple[list[Joints], list[int]]:
    """Return the bodies of a figure from its start to its end, and the places of its poses among them."""
    return frames(FIGURES[name].poses)


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
def test_limbs_keep_their_length_in_every_position_and_on_the_way(figure: Figure) -> None:
    start = bones(figure.start)

    for body in moving(figure.id)[0]:
        assert bones(body) == pytest.approx(start, abs=0.01)
    assert start["right_hip-right_knee"] == pytest.approx(BONES["leg"][0])
    assert start["left_shoulder-left_elbow"] == pytest.approx(BONES["arm"][0])
    assert start["hip-waist"] + start["waist-chest"] + start["chest-head"] == pytest.approx(
        LOWER_SPINE + UPPER_SPINE + NECK
    )


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_what_touches_the_floor_touches_it_and_nothing_sinks_in(figure: Figure) -> None:
    for body, touching in zip(figure.poses, figure.contacts, strict=True):
        assert {name: z for name in touching if abs(z := lowest(body, name)) > TOUCH} == {}
        assert {name: z for name in body if (z := lowest(body, name)) < -SINK} == {}
    for body in moving(figure.id)[0]:
        assert {name: z for name in body if (z := lowest(body, name)) < -SINK_ON_THE_WAY} == {}


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_on_the_way_hands_and_feet_that_stay_do_not_slide_and_no_bone_jumps(figure: Figure) -> None:
    bodies, stops = moving(figure.id)

    assert [bodies[stop] for stop in stops] == list(figure.poses)
    for n, (before, after) in enumerate(pairwise(figure.poses)):
        between_them = bodies[stops[n] : stops[n + 1]]
        for name in ("left_ankle", "right_ankle", "left_wrist", "right_wrist"):
            if dist(before[name], after[name]) < 0.1:
                assert max(dist(body[name], before[name]) for body in between_them) < 3
    for before, after in pairwise(bodies):
        assert max(dist(before[name], after[name]) for name in before) < 62


def test_who_touches_nothing_stands_or_sits_on_something() -> None:
    hovering = {figure.id for figure in FIGURES.values() if not all(figure.contacts)}

    assert hovering == {"step-up", "leg-press"}
    assert all(FIGURES[name].props for name in hovering)


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_the_positions_differ_and_an_arrow_says_how(figure: Figure) -> None:
    moved = max(dist(figure.start[name], figure.end[name]) for name in figure.start)

    assert moved > 4
    assert figure.arrows


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_a_drawing_is_sound_svg_with_a_text_alternative(figure: Figure) -> None:
    name = load().moves[figure.id].name

    root = ET.fromstring(svg(figure, name, ""))

    title, description = root.find(f"{NS}title"), root.find(f"{NS}desc")
    assert title is not None
    assert description is not None
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert title.text == name
    assert all(says in (description.text or "") for says in figure.says)
    assert "nan" not in ET.tostring(root, encoding="unicode")


def test_what_is_shipped_is_what_the_tool_draws() -> None:
    assert {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.svg")} == files()


def test_a_drawing_has_no_colours_of_its_own_and_escapes_its_name() -> None:
    drawn = svg(FIGURES["plank"], 'Plank & "friends"', "")

    assert "<style" not in drawn
    assert not re.search(r"#[0-9a-f]{3,6}\b|fill=|stroke=", drawn)
    assert "Plank &amp; &quot;friends&quot;" in drawn


def test_every_class_of_a_drawing_has_its_colour_in_the_one_palette_light_and_dark() -> None:
    light, dark = style().split("@media screen and (prefers-color-scheme: dark)")
    used = {
        name for text in files().values() for names in re.findall(r'class="([^"]+)"', text) for name in names.split()
    }
    colours = set(re.findall(r"var\((--[\w-]+)\)", style()))

    assert {name for name in used - {"figure", "f-moving"} if f".{name}" not in style()} == set()
    assert colours == set(re.findall(r"(--[\w-]+):", light)) == set(re.findall(r"(--[\w-]+):", dark))


@pytest.mark.parametrize("name", ["../figures/plank", "no-such-move", "", "../data/moves/1_stretches.toml"])
def test_there_is_no_drawing_for_a_name_that_is_no_move(name: str) -> None:
    assert drawing(name) is None


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_what_is_drawn_stays_inside_its_panel(figure: Figure) -> None:
    drawn = svg(figure, "", "")
    points = [(float(x), float(y)) for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", drawn)]

    assert 0 <= min(x for x, _ in points) < max(x for x, _ in points) <= len(figure.poses) * (PANEL + GAP) - GAP
    assert 0 <= min(y for _, y in points) < max(y for _, y in points) <= HEIGHT


def test_near_limbs_are_darker_than_far_ones() -> None:
    drawn = svg(FIGURES["lunge"], "Lunge", "")

    assert drawn.count('class="f-near"') > 6
    assert drawn.count('class="f-far"') == 12


@pytest.mark.parametrize("name", FIGURES)
def test_every_frame_of_an_outline_has_the_same_letters_so_that_its_numbers_can_run(name: str) -> None:
    drawn = files()[f"{name}.svg"]
    stops = [int(stop) for stop in re.findall(r'data-stops="([\d ]+)"', drawn)[0].split()]
    outlines = [frames_of.split("|") for frames_of in re.findall(r'data-frames="([^"]+)"', drawn)]

    assert outlines
    for outline in outlines:
        assert len(outline) == stops[-1] + 1
        assert len({re.sub(r"-?[\d.]+", "0", frame) for frame in outline}) == 1
        assert {re.sub(r"[^AML]", "", frame) for frame in outline} != {""}


@pytest.mark.parametrize(
    ("name", "parts", "pace"),
    [
        ("plank", "1", 4),  # a trunk hold stays in its last position
        ("squat", "0 1", 4),
        ("trunk-rotation", "0 1", 7),  # with the pause at the floor
        ("hip-cars", "0 1 2", 6),
        ("childs-pose", "0|1|2", 6),  # centre, left, right
        ("bear", "1|1 2", 4),  # the hold, then the crawl
        ("leg-swings", "0 1", 1.6),
    ],
)
def test_a_figure_moves_at_the_pace_of_its_dose_and_a_hold_stays(name: str, parts: str, pace: float) -> None:
    assert f' data-parts="{parts}" data-pace="{pace:g}">' in files()[f"{name}.svg"]


@pytest.mark.parametrize(
    "figure", [figure for figure in FIGURES.values() if figure.parts], ids=lambda figure: figure.id
)
def test_a_figure_with_parts_has_one_for_each_part_of_the_dose(figure: Figure) -> None:
    assert len(figure.parts) in {1, len(SIDES[load().moves[figure.id].dose.sides])}


def test_the_sheet_shows_all_of_them() -> None:
    page = sheet(files())

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


@pytest.mark.parametrize("name", ["", "a" * 5000, "..", "../figures/plank", "\0", "figures.css"])
def test_what_is_no_moves_name_has_no_drawing(name: str) -> None:
    assert drawing(name) is None


def test_in_a_lunge_the_back_foot_rolls_over_its_toes_and_the_front_foot_steps() -> None:
    bodies, _ = frames(FIGURES["lunge"].poses)

    assert max(dist(body["left_toe"], bodies[0]["left_toe"]) for body in bodies) < 2
    assert min(lowest(body, "right_toe") for body in bodies[1:-1]) > 5


def test_in_mountain_climbers_the_knee_passes_above_the_floor() -> None:
    bodies, _ = frames(FIGURES["mountain-climbers"].poses)

    assert min(lowest(body, "right_knee") for body in bodies) > 0
