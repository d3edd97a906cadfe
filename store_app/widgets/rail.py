"""The rail of work areas, and the tabs of the area that is open."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from store_app.look import paint
from store_app.look.theme import Density, Size, colour, font, px, theme
from store_app.presenters.intents import SelectArea
from store_app.presenters.views.frame import FrameView, RailItem, Tab
from store_app.presenters.views.parts import Action
from store_app.widgets import keys
from store_app.widgets.card import clear


class RailButton(QAbstractButton):
    """An icon with its word; a badge counts what waits."""

    def __init__(self, text: str, icon: str, intent: object, key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.intent, self.key, self._icon = intent, key, icon
        self._badge, self._active = "", False
        self.setText(text)
        self.setAccessibleName(text)
        self.setToolTip(f"{text} ({key})" if key else text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_state(self, text: str, badge: str, active: bool) -> None:
        """Words, badge and whether this area is open."""
        self._badge, self._active = badge, active
        self.setText(text)
        self.setAccessibleName(f"{text} {badge}".strip())
        self.update()

    def sizeHint(self) -> QSize:  # Qt's name
        """A square for a thumb."""
        return QSize(px(76), px(70))

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        """Icon, word, badge."""
        painter = QPainter(self)
        if self._active or self.isDown() or self.hasFocus():
            paint.box(painter, QRectF(self.rect()), px(12), colour("primary_soft" if self._active else "soft"))
        ink = colour("on_primary_soft" if self._active else "muted")
        side, centre = px(24), self.rect().center()
        paint.icon(painter, self._icon, ink, QRect(centre.x() - side // 2, px(12), side, side))
        face = font(Size.SMALL, 600 if self._active else 500)
        below = QRect(1, px(12) + side, self.width() - 2, self.height() - px(12) - side - px(6))
        paint.text(painter, below, self.text(), face, ink, paint.CENTER)
        if self._badge:
            small = font(Size.SMALL, 700)
            wide = max(px(18), paint.width(self._badge, small) + px(9))
            area = QRect(centre.x() + px(5), px(6), wide, px(17))
            paint.box(painter, QRectF(area), area.height() / 2, colour("bad"))
            paint.text(painter, area, self._badge, small, colour("on_bad"), paint.CENTER)


class Rail(QFrame):
    """Work areas from top to bottom, the lock at the end."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self._box = QVBoxLayout(self)
        self._buttons: list[RailButton] = []
        self._shape: tuple[object, ...] = ()
        self._restyle()
        theme.changed.connect(self._restyle)

    def _restyle(self) -> None:
        self.setFixedWidth(px(96) if theme.density is not Density.COMPACT else 88)
        self._box.setContentsMargins(px(5), px(10), px(5), px(12))
        self._box.setSpacing(px(6))

    def render_frame(self, view: FrameView) -> None:
        """Show the areas of this person's role."""
        shape = (tuple((item.area, item.icon, item.key, item.text) for item in view.items), view.lock)
        if shape != self._shape:
            self._shape = shape
            self._build(view.items, view.lock)
        for button, item in zip(self._buttons, view.items, strict=False):
            button.set_state(item.text, item.badge, item.active)
        self.setVisible(bool(view.items))

    def _build(self, items: tuple[RailItem, ...], lock: Action | None) -> None:
        clear(self._box)
        self._buttons = [RailButton(item.text, item.icon, SelectArea(item.area), item.key) for item in items]
        for button in self._buttons:
            self._box.addWidget(button)
        self._box.addStretch(1)
        if lock is not None:
            last = RailButton(lock.text, lock.icon, lock.intent, lock.key)
            self._buttons.append(last)
            self._box.addWidget(last)
        for button in self._buttons:
            button.clicked.connect(self._on_clicked)

    def typed(self, event: QKeyEvent) -> bool:
        """A work area's key."""
        for button in self._buttons:
            if button.isVisible() and keys.matches(button.key, event):
                button.click()
                return True
        return False

    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, RailButton):
            self.asked.emit(button.intent)


class TabButton(QAbstractButton):
    """One tab: a word, a line under it while it is open."""

    def __init__(self, tab: Tab, parent: QWidget | None = None, *, quiet: bool = False) -> None:
        super().__init__(parent)
        self.tab, self._quiet = tab, quiet
        self.setText(tab.text)
        self.setAccessibleName(tab.text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:  # Qt's name
        """Words and badge."""
        badge = paint.width(self.tab.badge, font(Size.SMALL, 700)) + px(20) if self.tab.badge else 0
        return QSize(paint.width(self.text(), font(weight=600)) + badge + px(28), max(38, px(42)))

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        """Word, badge, line."""
        painter = QPainter(self)
        active = self.tab.active
        if active or self.isDown() or self.hasFocus():
            area = QRectF(self.rect())
            paint.box(painter, area, px(10), colour("surface"), colour("primary" if self.hasFocus() else "line"))
        ink = colour("primary" if active else "muted")
        left = px(14)
        words = QRect(left, 0, self.width() - 2 * left + 2, self.height())
        left += paint.text(painter, words, self.text(), font(weight=600 if active else 500), ink) + px(6)
        if self.tab.badge:
            small = font(Size.SMALL, 700)
            wide = max(px(18), paint.width(self.tab.badge, small) + px(10))
            area_ = QRect(left, (self.height() - px(18)) // 2, wide, px(18))
            paint.box(painter, QRectF(area_), px(9), colour("track" if self._quiet else "bad"))
            paint.text(painter, area_, self.tab.badge, small, colour("ink" if self._quiet else "on_bad"), paint.CENTER)


class TabBar(QWidget):
    """The screens of a work area; ``quiet`` badges only count, they ask for nothing."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None, *, quiet: bool = False) -> None:
        super().__init__(parent)
        self._quiet = quiet
        self._box = QHBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(px(4))
        self._tabs: tuple[Tab, ...] = ()

    def render_tabs(self, tabs: tuple[Tab, ...]) -> None:
        """Show these."""
        self.setVisible(bool(tabs))
        if tabs == self._tabs:
            return
        self._tabs = tabs
        clear(self._box)
        for tab in tabs:
            button = TabButton(tab, quiet=self._quiet)
            button.clicked.connect(self._on_clicked)
            self._box.addWidget(button)
        self._box.addStretch(1)

    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, TabButton):
            self.asked.emit(button.tab.intent)
