"""The window: keys find their way, scans never depend on the focus, notices and sheets come and go."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from store_app.look.theme import Density, theme
from store_app.look.tokens import DARK
from store_app.presenters import intents as i
from store_app.presenters.base import Notice
from store_app.presenters.names import Area, ScreenName
from store_app.presenters.views.till import TillView
from store_app.samples import people, till
from store_app.samples.frame import frame
from store_app.samples.table import SAMPLES
from store_app.screens.till import TillScreen
from store_app.studio import pose
from store_app.widgets.basket import LineList
from store_app.widgets.pad import NumPad
from store_app.widgets.sheet import ApprovalSheet, KeySheet
from store_app.window import MainWindow


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    made = MainWindow()
    qtbot.addWidget(made)
    made.resize(1280, 800)
    with qtbot.waitExposed(made):
        made.show()
    pose(made, SAMPLES["till"])
    return made


@pytest.fixture
def asked(window: MainWindow) -> list[object]:
    got: list[object] = []
    window.intent.connect(got.append)
    return got


def test_a_scan_is_a_scan_wherever_the_focus_is(qtbot: QtBot, window: MainWindow, asked: list[object]) -> None:
    QTest.keyClicks(window, "3614270482137")
    QTest.keyClick(window, Qt.Key.Key_Return)
    assert asked == [i.Scanned("3614270482137")]
    asked.clear()
    field = window.header.search
    field.setFocus()
    asked.clear()
    QTest.keyClicks(field, "]E03614270482137")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert asked == [i.Scanned("3614270482137", "]E0")]
    assert field.text() == ""


def test_a_scan_reaches_the_presenter_while_a_sheet_is_open(window: MainWindow, asked: list[object]) -> None:
    window.open_dialog(people.approval())
    QTest.keyClicks(window, "BADGE-00042")
    QTest.keyClick(window, Qt.Key.Key_Return)
    assert asked == [i.Scanned("BADGE-00042")]


def test_digits_are_keys_of_the_pad(qtbot: QtBot, window: MainWindow, asked: list[object]) -> None:
    QTest.keyClicks(window, "12", delay=60)
    qtbot.waitUntil(lambda: asked == [i.PadKey("1"), i.PadKey("2")], timeout=3000)


@pytest.mark.parametrize("delay", [0, 60])
def test_the_same_digit_twice_is_two_digits_and_comes_before_the_key_that_takes_it(
    window: MainWindow, asked: list[object], delay: int
) -> None:
    QTest.keyClicks(window, "7355", delay=delay)
    QTest.keyClick(window, Qt.Key.Key_F12)
    assert asked[:4] == [i.PadKey(digit) for digit in "7355"]
    assert len(asked) == 5


def test_a_pressed_key_of_the_pad_looks_pressed_for_a_moment(qtbot: QtBot, window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_7)
    key = next(pad.keys["7"] for pad in window.findChildren(NumPad) if pad.isVisible())
    qtbot.waitUntil(key.isDown, timeout=3000)
    qtbot.waitUntil(lambda: not key.isDown(), timeout=3000)


def test_typing_into_the_search_is_typing(qtbot: QtBot, window: MainWindow, asked: list[object]) -> None:
    QTest.keyClick(window, Qt.Key.Key_F2)
    field = window.header.search
    QTest.keyClicks(field, "chaus", delay=60)
    qtbot.waitUntil(lambda: field.text() == "chaus", timeout=3000)
    assert [a for a in asked if isinstance(a, i.SearchChanged)][-1] == i.SearchChanged("chaus")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert asked[-1] == i.SearchSubmitted("chaus")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert asked[-1] == i.SearchClosed()


def test_enter_after_typed_digits_takes_them(qtbot: QtBot, window: MainWindow, asked: list[object]) -> None:
    QTest.keyClicks(window, "42", delay=60)
    QTest.keyClick(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: i.PadKey("enter") in asked, timeout=3000)


def test_keys_of_the_till(qtbot: QtBot, window: MainWindow, asked: list[object]) -> None:
    for key, intent in (
        (Qt.Key.Key_F12, i.Pay("card")),
        (Qt.Key.Key_F11, i.Pay("cash")),
        (Qt.Key.Key_Delete, i.RemoveLine()),
        (Qt.Key.Key_Up, i.MoveSelection(-1)),
        (Qt.Key.Key_Down, i.MoveSelection(1)),
        (Qt.Key.Key_F4, i.SelectArea(Area.ORDERS)),
        (Qt.Key.Key_F10, i.Lock()),
    ):
        QTest.keyClick(window, key)
        assert asked[-1] == intent


def test_the_star_sets_the_quantity(qtbot: QtBot, window: MainWindow, asked: list[object]) -> None:
    QTest.keyClicks(window, "3*", delay=60)
    qtbot.waitUntil(lambda: i.SetQuantity() in asked, timeout=3000)
    assert asked.index(i.PadKey("3")) < asked.index(i.SetQuantity())


def test_f1_shows_the_keys_and_any_key_closes(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_F1)
    assert isinstance(window.sheet, KeySheet)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.sheet is None


def test_an_open_sheet_keeps_keys_from_the_screen(qtbot: QtBot, window: MainWindow, asked: list[object]) -> None:
    window.open_dialog(people.approval())
    assert isinstance(window.sheet, ApprovalSheet)
    QTest.keyClick(window, Qt.Key.Key_F12)
    QTest.keyClick(window, Qt.Key.Key_F4)
    assert asked == []
    QTest.keyClicks(window, "7", delay=60)
    qtbot.waitUntil(lambda: asked == [i.PadKey("7")], timeout=3000)
    QTest.keyClick(window, Qt.Key.Key_Return)
    assert asked[-1] == i.Confirm()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert asked[-1] == i.DismissDialog()
    window.open_dialog(None)
    assert window.sheet is None


def test_a_tap_on_a_line_selects_it(window: MainWindow, asked: list[object]) -> None:
    screen = window.screen_widget()
    assert screen is not None
    lines = screen.basket.lines  # type: ignore[attr-defined]
    QTest.mouseClick(lines.viewport(), Qt.MouseButton.LeftButton, pos=lines.rect_of(1).center())
    assert asked == [i.SelectLine("2")]


def test_notices_come_without_taking_focus_and_go_by_themselves(qtbot: QtBot, window: MainWindow) -> None:
    window.notify(Notice("Paper is out", seconds=0.05))
    assert len(window.notices.cards) == 1
    qtbot.waitUntil(lambda: not window.notices.cards, timeout=3000)


def test_at_most_four_notices_and_none_twice(window: MainWindow) -> None:
    for n in (1, 2, 3, 4, 5, 5):
        window.notify(Notice(f"Notice {n}"))
    assert [card.notice.title for card in window.notices.cards] == [f"Notice {n}" for n in (5, 4, 3, 2)]


def test_a_notice_goes_at_a_tap(window: MainWindow) -> None:
    window.notify(Notice("Tap me"))
    QTest.mouseClick(window.notices.cards[0], Qt.MouseButton.LeftButton)
    assert window.notices.cards == []


def test_another_size_lays_the_screen_out_anew(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1920, 1080)
    qtbot.waitUntil(lambda: theme.density is Density.ROOMY, timeout=3000)
    assert window.present is ScreenName.TILL
    window.resize(1024, 768)
    qtbot.waitUntil(lambda: theme.density is Density.COMPACT, timeout=3000)
    assert window.screen_widget() is not None


def test_theme_changes_while_it_runs(window: MainWindow) -> None:
    before = window.grab().toImage().pixelColor(640, 790)
    window.set_theme(DARK)
    assert window.grab().toImage().pixelColor(640, 790) != before


def test_a_note_with_digits_and_enter_is_typed(qtbot: QtBot, window: MainWindow, asked: list[object]) -> None:
    window.render_frame(frame(ScreenName.RETURNS))
    pose(window, SAMPLES["returns_start"])
    screen = window.screen_widget()
    assert screen is not None
    field = next(f for f in screen.findChildren(QLineEdit) if f.isVisible())
    field.setFocus()
    QTest.keyClicks(field, "T1-4", delay=60)
    qtbot.waitUntil(lambda: field.text() == "T1-4", timeout=3000)
    assert asked[-1] == i.TextChanged("document", "T1-4")


def test_closing_says_so_once(qtbot: QtBot) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.show_screen(ScreenName.TILL, till.till_empty())
    window.show()
    with qtbot.waitSignal(window.closed, timeout=1000):
        window.close()


def test_the_keyboard_never_begins_on_a_button(window: MainWindow, asked: list[object]) -> None:
    window.show_screen(ScreenName.SUSPENDED, SAMPLES["suspended"].view())
    assert window.focusWidget() is window.screen_widget()
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    assert asked == []
    window.show_screen(ScreenName.RETURNS, SAMPLES["returns_start"].view())
    assert isinstance(window.focusWidget(), QLineEdit), "a ticket's number can be typed at once"


def test_keys_and_tab_stay_within_an_open_sheet(window: MainWindow, asked: list[object]) -> None:
    screen = window.screen_widget()
    assert isinstance(screen, TillScreen)
    screen.bar.primary.setFocus()
    window.open_dialog(people.discount())
    sheet = window.sheet
    assert sheet is not None
    for _round in range(12):
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        assert sheet.isAncestorOf(window.focusWidget())
    assert asked == []
    window.open_dialog(None)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    assert i.Pay("card") not in asked


def test_a_long_name_takes_two_lines_in_the_basket(window: MainWindow) -> None:
    whole = SAMPLES["till"].view()
    assert isinstance(whole, TillView)
    first = replace(whole.basket.lines[0], name="Pull mérinos à col roulé tricoté à la main en Bretagne")
    lines = window.findChild(LineList)
    assert lines is not None
    short = lines.rect_of(0).height()
    basket = replace(whole.basket, lines=(first, *whole.basket.lines[1:]))
    window.show_screen(ScreenName.TILL, replace(whole, basket=basket))
    assert lines.rect_of(0).height() > short
