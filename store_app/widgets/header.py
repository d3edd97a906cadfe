"""The header: shop, till and person; the search field; dots of the connections; the clock."""

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from store_app.look import paint
from store_app.look.theme import Density, colour, font, px, theme
from store_app.presenters.intents import SearchChanged, SearchClosed, SearchOpened, SearchSubmitted
from store_app.presenters.views.frame import FrameView, StatusDot
from store_app.presenters.views.parts import Tone
from store_app.widgets.card import clear
from store_app.widgets.label import Label, tone_token


class SearchField(QLineEdit):
    """The search field with its magnifier and key hint; Escape leaves it."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("search")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._restyle()
        theme.changed.connect(self._restyle)
        self.textEdited.connect(self._on_edited)
        self.returnPressed.connect(self._on_return)

    def _restyle(self) -> None:
        self.setFont(font())
        self.setFixedHeight(max(38, px(38)))

    def _on_edited(self, text: str) -> None:
        self.asked.emit(SearchChanged(text))

    def _on_return(self) -> None:
        self.asked.emit(SearchSubmitted(self.text()))

    def focusInEvent(self, event: QFocusEvent) -> None:  # Qt's name
        """Somebody wants to search."""
        super().focusInEvent(event)
        self.asked.emit(SearchOpened())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # Qt's name
        """Escape clears and leaves."""
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.clearFocus()
            self.asked.emit(SearchClosed())
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        """The field, then magnifier and key hint."""
        super().paintEvent(event)
        painter = QPainter(self)
        middle, side = self.height() // 2, px(20)
        paint.icon(painter, "search", colour("muted"), QRect(px(13), middle - side // 2, side, side))
        wide, tall = paint.key_width("F2"), px(20)
        at = QRect(self.width() - wide - px(12), middle - tall // 2, wide, tall)
        paint.draw_key(painter, at, "F2", colour("muted"))


class Dot(QWidget):
    """A connection: round while it is well, square while it waits, a bar while it is gone; words beside it."""

    def __init__(self, dot: StatusDot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dot = dot
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        theme.changed.connect(self.updateGeometry)
        self.render_dot(dot)

    def render_dot(self, dot: StatusDot) -> None:
        """Show another state."""
        self._dot = dot
        self.setToolTip(dot.detail)
        self.setAccessibleName(f"{dot.label} {dot.word} {dot.strong}".strip())
        self.updateGeometry()
        self.update()

    def _words(self) -> tuple[str, str]:
        dot = self._dot
        word = dot.word if theme.density is not Density.COMPACT or dot.tone is not Tone.GOOD else ""
        plain = " · ".join(part for part in (dot.label, word) if part)
        return (f"{plain} · " if dot.strong else plain), dot.strong

    def sizeHint(self) -> QSize:  # Qt's name
        """Dot and words."""
        plain, strong = self._words()
        wide = px(17) + paint.width(plain, font()) + paint.width(strong, font(weight=600)) + 2
        return QSize(wide, px(28))

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        """The shape says the state too."""
        painter = QPainter(self)
        ink, side = colour(tone_token(self._dot.tone, "muted")), px(9)
        top = (self.height() - side) // 2
        round_ = {Tone.GOOD: side / 2, Tone.WARN: 2.0, Tone.BAD: 1.0}.get(self._dot.tone, side / 2)
        shape = QRect(0, top, side, side)
        if self._dot.tone is Tone.BAD:
            shape = QRect(0, top + side // 3, side, max(3, side // 3))
        paint.box(painter, shape.toRectF(), round_, ink)
        plain, strong = self._words()
        left = px(15)
        left += paint.text(painter, QRect(left, 0, self.width() - left, self.height()), plain, font(), colour("ink"))
        box = QRect(left, 0, self.width() - left, self.height())
        paint.text(painter, box, strong, font(weight=600), colour("ink"))


class Header(QFrame):
    """The strip at the top."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("header")
        self._box = QHBoxLayout(self)
        self._shop, self._till = Label(weight=700), Label(ink="muted")
        self._dot, self._person = Label("·", ink="muted"), Label(weight=500)
        self.search = SearchField()
        self.search.asked.connect(self.asked)
        for label in (self._shop, self._till, self._dot, self._person):
            label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            self._box.addWidget(label)
        self._box.addWidget(self.search, 20)
        self._box.addStretch(1)
        self._dots_box = QHBoxLayout()
        self._box.addLayout(self._dots_box)
        self._dots: list[Dot] = []
        self._clock = Label(weight=700)
        self._box.addWidget(self._clock)
        self._restyle()
        theme.changed.connect(self._restyle)

    def _restyle(self) -> None:
        tight = theme.density is Density.COMPACT
        self._box.setContentsMargins(px(20), 0, px(20), 0)
        self._box.setSpacing(px(10) if tight else px(17))
        self._dots_box.setSpacing(px(10) if tight else px(18))
        self.search.setMaximumWidth(px(340))
        self.setFixedHeight(max(48, px(52)))

    def render_frame(self, view: FrameView) -> None:
        """Show the frame's state."""
        self._shop.set(view.shop)
        self._till.set(view.till)
        self._dot.setVisible(bool(view.person))
        self._person.set(view.person)
        self.search.setVisible(bool(view.search_hint))
        self.search.setPlaceholderText(view.search_hint)
        if not self.search.hasFocus() and self.search.text() != view.search_text:
            self.search.setText(view.search_text)
        if len(self._dots) != len(view.dots):
            clear(self._dots_box)
            self._dots = [Dot(dot) for dot in view.dots]
            for made in self._dots:
                self._dots_box.addWidget(made)
        for shown, dot in zip(self._dots, view.dots, strict=True):
            shown.render_dot(dot)
        self._clock.set(view.clock)
