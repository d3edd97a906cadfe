"""After the sale: the change to give back, and what to do with the receipt."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from store_app.look.theme import Size, px
from store_app.presenters.views.till import DoneView
from store_app.screens.base import Screen, gap
from store_app.widgets.actions import ActionBar, ActionRow
from store_app.widgets.card import Card, Icon
from store_app.widgets.chips import ChipLabel, FactList
from store_app.widgets.label import Label


class DoneScreen(Screen[DoneView]):
    """The sale is committed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QVBoxLayout(self)
        box.setContentsMargins(gap(), gap(), px(16), gap())
        box.setSpacing(px(12))
        centre = Qt.AlignmentFlag.AlignHCenter
        card = Card(padding=32, spacing=10)
        card.setMaximumWidth(px(720))
        self._icon = Icon("done", 64, "primary")
        self._title = Label(size=Size.TITLE, weight=700, align=centre)
        self._number = Label(ink="muted", align=centre)
        self._label = Label(ink="muted", align=centre)
        self._big = Label(size=Size.TOTAL, weight=700, shrink=True, align=centre)
        self._text, self._chip = Label(ink="muted", wrap=True, align=centre), ChipLabel()
        self._facts, self._receipt = FactList(), ActionRow()
        self._receipt.asked.connect(self.ask)
        card.body.addWidget(self._icon, 0, centre)
        for label in (self._title, self._number):
            card.body.addWidget(label)
        card.body.addSpacing(px(10))
        for label in (self._label, self._big):
            card.body.addWidget(label)
        card.body.addWidget(self._chip, 0, centre)
        card.body.addWidget(self._facts)
        card.body.addWidget(self._text)
        card.body.addSpacing(px(10))
        card.body.addWidget(self._receipt)
        self.bar = ActionBar(keep_right=True)
        self.bar.asked.connect(self.ask)
        holder = QVBoxLayout()
        holder.addStretch(1)
        holder.addWidget(card, 0)
        holder.addStretch(1)
        box.addLayout(holder, 1)
        holder.setAlignment(card, centre)
        card.setMinimumWidth(px(600))
        box.addWidget(self.bar)

    def render_view(self, view: DoneView) -> None:
        """Show it."""
        self._title.set(view.title)
        self._number.set(view.number)
        self._label.set(view.big_label)
        self._big.set(view.big)
        self._facts.render_facts(view.facts)
        self._text.set(view.text)
        self._chip.set(view.chip)
        self._receipt.render_actions(view.receipt)
        self.bar.render_bar(view.actions, view.primary)
