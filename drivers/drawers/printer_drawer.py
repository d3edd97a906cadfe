"""The cash drawer that hangs on a receipt printer."""

from typing import Literal

from drivers.contracts import Kick
from drivers.printers.escpos_printer import EscposPrinter
from drivers.readings import DrawerState


class PrinterDrawer:
    """Opens by the printer's pulse. ``open_level`` says whether its switch is high when it stands open."""

    def __init__(self, name: str, printer: EscposPrinter, *, pin: Literal[2, 5] = 2, open_level: bool = True) -> None:
        self.name = name
        self._printer = printer
        self._kick = Kick(pin)
        self._open_level = open_level

    def kick(self, timeout: float) -> None:
        """Open the drawer, with or without paper in the printer; raises Disconnected."""
        self._printer.print([self._kick], timeout)

    def state(self, timeout: float) -> DrawerState:
        """Whether it stands open; raises Disconnected, Garbled."""
        level = self._printer.full_status(timeout).drawer_open
        return DrawerState(self.name, level == self._open_level)
