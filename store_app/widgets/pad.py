"""The keypad and the tiles."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QWidget

from store_app.look import paint
from store_app.look.theme import Size, colour, font, px, theme
from store_app.presenters.intents import PadKey
from store_app.presenters.views.parts import Action
from store_app.presenters.views.till import Tile
from store_app.widgets.button import Button

TOUCH = 50
"""The least height and width of keys and tiles: 12 mm on a 12-inch screen of 1024x768."""
FLASH_MS = 100


class PadButton(QAbstractButton):
    """One key of the pad; it flashes when it is pressed, by finger or by keyboard."""

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = key
        self.setText(key)
        self.setAccessibleName(key)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._flash = QTimer(self)
        self._flash.setSingleShot(True)
        self._flash.setInterval(FLASH_MS)
        self._flash.timeout.connect(self._on_flashed)

    def flash(self) -> None:
        """Look pressed for a moment; nothing waits for it."""
        self.setDown(True)
        self._flash.start()

    def _on_flashed(self) -> None:
        self.setDown(False)

    def sizeHint(self) -> QSize:  # Qt's name
        """A comfortable key."""
        return QSize(px(96), px(62))

    def minimumSizeHint(self) -> QSize:  # Qt's name
        """Never below a finger."""
        return QSize(TOUCH, TOUCH)

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        """Box and figure."""
        painter = QPainter(self)
        down = self.isDown()
        line = colour("muted" if self.underMouse() and self.isEnabled() else "line")
        paint.box(painter, QRectF(self.rect()), px(12), colour("primary_soft" if down else "surface"), line)
        ink = colour("ink" if self.isEnabled() else "muted")
        if self.key == "back":
            side = px(26)
            centre = self.rect().center()
            paint.icon(painter, "backspace", ink, QRect(centre.x() - side // 2, centre.y() - side // 2, side, side))
            return
        face = font(Size.TITLE, 600)
        paint.text(painter, self.rect(), "C" if self.key == "clear" else self.key, face, ink, paint.CENTER)


class NumPad(QWidget):
    """Digits in three columns, and a fourth of actions. ``asked`` emits ``PadKey`` and the actions' intents."""

    asked = Signal(object)

    def __init__(self, *, last: str = "00", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(px(10))
        self.keys: dict[str, PadButton] = {}
        for i, key in enumerate(("7", "8", "9", "4", "5", "6", "1", "2", "3", "0", last, "back")):
            button = PadButton(key)
            button.clicked.connect(self._on_clicked)
            self.keys[key] = button
            self._grid.addWidget(button, i // 3, i % 3)
        for i in range(4):
            self._grid.setRowStretch(i, 1)
        for i in range(3):
            self._grid.setColumnStretch(i, 2)
        self._actions: list[Button] = []

    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, PadButton):
            self.asked.emit(PadKey(button.key))

    def press(self, key: str) -> bool:
        """A key of the keyboard: flash and emit; False when the pad has no such key or is asleep."""
        button = self.keys.get(key)
        if button is None or not button.isEnabled():
            return False
        button.flash()
        self.asked.emit(PadKey(key))
        return True

    def render_actions(self, actions: tuple[Action, ...]) -> None:
        """The fourth column."""
        self._grid.setColumnStretch(3, 3 if actions else 0)
        while len(self._actions) < len(actions):
            button = Button(actions[len(self._actions)])
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
            button.asked.connect(self.asked)
            self._grid.addWidget(button, len(self._actions), 3)
            self._actions.append(button)
        for i, button in enumerate(self._actions):
            button.setVisible(i < len(actions))
            if i < len(actions) and actions[i] != button.action:
                button.render_action(actions[i])


class TileButton(QAbstractButton):
    """One tile: an article with its price, or a group."""

    asked = Signal(object)

    def __init__(self, tile: Tile, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tile = tile
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self._on_clicked)
        self.render_tile(tile)

    def render_tile(self, tile: Tile) -> None:
        """Show another."""
        self.tile = tile
        self.setText(tile.text)
        self.setAccessibleName(f"{tile.text} {tile.price}".strip())
        self.setEnabled(tile.enabled)
        self.update()

    def _on_clicked(self) -> None:
        self.asked.emit(self.tile.intent)

    def sizeHint(self) -> QSize:  # Qt's name
        """A comfortable tile."""
        return QSize(px(150), px(84))

    def minimumSizeHint(self) -> QSize:  # Qt's name
        """Never below a finger."""
        return QSize(px(80), TOUCH)

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        """Name at the top, price or arrow at the bottom."""
        painter = QPainter(self)
        down, hover = self.isDown(), self.underMouse() and self.isEnabled()
        line = colour("primary") if self.hasFocus() else colour("muted" if hover else "line")
        fill = colour("primary_soft" if down else "surface")
        paint.box(painter, QRectF(self.rect()), px(12), fill, line, 2 if self.hasFocus() else 1)
        edge = px(13)
        inner = self.rect().adjusted(edge, px(11), -edge, -px(11))
        face = font(Size.BODY, 600)
        tall = paint.line_height(face)
        ink = colour("ink" if self.isEnabled() else "muted")
        roomy = inner.height() >= 2 * tall + px(4)
        top = QRect(inner.left(), inner.top(), inner.width(), tall if roomy else inner.height())
        bottom = QRect(inner.left(), inner.bottom() - tall + 1, inner.width(), tall)
        if not roomy:
            top.setWidth(inner.width() - paint.width(self.tile.price, font()) - px(8))
            bottom = inner
        self._name(painter, top, bottom, ink, roomy)
        flags = paint.LEFT if roomy else paint.RIGHT
        if self.tile.group:
            side = px(18)
            paint.icon(painter, "next", colour("muted"), QRect(bottom.left() - px(3), bottom.top() + 1, side, side))
        else:
            paint.text(painter, bottom, self.tile.price, font(), colour("muted"), flags)

    def _name(self, painter: QPainter, top: QRect, bottom: QRect, ink: object, roomy: bool) -> None:
        """The name on one line, or on two when it is long and there is room."""
        face = font(Size.BODY, 600)
        words = self.tile.text.split()
        space = bottom.top() - top.top() >= 2 * top.height() if roomy else False
        if space and paint.width(self.tile.text, face) > top.width() and len(words) > 1:
            first = words[0]
            rest = words[1:]
            while rest and paint.width(f"{first} {rest[0]}", face) <= top.width():
                first = f"{first} {rest.pop(0)}"
            paint.text(painter, top, first, face, colour("ink" if self.isEnabled() else "muted"))
            second = top.translated(0, top.height())
            paint.text(painter, second, " ".join(rest), face, colour("ink" if self.isEnabled() else "muted"))
            return
        paint.text(painter, top, self.tile.text, face, colour("ink" if self.isEnabled() else "muted"))


class TileGrid(QWidget):
    """Tiles in columns; as many rows as there are tiles, each at most ``tallest`` high."""

    asked = Signal(object)

    def __init__(self, columns: int = 3, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(px(10))
        self._columns = columns
        self.tiles: list[TileButton] = []
        for i in range(columns):
            self._grid.setColumnStretch(i, 1)
        theme.changed.connect(self.update)

    def render_tiles(self, tiles: tuple[Tile, ...]) -> None:
        """Show these."""
        while len(self.tiles) < len(tiles):
            button = TileButton(tiles[len(self.tiles)])
            button.asked.connect(self.asked)
            button.setMaximumHeight(px(96))
            self._grid.addWidget(button, len(self.tiles) // self._columns, len(self.tiles) % self._columns)
            self.tiles.append(button)
        for i, button in enumerate(self.tiles):
            button.setVisible(i < len(tiles))
            if i < len(tiles) and tiles[i] != button.tile:
                button.render_tile(tiles[i])
