"""Cards, rules, banners and empty states: the grounds on which things stand."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from store_app.look import paint
from store_app.look.theme import Size, colour, px, theme
from store_app.presenters.views.parts import Chip, Empty, Tone
from store_app.widgets.label import Label, tone_token


class Card(QFrame):
    """A white card with a line and round corners; ``body`` is its column."""

    def __init__(
        self, *, padding: int = 18, spacing: int = 8, kind: str = "card", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(kind)
        self.body = QVBoxLayout(self)
        self._padding, self._spacing = padding, spacing
        self._restyle()
        theme.changed.connect(self._restyle)

    def _restyle(self) -> None:
        edge = px(self._padding)
        down = px(min(self._padding, 14)) if self._padding <= 22 else edge
        self.body.setContentsMargins(edge, down, edge, down)
        self.body.setSpacing(px(self._spacing))


class Rule(QFrame):
    """A hairline."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rule")
        self.setFixedHeight(1)


class Icon(QWidget):
    """An icon in a token's colour."""

    def __init__(self, name: str, size: int = 22, ink: str = "muted", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._size, self._ink = name, size, ink
        self._restyle()
        theme.changed.connect(self._restyle)

    def _restyle(self) -> None:
        self.setFixedSize(QSize(px(self._size), px(self._size)))
        self.update()

    def set(self, name: str, ink: str = "muted") -> None:
        """Another icon."""
        self._name, self._ink = name, ink
        self.setVisible(bool(name))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        """Draw it."""
        if self._name:
            paint.icon(QPainter(self), self._name, colour(self._ink), QRect(0, 0, self.width(), self.height()))


class EmptyState(QWidget):
    """What an empty place teaches, in its middle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        centre = Qt.AlignmentFlag.AlignHCenter
        self._icon = Icon("", 44, "muted")
        self._title = Label(size=Size.TITLE, weight=600, wrap=True, align=centre)
        self._text = Label(ink="muted", wrap=True, align=centre)
        column.addStretch(1)
        column.addWidget(self._icon, 0, centre)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addStretch(1)

    def render_empty(self, empty: Empty | None) -> None:
        """Show it, or nothing."""
        self.setVisible(empty is not None)
        if empty is None:
            return
        self._icon.set(empty.icon)
        self._title.set(empty.title)
        self._text.set(empty.text)


class Banner(QFrame):
    """What everybody must know now: an icon and a sentence on the ground of its tone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chip: Chip | None = None
        line = QHBoxLayout(self)
        line.setContentsMargins(px(16), px(12), px(16), px(12))
        line.setSpacing(px(12))
        self._icon = Icon("", 24)
        self._text = Label(weight=600, wrap=True)
        line.addWidget(self._icon)
        line.addWidget(self._text, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def render_banner(self, chip: Chip | None) -> None:
        """Show it, or nothing."""
        self._chip = chip
        self.setVisible(chip is not None)
        self.setAccessibleName(chip.text if chip else "")
        if chip is not None:
            self._icon.set(chip.icon, tone_token(chip.tone))
            self._text.set(chip.text, chip.tone)

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        """Its ground."""
        if self._chip is not None:
            ground = QColor(theme.tokens.tone(self._chip.tone)[1])
            paint.box(QPainter(self), QRectF(self.rect()), px(14), ground)


class Band(QFrame):
    """A strip across the window that can't be overlooked: who works in training sees it on every screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = Tone.NEUTRAL
        line = QHBoxLayout(self)
        line.setContentsMargins(px(16), px(5), px(16), px(5))
        line.setSpacing(px(8))
        self._icon, self._text = Icon("", 18), Label(weight=600)
        line.addStretch(1)
        line.addWidget(self._icon)
        line.addWidget(self._text)
        line.addStretch(1)
        self.hide()
        theme.changed.connect(self.update)

    def render_band(self, chip: Chip | None) -> None:
        """Show it, or nothing."""
        self.setVisible(chip is not None)
        self.setAccessibleName(chip.text if chip else "")
        if chip is not None:
            self._tone = chip.tone
            self._icon.set(chip.icon, tone_token(chip.tone))
            self._text.set(chip.text, chip.tone)

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        """Its ground."""
        QPainter(self).fillRect(self.rect(), QColor(theme.tokens.tone(self._tone)[1]))


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear(inner)
