"""What every screen is: a widget with one way in (``render_view``) and one way out (``intent``)."""

from typing import Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from store_app.look.theme import Density, px, theme
from store_app.widgets import keys
from store_app.widgets.button import Button
from store_app.widgets.fields import FieldBox
from store_app.widgets.pad import NumPad

V = TypeVar("V")


class Screen(QWidget, Generic[V]):
    """A screen of the window. Subclasses build their widgets once and fill them in ``render_view``."""

    intent = Signal(object)
    amount: QWidget | None = None
    """what notices must never cover"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")

    def render_view(self, view: V) -> None:
        """Show this view."""
        raise TypeError(f"{type(self).__name__} shows nothing")

    def begin(self) -> None:
        """Take the keyboard: the field to write in if there is one; never a button, which Enter would press."""
        line = next((box.line for box in self.findChildren(FieldBox) if box.line.isVisibleTo(self)), None)
        (line or self).setFocus()

    def ask(self, intent: object) -> None:
        """Say what somebody wants."""
        self.intent.emit(intent)

    def typed(self, event: QKeyEvent) -> bool:
        """A key that no text field took: an action's key, or a digit for the pad. True when it was used."""
        buttons = self.findChildren(Button)
        for button in buttons:
            if button.isVisible() and button.isEnabled() and keys.matches(button.action.key, event):
                button.click()
                return True
        key = keys.pad_key(event)
        if not key:
            return False
        return any(pad.isVisible() and pad.press(key) for pad in self.findChildren(NumPad))


def gap() -> int:
    """The space between cards."""
    return 10 if theme.density is Density.COMPACT else px(14)


def two_columns(screen: QWidget, left: QWidget, right: QWidget, shares: tuple[int, int]) -> QHBoxLayout:
    """Two columns in those shares of the width."""
    box = QHBoxLayout(screen)
    box.setContentsMargins(gap(), gap(), gap(), gap())
    box.setSpacing(px(16))
    box.addWidget(left, shares[0])
    box.addWidget(right, shares[1])
    return box


def stack(*widgets: tuple[QWidget, int]) -> tuple[QWidget, QVBoxLayout]:
    """Widgets under one another with their stretches, in a widget of their own."""
    holder = QWidget()
    box = QVBoxLayout(holder)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(px(12))
    for widget, stretch in widgets:
        box.addWidget(widget, stretch)
    return holder, box
