"""The basket that is always in view: client, lines with their promotions, totals, and what one does with a basket."""

from dataclasses import replace

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from store_app.look import paint
from store_app.look.theme import Density, Size, colour, font, px, theme
from store_app.models.rows import ROW
from store_app.presenters.intents import SelectLine
from store_app.presenters.views.parts import Chip, Tone
from store_app.presenters.views.till import BasketLine, BasketView, ClientCard
from store_app.widgets.actions import ActionRow
from store_app.widgets.button import Button, Kind
from store_app.widgets.card import Card, EmptyState, Icon, Rule
from store_app.widgets.chips import ChipLabel
from store_app.widgets.label import Label, tone_token
from store_app.widgets.lists import Index, ItemList, card_frame


def edge_px() -> int:
    """The margin of lines at both sides."""
    return px(18)


def chips_width(chips: tuple[Chip, ...]) -> int:
    """The room that chips take beside one another, with a gap after each."""
    return sum(paint.chip_size(chip).width() + px(8) for chip in chips)


class LineDelegate(QStyledItemDelegate):
    """Paints a basket line: name with chips, variant, quantity in a box, unit price, total, notes beneath."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # Qt's name
        """Name and variant, a second line for a long name, and one more line a note."""
        line: BasketLine = index.data(ROW)
        view: QWidget | None = option.widget
        wide = view.viewport().width() - 2 * edge_px() if isinstance(view, QListView) else 0
        main = self._main_height(line, wide)
        return QSize(100, main + len(line.notes) * self._note_height() + (px(6) if line.notes else 0))

    def _main_height(self, line: BasketLine, wide: int) -> int:
        """Of everything but the notes, in a list whose lines are so wide."""
        face, small = font(Size.BODY, 600), font(Size.SMALL)
        more = len(paint.fold(line.name, face, wide - self._figures_width(line) - px(10))) - 1 if wide > 0 else 0
        return (1 + more) * paint.line_height(face) + paint.line_height(small) + px(26)

    @staticmethod
    def _note_height() -> int:
        return paint.line_height(font(Size.SMALL, 500)) + px(4)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One line."""
        line: BasketLine = index.data(ROW)
        area: QRect = option.rect
        view: QWidget = option.widget
        painter.save()
        frame = card_frame(view)
        if line.selected and frame is not None:
            paint.clipped_fill(painter, QRectF(area), frame, px(14), colour("primary_soft"))
        paint.rule(painter, area.left(), area.right(), area.bottom())
        inner = area.adjusted(edge_px(), 0, -edge_px(), 0)
        main = QRect(inner.left(), inner.top(), inner.width(), self._main_height(line, inner.width()))
        edge = self._figures(painter, line, main)
        self._names(painter, line, QRect(main.left(), main.top(), edge - main.left() - px(10), main.height()))
        self._notes(painter, line, inner, main.height())
        painter.restore()

    @staticmethod
    def _widths(line: BasketLine) -> tuple[int, int, int]:
        """Of quantity, unit price and total."""
        price = px(92 if theme.density is Density.COMPACT else 108)
        return max(px(34), paint.width(line.qty, font(Size.BODY, 600)) + px(16)), price, px(104)

    def _figures_width(self, line: BasketLine) -> int:
        return sum(self._widths(line)) + px(8)

    def _figures(self, painter: QPainter, line: BasketLine, main: QRect) -> int:
        """Quantity, unit price and total at the right; returns where they begin."""
        wide, price_width, total_width = self._widths(line)
        total = QRect(main.right() - total_width + 1, main.top(), total_width, main.height())
        paint.text(painter, total, line.total, font(Size.BODY, 700), colour("ink"), paint.RIGHT)
        price = QRect(total.left() - price_width, main.top(), price_width - px(4), main.height())
        paint.text(painter, price, line.unit_price, font(Size.BODY), colour("muted"), paint.RIGHT)
        box = px(34)
        qty = QRect(price.left() - px(8) - wide, main.center().y() - box // 2, wide, box)
        paint.box(painter, QRectF(qty), px(7), colour("surface" if line.selected else "soft"))
        paint.text(painter, qty, line.qty, font(Size.BODY, 600), colour("ink"), paint.CENTER)
        return qty.left()

    def _names(self, painter: QPainter, line: BasketLine, box: QRect) -> None:
        """The name whole, on two lines if need be; chips behind it, or behind the variant where it needs its line."""
        face, small = font(Size.BODY, 600), font(Size.SMALL)
        first, second = paint.line_height(face), paint.line_height(small)
        words = paint.fold(line.name, face, box.width())
        shown, chips = line.chips, chips_width(line.chips)
        fits = len(words) == 1 and paint.width(line.name, face) + chips <= box.width()
        if not fits and paint.width(line.variant, small) + chips > box.width():
            shown = tuple(replace(chip, text="") if chip.icon and chip.tone is Tone.NEUTRAL else chip for chip in shown)
            chips = chips_width(shown)
        two = bool(line.variant) or (bool(chips) and not fits)
        height = len(words) * first + (second + px(3) if two else 0)
        top = box.top() + (box.height() - height) // 2
        for number, part in enumerate(words):
            row = QRect(box.left(), top + number * first, box.width(), first)
            taken = paint.text(painter, row, part, face, colour("ink"))
        below = QRect(box.left(), top + len(words) * first + px(3), box.width(), second)
        left, middle = box.left() + taken + px(9), top + first // 2
        if not fits:
            room = below.adjusted(0, 0, -chips, 0)
            left = box.left() + paint.text(painter, room, line.variant, small, colour("muted"))
            left, middle = left + (px(8) if line.variant else 0), below.center().y()
        else:
            paint.text(painter, below, line.variant, small, colour("muted"))
        for chip in shown:
            size = paint.chip_size(chip)
            at = QRect(left, middle - size.height() // 2 + 1, size.width(), size.height())
            paint.draw_chip(painter, at, chip, chosen=line.selected)
            left += size.width() + px(6)

    def _notes(self, painter: QPainter, line: BasketLine, inner: QRect, main: int) -> None:
        top = inner.top() + main - px(6)
        face = font(Size.SMALL, 500)
        for note in line.notes:
            ink = paint.tone_ink(note.tone)
            row = QRect(inner.left(), top, inner.width(), self._note_height())
            amount = paint.text(painter, row, note.amount, face, ink, paint.RIGHT)
            paint.text(painter, row.adjusted(0, 0, -amount - px(12), 0), note.text, face, ink)
            top += self._note_height()


class LineList(ItemList[BasketLine]):
    """The lines; a tap selects."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(LineDelegate(), parent)

    def _ask(self, index: Index) -> None:
        if index.isValid():
            self.asked.emit(SelectLine(self.rows.row(index).id))


class TotalFigure(QWidget):
    """The total: the largest thing on the screen, smaller only when it would be cut."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        theme.changed.connect(self.updateGeometry)

    def set(self, text: str) -> None:
        """Show this amount."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.update()

    def sizeHint(self) -> QSize:  # Qt's name
        """One line of the largest size."""
        return QSize(px(220), round(paint.line_height(font(Size.TOTAL, 700)) * 0.96))

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        """Write it at the right."""
        faces = [font(size, 700) for size in (Size.TOTAL, Size.FIGURE, Size.TITLE)]
        face = next((f for f in faces if paint.width(self._text, f) <= self.width()), faces[-1])
        paint.text(QPainter(self), self.rect(), self._text, face, colour("ink"), paint.RIGHT)


class TotalStrip(Card):
    """Hint for the next promotion, VAT, saving and total."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=0, spacing=0, kind="strip", parent=parent)
        grid = QGridLayout()
        grid.setContentsMargins(px(17), px(10), px(17), px(8))
        grid.setVerticalSpacing(px(2))
        grid.setHorizontalSpacing(px(14))
        grid.setColumnStretch(0, 1)
        right = Qt.AlignmentFlag.AlignRight
        self._hint, self._vat = Label(ink="muted", wrap=True), Label(ink="muted", align=right)
        self._saving, self._saved = Label(ink="muted"), Label(weight=600, ink="good", align=right)
        self._label, self._total = Label(size=Size.TITLE, weight=600), TotalFigure()
        grid.addWidget(self._hint, 0, 0)
        grid.addWidget(self._vat, 0, 1)
        grid.addWidget(self._saving, 1, 0)
        grid.addWidget(self._saved, 1, 1)
        bottom = QHBoxLayout()
        bottom.addWidget(self._label, 0, Qt.AlignmentFlag.AlignBottom)
        bottom.addWidget(self._total, 1)
        grid.addLayout(bottom, 2, 0, 1, 2)
        self.body.addLayout(grid)

    def render_totals(self, view: BasketView) -> None:
        """Show the totals of a basket."""
        self._hint.set(view.hint, hide_empty=False)
        self._vat.set(" · ".join(view.vat[:1]) if len(view.vat) == 1 else "   ".join(view.vat), hide_empty=False)
        self._saving.set(view.saving.label if view.saving else "", hide_empty=False)
        self._saved.set(view.saving.value if view.saving else "", hide_empty=False)
        if view.saving:
            self._saved.set_ink(tone_token(view.saving.tone, "good"))
        self._label.set(view.total_label, hide_empty=False)
        self._total.set(view.total)


class ClientStrip(Card):
    """The client of this sale; a tap opens the profile or the list."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=16, spacing=0, parent=parent)
        line = QHBoxLayout()
        line.setSpacing(px(12))
        self._icon = Icon("user", 24)
        self._name, self._detail = Label(weight=600), Label(size=Size.SMALL, ink="muted", wrap=True)
        self._chip = ChipLabel()
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self._name)
        words.addWidget(self._detail)
        line.addWidget(self._icon)
        line.addLayout(words, 1)
        line.addWidget(self._chip)
        self._detach: Button | None = None
        self._line = line
        self.body.addLayout(line)
        self._intent: object = None
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMinimumHeight(px(58))

    def render_client(self, client: ClientCard | None) -> None:
        """Show it, or nothing."""
        self.setVisible(client is not None)
        if client is None:
            return
        self._intent = client.intent
        self._icon.set("user" if client.attached else "user_add")
        self._name.set(client.name)
        self._name.set_ink("ink" if client.attached else "muted")
        self._detail.set(client.detail)
        self._chip.set(client.chip)
        if client.detach and self._detach is None:
            self._detach = Button(client.detach, Kind.QUIET)
            self._detach.asked.connect(self.asked)
            self._line.addWidget(self._detach)
        if self._detach is not None:
            self._detach.setVisible(client.detach is not None)
            if client.detach:
                self._detach.render_action(client.detach)

    def mouseReleaseEvent(self, event: object) -> None:  # Qt's name
        """A tap."""
        if self._intent is not None:
            self.asked.emit(self._intent)


class BasketPane(QWidget):
    """Client strip, lines, totals and the basket's actions. ``asked`` emits every intent."""

    asked = Signal(object)

    def __init__(self, *, actions: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(px(12))
        self._client = ClientStrip()
        self._client.asked.connect(self.asked)
        box.addWidget(self._client)
        card = Card(padding=0, spacing=0)
        head = QHBoxLayout()
        head.setContentsMargins(px(17), px(10), px(17), px(10))
        self._summary, self._title = Label(size=Size.SMALL, ink="muted"), Label(size=Size.SMALL, ink="muted")
        head.addWidget(self._summary, 1)
        head.addWidget(self._title)
        self.lines = LineList()
        self.lines.asked.connect(self.asked)
        self._empty = EmptyState()
        self._strip = TotalStrip()
        card.body.addLayout(head)
        card.body.addWidget(Rule())
        card.body.addWidget(self.lines, 1)
        card.body.addWidget(self._empty, 1)
        card.body.addWidget(self._strip)
        box.addWidget(card, 1)
        self._actions = ActionRow(small=True)
        self._actions.asked.connect(self.asked)
        self._actions.setVisible(actions)
        self._with_actions = actions
        box.addWidget(self._actions)

    def render_basket(self, view: BasketView | None) -> None:
        """Show a basket."""
        self.setVisible(view is not None)
        if view is None:
            return
        self._client.render_client(view.client)
        self._summary.set(view.summary, hide_empty=False)
        self._title.set(view.title, hide_empty=False)
        empty = not view.lines and view.empty is not None
        self.lines.setVisible(not empty)
        self._empty.render_empty(view.empty if empty else None)
        self.lines.show_rows(view.lines)
        self._strip.render_totals(view)
        if self._with_actions:
            self._actions.render_actions(view.actions)
