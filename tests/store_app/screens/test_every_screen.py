"""Every screen shows every sample: at each size, in each theme and language; one primary action, by tap and by key."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from store_app.locale import catalogue
from store_app.look import paint
from store_app.look.theme import Density, theme
from store_app.look.tokens import DARK, HIGH_CONTRAST, LIGHT, Tokens
from store_app.presenters import texts
from store_app.presenters.names import ScreenName
from store_app.samples.table import SAMPLES
from store_app.screens.table import TABLE
from store_app.studio import pose
from store_app.widgets.button import LEAST, Button, Kind
from store_app.widgets.pad import TOUCH, PadButton, TileButton
from store_app.window import MainWindow

EDGE = 20
"""The primary action is at most this far from the window's corner."""

ZONES = ("Femme", "Homme", "Accessoires", "Maison")
SIZES = {(1280, 800): LIGHT, (1024, 768): DARK, (1920, 1080): HIGH_CONTRAST}


def open_window(
    qtbot: QtBot, size: tuple[int, int] = (1280, 800), language: str = "fr", tokens: Tokens = LIGHT
) -> MainWindow:
    texts.use(texts.Texts(language, catalogue(language)))
    theme.set(tokens, Density.of(*size))
    window = MainWindow(tokens=tokens)
    qtbot.addWidget(window)
    window.resize(*size)
    window.show()
    return window


def shown_cuts(window: MainWindow) -> list[str]:
    """Draw the window; the texts that had to be cut."""
    seen: list[str] = []
    paint.watch_cuts(seen)
    picture = window.grab()
    paint.watch_cuts(None)
    assert not picture.isNull()
    return seen


def primaries(window: MainWindow) -> list[Button]:
    home = window.sheet or window.screen_widget()
    assert home is not None
    return [b for b in home.findChildren(Button) if b.kind is Kind.PRIMARY and b.isVisible()]


def check_targets(window: MainWindow, name: str) -> None:
    """Every button stands inside the window and is large enough for a finger."""
    for button in window.findChildren(QAbstractButton):
        if not button.isVisible():
            continue
        least = TOUCH if isinstance(button, PadButton | TileButton) else LEAST
        assert button.height() >= least, (name, button.text(), button.height())
        at = button.mapTo(window, QPoint(0, 0))
        assert at.x() >= 0, (name, button.text())
        assert at.x() + button.width() <= window.width(), (name, button.text())
        assert at.y() + button.height() <= window.height() or is_scrolled(button), (name, button.text())


def is_scrolled(button: QAbstractButton) -> bool:
    """Whether it stands in a list that scrolls."""
    at = button.parentWidget()
    while at is not None and at.objectName() != "body":
        at = at.parentWidget()
    return at is not None


def check_primary(window: MainWindow, name: str) -> None:
    """At most one primary action, in the bottom right corner of its screen."""
    found = primaries(window)
    assert len(found) <= 1, name
    if found and window.sheet is None and SAMPLES[name].screen is not ScreenName.SIGN_IN:
        corner = found[0].mapTo(window, QPoint(found[0].width(), found[0].height()))
        assert window.width() - corner.x() <= EDGE, name
        assert window.height() - corner.y() <= EDGE, name


def test_the_table_names_every_screen_and_samples_show_it() -> None:
    assert set(TABLE) == set(ScreenName)
    assert {sample.screen for sample in SAMPLES.values()} == set(ScreenName)


@pytest.mark.parametrize("size", list(SIZES), ids=lambda s: f"{s[0]}x{s[1]}")
def test_every_sample_in_french(qtbot: QtBot, size: tuple[int, int]) -> None:
    window = open_window(qtbot, size, "fr", SIZES[size])
    cut: list[tuple[str, str]] = []
    for name, sample in SAMPLES.items():
        pose(window, sample)
        assert (window.width(), window.height()) == size, name
        cut += [(name, text) for text in shown_cuts(window)]
        check_targets(window, name)
        check_primary(window, name)
    assert not cut


def test_every_sample_in_english_and_its_primary_action_by_tap_and_by_key(qtbot: QtBot) -> None:
    window = open_window(qtbot, language="en")
    asked: list[object] = []
    window.intent.connect(asked.append)
    for name, sample in SAMPLES.items():
        pose(window, sample)
        assert shown_cuts(window) == [], name
        for button in primaries(window):
            if not button.isEnabled():
                continue
            asked.clear()
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
            assert asked == [button.action.intent], name
            asked.clear()
            window.setFocus()
            QTest.keyClick(window, QKeySequence(button.action.key)[0].key())
            assert asked == [button.action.intent], name


def test_a_disabled_primary_action_asks_for_nothing(qtbot: QtBot) -> None:
    window = open_window(qtbot)
    pose(window, SAMPLES["till_empty"])
    asked: list[object] = []
    window.intent.connect(asked.append)
    QTest.mouseClick(primaries(window)[0], Qt.MouseButton.LeftButton)
    QTest.keyClick(window, Qt.Key.Key_F12)
    assert asked == []


def test_pseudo_locale_finds_untranslated_and_cut_texts(qtbot: QtBot) -> None:
    window = open_window(qtbot, language="pseudo")
    cut: list[tuple[str, str]] = []
    bare: set[tuple[str, str]] = set()
    for name, sample in SAMPLES.items():
        pose(window, sample)
        cut += [(name, text) for text in shown_cuts(window)]
        visible = [b.action.text for b in window.findChildren(Button) if b.isVisible()]
        bare |= {(name, words) for words in visible if not words.startswith("[") and not is_data(words)}
    assert not bare
    assert not cut


def is_data(words: str) -> bool:
    """An amount, the name of a language or of one of the shop's zones: nothing that is translated."""
    return words in ("Français", "English", *ZONES) or any(c.isdigit() for c in words)


@pytest.mark.parametrize("size", list(SIZES), ids=lambda s: f"{s[0]}x{s[1]}")
def test_notices_never_cover_an_amount(qtbot: QtBot, size: tuple[int, int]) -> None:
    window = open_window(qtbot, size)
    pose(window, SAMPLES["tender_notices"])
    screen = window.screen_widget()
    assert screen is not None
    assert screen.amount is not None
    amount = screen.amount.rect().translated(screen.amount.mapTo(window, QPoint(0, 0)))
    assert window.notices.cards
    assert not [card for card in window.notices.cards if card.geometry().intersects(amount)]
    pose(window, SAMPLES["till_notices"])
    assert all(window.width() - card.geometry().right() <= EDGE for card in window.notices.cards)
