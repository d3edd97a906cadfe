"""Painting with tokens: rounded boxes, text that tells when it had to be cut, chips, icons, key hints."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen

from store_app.look import icons
from store_app.look.theme import Size, colour, font, px, theme
from store_app.presenters.views.parts import Chip, Tone

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTER = Qt.AlignmentFlag.AlignCenter


class _Cuts:
    """Texts that didn't fit where they were painted; filled only while somebody watches (the pseudo-locale test)."""

    watched: list[str] | None = None


def watch_cuts(into: list[str] | None) -> None:
    """Note every text that is cut from now on in this list; ``None`` stops."""
    _Cuts.watched = into


def note_cut(text: str) -> None:
    """Say that a text didn't fit."""
    if _Cuts.watched is not None:
        _Cuts.watched.append(text)


def width(text: str, face: QFont) -> int:
    """How wide a text is, in logical pixels."""
    return QFontMetrics(face).horizontalAdvance(text)


def fold(words: str, face: QFont, wide: int) -> list[str]:
    """A text on one line, or on two, broken between words; what is longer still is cut when it is painted."""
    parts = words.split(" ")
    if wide <= 0 or len(parts) < 2 or width(words, face) <= wide:
        return [words]
    first = parts.pop(0)
    while parts and width(f"{first} {parts[0]}", face) <= wide:
        first = f"{first} {parts.pop(0)}"
    return [first, " ".join(parts)] if parts else [first]


def line_height(face: QFont) -> int:
    """The height of one line."""
    return QFontMetrics(face).height()


def text(
    painter: QPainter, box: QRect, words: str, face: QFont, ink: QColor | str, flags: Qt.AlignmentFlag = LEFT
) -> int:
    """Write one line into a box, cut with an ellipsis when it is too long. Returns the width that it took."""
    if not words or box.width() <= 0:
        return 0
    metrics = QFontMetrics(face)
    shown = words
    if metrics.horizontalAdvance(words) > box.width():
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, box.width())
        note_cut(words)
    painter.setFont(face)
    painter.setPen(QColor(ink))
    painter.drawText(box, flags | Qt.TextFlag.TextSingleLine, shown)
    return metrics.horizontalAdvance(shown)


def box(
    painter: QPainter, area: QRectF, radius: float, fill: QColor | None, line: QColor | None = None, w: float = 1
) -> None:
    """A rounded box with crisp lines."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    if line is None:
        painter.setPen(Qt.PenStyle.NoPen)
    else:
        painter.setPen(QPen(line, w))
        area = area.adjusted(w / 2, w / 2, -w / 2, -w / 2)
    painter.drawRoundedRect(area, radius, radius)


def clipped_fill(painter: QPainter, area: QRectF, frame: QRectF, radius: float, fill: QColor) -> None:
    """Fill what of ``area`` lies within the rounded ``frame``: a full-width row inside a rounded card."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    rounded, row = QPainterPath(), QPainterPath()
    rounded.addRoundedRect(frame, radius, radius)
    row.addRect(area)
    painter.fillPath(rounded.intersected(row), fill)


def rule(painter: QPainter, x1: float, x2: float, y: float) -> None:
    """A horizontal hairline."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(colour("line"), 1))
    painter.drawLine(QPointF(x1, y), QPointF(x2, y))


def icon(painter: QPainter, name: str, ink: QColor | str, area: QRect) -> None:
    """An icon centred in a box whose height is the icon's size."""
    size = min(area.width(), area.height())
    picture = icons.pixmap(name, QColor(ink).name(), size)
    x, y = area.x() + (area.width() - size) // 2, area.y() + (area.height() - size) // 2
    painter.drawPixmap(QRect(x, y, size, size), picture)


def tone_ink(tone: Tone) -> QColor:
    """The colour in which a tone is written on plain ground."""
    return QColor(theme.tokens.tone(tone)[0])


def chip_font() -> QFont:
    """The face of chips."""
    return font(Size.SMALL, 600)


def chip_size(chip: Chip) -> QSize:
    """The room that a chip takes."""
    face = chip_font()
    extra = px(18) if chip.icon else 0
    return QSize(width(chip.text, face) + px(16) + extra, line_height(face) + px(5))


def draw_chip(painter: QPainter, at: QRect, chip: Chip, *, chosen: bool = False) -> None:
    """A chip in the given box; on a ``chosen`` row, whose ground is a tone's, it is white."""
    ink, ground = theme.tokens.tone(chip.tone)
    if chosen:
        ground = theme.tokens.surface
    box(painter, QRectF(at), px(6), QColor(ground), QColor(ink) if theme.tokens.name == "high-contrast" else None)
    left = at.left() + px(8)
    if chip.icon:
        side = px(14)
        icon(painter, chip.icon, ink, QRect(left, at.center().y() - side // 2, side, side))
        left += px(18)
    text(painter, QRect(left, at.top(), at.right() - left - px(6), at.height()), chip.text, chip_font(), ink)


def key_font() -> QFont:
    """The face of key hints."""
    return font(Size.SMALL, 500)


def key_width(key: str) -> int:
    """The room that a key hint takes."""
    return max(px(20), width(key, key_font()) + px(12)) if key else 0


def draw_key(painter: QPainter, at: QRect, key: str, ink: QColor) -> None:
    """A key hint: the key's name in a small outlined box."""
    edge = QColor(ink)
    edge.setAlphaF(0.35)
    box(painter, QRectF(at), px(5), None, edge)
    painter.setFont(key_font())
    painter.setPen(ink)
    painter.drawText(at, CENTER, key)
