"""Sign-in by PIN or badge."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from store_app.look.theme import Size, px
from store_app.presenters.views.till import SignInView
from store_app.screens.base import Screen, gap
from store_app.widgets import keys
from store_app.widgets.actions import ActionBar, ActionRow
from store_app.widgets.button import Kind
from store_app.widgets.card import Card, Icon
from store_app.widgets.chips import ChipLabel, Dots
from store_app.widgets.label import Label
from store_app.widgets.pad import NumPad
from store_app.widgets.panels import ListCard


class SignInScreen(Screen[SignInView]):
    """Who works here, the PIN's dots, the pad."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QVBoxLayout(self)
        box.setContentsMargins(gap(), gap(), gap(), gap())
        row = QHBoxLayout()
        row.setSpacing(px(16))
        self.people = ListCard(fit=True)
        self.people.asked.connect(self.ask)
        self.people.setMinimumWidth(px(320))
        left = QVBoxLayout()
        left.setSpacing(px(12))
        words = Card(padding=22, spacing=6)
        words.body.addWidget(Icon("store", 44, "primary"))
        self._title = Label(size=Size.FIGURE, weight=700, wrap=True)
        self._subtitle = Label(ink="muted", wrap=True)
        words.body.addWidget(self._title)
        words.body.addWidget(self._subtitle)
        left.addWidget(words)
        left.addWidget(self.people)
        left.addStretch(1)
        self._languages = ActionRow(kind=Kind.SOFT, equal=False)
        self._languages.asked.connect(self.ask)
        self._footer = Label(size=Size.SMALL, ink="muted")
        foot = QHBoxLayout()
        foot.addWidget(self._languages)
        foot.addStretch(1)
        foot.addWidget(self._footer)
        left.addLayout(foot)
        pin = Card(padding=28, spacing=14)
        self._dots, self._message = Dots(), ChipLabel()
        self.pad = NumPad(last="clear")
        self.pad.asked.connect(self.ask)
        self.bar = ActionBar()
        self.bar.asked.connect(self.ask)
        pin.body.addWidget(self._dots)
        pin.body.addWidget(self._message, 0, Qt.AlignmentFlag.AlignHCenter)
        pin.body.addWidget(self.pad, 1)
        pin.body.addWidget(self.bar)
        row.addStretch(1)
        row.addLayout(left, 5)
        row.addWidget(pin, 5)
        row.addStretch(1)
        box.addStretch(1)
        box.addLayout(row, 12)
        box.addStretch(1)

    def render_view(self, view: SignInView) -> None:
        """Show it."""
        self._title.set(view.title)
        self._subtitle.set(view.subtitle)
        self.people.setVisible(bool(view.people))
        self.people.render_list("", view.people)
        self._dots.set(view.filled, view.length)
        self._message.set(view.message)
        self.pad.setEnabled(view.pad_enabled)
        self._languages.render_actions(view.languages)
        self._footer.set(view.footer)
        self.bar.render_bar((), view.primary)

    def typed(self, event: QKeyEvent) -> bool:
        """Delete clears the PIN."""
        return super().typed(event) or (keys.matches("Del", event) and self.pad.press("clear"))
