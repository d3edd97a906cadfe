"""Lines over time, one under another on one scale: reads a second of each antenna of a reader."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from store_app.look import paint
from store_app.look.theme import Size, colour, font, px, theme
from store_app.presenters.views.parts import Tone
from store_app.presenters.views.stock import Trend, Trends

TALLEST = 74
"""of a line, so that two antennas don't fill a wall"""
LOWEST = 22
ONE_COLUMN = 8
"""more antennas stand in two columns, by their numbers alone"""
LEAST_TOP = 10.0
"""reads a second at the top of the scale at least: a trickle looks like one"""


_MARKS = {Tone.WARN: "warning", Tone.BAD: "error"}
"""before the figure of an antenna that reads too little, or nothing"""


class TrendChart(QWidget):
    """Painted by ourselves: ten pictures a second of a dozen short lines are cheap, and follow every theme."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trends: Trends | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    def render_trends(self, trends: Trends | None) -> None:
        """Show lines, or nothing."""
        self.setVisible(trends is not None)
        if trends != self._trends:
            self._trends = trends
            words = ", ".join(f"{row.label} {row.detail} {row.value}" for row in trends.rows) if trends else ""
            self.setAccessibleName(f"{trends.title}: {words}" if trends else "")
            self.updateGeometry()
            self.update()

    def _lines(self) -> int:
        """How many lines stand under one another; many antennas stand in two columns."""
        count = len(self._trends.rows) if self._trends else 0
        return count if count <= ONE_COLUMN else -(-count // 2)

    def _heads(self) -> int:
        return paint.line_height(font(weight=600)) + px(8)

    def _feet(self) -> int:
        return paint.line_height(font(Size.SMALL)) + px(4)

    def sizeHint(self) -> QSize:  # Qt's name
        """Title, lines, times."""
        return QSize(px(320), self._heads() + self._lines() * px(TALLEST) + self._feet())

    def minimumSizeHint(self) -> QSize:  # Qt's name
        """Still to be told apart."""
        lowest = max(px(LOWEST), paint.line_height(font(Size.SMALL)))
        return QSize(px(200), self._heads() + self._lines() * lowest + self._feet())

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        """Title, lines, times."""
        trends = self._trends
        if trends is None:
            return
        painter = QPainter(self)
        bold = font(weight=600)
        head = QRect(0, 0, self.width(), paint.line_height(bold))
        taken = paint.text(painter, head, trends.detail, font(), colour("muted"), paint.RIGHT) if trends.detail else 0
        paint.text(painter, head.adjusted(0, 0, -taken - px(12), 0), trends.title, bold, colour("ink"))
        lines, columns = self._lines(), 1 if len(trends.rows) <= ONE_COLUMN else 2
        room = self.height() - self._heads() - self._feet()
        tall = min(px(TALLEST), room // max(1, lines))
        gap = px(24)
        wide = (self.width() - gap * (columns - 1)) // columns
        top = max([LEAST_TOP, *(value for row in trends.rows for value in row.values)]) * 1.05
        for i, row in enumerate(trends.rows):
            column, line = divmod(i, lines)
            area = QRect(column * (wide + gap), self._heads() + line * tall, wide, tall)
            self._row(painter, area, row, top, named=columns == 1)
        foot = QRect(0, self._heads() + lines * tall + px(4), self.width(), paint.line_height(font(Size.SMALL)))
        for column in range(columns):
            left = column * (wide + gap)
            times = foot.adjusted(left + self._names(wide), 0, left + wide - self.width() - self._figures() - px(8), 0)
            paint.text(painter, times, trends.from_label, font(Size.SMALL), colour("muted"))
            paint.text(painter, times, trends.to_label, font(Size.SMALL), colour("muted"), paint.RIGHT)

    @staticmethod
    def _names(wide: int) -> int:
        """Room for an antenna's number and place."""
        return min(px(190), round(wide * 0.36))

    @staticmethod
    def _figures() -> int:
        return px(52)

    def _row(self, painter: QPainter, area: QRect, row: Trend, top: float, *, named: bool) -> None:
        names, figures = self._names(area.width()), self._figures()
        ink = QColor(theme.tokens.tone(row.tone)[0])
        self._name(painter, QRect(area.left(), area.top(), names - px(10), area.height()), row, named=named)
        figure = QRect(area.right() - figures + 1, area.top(), figures, area.height())
        ill = row.tone in _MARKS
        wide = paint.text(painter, figure, row.value, font(weight=600), ink if ill else colour("ink"), paint.RIGHT)
        if ill:
            side = min(px(16), area.height())
            mark = QRect(figure.right() - wide - px(4) - side, area.center().y() - side // 2, side, side)
            paint.icon(painter, _MARKS[row.tone], ink, mark)
        plot = QRectF(area.left() + names, area.top() + px(4), area.width() - names - figures - px(8),
                      area.height() - px(8))  # fmt: skip
        paint.rule(painter, round(plot.left()), round(plot.right()), round(plot.bottom()))
        self._line(painter, plot, row.values, top, ink)

    @staticmethod
    def _name(painter: QPainter, area: QRect, row: Trend, *, named: bool) -> None:
        bold, small = font(weight=600), font(Size.SMALL)
        number = paint.text(painter, area, row.label, bold, colour("ink"))
        rest = area.adjusted(number + px(8), 0, 0, 0)
        ink = colour("muted") if row.tone is not Tone.BAD else QColor(theme.tokens.tone(Tone.BAD)[0])
        if not named:
            return
        tall = paint.line_height(small)
        words = paint.fold(row.detail, small, rest.width()) if area.height() >= 2 * tall else [row.detail]
        top = rest.top() + (rest.height() - len(words) * tall) // 2
        for n, part in enumerate(words):
            paint.text(painter, QRect(rest.left(), top + n * tall, rest.width(), tall), part, small, ink)

    @staticmethod
    def _line(painter: QPainter, plot: QRectF, values: tuple[float, ...], top: float, ink: QColor) -> None:
        if len(values) < 2 or plot.width() < 4:
            return
        step = plot.width() / (len(values) - 1)
        points = [
            QPointF(plot.left() + i * step, plot.bottom() - plot.height() * min(1.0, value / top))
            for i, value in enumerate(values)
        ]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill = QColor(ink)
        fill.setAlphaF(0.12)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawPolygon(QPolygonF([plot.bottomLeft(), *points, plot.bottomRight()]))
        painter.setPen(QPen(ink, 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.drawPolyline(QPolygonF(points))
        painter.restore()
