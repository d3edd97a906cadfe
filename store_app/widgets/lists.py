"""Lists: a touch-friendly list view over frozen rows, and the delegate that paints a ``Row``."""

from typing import Generic, TypeVar

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QScroller,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from store_app.look import paint
from store_app.look.theme import Size, colour, font, px, theme
from store_app.models.rows import ROW, RowModel
from store_app.presenters.views.parts import Row, Tone

T = TypeVar("T")
Index = QModelIndex | QPersistentModelIndex


class ItemList(QListView, Generic[T]):
    """A list of rows. A tap or Enter on one emits ``asked`` with what ``intent_of`` says; arrows move and ask too."""

    asked = Signal(object)

    def __init__(self, delegate: QStyledItemDelegate, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: RowModel[T] = RowModel()
        self.setModel(self.rows)
        self._delegate = delegate
        self._wished = 0
        delegate.setParent(self)
        self.setItemDelegate(delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        theme.changed.connect(self._on_look_changed)

    def show_rows(self, rows: tuple[T, ...]) -> None:
        """Show these rows; the selected one is scrolled into view when it changed."""
        if rows == self.rows.rows:
            return
        self.rows.show(rows)
        self.scheduleDelayedItemsLayout()
        self.executeDelayedItemsLayout()  # else a row that grew is scrolled to where it ended before
        for i, row in enumerate(rows):
            if getattr(row, "selected", False):
                index = self.rows.index(i)
                self.setCurrentIndex(index)
                self.scrollTo(index)
                break

    def wish(self, height: int) -> None:
        """The height that this list would like to have."""
        if height != self._wished:
            self._wished = height
            self.updateGeometry()

    def sizeHint(self) -> QSize:  # Qt's name
        """What was wished, else a few rows."""
        return QSize(px(200), self._wished or px(160))

    def content_height(self) -> int:
        """The height of all rows together."""
        option = QStyleOptionViewItem()
        return sum(self._delegate.sizeHint(option, self.rows.index(i)).height() for i in range(self.rows.rowCount()))

    def rect_of(self, i: int) -> QRect:
        """Where row ``i`` stands in the viewport."""
        return self.visualRect(self.rows.index(i))

    def resizeEvent(self, event: QResizeEvent) -> None:  # Qt's name
        """Rows of another width are measured at once; a lower list still shows the row that was chosen."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()
            self.executeDelayedItemsLayout()  # Qt waits a tenth of a second, with names folded as they were before
        if event.size().height() < event.oldSize().height():
            self.scrollTo(self.currentIndex())

    def _on_look_changed(self) -> None:
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def _ask(self, index: Index) -> None:
        if index.isValid():
            intent = getattr(self.rows.row(index), "intent", None)
            if intent is not None:
                self.asked.emit(intent)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # Qt's name
        """A tap."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._ask(self.indexAt(QPoint(round(event.position().x()), round(event.position().y()))))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # Qt's name
        """Arrows move the choice, Enter takes it."""
        before = self.currentIndex().row()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._ask(self.currentIndex())
            return
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End):
            super().keyPressEvent(event)
            if self.currentIndex().row() != before:
                self._ask(self.currentIndex())
            return
        event.ignore()


def card_frame(view: QWidget | None) -> QRectF | None:
    """The rounded card around a list, in the coordinates of the list's viewport."""
    at = view
    while at is not None and at.objectName() != "card":
        at = at.parentWidget()
    if view is None or at is None:
        return None
    port = view.viewport() if isinstance(view, QListView) else view
    return QRectF(QRect(port.mapFromGlobal(at.mapToGlobal(QPoint(0, 0))), at.size())).adjusted(1, 1, -1, -1)


class RowDelegate(QStyledItemDelegate):
    """Paints a ``Row``. ``middle`` is the share of the width that the middle column takes (0: none)."""

    def __init__(self, *, middle: float = 0.0, large: bool = False) -> None:
        super().__init__()
        self._middle, self._large = middle, large

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # Qt's name
        """Two lines or one, with room for a finger."""
        row: Row = index.data(ROW)
        two = bool(row.subtitle or row.middle_sub or row.right_sub)
        lines = paint.line_height(font(Size.BODY, 600)) + (paint.line_height(font(Size.SMALL)) + 2 if two else 0)
        return QSize(100, max(px(48), lines + px(24)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One row."""
        row: Row = index.data(ROW)
        area: QRect = option.rect
        view: QWidget = option.widget
        painter.save()
        if row.selected:
            frame = card_frame(view)
            if frame is not None:
                paint.clipped_fill(painter, QRectF(area), frame, px(14), colour("primary_soft"))
        if index.row() < index.model().rowCount() - 1:
            paint.rule(painter, area.left(), area.right(), area.bottom())
        inner = area.adjusted(px(18), 0, -px(18), 0)
        self._columns(painter, row, inner)
        painter.restore()

    def _columns(self, painter: QPainter, row: Row, inner: QRect) -> None:
        left = inner.left()
        if row.icon:
            side = px(26)
            ink = paint.tone_ink(row.icon_tone) if row.icon_tone is not Tone.NEUTRAL else colour("muted")
            paint.icon(painter, row.icon, ink, QRect(left, inner.center().y() - side // 2 + 1, side, side))
            left += side + px(16)
        right = self._right(painter, row, inner)
        if self._middle and (row.middle or row.middle_sub):
            start = inner.right() - round(inner.width() * self._middle)
            box = QRect(start, inner.top(), max(0, right - start - px(12)), inner.height())
            paint_pair(painter, box, row.middle, row.middle_sub, weight=600 if row.middle_sub else 400)
            right = start
        box = QRect(left, inner.top(), max(0, right - left - px(12)), inner.height())
        self._main(painter, row, box)

    def _main(self, painter: QPainter, row: Row, box: QRect) -> None:
        title = font(Size.BODY, 600)
        ink = colour("muted" if row.dim else "ink")
        top, second = split(box, bool(row.subtitle))
        chips = sum(paint.chip_size(chip).width() + px(8) for chip in row.chips)
        wide = min(paint.width(row.title, title) + 1, max(px(60), top.width() - chips))
        paint.text(painter, QRect(top.left(), top.top(), wide, top.height()), row.title, title, ink)
        at = top.left() + wide + px(8)
        for chip in row.chips:
            size = paint.chip_size(chip)
            if at + size.width() > top.right() + px(6):
                paint.note_cut(chip.text)
                break
            place = QRect(QPoint(at, top.center().y() - size.height() // 2), size)
            paint.draw_chip(painter, place, chip, chosen=row.selected)
            at += size.width() + px(6)
        if row.subtitle:
            paint.text(painter, second, row.subtitle, font(Size.SMALL), colour("muted"))

    def _right(self, painter: QPainter, row: Row, inner: QRect) -> int:
        """Paint the right column; returns where it begins."""
        edge = inner.right()
        if row.right_chip:
            size = paint.chip_size(row.right_chip)
            at = QPoint(edge - size.width() + 1, inner.center().y() - size.height() // 2)
            if row.right_sub and not row.right:
                first, second = split(inner, True)
                at.setY(first.center().y() - size.height() // 2)
                paint.text(painter, second, row.right_sub, font(Size.SMALL), colour("muted"), paint.RIGHT)
            paint.draw_chip(painter, QRect(at, size), row.right_chip, chosen=row.selected)
            under = paint.width(row.right_sub, font(Size.SMALL)) if not row.right else 0
            edge -= max(size.width(), under) + px(12)
        if row.right:
            face = font(Size.BODY, 600)
            first, second = split(
                QRect(inner.left(), inner.top(), edge - inner.left() + 1, inner.height()), bool(row.right_sub)
            )
            ink = colour("ink") if row.right_tone is Tone.NEUTRAL else paint.tone_ink(row.right_tone)
            paint.text(painter, first, row.right, face, ink, paint.RIGHT)
            paint.text(painter, second, row.right_sub, font(Size.SMALL), colour("muted"), paint.RIGHT)
            edge -= max(paint.width(row.right, face), paint.width(row.right_sub, font(Size.SMALL))) + px(12)
        elif row.right_sub and not row.right_chip:
            paint.text(painter, inner, row.right_sub, font(Size.SMALL), colour("muted"), paint.RIGHT)
            edge -= paint.width(row.right_sub, font(Size.SMALL)) + px(12)
        return edge


def split(box: QRect, two: bool) -> tuple[QRect, QRect]:
    """The box's first and second line, centred together."""
    if not two:
        return box, QRect()
    first, second = paint.line_height(font(Size.BODY, 600)), paint.line_height(font(Size.SMALL))
    top = box.top() + (box.height() - first - second - 3) // 2
    return (
        QRect(box.left(), top, box.width(), first),
        QRect(box.left(), top + first + 3, box.width(), second),
    )


def paint_pair(painter: QPainter, box: QRect, first: str, second: str, weight: int = 600) -> None:
    """A text and a smaller one under it."""
    one, two = split(box, bool(first) and bool(second))
    face = font(Size.BODY, weight)
    if paint.width(first, face) > box.width():
        face = font(Size.SMALL, weight)
    paint.text(painter, one, first, face, colour("ink" if weight != 400 else "muted"))
    paint.text(painter, two if first else one, second, font(Size.SMALL), colour("muted"))


class RowList(ItemList[Row]):
    """A list of ``Row``."""

    def __init__(self, *, middle: float = 0.0, parent: QWidget | None = None) -> None:
        super().__init__(RowDelegate(middle=middle), parent)
