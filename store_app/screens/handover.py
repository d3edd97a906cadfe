"""Giving an order to its customer."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from store_app.look.theme import Size, px
from store_app.presenters.views.orders import HandoverView
from store_app.screens.base import Screen, gap
from store_app.widgets.actions import ActionBar
from store_app.widgets.card import Card, EmptyState
from store_app.widgets.chips import ChipRow, FactList
from store_app.widgets.label import Label
from store_app.widgets.panels import ListCard


class HandoverScreen(Screen[HandoverView]):
    """Who, from which bin, what is inside; two actions and it is theirs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        page = QVBoxLayout(self)
        page.setContentsMargins(gap(), gap(), px(16), gap())
        page.setSpacing(px(12))
        box, foot = QHBoxLayout(), QHBoxLayout()
        box.setSpacing(px(16))
        foot.setSpacing(px(16))
        left, right = QVBoxLayout(), QVBoxLayout()
        left.setSpacing(px(12))
        right.setSpacing(px(12))
        self._who = Card(padding=22, spacing=8)
        self._title, self._customer = Label(ink="muted"), Label(size=Size.FIGURE, weight=700, shrink=True)
        self._chips, self._facts = ChipRow(), FactList()
        for widget in (self._title, self._customer, self._chips, self._facts):
            self._who.body.addWidget(widget)
        self._place = Card(padding=22, spacing=0)
        line = QHBoxLayout()
        self._bin_label = Label(size=Size.TITLE, weight=600)
        self._bin = Label(size=Size.TOTAL, weight=700, shrink=True, align=Qt.AlignmentFlag.AlignRight)
        line.addWidget(self._bin_label, 1)
        line.addWidget(self._bin)
        self._place.body.addLayout(line)
        self._steps = ListCard(fit=True)
        self._lines, self._empty = ListCard(fit=True), EmptyState()
        for part in (self._steps, self._lines):
            part.asked.connect(self.ask)
        self.bar = ActionBar(keep_right=True)
        self.bar.asked.connect(self.ask)
        left.addWidget(self._who)
        left.addWidget(self._place)
        left.addWidget(self._steps)
        left.addStretch(1)
        right.addWidget(self._lines, 9)
        right.addStretch(1)
        box.addLayout(left, 7)
        box.addLayout(right, 8)
        self._under = QWidget()  # as wide as the left column, so that the actions stand under the right one
        foot.addWidget(self._under, 7)
        foot.addWidget(self.bar, 8)
        page.addLayout(box, 1)
        page.addWidget(self._empty, 100)
        page.addLayout(foot)

    def render_view(self, view: HandoverView) -> None:
        """Show the order."""
        self._who.setVisible(bool(view.customer))
        self._title.set(view.title)
        self._customer.set(view.customer)
        self._chips.render_chips(view.chips)
        self._facts.render_facts(view.facts)
        self._place.setVisible(bool(view.bin))
        self._bin_label.set(view.bin_label)
        self._bin.set(view.bin)
        self._steps.setVisible(bool(view.steps))
        self._steps.render_list("", view.steps)
        self._lines.setVisible(bool(view.lines))
        self._lines.render_list(view.lines_title, view.lines)
        self._empty.render_empty(None if view.customer else view.empty)
        self.bar.render_bar(view.actions, view.primary)
