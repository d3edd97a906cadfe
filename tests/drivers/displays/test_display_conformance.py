"""What every customer display does, over a real TCP connection."""

import contextlib
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.displays.escpos_display import EscposDisplay
from drivers.displays.lines import INIT, Screen, page
from drivers.displays.twin import DisplayTwin
from drivers.errors import Disconnected
from drivers.printers.layout import printable
from tests.support.waiting import wait_until


@pytest.fixture
def twin() -> Iterator[DisplayTwin]:
    made = DisplayTwin()
    made.start()
    yield made
    made.stop()


def test_two_lines_are_seen_and_replaced(twin: DisplayTwin) -> None:
    display = EscposDisplay("customer", twin.url)
    display.open()
    display.show(["Chemise d’été", "29,90 €".rjust(20)], 2)
    assert twin.wait_for(lambda lines: lines[1] != "") == ["Chemise d'été", "             29,90 €"]
    display.show(["Merci"], 2)
    assert twin.wait_for(lambda lines: lines[0] == "Merci") == ["Merci", ""]
    display.close()


def test_a_display_that_is_not_open(twin: DisplayTwin) -> None:
    with pytest.raises(Disconnected):
        EscposDisplay("customer", twin.url).show(["x"], 1)


def test_a_display_that_went_away(twin: DisplayTwin) -> None:
    display = EscposDisplay("customer", twin.url)
    display.open()
    display.show(["x"], 2)
    twin.wait_for(lambda lines: lines[0] == "x")
    twin.stop()

    def show_on() -> None:
        for _ in range(1000):
            display.show(["y"], 2)

    with pytest.raises(Disconnected):
        show_on()
    display.close()


def test_a_lost_display_is_opened_again_by_the_next_line(twin: DisplayTwin) -> None:
    display = EscposDisplay("customer", twin.url)
    display.open()
    display.show(["x"], 2)
    twin.wait_for(lambda lines: lines[0] == "x")
    twin.drop_link()

    def shows_y() -> bool:
        with contextlib.suppress(Disconnected):
            display.show(["y"], 2)
        return twin.lines[0] == "y"

    wait_until(shows_y)
    display.close()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=30), max_size=4), st.lists(st.integers(1, 9), max_size=12))
def test_any_text_in_any_pieces_fits(lines: list[str], cuts: list[int]) -> None:
    data = INIT + page(lines)
    screen = Screen()
    for cut in cuts:
        screen.feed(data[:cut])
        data = data[cut:]
    screen.feed(data)
    assert screen.lines == [printable(line)[:20].rstrip() for line in [*lines, "", ""][:2]]
