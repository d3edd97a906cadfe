"""Drawn figures: a growing curve (pyqtgraph, imported when the first one is shown), bars, signal levels."""

from typing import Any

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from store_app.look import paint
from store_app.look.theme import Size, colour, font, px, theme
from store_app.presenters.views.parts import Bars, Curve
from store_app.widgets.label import Label


class CurveChart(QWidget):
    """A curve with its target as a dashed line and its ends labelled."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(px(6))
        head = QHBoxLayout()
        self._title, self._detail = Label(weight=600), Label(ink="muted", align=Qt.AlignmentFlag.AlignRight)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._detail)
        box.addLayout(head)
        self._box = box
        self._plot: Any = None
        self._line: Any = None
        self._target: Any = None
        ends = QHBoxLayout()
        self._from = Label(size=Size.SMALL, ink="muted")
        self._to = Label(size=Size.SMALL, ink="muted", align=Qt.AlignmentFlag.AlignRight)
        self._goal = Label(size=Size.SMALL, ink="muted", align=Qt.AlignmentFlag.AlignRight)
        ends.addWidget(self._from)
        ends.addStretch(1)
        ends.addWidget(self._to)
        box.addWidget(self._goal)
        box.addLayout(ends)
        self._curve: Curve | None = None
        theme.changed.connect(self._restyle)

    def render_curve(self, curve: Curve | None) -> None:
        """Show a curve, or nothing."""
        self.setVisible(curve is not None)
        if curve is None or curve == self._curve:
            return
        self._curve = curve
        if self._plot is None:
            self._make()
        self._title.set(curve.title)
        self._detail.set(curve.detail)
        self._goal.set(curve.target_label, hide_empty=False)
        self._from.set(curve.from_label, hide_empty=False)
        self._to.set(curve.to_label, hide_empty=False)
        xs, ys = [p[0] for p in curve.points], [p[1] for p in curve.points]
        self._line.setData(xs, ys)
        top = max([curve.target or 0.0, *ys, 1.0]) * 1.06
        self._plot.setYRange(0, top, padding=0)
        if xs:
            self._plot.setXRange(xs[0], max(xs[-1], xs[0] + 1), padding=0.01)
        self._target.setVisible(curve.target is not None)
        if curve.target is not None:
            self._target.setPos(curve.target)

    def _make(self) -> None:
        import pyqtgraph

        pyqtgraph.setConfigOptions(antialias=True)
        plot = pyqtgraph.PlotWidget(parent=self, enableMenu=False)
        # made all the same, and as a window of its own: without an owner it would outlive ours
        plot.getPlotItem().ctrlMenu.setParent(self, Qt.WindowType.Popup)
        plot.setFrameShape(plot.Shape.NoFrame)
        plot.setMouseEnabled(False, False)
        plot.hideButtons()
        plot.hideAxis("bottom")
        plot.hideAxis("left")
        plot.showGrid(x=False, y=False)
        plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot.setMinimumHeight(px(60))
        plot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._line = plot.plot([], [])
        self._target = pyqtgraph.InfiniteLine(angle=0)
        plot.addItem(self._target)
        self._plot = plot
        self._box.insertWidget(2, plot, 1)
        self._restyle()

    def _restyle(self) -> None:
        if self._plot is None:
            return
        self._plot.setBackground(colour("surface"))
        pen = QPen(colour("primary"), 3)
        pen.setCosmetic(True)
        self._line.setPen(pen)
        fill = QColor(colour("primary"))
        fill.setAlphaF(0.10)
        self._line.setFillLevel(0)
        self._line.setBrush(fill)
        dashed = QPen(colour("muted"), 1.0)
        dashed.setDashPattern([5.0, 5.0])
        dashed.setCosmetic(True)
        self._target.setPen(dashed)


class BarChart(QWidget):
    """Bars with a label under and a figure over each."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: Bars | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    def render_bars(self, bars: Bars | None) -> None:
        """Show bars, or nothing."""
        self.setVisible(bars is not None)
        if bars != self._bars:
            self._bars = bars
            self.setAccessibleName(bars.title if bars else "")
            self.update()

    def sizeHint(self) -> QSize:  # Qt's name
        """Enough to compare."""
        return QSize(px(300), px(150))

    def minimumSizeHint(self) -> QSize:  # Qt's name
        """Title, figures and labels need this much."""
        return QSize(px(160), px(110))

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        """Title, grid, bars, labels."""
        bars = self._bars
        if bars is None:
            return
        painter = QPainter(self)
        top = self._head(painter, bars)
        small = font(Size.SMALL)
        line = paint.line_height(small)
        area = QRectF(0, top + line + px(4), self.width(), self.height() - top - 2 * line - px(12))
        highest = bars.top if bars.top is not None else max([b.value for b in bars.bars] + [bars.floor + 1])
        paint.rule(painter, 0, self.width(), round(area.bottom()) + 1)
        if bars.bars and area.height() > 4:
            self._columns(painter, bars, area, highest - bars.floor or 1.0)
        if bars.target is not None:
            self._target(painter, bars, area, highest)

    def _head(self, painter: QPainter, bars: Bars) -> int:
        bold = font(weight=600)
        line = paint.line_height(bold)
        head = QRect(0, 0, self.width(), line)
        taken = paint.text(painter, head, bars.title, bold, colour("ink"))
        rest = head.adjusted(taken + px(12), 0, 0, 0)
        if paint.width(bars.detail, font()) <= rest.width():
            paint.text(painter, rest, bars.detail, font(), colour("muted"), paint.RIGHT)
            return line + px(6) if bars.title else 0
        below = head.translated(0, line)
        paint.text(painter, below, bars.detail, font(Size.SMALL), colour("muted"))
        return line + paint.line_height(font(Size.SMALL)) + px(6)

    def _columns(self, painter: QPainter, bars: Bars, area: QRectF, reach: float) -> None:
        step = area.width() / len(bars.bars)
        wide = min(step * 0.62, float(px(46)))
        small, bold = font(Size.SMALL), font(Size.SMALL, 600)
        line = paint.line_height(small)
        every = max(1, -(-max(paint.width(b.label, small) for b in bars.bars) // max(1, round(step) - 2)))
        for i, bar in enumerate(bars.bars):
            tall = area.height() * max(0.0, min(1.0, (bar.value - bars.floor) / reach))
            x = area.left() + i * step
            ink = QColor(theme.tokens.tone(bar.tone)[0])
            if not bar.marked and any(b.marked for b in bars.bars):
                ink.setAlphaF(0.45)
            column = QRectF(x + (step - wide) / 2, area.bottom() - tall, wide, tall)
            if tall >= 1:
                paint.box(painter, column, min(px(4), wide / 3, tall / 2), ink)
            cell = QRect(round(x), round(column.top()) - line - 2, round(step), line)
            if bar.text and (bar.marked or paint.width(bar.text, bold) <= step + 2):
                more = max(1, (paint.width(bar.text, bold) - round(step)) // 2 + 2)
                cell.adjust(-more, 0, more, 0)
                cell.moveRight(min(cell.right(), self.width() - 1))
                paint.text(painter, cell, bar.text, bold, colour("ink"), paint.CENTER)
            if i % every == 0:
                below = QRect(round(x) - px(8), round(area.bottom()) + px(5), round(step) + px(16), line)
                paint.text(painter, below, bar.label, small, colour("muted"), paint.CENTER)

    def _target(self, painter: QPainter, bars: Bars, area: QRectF, highest: float) -> None:
        assert bars.target is not None
        share = (bars.target - bars.floor) / (highest - bars.floor or 1.0)
        y = area.bottom() - area.height() * share
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour("muted"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(0, round(y), self.width(), round(y))


class LevelBars(QWidget):
    """Signal over the last moments: taller and greener is nearer; the last bars are now."""

    LIT = 6

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._levels: tuple[float, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set(self, levels: tuple[float, ...]) -> None:
        """Levels from 0 to 1, oldest first."""
        if levels != self._levels:
            self._levels = levels
            self.update()

    def sizeHint(self) -> QSize:  # Qt's name
        """A hand high."""
        return QSize(px(240), px(110))

    def minimumSizeHint(self) -> QSize:  # Qt's name
        """Still to be told apart."""
        return QSize(px(120), px(40))

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        """The bars."""
        if not self._levels:
            return
        painter = QPainter(self)
        gap_, count = px(5), len(self._levels)
        wide = min(px(44), (self.width() - gap_ * (count - 1)) / count)
        for i, level in enumerate(self._levels):
            tall = max(4.0, self.height() * level)
            area = QRectF(i * (wide + gap_), self.height() - tall, wide, tall)
            lit = i >= count - self.LIT
            paint.box(painter, area, px(3), colour("primary" if lit else "track"))
