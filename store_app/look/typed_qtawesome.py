"""A typed face of the one function of qtawesome that is used."""

import qtawesome
from PySide6.QtGui import QIcon

FILL = 1.14
"""qtawesome draws a glyph at 7/8 of its box; the glyphs have their own margin"""


def glyph_icon(name: str, colour: str) -> QIcon:
    """The icon of that name in that colour, as large as its box."""
    icon = qtawesome.icon(name, color=colour, scale_factor=FILL)
    assert isinstance(icon, QIcon)
    return icon
