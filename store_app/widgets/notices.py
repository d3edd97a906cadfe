"""Notices: they slide in at the top right, say one thing, and go by themselves or at a tap.

Where a screen has an amount at the top right that must stay in view, they stop at its left edge.
"""

from PySide6.QtCore import QEasingCurve, QEvent, QObject, QPoint, QPropertyAnimation, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from store_app.look import paint
from store_app.look.theme import Size, colour, px, theme
from store_app.presenters.base import Notice
from store_app.presenters.views.parts import Tone
from store_app.widgets.card import Icon
from store_app.widgets.label import Label, tone_token

MOTION_MS = 140
MOST = 4
_ICONS = {Tone.GOOD: "good", Tone.WARN: "warning", Tone.BAD: "error", Tone.INFO: "info", Tone.NEUTRAL: "bell"}


class NoticeCard(QFrame):
    """One notice."""

    def __init__(self, notice: Notice, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.notice = notice
        line = QHBoxLayout(self)
        line.setContentsMargins(px(16), px(12), px(18), px(12))
        line.setSpacing(px(12))
        line.addWidget(Icon(_ICONS[notice.tone], 24, tone_token(notice.tone, "muted")), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(px(2))
        words.addWidget(Label(notice.title, weight=600, wrap=True))
        if notice.text:
            words.addWidget(Label(notice.text, size=Size.SMALL, ink="muted", wrap=True))
        line.addLayout(words, 1)
        self.setAccessibleName(f"{notice.title}. {notice.text}")

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        """A box in the notice's tone, with a line that stands out from the cards below."""
        neutral = self.notice.tone is Tone.NEUTRAL
        ink, ground = theme.tokens.tone(self.notice.tone)
        fill = colour("surface") if neutral else QColor(ground)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint.box(painter, QRectF(self.rect()), px(12), fill, colour("muted") if neutral else QColor(ink))

    def fit(self) -> None:
        """Take the width of a notice and the height that the words need."""
        self.setFixedWidth(px(380))
        layout = self.layout()
        assert layout is not None
        layout.activate()
        self.setFixedHeight(layout.totalHeightForWidth(self.width()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # Qt's name
        """A tap lets it go."""
        parent = self.parent()
        if isinstance(parent, QWidget):
            stack = parent.findChild(NoticeStack)
            if stack is not None:
                stack.dismiss(self)


class NoticeStack(QObject):
    """The notices of a window, newest on top, at most four; a repeated one isn't shown twice."""

    def __init__(self, window: QWidget, top: int) -> None:
        super().__init__(window)
        self._window, self._top = window, top
        self.cards: list[NoticeCard] = []
        self._clear: QWidget | None = None
        window.installEventFilter(self)
        theme.changed.connect(self._on_look_changed)

    def _on_look_changed(self) -> None:
        for card in self.cards:
            card.fit()
        self._place()

    def keep_clear(self, amount: QWidget | None) -> None:
        """What the screen that is shown wants to be seen whatever is told."""
        if amount is not self._clear:
            self._clear = amount
            self._place()

    def show(self, notice: Notice) -> None:
        """Slide a notice in."""
        for card in self.cards:
            if card.notice == notice:
                self.dismiss(card)
                break
        card = NoticeCard(notice, self._window)
        card.fit()
        self.cards.insert(0, card)
        for old in self.cards[MOST:]:
            self.dismiss(old)
        card.move(self._window.width(), self._top)
        card.show()
        card.raise_()
        self._place()
        timer = QTimer(card)
        timer.setSingleShot(True)
        timer.timeout.connect(card.close)
        card.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        card.destroyed.connect(self._on_gone)
        timer.start(max(1, round(notice.seconds * 1000)))

    def dismiss(self, card: NoticeCard) -> None:
        """Let one go."""
        if card in self.cards:
            self.cards.remove(card)
            card.hide()
            card.deleteLater()
            self._place()

    def withdraw(self, topic: str) -> None:
        """Let those about a topic go."""
        for card in [card for card in self.cards if card.notice.topic == topic]:
            self.dismiss(card)

    def clear(self) -> None:
        """Let all go."""
        for card in list(self.cards):
            self.dismiss(card)

    def rest(self) -> None:
        """End all slides: everything is where it is going."""
        for card in self.cards:
            for motion in card.findChildren(QPropertyAnimation):
                motion.setCurrentTime(MOTION_MS)

    def _on_gone(self) -> None:
        self.cards = [card for card in self.cards if _alive(card)]
        self._place()

    def _place(self) -> None:
        top = self._top + px(12)
        right = self._right_edge()
        for card in self.cards:
            at = QPoint(max(px(16), right - card.width()), top)
            _slide(card, at)
            top += card.height() + px(8)

    def _right_edge(self) -> int:
        """Where notices end at the right: before an amount that stands at the top of the right column."""
        edge = self._window.width() - px(16)
        amount = self._clear
        if amount is None or not amount.isVisible():
            return edge
        at = amount.mapTo(self._window, QPoint(0, 0))
        is_in_the_way = at.x() > self._window.width() // 3 and at.y() < self._top + px(160)
        return at.x() - px(16) if is_in_the_way else edge

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # Qt's name
        """The window has another size."""
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._place()
        return False


def _alive(card: NoticeCard) -> bool:
    try:
        return not card.isHidden()
    except RuntimeError:  # its C++ side is gone
        return False


def _slide(card: NoticeCard, to: QPoint) -> None:
    motion = QPropertyAnimation(card, b"pos", card)
    motion.setDuration(MOTION_MS)
    motion.setEndValue(to)
    motion.setEasingCurve(QEasingCurve.Type.OutCubic)
    motion.start(QPropertyAnimation.DeletionPolicy.DeleteWhenStopped)
