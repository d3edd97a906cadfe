"""Counting with real tags: what the readers' antennas have before them, and a manager who counts at the window."""

from collections.abc import Iterable, Mapping
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton

from drivers.rfid.readings import SeenTag, system_now_us
from installer.demo.devices import epc_of
from installer.demo.floorplan import READERS
from store_app.presenters.names import ScreenName
from store_app.presenters.views.parts import Kpi
from store_app.presenters.views.stock import DifferencesView
from store_app.widgets.diffs import DiffLine
from tests.support.hands import Hands
from tests.support.processes import wait_until
from tests.support.shop import Shop

NEAR_CDBM: Final = -5000


def antenna_of(zone: str) -> tuple[str, int]:
    """The fixed reader and the antenna port that look at a zone."""
    return next((plan.name, a.port) for plan in READERS for a in plan.antennas if a.zone == zone)


def heard_once(shop: Shop, zones: Mapping[str, Iterable[str]]) -> None:
    """Yesterday: every fixed reader has heard the units of its zones once, and the agent knows where they are."""
    for zone, units in zones.items():
        reader, port = antenna_of(zone)
        tags = [SeenTag(epc_of(unit), port, NEAR_CDBM) for unit in units]
        twin = shop.readers.llrp[reader] if reader in shop.readers.llrp else shop.readers.mqtt[reader]
        twin.report(tags, system_now_us())
    for zone, units in zones.items():
        for unit in units:
            wait_until(lambda unit=unit, zone=zone: shop.unit(unit)["zone"] == zone, 20, f"{unit} to be seen in {zone}")


def before_ceiling(shop: Shop, zone: str, units: Iterable[str]) -> None:
    """These and no others stand under the zone's own antenna; its reader reads on and on."""
    reader, port = antenna_of(zone)
    shop.readers.twin(reader).present([SeenTag(epc_of(unit), port, NEAR_CDBM) for unit in units])


def before_handheld(shop: Shop, units: Iterable[str]) -> None:
    """Somebody holds the handheld before these."""
    shop.readers.handheld.present([SeenTag(epc_of(unit), 1, NEAR_CDBM) for unit in units])


class Counter:
    """A manager who counts zones at a till's window."""

    def __init__(self, hands: Hands) -> None:
        self.hands = hands

    def open(self, zone: str) -> None:
        """Begin the count of a zone, by its name."""
        self.hands.press("Stock")
        self.hands.on(ScreenName.COUNT)
        self.hands.tap(zone)
        self.hands.press(f"Start with {zone}")
        self.hands.reads(f"Count of {zone}")

    def finish(self, zone: str) -> None:
        """Reading is over; the differences are shown."""
        self.hands.press(f"Finish {zone}")
        self.hands.on(ScreenName.DIFFERENCES)
        self.hands.until(lambda: self._waits_for_decisions(zone), what=f"waiting for the differences of {zone}")

    def _waits_for_decisions(self, zone: str) -> bool:
        view = self.hands.view
        return isinstance(view, DifferencesView) and view.title == zone and bool(view.primary and view.primary.enabled)

    @property
    def figures(self) -> dict[str, str]:
        """The figures that stand over the count."""
        kpis: tuple[Kpi, ...] = getattr(self.hands.view, "kpis", ())
        return {kpi.label: kpi.value for kpi in kpis}

    def shows(self, **figures: int) -> None:
        """Wait until the figures are these: found, misplaced, unexpected, missing (still to find, while it runs)."""

        def right() -> bool:
            shown = self.figures
            shown["Missing"] = shown.get("Missing", shown.get("Still to find", ""))
            return all(shown.get(name.capitalize()) == str(value) for name, value in figures.items())

        self.hands.until(right, what=f"waiting for {figures}, there is {self.figures}")

    @property
    def differences(self) -> dict[str, tuple[str, str]]:
        """Unit -> its class and the decision that is marked, in words."""
        return {
            row.id: (row.chip.text, next((one.text for one in row.decisions if one.tone.name == "GOOD"), ""))
            for row in self.hands.view.diffs  # type: ignore[attr-defined]
        }

    def possible(self, unit: str) -> list[str]:
        """What the row of a unit offers."""
        return [button.text() for button in self._buttons(unit)]

    def decide(self, unit: str, words: str) -> None:
        """Touch a decision in the row of a unit."""
        (button,) = (one for one in self._buttons(unit) if one.text() == words)
        self.hands.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        self.hands.until(lambda: self.differences[unit][1] == words, what=f"waiting for {words!r} to be marked")

    def approve(self) -> None:
        """What is decided becomes the stock."""
        self.hands.press("Approve")
        self.hands.until(lambda: "Count approved" in self.hands.notices, what="waiting for the approval")
        for card in list(self.hands.app.window.notices.cards):
            self.hands.app.window.notices.dismiss(card)

    def _buttons(self, unit: str) -> list[QAbstractButton]:
        self.hands.until(lambda: self._lines(unit), what=f"waiting for the row of {unit}")
        (line,) = self._lines(unit)
        return [one for one in line.findChildren(QAbstractButton) if one.isVisible()]

    def _lines(self, unit: str) -> list[DiffLine]:
        lines = self.hands.app.window.findChildren(DiffLine)
        return [one for one in lines if one.isVisible() and one.row is not None and one.row.id == unit]
