"""A typed face of the one function of qtawesome that is used."""

import qtawesome
from PySide6.QtGui import QIcon


def glyph_icon(name: str, colour: str) -> QIcon:
    """The icon of that name in that colour."""
    icon = qtawesome.icon(name, color=colour)
    assert isinstance(icon, QIcon)
    return icon
