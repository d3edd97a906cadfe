"""News from beside the screens: alarms on every till, new orders, printer, devices, connections, the agent."""

from drivers.printers.worker import PrinterReady, PrinterStuck, PrinterTrouble
from drivers.printers.worker import Refused as PrinterRefused
from store_app.presenters.base import Effect, Failed, Notice, Tone, Withdraw
from store_app.presenters.desk import Desk
from store_app.presenters.jobs import new_job
from store_app.presenters.messages import DeviceBack, DeviceLost, LinkState, PostChanged, PrinterSaid
from store_app.presenters.rows import AlarmRow
from store_app.presenters.texts import _, n_

HEALTH_EVERY_MS = 10_000
WELL = ("connected", "reading")


class News:
    """Remembers what was told already, so that nothing is said twice."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._alarms: dict[str, int] = {}
        """open alarm -> how many units it stands for, which grows while thieves run"""
        self._orders: set[str] = set()
        self._asked_at = -HEALTH_EVERY_MS
        self._asking = False

    def settle(self) -> None:
        """What is open at the start is no news."""
        is_open = [alarm for alarm in self._desk.shelves.alarms() if alarm.state == "open"]
        self._alarms = {alarm.id: len(alarm.units) for alarm in is_open}
        self._orders = {order.id for order in self._desk.shelves.work()}

    # feeds

    def feeds_changed(self, feeds: frozenset[str]) -> list[Effect]:
        """Alarms go to every till, whoever is signed in; new orders to those who are."""
        told: list[Effect] = []
        if "alarms" in feeds:
            told += self._new_alarms()
        if "work" in feeds:
            told += self._new_orders()
        return told

    def _new_alarms(self) -> list[Effect]:
        """Say what is new; what somebody has dealt with at another till is withdrawn here."""
        rows = [alarm for alarm in self._desk.shelves.alarms() if alarm.state == "open"]
        is_open = {alarm.id: len(alarm.units) for alarm in rows}
        told: list[Effect] = [Withdraw(gone) for gone, _units in sorted(self._alarms.items() - is_open.items())]
        told += [self._alarm(alarm) for alarm in rows if self._alarms.get(alarm.id) != len(alarm.units)]
        self._alarms = is_open
        return told

    def _alarm(self, alarm: AlarmRow) -> Notice:
        what = self._desk.shelves.name_of(alarm.gtin) if alarm.gtin else alarm.text or alarm.subject
        if alarm.is_silence:
            till = self._desk.shelves.till_name(alarm.subject or what)
            text = _("{till} hasn't been heard: the siren stays off.", till=till)
            return Notice(_("The gate waits for a till"), text, Tone.WARN, 10.0, alarm.id)
        if alarm.is_siren:
            text = _("{gate}: alarms show on the screens only. Try it on the devices screen, or have it mended.",
                     gate=self._desk.shelves.gate_name(alarm.gate))  # fmt: skip
            return Notice(_("The siren doesn't obey"), text, Tone.BAD, 20.0, alarm.id)
        if alarm.is_exception:
            return Notice(_("Somebody must look at this"), what, Tone.WARN, 10.0, alarm.id)
        if alarm.units:
            title = n_("{n} unsold article at once", "{n} unsold articles at once", len(alarm.units))
            return Notice(title, self._stolen(alarm), Tone.BAD, 40.0, alarm.id)
        if not alarm.siren and alarm.quiet in ("", "till_silent"):
            text = _("{article} left. A till is silent and may have sold it: the siren stayed off.", article=what)
            return Notice(_("Look at the exit"), text, Tone.WARN, 20.0, alarm.id)
        return Notice(_("Alarm at the exit"), _left(alarm, what), Tone.BAD, 20.0, alarm.id)

    def _stolen(self, alarm: AlarmRow) -> str:
        return _(
            "Theft in bulk at {gate}: {articles}.",
            gate=self._desk.shelves.gate_name(alarm.gate),
            articles=self._desk.shelves.names_of(alarm.units),
        )

    def _new_orders(self) -> list[Effect]:
        told: list[Effect] = []
        for order in self._desk.shelves.work():
            if order.id not in self._orders and order.work == "assigned" and self._desk.person is not None:
                text = _("{number} for {name}", number=order.number, name=order.customer_name)
                told.append(Notice(_("New order"), text, Tone.INFO, 6.0))
            self._orders.add(order.id)
        return told

    # devices and connections

    def heard(self, message: PostChanged | PrinterSaid | DeviceLost | DeviceBack) -> list[Effect]:
        """Something changed its state."""
        match message:
            case PostChanged(links, pending, ledger):
                told = self._refused(links)
                self._desk.links = {link.name: link for link in links}
                self._desk.pending = pending
                self._desk.ledger_connected = ledger
                return told
            case PrinterSaid(news):
                return self._printer(news)
            case DeviceLost(device, reason):
                fresh = device not in self._desk.lost_devices
                self._desk.lost_devices[device] = reason
                text = _("Look at its cable. Selling goes on.")
                return [Notice(self._lost(device), text, Tone.WARN, 8.0)] if fresh else []
            case DeviceBack(device):
                gone = self._desk.lost_devices.pop(device, None)
                return [] if gone is None else [Notice(self._back(device), tone=Tone.GOOD)]
        return []

    def _refused(self, links: tuple[LinkState, ...]) -> list[Effect]:
        """A log that is refused for good: told once, however often it is tried."""
        fresh = [link for link in links if link.blocked and not self._was_refused(link.name)]
        if not fresh:
            return []
        text = _("Selling goes on and everything is kept here. Call your manager: the till must be enrolled again.")
        if any(link.blocked == "fork" for link in fresh):
            text = _("Another device writes under this till's name. Selling goes on; call your manager at once.")
        return [Notice(_("This till's log is refused"), text, Tone.BAD, 30.0)]

    def _was_refused(self, name: str) -> bool:
        known = self._desk.links.get(name)
        return known is not None and bool(known.blocked)

    def _printer(self, news: object) -> list[Effect]:
        match news:
            case PrinterStuck(_printer, trouble, waiting):
                self._desk.printer_trouble = _trouble(trouble)
                text = _("{n} receipts wait. The sales are kept; selling goes on.", n=waiting) if waiting else ""
                return [Notice(self._desk.printer_trouble, text, Tone.WARN, 10.0)]
            case PrinterReady():
                again = bool(self._desk.printer_trouble)
                self._desk.printer_trouble = ""
                return [Notice(_("The printer prints again"), tone=Tone.GOOD)] if again else []
            case PrinterRefused(_printer, _number, _text):
                return [Notice(_("A receipt wasn't printed"), _("The sale is kept; print it again."), Tone.WARN, 10.0)]
        return []

    @staticmethod
    def _lost(device: str) -> str:
        words = {
            "scanner": _("The scanner doesn't answer"),
            "pad": _("The RFID pad doesn't answer"),
            "terminal": _("The card terminal doesn't answer"),
            "display": _("The customer display doesn't answer"),
        }
        return words.get(device, device)

    @staticmethod
    def _back(device: str) -> str:
        words = {
            "scanner": _("The scanner is back"),
            "pad": _("The RFID pad is back"),
            "terminal": _("The card terminal is back"),
            "display": _("The customer display is back"),
        }
        return words.get(device, device)

    # the agent's health

    def poll(self, now: int) -> list[Effect]:
        """Ask the agent how it is, now and then."""
        if self._asking or now - self._asked_at < HEALTH_EVERY_MS:
            return []
        self._asking, self._asked_at = True, now
        agent, unreadable = self._desk.services.agent, dict(self._desk.unreadable)
        return [new_job("news.health", lambda: agent.health(unreadable), writes=False)]

    def done(self, job_id: str, result: object) -> list[Effect]:
        """The agent has answered, or not."""
        self._asking = False
        self._desk.health = None if isinstance(result, Failed) or not isinstance(result, dict) else result
        self._desk.gate = gate_state(self._desk.health)
        return []


def _left(alarm: AlarmRow, article: str) -> str:
    words = {
        "too_late": _("{article} left unsold a while ago: the siren stayed off.", article=article),
        "no_output": _("{article} left unsold. This gate has no siren.", article=article),
        "failed": _("{article} left unsold. The siren didn't obey.", article=article),
    }
    return words.get(alarm.quiet, _("{article} left unsold.", article=article))


def gate_state(health: dict[str, object] | None) -> bool | None:
    """Whether the gates' readers answer; None if nobody knows."""
    readers = health.get("readers") if health else None
    if not isinstance(readers, list):
        return None
    gates = [row for row in readers if isinstance(row, dict) and row.get("gate")]
    return all(row.get("state") in WELL for row in gates) if gates else None


def _trouble(trouble: PrinterTrouble) -> str:
    words = {
        PrinterTrouble.NO_PAPER: _("The printer is out of paper"),
        PrinterTrouble.COVER_OPEN: _("The printer's cover is open"),
        PrinterTrouble.OFFLINE: _("The printer is offline"),
        PrinterTrouble.LOST: _("The printer doesn't answer"),
        PrinterTrouble.NOT_FOUND: _("The printer isn't there"),
        PrinterTrouble.BUSY: _("Another program holds the printer"),
        PrinterTrouble.GARBLED: _("The printer answers nonsense"),
    }
    return words[trouble]
