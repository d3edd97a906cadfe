"""The till: the basket at the left; tiles, keypad and payment at the right."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from store_app.look.theme import Size, px
from store_app.presenters.intents import MoveSelection, PadKey
from store_app.presenters.views.parts import Action
from store_app.presenters.views.till import TillView
from store_app.screens.base import Screen, gap
from store_app.widgets import keys
from store_app.widgets.actions import ActionBar
from store_app.widgets.basket import BasketPane
from store_app.widgets.button import Button, Kind
from store_app.widgets.card import Card
from store_app.widgets.label import Label
from store_app.widgets.pad import NumPad, TileGrid


class Entry(Card):
    """What was typed on the pad, and what it will do."""

    def __init__(self) -> None:
        super().__init__(padding=14, spacing=0, kind="soft")
        kept = self.sizePolicy()
        kept.setRetainSizeWhenHidden(True)  # nothing jumps when somebody types
        self.setSizePolicy(kept)
        line = QHBoxLayout()
        self._hint, self._typed = Label(ink="muted"), Label(size=Size.TITLE, weight=600)
        line.addWidget(self._hint, 1)
        line.addWidget(self._typed)
        self.body.addLayout(line)

    def render_entry(self, hint: str, typed: str) -> None:
        """Show it; where nothing is typed its place stays free."""
        self.setVisible(bool(typed))
        self._hint.set(hint, hide_empty=False)
        self._typed.set(typed, hide_empty=False)


class TillScreen(Screen[TillView]):
    """Selling."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QHBoxLayout(self)
        box.setContentsMargins(gap(), gap(), px(16), gap())
        box.setSpacing(px(16))
        self.basket = BasketPane()
        self.basket.asked.connect(self.ask)
        right = QVBoxLayout()
        right.setSpacing(px(12))
        self._head = QHBoxLayout()
        self._title = Label(weight=600)
        self._back: Button | None = None
        self._head.addWidget(self._title, 1)
        self.tiles = TileGrid(3)
        self.entry, self.pad, self.bar = Entry(), NumPad(), ActionBar()
        for widget in (self.tiles, self.pad, self.bar):
            widget.asked.connect(self.ask)
        right.addLayout(self._head)
        right.addWidget(self.tiles, 4)
        right.addWidget(self.entry)
        right.addWidget(self.pad, 5)
        right.addWidget(self.bar)
        box.addWidget(self.basket, 7)
        box.addLayout(right, 8)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def render_view(self, view: TillView) -> None:
        """Show the sale."""
        self.basket.render_basket(view.basket)
        self._render_head(view.tiles_title, view.tiles_back)
        self.tiles.render_tiles(view.tiles)
        self.entry.render_entry(view.entry_hint, view.entry)
        self.pad.render_actions(view.pad_actions)
        self.bar.render_bar(view.actions, view.primary)

    def _render_head(self, title: str, back: Action | None) -> None:
        self._title.set(title)
        if back is not None and self._back is None:
            self._back = Button(back, Kind.SOFT)
            self._back.asked.connect(self.ask)
            self._head.insertWidget(0, self._back)
        if self._back is not None:
            self._back.setVisible(back is not None)
            if back is not None:
                self._back.render_action(back)

    def typed(self, event: QKeyEvent) -> bool:
        """Arrows move in the basket, Enter takes what was typed."""
        for key, by in (("Up", -1), ("Down", 1)):
            if keys.matches(key, event):
                self.ask(MoveSelection(by))
                return True
        if super().typed(event):
            return True
        if keys.matches("Return", event):
            self.ask(PadKey("enter"))
            return True
        return False
