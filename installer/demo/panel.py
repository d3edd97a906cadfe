"""A small second window: the shop's things that a person would hold in hand, as buttons, in the till's language."""

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from drivers.terminals.twin import Behaviour
from installer.demo.background import Background
from installer.demo.devices import TillDevices
from installer.demo.floor import Floor
from installer.demo.floorplan import ZONES
from installer.demo.processes import DemoTrouble
from installer.demo.shop import DemoShop
from store_app.presenters.texts import _, active, label
from store_app.presenters.views import Action, Tone
from store_app.widgets.button import Button

Act = Callable[[], str]
_LOOK_MS = 300
"""how often the panel looks which language the till speaks"""


class _Told(QObject):
    """Brings what other threads say into the window's."""

    said = Signal(str)


class DevicePanel(QWidget):
    """Everything that one can do to the demo's shop beside its till. Made after the till, whose language it speaks."""

    closed = Signal()

    def __init__(self, shop: DemoShop, background: Background) -> None:
        super().__init__()
        self._shop = shop
        self._background = background
        self._till: TillDevices = shop.tills[0]
        self._floor: Floor = shop.floor
        self._in_hand: list[str] = []
        self._dice = background.dice
        self._told = _Told()
        self._told.said.connect(self._on_said)
        self.resize(520, 640)
        self._log = QPlainTextEdit(readOnly=True)
        self._rows = QVBoxLayout(self)
        self._buttons = QWidget()
        self._rows.addWidget(self._buttons)
        self._rows.addWidget(self._log, 1)
        self._language = ""
        self._look = QTimer(self)
        self._look.timeout.connect(self._speak)
        self._look.start(_LOOK_MS)
        self._speak()

    def say(self, text: str) -> None:
        """Show a line; from any thread."""
        self._told.said.emit(text)

    def _speak(self) -> None:
        """Say everything in the till's language; whoever signs in there may have changed it."""
        if self._language == active().language:
            return
        self._language = active().language
        self.setWindowTitle(_("Comptoir: devices"))
        built = self._build()
        self._rows.replaceWidget(self._buttons, built)
        self._buttons.deleteLater()
        self._buttons = built

    def _build(self) -> QWidget:
        built = QWidget()
        rows = QVBoxLayout(built)
        rows.setContentsMargins(0, 0, 0, 0)
        for title, actions in self._groups():
            rows.addWidget(QLabel(f"<b>{title}</b>"))
            grid = QGridLayout()
            for place, (text, icon, tone, act) in enumerate(actions):
                button = Button(Action(text, act, icon, tone=tone))
                button.asked.connect(self._do)
                grid.addWidget(button, place // 2, place % 2)
            rows.addLayout(grid)
        return built

    def _groups(self) -> list[tuple[str, list[tuple[str, str, Tone, Act]]]]:
        plain = Tone.NEUTRAL
        return [
            (_("At the till"), [
                (_("Scan an article"), "barcode", plain, self._scan),
                (_("Lay two tags on the pad"), "rfid", plain, self._lay),
                (_("Clear the pad"), "rfid", plain, self._clear),
                (_("The customer walks out"), "next", plain, self._walk_out),
                (_("Next card is declined"), "card", plain, self._decline),
                (_("Printer: no paper"), "printer", plain, self._no_paper),
                (_("Printer: new roll"), "printer", plain, self._paper),
            ]),
            (_("In the shop"), [
                (_("Somebody steals"), "alarm", Tone.BAD, self._steal),
                (_("Online order"), "orders", plain, self._order),
                (_("Customer shows a pickup code"), "handover", plain, self._code),
                (_("Carry the handheld along"), "count", plain, self._carry),
            ]),
            (_("Troubles"), [
                (_("Cut the line to head office"), "warning", plain, self._cut),
                (_("Mend the line"), "check", plain, self._mend),
                (_("Kill the agent"), "warning", Tone.BAD, self._kill),
                (_("Start the agent"), "check", plain, self._start_agent),
            ]),
        ]  # fmt: skip

    def _do(self, act: object) -> None:
        """Do it beside the window's thread: some of it takes a second."""
        if callable(act):
            threading.Thread(target=self._run, args=(act,), name="panel", daemon=True).start()

    def _run(self, act: Act) -> None:
        try:
            self.say(act())
        except DemoTrouble as trouble:
            self.say(str(trouble))

    def _on_said(self, text: str) -> None:
        self._log.appendPlainText(text)

    def closeEvent(self, event: QCloseEvent) -> None:  # Qt's name
        """The demo ends with its windows."""
        self.closed.emit()
        super().closeEvent(event)

    # at the till

    def _take(self) -> str:
        unit = self._floor.take(self._dice)
        if unit is None:
            raise DemoTrouble(_("the shelves are empty"))
        self._in_hand.append(unit)
        return unit

    def _scan(self) -> str:
        unit = self._take()
        self._till.scanner.scan(unit[1:14], "]E0")
        return _("scanned {code}", code=unit[1:14])

    def _lay(self) -> str:
        units = [self._take(), self._take()]
        self._till.lay_on_pad(units)
        return _("on the pad: {units}", units=", ".join(units))

    def _clear(self) -> str:
        self._till.lay_on_pad(())
        return _("the pad is empty")

    def _walk_out(self) -> str:
        self._clear()
        units, self._in_hand = self._in_hand, []
        self._background.exits.leave(units, after_s=0.1)
        if not units:
            return _("carried out: nothing")
        return _("carried out: {units} (what wasn't paid raises the alarm)", units=", ".join(units))

    def _decline(self) -> str:
        self._till.terminal.next(Behaviour.DECLINE)
        return _("the next card will be declined")

    def _no_paper(self) -> str:
        self._till.printer.take_paper()
        return _("the printer's roll is empty")

    def _paper(self) -> str:
        self._till.printer.give_paper()
        return _("a new roll is in")

    # in the shop

    def _steal(self) -> str:
        unit = next(filter(None, (self._floor.take(self._dice, gtin=gtin) for gtin in self._background.loot)), None)
        if unit is None:
            raise DemoTrouble(_("nothing worth stealing is left"))
        self._background.exits.leave([unit], paid=False, after_s=0.1)
        return _("{unit} is carried out unpaid: look at stock, gate", unit=unit)

    def _order(self) -> str:
        return _("online order {number}: look at orders", number=self._background.order())

    def _code(self) -> str:
        found = self._background.pickup_code()
        if found is None:
            raise DemoTrouble(_("no order waits in a bin: pick one first"))
        self._till.scanner.scan(found[1], "]Q1")
        return _("pickup code of {number} scanned", number=found[0])

    def _carry(self) -> str:
        """Everything of the zone that is being counted comes before the handheld."""
        zone = self._shop.counted_zone() or "femme"
        self._shop.readers.handheld.present(self._floor.tags_of(self._floor.readable(zone)))
        return _("the handheld is carried through {zone}", zone=zone_name(zone))

    # troubles

    def _cut(self) -> str:
        self._shop.wan.cut()
        return _("head office is out of reach; selling goes on")

    def _mend(self) -> str:
        self._shop.wan.mend()
        return _("head office is back")

    def _kill(self) -> str:
        self._shop.agent.kill()
        return _("the agent is dead (kill -9); selling goes on")

    def _start_agent(self) -> str:
        if not self._shop.agent.running:
            self._shop.agent.start()
        return _("the agent works")


def zone_name(zone: str) -> str:
    """A zone of the plan in the language in use."""
    return next((label({"fr": one.fr, "en": one.en}, one.id) for one in ZONES if one.id == zone), zone)
