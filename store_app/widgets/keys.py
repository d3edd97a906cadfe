"""Key names: from what an Action names (``F12``, ``*``, ``Del``) to the key event, and to what people read."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from store_app.presenters.texts import p_

_NAMED = {
    "Return": {Qt.Key.Key_Return, Qt.Key.Key_Enter},
    "Escape": {Qt.Key.Key_Escape},
    "Del": {Qt.Key.Key_Delete},
    "Backspace": {Qt.Key.Key_Backspace},
    "Up": {Qt.Key.Key_Up},
    "Down": {Qt.Key.Key_Down},
    "Left": {Qt.Key.Key_Left},
    "Right": {Qt.Key.Key_Right},
    "PgUp": {Qt.Key.Key_PageUp},
    "PgDown": {Qt.Key.Key_PageDown},
    "Tab": {Qt.Key.Key_Tab, Qt.Key.Key_Backtab},
    "Space": {Qt.Key.Key_Space},
    "Home": {Qt.Key.Key_Home},
    "End": {Qt.Key.Key_End},
    "Ins": {Qt.Key.Key_Insert},
}
_SHOWN = {"Return": "⏎", "Up": "↑", "Down": "↓", "Left": "←", "Right": "→", "Backspace": "⌫"}


def _words() -> dict[str, str]:
    """Keys that are named by a word on the keyboard of each country."""
    return {
        "Escape": p_("key", "Esc"),
        "Del": p_("key", "Del"),
        "PgUp": p_("key", "PgUp"),
        "PgDown": p_("key", "PgDown"),
        "Space": p_("key", "Space"),
        "Home": p_("key", "Home"),
        "End": p_("key", "End"),
        "Ins": p_("key", "Ins"),
        "Shift": p_("key", "Shift"),
    }


def shown(key: str) -> str:
    """The key as people read it."""
    if len(key) < 2:
        return key
    names = _SHOWN | _words()
    return "+".join(names.get(part, part) for part in key.split("+"))


def matches(key: str, event: QKeyEvent) -> bool:
    """Whether a key event is the key of that name."""
    if not key:
        return False
    *modifiers, name = key.split("+") if len(key) > 1 else [key]
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    wanted = Qt.KeyboardModifier.NoModifier
    for modifier in modifiers:
        wanted |= {
            "Ctrl": Qt.KeyboardModifier.ControlModifier,
            "Alt": Qt.KeyboardModifier.AltModifier,
            "Shift": Qt.KeyboardModifier.ShiftModifier,
        }[modifier]
    if name in _NAMED:
        return event.key() in _NAMED[name] and held == wanted
    if name.startswith("F") and name[1:].isdigit():
        return event.key() == Qt.Key(Qt.Key.Key_F1.value + int(name[1:]) - 1) and held == wanted
    if modifiers:
        return event.key() == ord(name.upper()) and held == wanted
    return event.text() == name


def pad_key(event: QKeyEvent) -> str:
    """The pad's key for a key event, or nothing."""
    if matches("Backspace", event):
        return "back"
    text = event.text()
    return text if text.isdigit() and len(text) == 1 else "." if text in (",", ".") and text else ""


def is_function_key(event: QKeyEvent) -> bool:
    """F1 to F24."""
    return Qt.Key.Key_F1.value <= event.key() <= Qt.Key.Key_F24.value
