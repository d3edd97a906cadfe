"""The one stylesheet: what Qt's own widgets need beside what ours paint themselves."""

from collections.abc import Callable
from string import Template

from store_app.look.tokens import Tokens, colours

_SHEET = Template("""
* { outline: none; }
QWidget { color: $ink; }
QMainWindow, QWidget#window, QWidget#page { background: $ground; }
QLabel { background: transparent; }
QFrame#card { background: $surface; border: 1px solid $line; border-radius: ${r14}px; }
QFrame#soft { background: $soft; border: none; border-radius: ${r14}px; }
QFrame#header { background: $surface; border: none; border-bottom: 1px solid $line; }
QFrame#rail { background: $surface; border: none; border-right: 1px solid $line; }
QFrame#rule { background: $line; border: none; max-height: 1px; min-height: 1px; }
QFrame#strip { background: $soft; border: none;
  border-bottom-left-radius: ${r13}px; border-bottom-right-radius: ${r13}px; }
QListView, QScrollArea, QAbstractScrollArea { background: transparent; border: none; }
QLineEdit, QPlainTextEdit { background: $soft; border: 1px solid $line; border-radius: ${r9}px;
  padding: 0 ${s12}px; color: $ink; selection-background-color: $primary; selection-color: $on_primary; }
QPlainTextEdit { padding: ${s8}px; }
QLineEdit:focus, QPlainTextEdit:focus { border: 2px solid $primary; background: $surface; }
QLineEdit#search { padding-left: ${s40}px; padding-right: ${s48}px; }
QScrollArea > QWidget > QWidget#body { background: transparent; }
QScrollBar:vertical { background: transparent; width: ${s10}px; margin: 2px; }
QScrollBar::handle:vertical { background: $track; border-radius: 3px; min-height: ${s40}px; }
QScrollBar::add-line, QScrollBar::sub-line { height: 0; width: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QScrollBar:horizontal { background: transparent; height: ${s10}px; margin: 2px; }
QScrollBar::handle:horizontal { background: $track; border-radius: 3px; min-width: ${s40}px; }
QToolTip { background: $ink; color: $surface; border: none; padding: 6px 8px; }
""")


def stylesheet(tokens: Tokens, px: Callable[[float], int]) -> str:
    """The sheet for a theme; ``px`` turns a length of the drawings into one of this screen."""
    lengths = {f"r{n}": str(px(n)) for n in (9, 13, 14)} | {f"s{n}": str(px(n)) for n in (8, 10, 12, 40, 48)}
    return _SHEET.substitute(colours(tokens) | lengths)
