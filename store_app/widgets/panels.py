"""Panels that several screens use: a card with a list, a card with a heading, the orders board."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from store_app.look import paint
from store_app.look.theme import Size, colour, font, px
from store_app.models.rows import ROW
from store_app.presenters.views.orders import BoardView, OrderCard
from store_app.presenters.views.parts import Chip, Empty, Progress, Row
from store_app.widgets.actions import ActionRow
from store_app.widgets.button import Kind
from store_app.widgets.card import Card, EmptyState, Rule
from store_app.widgets.chips import ChipLabel, ChipRow, ProgressLine
from store_app.widgets.label import Label
from store_app.widgets.lists import Index, ItemList, RowList

LEAST_ROWS = 124
"""two rows of a list that gives way to others stay in view"""


class ListCard(Card):
    """A card with a heading, its figure at the right, and a list."""

    asked = Signal(object)

    def __init__(self, *, middle: float = 0.0, fit: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(padding=0, spacing=0, parent=parent)
        self._head = QWidget()
        line = QHBoxLayout(self._head)
        line.setContentsMargins(px(18), px(12), px(18), px(12))
        self._title, self._value = Label(weight=600), Label(ink="muted", align=Qt.AlignmentFlag.AlignRight)
        line.addWidget(self._title, 1)
        line.addWidget(self._value)
        self._rule = Rule()
        self.list = RowList(middle=middle)
        self.list.asked.connect(self.asked)
        self._empty = EmptyState()
        self._fit = fit
        self.body.addWidget(self._head)
        self.body.addWidget(self._rule)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self._empty, 1)
        if fit:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def render_list(self, title: str, rows: tuple[Row, ...], empty: Empty | None = None, value: str = "") -> None:
        """Show a heading and rows, or what an empty list teaches."""
        self._head.setVisible(bool(title or value))
        self._rule.setVisible(bool(title or value))
        self._title.set(title, hide_empty=False)
        self._value.set(value)
        self.list.setVisible(bool(rows) or empty is None)
        self._empty.render_empty(None if rows else empty)
        self.list.show_rows(rows)
        if self._fit and rows:
            self._fit_height()

    def _fit_height(self) -> None:
        tall = self.list.content_height() + 2
        self.list.setMaximumHeight(tall)
        self.list.setMinimumHeight(min(tall, px(LEAST_ROWS)))
        self.list.wish(tall)


class HeadCard(Card):
    """The heading of a screen: title, chips, what it is about, and how far it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=18, spacing=0, parent=parent)
        line = QHBoxLayout()
        line.setSpacing(px(20))
        words = QVBoxLayout()
        words.setSpacing(px(3))
        first = QHBoxLayout()
        first.setSpacing(px(10))
        self._title = Label(size=Size.TITLE, weight=700, shrink=True)
        self._subtitle = Label(ink="muted", wrap=True)
        self._chips = ChipRow()
        first.addWidget(self._title)
        first.addWidget(self._chips)
        first.addStretch(1)
        words.addLayout(first)
        words.addWidget(self._subtitle)
        self._progress = ProgressLine()
        self._chip = ChipLabel()
        line.addLayout(words, 5)
        line.addWidget(self._progress, 3)
        line.addWidget(self._chip, 0)
        self.body.addLayout(line)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def render_head(
        self,
        title: str,
        subtitle: str = "",
        chips: tuple[Chip, ...] = (),
        progress: Progress | None = None,
        chip: Chip | None = None,
    ) -> None:
        """Show it; without a title the whole card goes."""
        self.setVisible(bool(title))
        self._title.set(title)
        self._subtitle.set(subtitle)
        self._chips.render_chips(chips)
        self._progress.render_progress(progress)
        self._chip.set(chip)


class OrderDelegate(QStyledItemDelegate):
    """Paints an order of the board as a card of its own."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # Qt's name
        """Two lines and the gap to the next card."""
        lines = paint.line_height(font(Size.BODY, 700)) + paint.line_height(font())
        return QSize(100, lines + px(36) + px(10))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One order."""
        card: OrderCard = index.data(ROW)
        area: QRect = option.rect
        painter.save()
        box = area.adjusted(1, 1, -2, -px(10))
        edge, wide = ("primary", 2.0) if card.selected else ("line", 1.0)
        paint.box(painter, QRectF(box), px(12), colour("surface"), colour(edge), wide)
        inner = box.adjusted(px(15), px(12), -px(15), -px(12))
        has_method = self._first(painter, card, inner)
        face = font() if has_method else font(Size.SMALL)
        below = QRect(inner.left(), inner.bottom() - paint.line_height(face), inner.width(), paint.line_height(face))
        state = paint.text(painter, below, card.state, face, colour("muted"), paint.RIGHT)
        if not has_method:
            size = paint.chip_size(card.method)
            at = QRect(below.left(), below.center().y() - size.height() // 2, size.width(), size.height())
            paint.draw_chip(painter, at, card.method)
            below.adjust(size.width() + px(8), 0, 0, 0)
        paint.text(painter, below.adjusted(0, 0, -state - px(10), 0), card.customer, face, colour("muted"))
        painter.restore()

    def _first(self, painter: QPainter, card: OrderCard, inner: QRect) -> bool:
        """Number, method, time; the number is never cut: where there is no room, the method stands below."""
        bold = font(Size.BODY, 700)
        line = QRect(inner.left(), inner.top(), inner.width(), paint.line_height(bold) + px(4))
        right = line.right()
        if card.sla:
            size = paint.chip_size(card.sla)
            at = QRect(right - size.width() + 1, line.center().y() - size.height() // 2, size.width(), size.height())
            paint.draw_chip(painter, at, card.sla)
            right = at.left() - px(6)
        method = paint.chip_size(card.method)
        room = right - line.left()
        fits = paint.width(card.number, bold) + px(8) + method.width() <= room
        taken = paint.text(
            painter, QRect(line.left(), line.top(), room, line.height()), card.number, bold, colour("ink")
        )
        at = QRect(
            line.left() + taken + px(8), line.center().y() - method.height() // 2, method.width(), method.height()
        )
        if fits:
            paint.draw_chip(painter, at, card.method)
        return fits


class Board(QWidget):
    """The orders board: filters as chips, orders as cards."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(px(10))
        self._filters = ActionRow(kind=Kind.SOFT, equal=False)
        self._filters.asked.connect(self.asked)
        line = QHBoxLayout()
        line.addWidget(self._filters)
        line.addStretch(1)
        self.list: ItemList[OrderCard] = ItemList(OrderDelegate())
        self.list.asked.connect(self.asked)
        self._empty = EmptyState()
        box.addLayout(line)
        box.addWidget(self.list, 1)
        box.addWidget(self._empty, 1)

    def render_board(self, board: BoardView) -> None:
        """Show the board."""
        self._filters.render_actions(board.filters)
        self.list.setVisible(bool(board.cards) or board.empty is None)
        self._empty.render_empty(None if board.cards else board.empty)
        self.list.show_rows(board.cards)
