"""Hands see and touch what is there, and fail with what they waited for when it isn't."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import cast

import pytest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.exceptions import TimeoutError as TimedOut
from pytestqt.qtbot import QtBot

from installer.demo.devices import TillDevices
from store_app.presenters.names import ScreenName
from store_app.presenters.views.parts import Action
from store_app.widgets.button import Button, Kind
from store_app.wiring import TillApp
from tests.support.hands import Hands, plain

PATIENCE_MS = 200


@dataclass(frozen=True)
class View:
    """What the stub's one screen shows."""

    title: str = "Basket"
    lines: tuple[str, ...] = ("Candle", "24,00\u00a0€")
    intent: str = "not for reading"


@dataclass
class Shell:
    """As much of a shell as hands look at."""

    screen: ScreenName = ScreenName.TILL
    view: View = field(default_factory=View)
    frame: object = None
    dialog: object = None


class Window(QWidget):
    """A real window with a few real things on it; ``pressed`` tells what was touched."""

    def __init__(self) -> None:
        super().__init__()
        self.sheet: QWidget | None = None
        self.pressed: list[str] = []
        column = QVBoxLayout(self)
        self.amount = QLineEdit(self)
        self.amount.setPlaceholderText("Amount")
        column.addWidget(self.amount)
        for words in ("Cash", "Cash and card", "Returns"):
            column.addWidget(self._button(QPushButton(words, self)))
        self.findChildren(QPushButton)[2].setEnabled(False)
        column.addWidget(self._button(Button(Action("Pay 24,00\u202f€", None), Kind.PRIMARY, parent=self)))
        hidden = QPushButton("Hidden", self)
        hidden.hide()

    def _button(self, button: QAbstractButton) -> QAbstractButton:
        button.clicked.connect(lambda: self.pressed.append(plain(button.text())))
        return button


@dataclass
class App:
    """As much of a till as hands look at."""

    window: Window
    shell: Shell = field(default_factory=Shell)


class Impatient:
    """pytest-qt's robot, which never waits longer than a moment."""

    def __init__(self, qtbot: QtBot) -> None:
        self.mouseClick = qtbot.mouseClick
        self.keyClick = qtbot.keyClick
        self._wait = qtbot.waitUntil

    def waitUntil(self, callback: Callable[[], None], *, timeout: int) -> None:  # pytest-qt's name
        self._wait(callback, timeout=min(timeout, PATIENCE_MS))


@pytest.fixture
def app(qtbot: QtBot) -> App:
    """A till's stand-in with a window on screen."""
    window = Window()
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    return App(window)


@pytest.fixture
def hands(qtbot: QtBot, app: App) -> Iterator[Hands]:
    """Somebody before that window, with the devices of a till."""
    devices = TillDevices().start()
    yield Hands(Impatient(qtbot), cast(TillApp, app), devices)
    devices.stop()


def in_vain(do: Callable[[], object]) -> str:
    """What was said about something that could not be done."""
    with pytest.raises(TimedOut) as raised:
        do()
    return str(raised.value.__cause__ or raised.value)


def test_words_that_are_there_are_read_with_plain_spaces(hands: Hands) -> None:
    hands.reads("Basket", "24,00 €")
    assert "not for reading" not in hands.shown


def test_words_that_are_not_there_fail_and_what_is_shown_is_told(hands: Hands) -> None:
    said = in_vain(lambda: hands.reads("Candle", "Jumper"))
    assert "waiting to read ('Candle', 'Jumper')" in said
    assert "till shows: Basket" in said


def test_words_that_come_later_are_read(hands: Hands, app: App) -> None:
    app.window.amount.textChanged.connect(lambda text: setattr(app.shell, "view", View(title=text)))
    hands.fill("Amount", "Thanks")
    hands.reads("Thanks")


def test_a_button_is_touched_by_all_its_words_before_a_part_of_them(hands: Hands, app: App) -> None:
    hands.press("Cash")
    hands.press("and card")
    assert app.window.pressed == ["Cash", "Cash and card"]
    assert hands.actions == 2


@pytest.mark.parametrize("words", ["Gift card", "Returns", "Hidden"])
def test_a_button_that_is_absent_disabled_or_hidden_is_not_touched(hands: Hands, app: App, words: str) -> None:
    said = in_vain(lambda: hands.press(words))
    assert f"waiting for a button {words!r}" in said
    assert not hands.offers(words)
    assert (app.window.pressed, hands.actions) == ([], 0)


def test_only_the_main_button_confirms(hands: Hands, app: App) -> None:
    hands.confirm("Pay 24,00 €")
    assert app.window.pressed == ["Pay 24,00 €"]
    assert "waiting for the main button 'Cash'" in in_vain(lambda: hands.confirm("Cash"))


def test_what_lies_behind_a_sheet_is_out_of_reach(hands: Hands, app: App) -> None:
    sheet = QWidget(app.window)
    QPushButton("Close", sheet)
    sheet.resize(120, 40)
    sheet.show()
    app.window.sheet = sheet
    assert hands.offers("Close")
    assert "waiting for a button 'Cash'" in in_vain(lambda: hands.press("Cash"))


def test_rows_fields_and_screens_that_are_not_there_fail_by_name(hands: Hands) -> None:
    assert "waiting for a row 'W-1'" in in_vain(lambda: hands.tap("W-1"))
    assert "waiting for a field 'Name'" in in_vain(lambda: hands.fill("Name", "x"))
    assert "waiting for a card 'Ada'" in in_vain(lambda: hands.touch("Ada"))
    assert "waiting for done" in in_vain(lambda: hands.on(ScreenName.DONE))


def test_letters_need_a_field(hands: Hands) -> None:
    hands.app.window.setFocus()
    with pytest.raises(AssertionError, match="nothing takes letters"):
        hands.write("x")
