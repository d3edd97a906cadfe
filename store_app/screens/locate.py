"""Looking for a thing: article and units at the left, the handheld's signal at the right."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from store_app.look.theme import Size, px
from store_app.presenters.views.stock import FinderView
from store_app.screens.base import Screen, gap
from store_app.widgets.actions import ActionBar
from store_app.widgets.card import Card, EmptyState
from store_app.widgets.charts import LevelBars
from store_app.widgets.chips import FactList
from store_app.widgets.fields import FieldBox
from store_app.widgets.label import Label
from store_app.widgets.panels import HeadCard, ListCard


class LocateScreen(Screen[FinderView]):
    """The bars are the largest thing: they are read at arm's length, while walking."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QHBoxLayout(self)
        box.setContentsMargins(gap(), gap(), px(16), gap())
        box.setSpacing(px(16))
        left, right = QVBoxLayout(), QVBoxLayout()
        left.setSpacing(px(12))
        right.setSpacing(px(12))
        self._head = HeadCard()
        self._field_card, self.field = Card(padding=16), FieldBox()
        self.field.asked.connect(self.ask)
        self._field_card.body.addWidget(self.field)
        self.results = ListCard(fit=True)
        self.results.asked.connect(self.ask)
        left.addWidget(self._head)
        left.addWidget(self._field_card)
        left.addWidget(self.results, 20)
        left.addStretch(1)
        self._chosen = HeadCard()
        self._signal = Card(padding=20, spacing=8)
        self._signal_title = Label(ink="muted")
        self._word = Label(size=Size.TOTAL, weight=700, shrink=True)
        self._levels, self._detail = LevelBars(), Label(ink="muted", wrap=True)
        for widget in (self._signal_title, self._word):
            self._signal.body.addWidget(widget)
        self._signal.body.addWidget(self._levels, 1)
        self._signal.body.addWidget(self._detail)
        self._facts_card, self._facts = Card(padding=18), FactList(spacing=8)
        self._facts_card.body.addWidget(self._facts)
        self._help = Label(size=Size.SMALL, ink="muted", wrap=True)
        self._empty = EmptyState()
        self.bar = ActionBar(keep_right=True)
        self.bar.asked.connect(self.ask)
        right.addWidget(self._chosen)
        right.addWidget(self._signal, 20)
        for part in (self._facts_card, self._help):
            right.addWidget(part)
        right.addWidget(self._empty, 20)
        right.addStretch(1)
        right.addWidget(self.bar)
        box.addLayout(left, 5)
        box.addLayout(right, 7)

    def render_view(self, view: FinderView) -> None:
        """Show the search."""
        self._head.render_head(view.title, view.subtitle)
        self._field_card.setVisible(view.field is not None)
        self.field.render_field(view.field)
        self.results.setVisible(bool(view.results) or view.results_empty is not None)
        self.results.render_list(view.results_title, view.results, view.results_empty)
        self._chosen.render_head(view.chosen_title, view.chosen_subtitle, chip=view.chosen_chip)
        locate = view.locate
        self._signal.setVisible(locate is not None)
        if locate is not None:
            self._signal_title.set(locate.title)
            self._word.set(locate.word)
            self._levels.set(locate.levels)
            self._detail.set(locate.detail)
        self._facts_card.setVisible(bool(view.facts))
        self._facts.render_facts(view.facts)
        self._help.set(view.help)
        self._empty.render_empty(view.empty)
        self.bar.render_bar(view.actions, view.primary)
