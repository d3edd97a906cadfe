"""Text: a label of the type scale that cuts itself with an ellipsis or wraps, and follows theme and density."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from store_app.look import paint
from store_app.look.theme import Size, colour, font, theme
from store_app.presenters.views.parts import Tone

SCALE = (Size.TOTAL, Size.FIGURE, Size.TITLE, Size.BODY)


class Label(QLabel):
    """A text in one size, weight and ink. ``ink`` is a token's name; without ``wrap`` a long text is cut.

    With ``shrink`` a figure takes a smaller step of the scale before it is cut.
    """

    def __init__(
        self,
        text: str = "",
        size: Size = Size.BODY,
        weight: int = 400,
        ink: str = "ink",
        *,
        wrap: bool = False,
        shrink: bool = False,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._size, self._weight, self._ink, self._shrink = size, weight, ink, shrink
        self._down = 0
        self.setWordWrap(wrap)
        self.setAlignment(align | Qt.AlignmentFlag.AlignVCenter)
        if not wrap:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._restyle()
        theme.changed.connect(self._restyle)

    def _restyle(self) -> None:
        self.setFont(font(self._size, self._weight))
        self.updateGeometry()
        self.update()

    def set(self, text: str, tone: Tone | None = None, *, hide_empty: bool = True) -> None:
        """Show a text; with a tone in that tone's ink. An empty one takes no room."""
        if tone is not None:
            self.set_ink(tone_token(tone, self._ink))
        if text != self.text():
            self.setText(text)
        if hide_empty:
            self.setVisible(bool(text))

    def face_for(self, width: int) -> int:
        """With ``shrink``: how many steps of the scale the text must go down to fit into a width."""
        steps = SCALE[SCALE.index(self._size) :]
        fitting = (i for i, size in enumerate(steps) if paint.width(self.text(), font(size, self._weight)) <= width)
        return next(fitting, len(steps) - 1)

    def go_down(self, steps: int) -> None:
        """Write smaller by so many steps of the scale, at least."""
        if steps != self._down:
            self._down = steps
            self.update()

    def set_ink(self, ink: str) -> None:
        """Write in the colour of that token."""
        if ink != self._ink:
            self._ink = ink
            self.update()

    def minimumSizeHint(self) -> QSize:  # Qt's name
        """A cut label may shrink to nothing; a wrapping one not below its words."""
        if self.wordWrap():
            return super().minimumSizeHint()
        return QSize(min(24, super().sizeHint().width()), self.sizeHint().height())

    def sizeHint(self) -> QSize:  # Qt's name
        """The whole text on one line, or wrapped."""
        if self.wordWrap():
            return super().sizeHint()
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self.text()) + 1, metrics.height())

    def _face(self) -> QFont:
        """The font; with ``shrink`` the first smaller one in which the text fits."""
        if not self._shrink or self._size not in SCALE:
            return self.font()
        steps = SCALE[SCALE.index(self._size) :]
        return font(steps[min(max(self._down, self.face_for(self.width())), len(steps) - 1)], self._weight)

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        """Write the text."""
        painter = QPainter(self)
        if not self.wordWrap():
            paint.text(painter, self.rect(), self.text(), self._face(), colour(self._ink), self.alignment())
            return
        painter.setFont(self.font())
        painter.setPen(colour(self._ink))
        flags = self.alignment() | Qt.TextFlag.TextWordWrap
        needed: QRect = painter.boundingRect(self.rect(), int(flags), self.text())
        if needed.height() > self.height() + 2 or needed.width() > self.width() + 1:
            paint.note_cut(self.text())
        painter.drawText(self.rect(), int(flags), self.text())


def tone_token(tone: Tone, neutral: str = "ink") -> str:
    """The token's name for the ink of a tone."""
    return {Tone.GOOD: "good", Tone.WARN: "warn", Tone.BAD: "bad", Tone.INFO: "info"}.get(tone, neutral)
