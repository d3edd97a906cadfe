"""Density, type scale and stylesheet."""

import re

import pytest
from pytestqt.qtbot import QtBot

from store_app.look import icons
from store_app.look.stylesheet import stylesheet
from store_app.look.theme import Density, Size, font, px, theme
from store_app.look.tokens import THEMES


@pytest.mark.parametrize(
    ("size", "density"),
    [((1024, 768), Density.COMPACT), ((1280, 800), Density.REGULAR), ((1920, 1080), Density.ROOMY)],
)
def test_density_of_the_three_sizes(size: tuple[int, int], density: Density) -> None:
    assert Density.of(*size) is density


@pytest.mark.parametrize("density", list(Density))
def test_type_scale_has_five_ascending_sizes(qtbot: QtBot, density: Density) -> None:
    theme.set(density=density)
    sizes = [font(size).pixelSize() for size in Size]
    assert len(sizes) == 5
    assert sizes == sorted(set(sizes))


@pytest.mark.parametrize("name", sorted(THEMES))
def test_stylesheet_has_no_gap_and_only_colours_of_its_theme(qtbot: QtBot, name: str) -> None:
    sheet = stylesheet(THEMES[name], px)
    assert "$" not in sheet
    known = {getattr(THEMES[name], field) for field in THEMES[name].__slots__}
    assert set(re.findall(r"#[0-9a-f]{6,8}\b", sheet)) <= known


def test_every_icon_is_drawn(qtbot: QtBot) -> None:
    empty = [name for name in icons.NAMES if icons.pixmap(name, "#000000", 22).isNull()]
    assert not empty
    assert not icons.pixmap("no such icon", "#000000", 22).isNull()
