"""Taking money: what is due, amounts in one tap, other tenders, the keypad."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from store_app.look.theme import Size, px
from store_app.presenters.views.till import TenderView
from store_app.screens.base import Screen, gap
from store_app.widgets.actions import ActionBar, ActionRow
from store_app.widgets.basket import BasketPane
from store_app.widgets.button import Button, Kind
from store_app.widgets.card import Card, Rule, clear
from store_app.widgets.chips import ChipLabel
from store_app.widgets.label import Label, tone_token
from store_app.widgets.pad import NumPad


class TenderScreen(Screen[TenderView]):
    """The tenders of one sale."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QHBoxLayout(self)
        box.setContentsMargins(gap(), gap(), px(16), gap())
        box.setSpacing(px(16))
        self.basket = BasketPane(actions=False)
        self.basket.asked.connect(self.ask)
        right = QVBoxLayout()
        right.setSpacing(px(12))
        self.amount = self._due_card()
        right.addWidget(self.amount)
        self._quick, self._methods = ActionRow(small=True), ActionRow(small=True)
        self.pad, self.bar = NumPad(), ActionBar()
        for widget in (self._quick, self._methods, self.pad, self.bar):
            widget.asked.connect(self.ask)
        right.addWidget(self._quick)
        right.addWidget(self.pad, 1)
        right.addWidget(self._methods)
        right.addWidget(self.bar)
        box.addWidget(self.basket, 7)
        box.addLayout(right, 8)

    def _due_card(self) -> Card:
        card = Card(padding=18, spacing=6)
        right = Qt.AlignmentFlag.AlignRight
        first, second, third = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        self._due_label = Label(size=Size.TITLE, weight=600)
        self._due = Label(size=Size.TOTAL, weight=700, shrink=True, align=right)
        first.addWidget(self._due_label, 0, Qt.AlignmentFlag.AlignBottom)
        first.addWidget(self._due, 1)
        self._entry_label = Label(ink="muted")
        self._entry = Label(size=Size.FIGURE, weight=600, shrink=True, align=right)
        second.addWidget(self._entry_label, 1)
        second.addWidget(self._entry)
        self._change_label, self._change = Label(weight=600), Label(size=Size.TITLE, weight=700, align=right)
        third.addWidget(self._change_label, 1)
        third.addWidget(self._change)
        self._taken = QVBoxLayout()
        self._taken.setSpacing(px(4))
        self._message = ChipLabel()
        card.body.addLayout(first)
        card.body.addLayout(self._taken)
        card.body.addWidget(Rule())
        card.body.addLayout(second)
        card.body.addLayout(third)
        card.body.addWidget(self._message, 0, Qt.AlignmentFlag.AlignLeft)
        return card

    def render_view(self, view: TenderView) -> None:
        """Show what is due and taken."""
        self.basket.render_basket(view.basket)
        self._due_label.set(view.due_label)
        self._due.set(view.due)
        self._entry_label.set(view.entry_label, hide_empty=False)
        self._entry.set(view.entry or "—", hide_empty=False)
        self._entry.set_ink("ink" if view.entry else "muted")
        change = view.change
        self._change_label.set(change.label if change else "")
        self._change.set(change.value if change else "")
        if change:
            self._change.set_ink(tone_token(change.tone))
        self._render_taken(view)
        self._message.set(view.message)
        self._quick.render_actions(view.quick)
        self._methods.render_actions(view.methods)
        self.bar.render_bar(view.actions, view.primary)

    def _render_taken(self, view: TenderView) -> None:
        clear(self._taken)
        for tender in view.taken:
            line = QHBoxLayout()
            line.setSpacing(px(10))
            line.addWidget(Label(tender.text, weight=500))
            if tender.chip:
                line.addWidget(ChipLabel(tender.chip))
            line.addStretch(1)
            line.addWidget(Label(tender.amount, weight=600, align=Qt.AlignmentFlag.AlignRight))
            if tender.remove:
                button = Button(tender.remove, Kind.QUIET)
                button.asked.connect(self.ask)
                line.addWidget(button)
            self._taken.addLayout(line)
