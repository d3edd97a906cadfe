"""The look in use: theme, density and type scale, with a signal for when one of them changes."""

from enum import StrEnum
from functools import cache

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from store_app.look.stylesheet import stylesheet
from store_app.look.tokens import LIGHT, Tokens

FAMILIES = ("Inter", "Segoe UI Variable Text", "Segoe UI", "SF Pro Text", "Noto Sans", "DejaVu Sans")


class Size(StrEnum):
    """The type scale: five sizes, no sixth."""

    SMALL = "small"
    BODY = "body"
    TITLE = "title"
    FIGURE = "figure"
    TOTAL = "total"


_PIXELS = {Size.SMALL: 13, Size.BODY: 15, Size.TITLE: 19, Size.FIGURE: 32, Size.TOTAL: 46}
_COMPACT = {Size.SMALL: 12, Size.BODY: 14, Size.TITLE: 17, Size.FIGURE: 26, Size.TOTAL: 38}


class Density(StrEnum):
    """How much room there is: 1024x768 is compact, 1280x800 regular, 1920x1080 roomy."""

    COMPACT = "compact"
    REGULAR = "regular"
    ROOMY = "roomy"

    @classmethod
    def of(cls, width: int, height: int) -> "Density":
        """The density of a window of that size."""
        if width < 1200 or height < 740:
            return cls.COMPACT
        return cls.ROOMY if width >= 1680 and height >= 940 else cls.REGULAR


_FACTOR = {Density.COMPACT: 0.88, Density.REGULAR: 1.0, Density.ROOMY: 1.2}


class _Theme(QObject):
    """The one look of the process."""

    changed = Signal()  # theme or density: repaint and measure anew

    def __init__(self) -> None:
        super().__init__()
        self.tokens: Tokens = LIGHT
        self.density = Density.REGULAR

    def set(self, tokens: Tokens | None = None, density: Density | None = None) -> None:
        """Change theme or density; nothing happens when both are as they were."""
        if (tokens or self.tokens, density or self.density) == (self.tokens, self.density) and _state.applied:
            return
        self.tokens, self.density = tokens or self.tokens, density or self.density
        apply()
        self.changed.emit()


class _State:
    """Whether the stylesheet was given to the application yet."""

    applied = False
    family = ""


_state = _State()
theme = _Theme()


def apply() -> None:
    """Give the application its font, palette and stylesheet."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        return
    app.setStyle("Fusion")
    app.setFont(font())
    app.setPalette(_palette(theme.tokens))
    app.setStyleSheet(stylesheet(theme.tokens, px))
    _state.applied = True


def _palette(tokens: Tokens) -> QPalette:
    palette = QPalette()
    for role, name in (
        (QPalette.ColorRole.Window, tokens.ground),
        (QPalette.ColorRole.Base, tokens.surface),
        (QPalette.ColorRole.AlternateBase, tokens.soft),
        (QPalette.ColorRole.Text, tokens.ink),
        (QPalette.ColorRole.WindowText, tokens.ink),
        (QPalette.ColorRole.Button, tokens.surface),
        (QPalette.ColorRole.ButtonText, tokens.ink),
        (QPalette.ColorRole.Highlight, tokens.primary),
        (QPalette.ColorRole.HighlightedText, tokens.on_primary),
        (QPalette.ColorRole.PlaceholderText, tokens.muted),
        (QPalette.ColorRole.ToolTipBase, tokens.ink),
        (QPalette.ColorRole.ToolTipText, tokens.surface),
    ):
        palette.setColor(role, QColor(name))
    return palette


def px(length: float) -> int:
    """A length of the drawings (1280x800) at the present density."""
    return round(length * _FACTOR[theme.density])


def family() -> str:
    """Inter where it is installed, else the best sans of the system."""
    if not _state.family:
        known = set(QFontDatabase.families())
        _state.family = next((f for f in FAMILIES if f in known), QFont().defaultFamily())
    return _state.family


@cache
def _font(name: str, pixels: int, weight: int) -> QFont:
    made = QFont(name)
    made.setPixelSize(pixels)
    made.setWeight(QFont.Weight(weight))
    made.setFeature(QFont.Tag("tnum"), 1)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


def font(size: Size = Size.BODY, weight: int = 400) -> QFont:
    """The font of one step of the scale, with tabular figures. ``weight`` is 400, 500, 600 or 700."""
    pixels = _COMPACT[size] if theme.density is Density.COMPACT else px(_PIXELS[size])
    return _font(family(), pixels, weight)


def colour(name: str) -> QColor:
    """A colour of the theme in use by its token's name."""
    return QColor(getattr(theme.tokens, name))
