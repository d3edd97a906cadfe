"""Taking back and exchanging: what was sold, what comes back and how it looks, how it is refunded."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from store_app.look import paint
from store_app.look.theme import Size, colour, px
from store_app.presenters.views.till import ReturnLine, ReturnView
from store_app.screens.base import Screen, gap
from store_app.widgets.actions import ActionBar, ActionRow
from store_app.widgets.basket import BasketPane
from store_app.widgets.button import Kind
from store_app.widgets.card import Card, EmptyState, Icon, clear
from store_app.widgets.chips import ChipRow, FactList
from store_app.widgets.fields import FieldBox
from store_app.widgets.label import Label
from store_app.widgets.panels import HeadCard, ListCard


class SoldLine(Card):
    """One sold line; a tap chooses it, then its grades appear."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=16, spacing=8, parent=parent)
        line = QHBoxLayout()
        line.setSpacing(px(14))
        self._mark = Icon("open", 26)
        words, right = QVBoxLayout(), QVBoxLayout()
        words.setSpacing(px(2))
        right.setSpacing(px(2))
        first = QHBoxLayout()
        first.setSpacing(px(8))
        self._name, self._chips = Label(weight=600), ChipRow()
        self._variant = Label(size=Size.SMALL, ink="muted")
        first.addWidget(self._name)
        first.addWidget(self._chips)
        first.addStretch(1)
        self._blocked = Label(size=Size.SMALL, ink="warn", wrap=True)
        words.addLayout(first)
        words.addWidget(self._variant)
        words.addWidget(self._blocked)
        end = Qt.AlignmentFlag.AlignRight
        self._paid = Label(weight=700, align=end)
        self._bought = Label(size=Size.SMALL, ink="muted", align=end)
        right.addWidget(self._paid)
        right.addWidget(self._bought)
        right.addStretch(1)
        line.addWidget(self._mark)
        line.addLayout(words, 1)
        line.addLayout(right)
        self._grades = ActionRow(kind=Kind.SOFT)
        self._grades.asked.connect(self.asked)
        self.body.addLayout(line)
        below = QHBoxLayout()
        below.setContentsMargins(px(26) + px(14), 0, 0, 0)
        below.addWidget(self._grades)
        self.body.addLayout(below)
        self._intent: object = None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def render_line(self, line: ReturnLine) -> None:
        """Show it."""
        self._intent = line.intent if not line.blocked else None
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if line.blocked else Qt.FocusPolicy.TabFocus)
        mark = "never" if line.blocked else "done" if line.selected else "open"
        self._mark.set(mark, "primary" if line.selected else "muted")
        self._name.set(f"{line.qty} × {line.name}" if line.qty not in ("", "1") else line.name)
        self._name.set_ink("muted" if line.blocked else "ink")
        self._chips.render_chips(line.chips)
        self._variant.set(line.variant)
        self._paid.set(line.paid)
        self._bought.set(line.bought)
        self._grades.render_actions(line.grades if line.selected else ())
        self._blocked.set(line.blocked)
        self.setAccessibleName(f"{line.name} {line.variant} {line.paid}")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # Qt's name
        """A tap."""
        self._ask()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # Qt's name
        """Space or Enter is a tap."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._ask()
        else:
            super().keyPressEvent(event)

    def _ask(self) -> None:
        if self._intent is not None:
            self.asked.emit(self._intent)

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        """The card, and a ring if keys go to it."""
        super().paintEvent(event)
        if self.hasFocus():
            paint.box(QPainter(self), QRectF(self.rect()), px(14), None, colour("primary"), 2)


class ReturnScreen(Screen[ReturnView]):
    """Lines at the left, money at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QHBoxLayout(self)
        box.setContentsMargins(gap(), gap(), px(16), gap())
        box.setSpacing(px(16))
        left, right = QVBoxLayout(), QVBoxLayout()
        left.setSpacing(px(12))
        right.setSpacing(px(12))
        self._head, self._field = HeadCard(), FieldBox()
        self._field.asked.connect(self.ask)
        self._field_card = Card(padding=16)
        self._field_card.body.addWidget(self._field)
        self._lines: list[SoldLine] = []
        holder = QWidget()
        holder.setObjectName("body")
        self._column = QVBoxLayout(holder)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(10))
        self._column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(holder)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._empty = EmptyState()
        left.addWidget(self._head)
        left.addWidget(self._field_card)
        left.addWidget(self._scroll, 1)
        left.addWidget(self._empty, 1)
        self._exchange = BasketPane(actions=False)
        self._methods = ListCard(fit=True)
        self._methods.asked.connect(self.ask)
        self._money = self.amount = self._money_card()
        self.bar = ActionBar()
        self.bar.asked.connect(self.ask)
        right.addWidget(self._exchange, 1)
        right.addWidget(self._money)
        right.addWidget(self._methods)
        right.addStretch(0)
        right.addWidget(self.bar)
        self._right = right
        box.addLayout(left, 7)
        box.addLayout(right, 7)

    def _money_card(self) -> Card:
        card = Card(padding=18, spacing=8)
        self._totals = FactList()
        line = QHBoxLayout()
        self._refund_label = Label(size=Size.TITLE, weight=600)
        self._refund = Label(size=Size.TOTAL, weight=700, shrink=True, align=Qt.AlignmentFlag.AlignRight)
        line.addWidget(self._refund_label, 0, Qt.AlignmentFlag.AlignBottom)
        line.addWidget(self._refund, 1)
        card.body.addWidget(self._totals)
        card.body.addLayout(line)
        return card

    def render_view(self, view: ReturnView) -> None:
        """Show what comes back."""
        self._head.render_head(view.title, view.subtitle, chip=view.chip)
        self._field.render_field(view.field)
        self._field_card.setVisible(view.field is not None)
        self._render_lines(view.lines)
        self._scroll.setVisible(bool(view.lines))
        self._empty.render_empty(None if view.lines else view.empty)
        self._exchange.render_basket(view.exchange)
        self._right.setStretch(3, 0 if view.exchange else 1)
        self._money.setVisible(bool(view.refund))
        self._totals.render_facts(view.totals)
        self._refund_label.set(view.refund_label)
        self._refund.set(view.refund)
        self._methods.setVisible(bool(view.methods))
        self._methods.render_list(view.methods_title, view.methods)
        self.bar.render_bar(view.actions, view.primary)

    def _render_lines(self, lines: tuple[ReturnLine, ...]) -> None:
        if len(lines) < len(self._lines):
            clear(self._column)
            self._lines = []
            self._column.addStretch(1)
        while len(self._lines) < len(lines):
            made = SoldLine()
            made.asked.connect(self.ask)
            self._column.insertWidget(len(self._lines), made)
            self._lines.append(made)
        for shown, line in zip(self._lines, lines, strict=True):
            shown.render_line(line)
