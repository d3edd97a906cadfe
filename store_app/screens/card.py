"""A card payment: waiting for the terminal, declined, or in doubt."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from store_app.look.theme import Size, px
from store_app.presenters.views.till import CardView
from store_app.screens.base import Screen, gap
from store_app.widgets.actions import ActionBar
from store_app.widgets.basket import BasketPane
from store_app.widgets.card import Card, Icon
from store_app.widgets.chips import ChipLabel, ProgressLine
from store_app.widgets.fields import FieldBox
from store_app.widgets.label import Label, tone_token
from store_app.widgets.panels import ListCard


class CardScreen(Screen[CardView]):
    """What the terminal is doing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QHBoxLayout(self)
        box.setContentsMargins(gap(), gap(), px(16), gap())
        box.setSpacing(px(16))
        self.basket = BasketPane(actions=False)
        right = QVBoxLayout()
        right.setSpacing(px(12))
        card = Card(padding=28, spacing=10)
        centre = Qt.AlignmentFlag.AlignHCenter
        self._icon = Icon("card", 64, "primary")
        self._title = Label(size=Size.TITLE, weight=700, wrap=True, align=centre)
        self._amount = Label(size=Size.TOTAL, weight=700, shrink=True, align=centre)
        self._text = Label(ink="muted", wrap=True, align=centre)
        self._chip, self._progress = ChipLabel(), ProgressLine()
        self._field = FieldBox()
        self._field.asked.connect(self.ask)
        card.body.addStretch(1)
        card.body.addWidget(self._icon, 0, centre)
        card.body.addWidget(self._title)
        card.body.addWidget(self._amount)
        card.body.addWidget(self._chip, 0, centre)
        card.body.addWidget(self._text)
        card.body.addSpacing(px(6))
        card.body.addWidget(self._progress)
        card.body.addWidget(self._field)
        card.body.addStretch(1)
        self._steps = ListCard(fit=True)
        self.bar = ActionBar()
        self.bar.asked.connect(self.ask)
        right.addWidget(card, 1)
        right.addWidget(self._steps)
        right.addWidget(self.bar)
        box.addWidget(self.basket, 7)
        box.addLayout(right, 8)

    def render_view(self, view: CardView) -> None:
        """Show how the payment stands."""
        self.basket.render_basket(view.basket)
        self._icon.set(view.icon, tone_token(view.tone, "primary"))
        self._title.set(view.title)
        self._amount.set(view.amount)
        self._chip.set(view.chip)
        self._text.set(view.text)
        self._progress.render_progress(view.progress)
        self._field.render_field(view.field)
        self._steps.setVisible(bool(view.steps))
        self._steps.render_list("", view.steps)
        self.bar.render_bar(view.actions, view.primary)
