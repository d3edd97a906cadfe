"""Buttons: icon, words and key hint, painted from the tokens; they carry the intent of their Action."""

from enum import StrEnum

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from store_app.look import paint
from store_app.look.theme import Density, Size, colour, font, px, theme
from store_app.presenters.views.parts import Action, Tone
from store_app.widgets import keys


class Kind(StrEnum):
    """How a button looks."""

    PLAIN = "plain"  # a white card
    PRIMARY = "primary"  # the one green one
    SOFT = "soft"  # small, in rows and filters
    QUIET = "quiet"  # words only


LEAST = 38
"""Nothing that is tapped is lower: 9 mm on a 12-inch screen of 1024x768."""

_HEIGHT = {Kind.PLAIN: 56, Kind.PRIMARY: 72, Kind.SOFT: 40, Kind.QUIET: 40}


class Button(QAbstractButton):
    """A button of an Action. Emits ``asked(intent)`` on click and when its key is pressed."""

    asked = Signal(object)

    def __init__(
        self, action: Action, kind: Kind = Kind.PLAIN, *, height: int = 0, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.kind = kind
        self._height = height or _HEIGHT[kind]
        self._action = action
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self._on_clicked)
        theme.changed.connect(self._restyle)
        self.render_action(action)

    @property
    def action(self) -> Action:
        """What it does."""
        return self._action

    def render_action(self, action: Action) -> None:
        """Show another action in the same place."""
        self._action = action
        self.setText(action.text)
        self.setAccessibleName(action.text)
        self.setEnabled(action.enabled)
        self.setToolTip(action.why if not action.enabled else "")
        self._restyle()

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def _on_clicked(self) -> None:
        self.asked.emit(self._action.intent)

    def _face(self) -> tuple[Size, int]:
        if self.kind is Kind.PRIMARY:
            return Size.TITLE, 600
        return (Size.SMALL if self.kind is Kind.SOFT else Size.BODY), 600

    def _parts(self) -> tuple[int, int, int]:
        """Widths of icon, words and key hint, gaps included."""
        action = self._action
        size, weight = self._face()
        mark = px(26 if self.kind is Kind.PRIMARY else 22) if action.icon else 0
        words = paint.width(action.text, font(size, weight)) + 1 if action.text else 0
        gap = px(8 if self.kind is not Kind.SOFT else 6)
        hint = paint.key_width(keys.shown(action.key)) if self._shows_key() else 0
        return mark + (gap if mark and words else 0), words, hint + (gap if hint else 0)

    def _shows_key(self) -> bool:
        return bool(self._action.key) and self.kind is not Kind.SOFT and self._action.key not in ("Return", "Escape")

    def _tall(self) -> int:
        return max(px(self._height), LEAST)

    def _padding(self) -> int:
        return px(12) if theme.density is not Density.COMPACT else 8

    def sizeHint(self) -> QSize:  # Qt's name
        """Words, icon and key hint beside one another."""
        return QSize(sum(self._parts()) + 2 * self._padding(), self._tall())

    def minimumSizeHint(self) -> QSize:  # Qt's name
        """The key hint goes first when room is scarce; the words stay."""
        mark, words, _hint = self._parts()
        return QSize(mark + words + self._padding() + 4, self._tall())

    def _is_chosen(self) -> bool:
        """A good tone among neutral ones is the choice made: it gets a line as well as a colour."""
        return self._action.tone is Tone.GOOD and self.isEnabled()

    def _colours(self) -> tuple[QColor, QColor | None, QColor | None]:
        """Ink, fill, line."""
        on, down = self.isEnabled(), self.isDown()
        if self.kind is Kind.PRIMARY:
            if not on:
                return colour("on_primary_off"), colour("primary_off"), None
            return colour("on_primary"), colour("primary_press" if down else "primary"), None
        if self.kind is Kind.SOFT:
            ink, ground = theme.tokens.tone(self._action.tone)
            edge = QColor(ink) if self._is_chosen() else None
            return QColor(ink if on else theme.tokens.muted), QColor(theme.tokens.track if down else ground), edge
        if self.kind is Kind.PLAIN and self._is_chosen():
            return colour("on_primary_soft"), colour("soft" if down else "primary_soft"), colour("primary")
        ink = "muted" if not on else {Tone.BAD: "bad", Tone.GOOD: "good"}.get(self._action.tone, "ink")
        if self.kind is Kind.QUIET:
            return colour(ink), colour("soft") if down or self.underMouse() else None, None
        hover = self.underMouse() and on
        return colour(ink), colour("soft" if down else "surface"), colour("muted" if hover else "line")

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        """Box, icon, words, key hint, focus ring."""
        painter = QPainter(self)
        ink, fill, line = self._colours()
        radius = px(8 if self.kind in (Kind.SOFT, Kind.QUIET) else 12)
        paint.box(painter, QRectF(self.rect()), radius, fill, line, 1.5 if self._is_chosen() else 1)
        if self.hasFocus():
            ring = colour("primary" if self.kind is not Kind.PRIMARY else "on_primary")
            paint.box(painter, QRectF(self.rect()).adjusted(2, 2, -2, -2), radius - 2, None, ring, 2)
        self._paint_content(painter, ink)

    def _paint_content(self, painter: QPainter, ink: QColor) -> None:
        mark, words, hint = self._parts()
        room = self.width() - 2 * (4 if self.kind is Kind.SOFT else 6)
        if mark + words + hint > room:
            hint = 0
        if mark + words > room and words:
            words = room - mark
        left = (self.width() - mark - words - hint) // 2
        middle = self.height() // 2
        size, weight = self._face()
        if mark:
            side = px(26 if self.kind is Kind.PRIMARY else 22)
            paint.icon(painter, self._action.icon, ink, QRect(left, middle - side // 2, side, side))
        box = QRect(left + mark, 0, words, self.height())
        paint.text(painter, box, self._action.text, font(size, weight), ink)
        if hint:
            wide = paint.key_width(keys.shown(self._action.key))
            tall = px(20)
            at = QRect(left + mark + words + hint - wide, middle - tall // 2, wide, tall)
            paint.draw_key(painter, at, keys.shown(self._action.key), ink)
