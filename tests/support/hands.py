"""A person at a till's real window: presses buttons by their words, taps rows, types, scans, lays things on the pad."""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPlainTextEdit, QWidget

from installer.demo.devices import TillDevices
from store_app.presenters.names import ScreenName
from store_app.settings import load_settings
from store_app.widgets.button import Button, Kind
from store_app.widgets.card import Card
from store_app.widgets.lists import ItemList
from store_app.widgets.notices import NoticeCard
from store_app.wiring import TillApp, build_till
from tests.support.shop import Shop

TIMEOUT_MS = 15_000


class Robot(Protocol):
    """What touches and types: pytest-qt's ``QtBot``, or something like it in a process without pytest."""

    def mouseClick(self, *args: object, **kwargs: object) -> None: ...
    def keyClick(self, *args: object, **kwargs: object) -> None: ...
    def waitUntil(self, callback: Callable[[], None], *, timeout: int) -> None: ...


class Hands:
    """See the module. Everything waits for what it needs, never for a time."""

    def __init__(self, qtbot: Robot, app: TillApp, devices: TillDevices | None = None) -> None:
        self.qtbot = qtbot
        self.app = app
        self.devices = devices or TillDevices()
        self.actions = 0
        """touches, keys and scans so far"""

    @property
    def screen(self) -> ScreenName:
        """The screen that is shown."""
        return self.app.shell.screen

    @property
    def view(self) -> object:
        """What that screen shows."""
        return self.app.shell.view

    @property
    def shown(self) -> str:
        """All words on screen, sheet, header and notices, in one text with plain spaces: what a person reads."""
        parts = [self.view, self.app.shell.frame, self.app.shell.dialog]
        return plain("\n".join((*_words(parts), *self.notices)))

    @property
    def notices(self) -> list[str]:
        """Titles and texts of the notices that are on screen."""
        cards = [card for card in self.app.window.findChildren(NoticeCard) if card.isVisible()]
        return [word for card in cards for word in (card.notice.title, card.notice.text)]

    def until(self, holds: Callable[[], object], timeout_ms: int = TIMEOUT_MS, what: str = "") -> None:
        """Let the window live until it holds."""

        def check() -> None:
            assert holds(), f"{what or holds}; {self.screen} shows: {self.shown[:1500]}"

        self.qtbot.waitUntil(check, timeout=timeout_ms)

    def on(self, screen: ScreenName, timeout_ms: int = TIMEOUT_MS) -> None:
        """Wait until that screen is shown."""
        self.until(lambda: self.screen is screen, timeout_ms, f"waiting for {screen}")

    def reads(self, *words: str, timeout_ms: int = TIMEOUT_MS) -> None:
        """Wait until all these words can be read."""
        wanted = [plain(word) for word in words]
        self.until(lambda: all(word in self.shown for word in wanted), timeout_ms, f"waiting to read {words}")

    def press(self, words: str) -> None:
        """Touch the button that carries these words, once it is there and can be pressed."""
        self.until(lambda: self._button(words) is not None, what=f"waiting for a button {words!r}")
        button = self._button(words)
        assert button is not None
        self.actions += 1
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def touch(self, words: str) -> None:
        """Touch a card that is neither a button nor a row, by what a screen reader says of it."""

        def card() -> Card | None:
            cards = (one for one in self.app.window.findChildren(Card) if one.isVisible())
            return next((one for one in cards if words in one.accessibleName()), None)

        self.until(lambda: card() is not None, what=f"waiting for a card {words!r}")
        found = card()
        assert found is not None
        self.actions += 1
        self.qtbot.mouseClick(found, Qt.MouseButton.LeftButton)

    def offers(self, words: str) -> bool:
        """Whether there is a button with these words that can be pressed now."""
        return self._button(words) is not None

    def confirm(self, words: str) -> None:
        """Touch the screen's one main button, which carries these words."""

        def main() -> Button | None:
            buttons = (one for one in self._buttons() if isinstance(one, Button) and one.kind is Kind.PRIMARY)
            return next((one for one in buttons if words in plain(one.text())), None)

        self.until(lambda: main() is not None, what=f"waiting for the main button {words!r}")
        button = main()
        assert button is not None
        self.actions += 1
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def tap(self, words: str) -> None:
        """Touch the row of a list that carries these words."""
        self.until(lambda: self._row(words) is not None, what=f"waiting for a row {words!r}")
        found = self._row(words)
        assert found is not None
        view, number = found
        view.scrollTo(view.rows.index(number))
        self.actions += 1
        self.qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.rect_of(number).center())

    def key(self, key: Qt.Key) -> None:
        """One key of the keyboard; as always it goes to what has the focus."""
        self.actions += 1
        self.qtbot.keyClick(self.app.window.focusWidget() or self.app.window, key)

    def type(self, text: str) -> None:
        """Digits on the screen's own keypad."""
        for digit in text:
            self.press(digit)

    def write(self, text: str) -> None:
        """Letters on the keyboard at a person's pace: each stands in the field before the next one is pressed."""
        field = self.app.window.focusWidget()
        assert isinstance(field, QLineEdit | QPlainTextEdit), f"nothing takes letters: {field}"
        for letter in text:
            wanted = _written(field) + letter
            self.actions += 1
            self.qtbot.keyClick(field, letter)
            self.until(lambda wanted=wanted: _written(field) == wanted, what=f"waiting for {wanted!r} to be written")

    def fill(self, field: str, text: str) -> None:
        """Touch the field that is called so (by its label or hint), and write; what stood there is replaced."""
        self.until(lambda: self._field(field) is not None, what=f"waiting for a field {field!r}")
        found = self._field(field)
        assert found is not None
        self.actions += 1
        self.qtbot.mouseClick(found, Qt.MouseButton.LeftButton)
        found.setFocus()
        found.selectAll()
        self.key(Qt.Key.Key_Delete)
        self.write(text)

    def search(self, text: str) -> None:
        """F2, some words, Enter: the best article that was found is on the basket."""
        self.key(Qt.Key.Key_F2)
        self.write(text)
        self.on(ScreenName.SEARCH)
        self.key(Qt.Key.Key_Return)
        self.on(ScreenName.TILL)

    def scan(self, text: str, aim: str = "") -> None:
        """The scanner on its serial line reads a code."""
        self.actions += 1
        self.devices.scanner.scan(text, aim)

    def lay(self, *units: str) -> None:
        """Units lie on the RFID pad, and nothing else."""
        self.devices.lay_on_pad(units)

    def choose(self, name: str) -> None:
        """Say who one is, at the sign-in."""
        self.on(ScreenName.SIGN_IN)
        self.until(lambda: self._button(name) or self._row(name), what=f"waiting for {name} to be known")
        if self._button(name) is not None:
            self.press(name)
        else:
            self.tap(name)

    def sign_in(self, name: str, pin: str) -> None:
        """Choose a name and type the PIN."""
        self.choose(name)
        self.type(pin)
        self.until(lambda: self.screen is not ScreenName.SIGN_IN, what="waiting to be let in")

    def open_shift(self, float_minor: str = "10000") -> None:
        """Begin the day with a float; the shift screen is shown."""
        self.on(ScreenName.SHIFT)
        self.type(float_minor)
        self.key(Qt.Key.Key_F12)
        self.until(lambda: self.app.shell.desk.shift is not None, what="waiting for the shift to be open")

    @property
    def stocked(self) -> bool:
        """Whether the till has all articles, prices and stock of the shop by now."""
        reference, link = self.app.services.reference, self.app.shell.desk.links.get("agent")
        counts = {feed: reference.count(feed) for feed in ("catalogue", "prices", "stock", "customers")}
        return link is not None and link.connected and all(counts.values()) and counts["catalogue"] == counts["prices"]

    def close(self) -> None:
        """Switch the till off."""
        self.app.window.close()
        self.app.stop()

    def _buttons(self) -> Iterator[QAbstractButton]:
        window = self.app.window
        sheet = window.sheet
        root: QWidget = sheet if sheet is not None and sheet.isVisible() else window
        for button in root.findChildren(QAbstractButton):
            if button.isVisible() and button.isEnabled():
                yield button

    def _button(self, words: str) -> QAbstractButton | None:
        named = [(button, plain(button.text() or button.accessibleName())) for button in self._buttons()]
        exact = next((button for button, text in named if text == words), None)
        return exact or next((button for button, text in named if len(words) > 1 and words in text), None)

    def _field(self, name: str) -> QLineEdit | QPlainTextEdit | None:
        for kind in (QLineEdit, QPlainTextEdit):
            for field in self.app.window.findChildren(kind):
                if field.isVisible() and name in (field.accessibleName(), field.placeholderText()):
                    return field
        return None

    def _row(self, words: str) -> tuple[ItemList[object], int] | None:
        for view in self.app.window.findChildren(ItemList):
            if view.isVisible():
                for number, row in enumerate(view.rows.rows):
                    if any(words in text for text in _words([row])):
                        return view, number
        return None


def open_till(shop: Shop, number: int = 1, **changes: object) -> tuple[TillApp, TillDevices]:
    """The real till of the shop, started and shown; its owner stops it."""
    settings = load_settings(shop.premises.till_toml(number))
    if changes:
        settings = settings.model_copy(update={"till": settings.till.model_copy(update=changes)})
    app = build_till(settings)
    app.start()
    app.window.resize(1280, 800)
    app.window.show()
    return app, shop.tills[number - 1]


def _written(field: QLineEdit | QPlainTextEdit) -> str:
    return field.text() if isinstance(field, QLineEdit) else field.toPlainText()


def plain(text: str) -> str:
    """Spaces as a keyboard writes them: amounts hold narrow and unbreakable ones."""
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def _words(things: list[object]) -> Iterator[str]:
    """All texts in frozen views, in order."""
    for thing in things:
        if isinstance(thing, str):
            yield thing
        elif isinstance(thing, tuple | list):
            yield from _words(list(thing))
        elif is_dataclass(thing) and not isinstance(thing, type):
            yield from _words([getattr(thing, one.name) for one in fields(thing) if one.name not in ("intent", "icon")])
