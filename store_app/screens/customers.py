"""Clients: the list, and one client with profile, wishes, purchases, consents and notes."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from store_app.look.theme import Size, px
from store_app.presenters.names import ScreenName
from store_app.presenters.views.customers import ConsentRow, CustomersView, NoteRow
from store_app.presenters.views.frame import Tab
from store_app.presenters.views.parts import Action, Tone
from store_app.screens.base import Screen, gap
from store_app.widgets.actions import ActionBar
from store_app.widgets.button import Button, Kind
from store_app.widgets.card import Card, EmptyState, Icon, Rule, clear
from store_app.widgets.chips import ChipLabel, ChipRow, FactList, KpiRow
from store_app.widgets.fields import FieldBox
from store_app.widgets.label import Label
from store_app.widgets.panels import ListCard
from store_app.widgets.rail import TabBar


class Consents(Card):
    """Each consent with its state in words and a button that changes it."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=18, spacing=12, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._rows: tuple[ConsentRow, ...] | None = None

    def render_consents(self, rows: tuple[ConsentRow, ...]) -> None:
        """Show these."""
        self.setVisible(bool(rows))
        if rows == self._rows:
            return
        self._rows = rows
        clear(self.body)
        for i, row in enumerate(rows):
            if i:
                self.body.addWidget(Rule())
            line = QHBoxLayout()
            line.setSpacing(px(14))
            line.addWidget(Icon("done" if row.given else "open", 26, "good" if row.given else "muted"))
            words = QVBoxLayout()
            words.setSpacing(px(2))
            words.addWidget(Label(row.name, weight=600))
            words.addWidget(Label(row.text, size=Size.SMALL, ink="muted"))
            line.addLayout(words, 1)
            if row.since:
                line.addWidget(Label(row.since, size=Size.SMALL, ink="muted"))
            tone = Tone.GOOD if row.given else Tone.NEUTRAL
            button = Button(Action(row.word, row.toggle, tone=tone, enabled=row.toggle is not None), Kind.SOFT)
            button.asked.connect(self.asked)
            line.addWidget(button)
            self.body.addLayout(line)
        self.body.addStretch(1)


class Notes(Card):
    """Notes, newest first, and the field for a new one."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=18, spacing=12, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.field = FieldBox()
        self.field.asked.connect(self.asked)
        self._add: Button | None = None
        self._line = QHBoxLayout()
        self._line.addStretch(1)
        self._list = QVBoxLayout()
        self._list.setSpacing(px(10))
        self._rows: tuple[NoteRow, ...] = ()
        self.body.addWidget(self.field)
        self.body.addLayout(self._line)
        self.body.addLayout(self._list)
        self.body.addStretch(1)

    def render_notes(self, view: CustomersView) -> None:
        """Show field and notes."""
        self.setVisible(view.note_field is not None or bool(view.notes))
        self.field.render_field(view.note_field)
        if view.note_add is not None and self._add is None:
            self._add = Button(view.note_add, Kind.SOFT)
            self._add.asked.connect(self.asked)
            self._line.addWidget(self._add)
        if self._add is not None:
            self._add.setVisible(view.note_add is not None)
            if view.note_add is not None:
                self._add.render_action(view.note_add)
        if view.notes == self._rows:
            return
        self._rows = view.notes
        clear(self._list)
        for note in view.notes:
            self._list.addWidget(Rule())
            self._list.addWidget(Label(note.text, wrap=True))
            line = QHBoxLayout()
            line.addWidget(Label(note.by, size=Size.SMALL, ink="muted"))
            if note.chip:
                line.addWidget(ChipLabel(note.chip))
            line.addStretch(1)
            self._list.addLayout(line)


class CustomersScreen(Screen[CustomersView]):
    """The client book."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QHBoxLayout(self)
        box.setContentsMargins(gap(), gap(), px(16), gap())
        box.setSpacing(px(16))
        left, right = QVBoxLayout(), QVBoxLayout()
        left.setSpacing(px(12))
        right.setSpacing(px(12))
        self.field, self.list = FieldBox(), ListCard()
        self.field.asked.connect(self.ask)
        self.list.asked.connect(self.ask)
        left.addWidget(self.field)
        left.addWidget(self.list, 1)
        self._head = self._head_card()
        self._tabs = TabBar(quiet=True)
        self._tabs.asked.connect(self.ask)
        self._kpis, self._facts_card = KpiRow(), Card(padding=18)
        self._facts = FactList(spacing=10)
        self._facts_card.body.addWidget(self._facts)
        self._wishes, self._purchases = ListCard(fit=True), ListCard(fit=True)
        self._consents, self._notes = Consents(), Notes()
        for part in (self._wishes, self._purchases, self._consents, self._notes):
            part.asked.connect(self.ask)
        self._tab_empty, self._empty = EmptyState(), EmptyState()
        self.bar = ActionBar(keep_right=True)
        self.bar.asked.connect(self.ask)
        right.addWidget(self._head)
        right.addWidget(self._tabs)
        right.addWidget(self._kpis)
        right.addWidget(self._facts_card)
        shown = (self._wishes, self._purchases, self._consents, self._notes, self._tab_empty, self._empty)
        for tab in shown:
            right.addWidget(tab, 6)
        right.addStretch(1)
        right.addWidget(self.bar)
        box.addLayout(left, 5)
        box.addLayout(right, 9)

    def _head_card(self) -> Card:
        card = Card(padding=18)
        line = QHBoxLayout()
        line.setSpacing(px(16))
        words = QVBoxLayout()
        words.setSpacing(px(2))
        self._name, self._detail, self._chips = Label(size=Size.TITLE, weight=700), Label(ink="muted"), ChipRow()
        words.addWidget(self._name)
        words.addWidget(self._detail)
        line.addWidget(Icon("customers", 44, "primary"))
        line.addLayout(words, 1)
        line.addWidget(self._chips, 0, Qt.AlignmentFlag.AlignRight)
        card.body.addLayout(line)
        return card

    def render_view(self, view: CustomersView) -> None:
        """Show the list and the chosen client."""
        self.field.render_field(view.field)
        self.list.render_list(view.summary if view.rows else "", view.rows, view.list_empty)
        self._head.setVisible(bool(view.name))
        self._name.set(view.name)
        self._detail.set(view.detail)
        self._chips.render_chips(view.chips)
        tabs = (Tab(ScreenName.CUSTOMERS, tab.text, tab.intent, tab.active, tab.badge) for tab in view.tabs)
        self._tabs.render_tabs(tuple(tabs))
        self._kpis.render_kpis(view.kpis)
        self._facts_card.setVisible(bool(view.facts))
        self._facts.render_facts(view.facts)
        for card, rows in ((self._wishes, view.wishes), (self._purchases, view.purchases)):
            card.setVisible(bool(rows))
            card.render_list("", rows)
        self._consents.render_consents(view.consents)
        self._notes.render_notes(view)
        self._tab_empty.render_empty(view.tab_empty)
        self._empty.render_empty(None if view.name else view.empty)
        self.bar.render_bar(view.actions, view.primary)
