"""The till's day: opening, X, blind count, Z."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from store_app.look.theme import Size, px
from store_app.presenters.views.till import ShiftView
from store_app.screens.base import Screen, gap
from store_app.widgets.actions import ActionBar
from store_app.widgets.card import Card
from store_app.widgets.charts import BarChart
from store_app.widgets.chips import ChipLabel, FactList, KpiRow
from store_app.widgets.label import Label
from store_app.widgets.pad import NumPad
from store_app.widgets.panels import HeadCard, ListCard


class ShiftScreen(Screen[ShiftView]):
    """Figures and tenders, or coins and notes with the pad."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        page = QVBoxLayout(self)
        page.setContentsMargins(gap(), gap(), px(16), gap())
        page.setSpacing(px(12))
        box = QHBoxLayout()
        box.setSpacing(px(16))
        left, right = QVBoxLayout(), QVBoxLayout()
        left.setSpacing(px(12))
        right.setSpacing(px(12))
        self._head, self._rows, self._tenders = HeadCard(), ListCard(fit=True), ListCard(fit=True)
        for part in (self._rows, self._tenders):
            part.asked.connect(self.ask)
        left.addWidget(self._head)
        left.addWidget(self._rows, 50)
        left.addWidget(self._tenders, 40)
        left.addStretch(1)
        self._kpis = KpiRow()
        self._hours_card, self._hours = Card(padding=18), BarChart()
        self._hours_card.body.addWidget(self._hours, 1)
        self._facts_card, self._facts = Card(padding=18), FactList(spacing=10)
        self._facts_card.body.addWidget(self._facts)
        self._entry_card = self.amount = Card(padding=18, spacing=2)
        self._entry_label = Label(ink="muted")
        self._entry = Label(size=Size.TOTAL, weight=700, shrink=True, align=Qt.AlignmentFlag.AlignRight)
        self._entry_card.body.addWidget(self._entry_label)
        self._entry_card.body.addWidget(self._entry)
        self._warning = ChipLabel()
        self.pad, self.bar = NumPad(), ActionBar(keep_right=True)
        self.pad.asked.connect(self.ask)
        self.bar.asked.connect(self.ask)
        right.addWidget(self._kpis)
        right.addWidget(self._hours_card, 3)
        right.addWidget(self._entry_card)
        right.addWidget(self._facts_card)
        right.addWidget(self._warning, 0, Qt.AlignmentFlag.AlignLeft)
        right.addWidget(self.pad, 3)
        right.addStretch(0)
        box.addLayout(left, 5)
        box.addLayout(right, 8)
        page.addLayout(box, 1)
        page.addWidget(self.bar)

    def render_view(self, view: ShiftView) -> None:
        """Show the day."""
        self._head.render_head(view.title, view.subtitle, chip=view.chip)
        self._rows.setVisible(bool(view.rows))
        self._rows.render_list(view.rows_title, view.rows)
        self._tenders.setVisible(bool(view.tenders))
        self._tenders.render_list(view.tenders_title, view.tenders)
        self._kpis.render_kpis(view.kpis)
        self._hours_card.setVisible(view.hours is not None)
        self._hours.render_bars(view.hours)
        self._facts_card.setVisible(bool(view.facts))
        self._facts.render_facts(view.facts)
        self._entry_card.setVisible(bool(view.entry_label))
        self._entry_label.set(view.entry_label)
        self._entry.set(view.entry, hide_empty=False)
        self._warning.set(view.warning)
        self.pad.setVisible(view.show_pad)
        self.bar.render_bar(view.actions, view.primary)
