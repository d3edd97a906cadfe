"""Devices: those of this till by what they last said, those of the store from the agent's health and live line."""

from collections.abc import Mapping
from dataclasses import dataclass

from retail.facts import Approver
from retail.sale.blocks import Cut, Line
from store_app.agent_link import AgentError
from store_app.presenters.approval import with_permission
from store_app.presenters.base import Effect, Notice, Tone
from store_app.presenters.desk import Desk
from store_app.presenters.intents import IdentifyDevice, SelectDevice, Tick, TryDevice
from store_app.presenters.messages import LiveCut, LiveTold
from store_app.presenters.names import ScreenName
from store_app.presenters.reader_facts import (
    Rates,
    kind_name,
    last_trouble,
    reader_facts,
    state_chip,
    trends,
    trouble_of,
)
from store_app.presenters.receipts import print_blocks, shop
from store_app.presenters.scanning import ArticleScanned, NotUsable
from store_app.presenters.screen import ScreenPresenter
from store_app.presenters.texts import _, ago, count
from store_app.presenters.views import Action, Chip, DevicesView, Empty, Fact, Row, Trends

LIVE = "devices"
HEALTH_EVERY_MS = 2_000
PULSE_MS = 1_000


@dataclass(frozen=True, slots=True)
class Shown:
    """One device as the list shows it."""

    id: str
    title: str
    detail: str
    icon: str
    chip: Chip
    facts: tuple[Fact, ...] = ()
    well: bool = True
    ours: bool = True
    address: str = ""
    """what it is and how it is reached, under its heading; the detail of the list if nothing is said"""
    trouble: str = ""
    trends: Trends | None = None
    output: int = 0
    """the output that can be tested; 0 for none"""
    siren: bool = False


class DevicesPresenter(ScreenPresenter):
    """Knows what is well and what isn't; tests devices of this till, lets a reader show itself or switch its output."""

    name = ScreenName.DEVICES

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._chosen: str | None = None
        self._rates = Rates()
        self._asked_at = 0

    def enter(self, argument: object, now: int) -> list[Effect]:
        self._rates.clear()
        self.desk.services.live.follow(LIVE)
        return self._ask_health(now)

    def _ask_health(self, now: int) -> list[Effect]:
        agent = self.desk.services.agent
        self._asked_at = now

        def work() -> object:
            try:
                return agent.health()
            except AgentError:
                return None

        return [self.job("health", work, writes=False)]

    def on(self, intent: object, now: int) -> list[Effect]:
        match intent:
            case LiveTold("devices", body):
                self._rates.told(body)
            case LiveCut("devices"):
                self._rates.clear()
            case Tick() if now - self._asked_at >= HEALTH_EVERY_MS:
                return self._ask_health(now)
            case SelectDevice(device):
                self._chosen = device
            case IdentifyDevice():
                return self._identify()
            case TryDevice("output"):
                return self._try_output()
            case TryDevice(what):
                return self._try(what)
        return []

    def finished(self, job: str, result: object) -> list[Effect]:
        if job == "health":
            self.desk.health = result if isinstance(result, dict) else None
        if job == "identify":
            text = _("Look for the blinking lamp. A reader without one can't show itself.")
            return [Notice(_("It was asked to show itself"), text, Tone.GOOD)]
        if job == "output":
            return [Notice(_("Output switched for a second"), tone=Tone.GOOD)]
        return []

    def scanned(self, found: object, now: int) -> list[Effect] | None:
        """While the scanner is looked at, a scan is a test of it and nothing else."""
        chosen = self._shown_chosen(self._all())
        if chosen is None or chosen.id != "till:scanner":
            return None
        what = ""
        if isinstance(found, ArticleScanned):
            what = self.desk.shelves.name_of(found.article.gtin)
        elif isinstance(found, NotUsable):
            what = found.text[:60]
        return [Notice(_("The scanner reads"), what, Tone.GOOD)]

    # what can be tried

    def _identify(self) -> list[Effect]:
        chosen = self._shown_chosen(self._all())
        if chosen is None or chosen.ours or chosen.id.startswith("peer:"):
            return []
        return [self.command("device.identify", chosen.id, {"device": chosen.id}, name="identify")]

    def _try_output(self) -> list[Effect]:
        chosen = self._shown_chosen(self._all())
        if chosen is None or not chosen.output:
            return []
        args: dict[str, object] = {
            "device": chosen.id, "port": chosen.output, "on": True, "pulse_ms": PULSE_MS,
        }  # fmt: skip

        def granted(by: Approver | None) -> list[Effect]:
            approved = {"approved_by": by.staff} if by is not None else {}
            return [self.command("device.gpo", chosen.id, args | approved, name="output")]

        what = _("Test the siren") if chosen.siren else _("Test output {n}", n=chosen.output)
        facts = (Fact(_("Reader"), chosen.title),)
        return with_permission(self.desk, "devices", chosen.id, what, facts, granted)

    def _try(self, what: str) -> list[Effect]:
        services = self.desk.services
        if what == "print" and services.printer is not None:
            head = Line(shop(self.desk).name, align="center", bold=True)
            print_blocks(self.desk, (head, Line(services.device), Cut()))
            return [Notice(_("Test print sent"), tone=Tone.GOOD)]
        if what == "drawer" and services.printer is not None:
            services.printer.kick()
            till, by = services.till, self.desk.staff_id
            return [self.desk.write("drawer", lambda: till.open_drawer(by, "test"))]
        if what == "display":
            self.desk.show(shop(self.desk).name, services.device)
            return [Notice(_("Text sent"), tone=Tone.GOOD)]
        return []

    # the view

    @property
    def view(self) -> DevicesView:
        shown = self._all()
        chosen = self._shown_chosen(shown)
        ours = tuple(self._row(one, chosen) for one in shown if one.ours)
        theirs = tuple(self._row(one, chosen) for one in shown if not one.ours)
        groups = ((_("This till"), ours), (_("This store"), theirs))
        return DevicesView(
            title=_("Devices"),
            subtitle=_("{n} of {m} answer", n=sum(one.well for one in shown), m=len(shown)),
            groups=tuple(group for group in groups if group[1]),
            chosen_title=chosen.title if chosen else "",
            chosen_subtitle=(chosen.address or chosen.detail) if chosen else "",
            chosen_chip=chosen.chip if chosen else None,
            facts=chosen.facts if chosen else (),
            trends=chosen.trends if chosen else None,
            help=self._help(chosen),
            empty=None if shown else Empty(_("No devices"), _("They are named in the till's settings."), "reader"),
            actions=self._actions(chosen),
            primary=self._primary(chosen),
        )

    def _all(self) -> list[Shown]:
        return [*self._of_till(), *self._of_store()]

    def _shown_chosen(self, shown: list[Shown]) -> Shown | None:
        return next((one for one in shown if one.id == self._chosen), shown[0] if shown else None)

    def _help(self, chosen: Shown | None) -> str:
        if chosen is not None and chosen.trouble:
            return chosen.trouble
        return "" if self.desk.health is not None else _("The agent doesn't answer: its devices aren't shown.")

    @staticmethod
    def _row(one: Shown, chosen: Shown | None) -> Row:
        selected = chosen is not None and one.id == chosen.id
        return Row(one.id, one.title, one.detail, icon=one.icon, right_chip=one.chip, selected=selected,
                   intent=SelectDevice(one.id))  # fmt: skip

    @staticmethod
    def _actions(chosen: Shown | None) -> tuple[Action, ...]:
        if chosen is None:
            return ()
        tests = {
            "till:printer": (Action(_("Test print"), TryDevice("print"), "print"),),
            "till:drawer": (Action(_("Open drawer"), TryDevice("drawer"), "drawer"),),
            "till:display": (Action(_("Show a text"), TryDevice("display"), "display"),),
        }
        if chosen.output:
            words = _("Test the siren") if chosen.siren else _("Test output {n}", n=chosen.output)
            return (Action(words, TryDevice("output"), "bell", "F8", enabled=chosen.well),)
        return tests.get(chosen.id, ())

    @staticmethod
    def _primary(chosen: Shown | None) -> Action | None:
        if chosen is None or chosen.ours or chosen.id.startswith("peer:"):
            return None
        return Action(_("Which one is it?"), IdentifyDevice(), "flash", "F12", enabled=chosen.well)

    # devices of this till

    def _of_till(self) -> list[Shown]:
        names = {
            "scanner": (_("Scanner"), "scanner"),
            "pad": (_("RFID pad"), "rfid"),
            "printer": (_("Receipt printer"), "printer"),
            "terminal": (_("Card terminal"), "terminal"),
            "display": (_("Customer display"), "display"),
        }
        shown = []
        for device, url in self.desk.services.addresses:
            shown.append(self._of_ours(device, url, *names[device]))
            if device == "printer":
                shown.append(self._drawer(shown[-1]))
        return shown

    def _of_ours(self, device: str, url: str, title: str, icon: str) -> Shown:
        said = self.desk.printer_trouble if device == "printer" else self.desk.lost_devices.get(device, "")
        facts: list[Fact] = []
        if device in ("scanner", "pad"):
            facts.append(_unreadable(self.desk.unreadable[device]))
        if device == "pad":
            facts.append(Fact(_("On the pad now"), count(len(self.desk.pad.units))))
            facts.append(Fact(_("Tags of others"), count(len(self.desk.pad.strangers))))
        return Shown(
            f"till:{device}",
            title,
            url,
            icon,
            Chip(_("needs a look"), Tone.BAD) if said else _ready(),
            tuple(facts),
            not said,
            trouble=self._advice(device, said),
        )

    def _advice(self, device: str, said: str) -> str:
        if device == "printer" and said:
            return _("{trouble}. The sales are kept; selling goes on.", trouble=said)
        if said:
            return _("It doesn't answer. Look at its power and its cable. It comes back by itself; selling goes on.")
        return _("Scan anything to try it: nothing is sold here.") if device == "scanner" else ""

    @staticmethod
    def _drawer(printer: Shown) -> Shown:
        """It hangs on the printer, and is as well as that."""
        facts = (Fact(_("Hangs on"), printer.title),)
        return Shown("till:drawer", _("Cash drawer"), printer.title, "drawer", printer.chip, facts, printer.well)

    # devices of the store

    def _of_store(self) -> list[Shown]:
        health = self.desk.health or {}
        readers, tills = health.get("readers"), health.get("tills")
        shown = [self._reader(row) for row in _objects(readers)]
        shown += [self._other_till(row) for row in _objects(tills) if row.get("device") != self.desk.services.device]
        return shown

    def _reader(self, row: Mapping[str, object]) -> Shown:
        name, chip = str(row.get("name", "")), state_chip(row)
        kind, rate = kind_name(str(row.get("kind", ""))), round(self._rates.total(name))
        said = (trouble_of(row, self._rates), last_trouble(row, self.desk.now))
        gpo = row.get("gpo")
        siren = isinstance(gpo, int)
        return Shown(
            name,
            name,
            _("{kind} · {n} reads/s", kind=kind, n=count(rate)) if rate else kind,
            "gate" if row.get("gate") else "reader",
            chip,
            reader_facts(row, self.desk.now),
            chip.tone is not Tone.BAD,
            ours=False,
            address=f"{kind} · {row.get('url', '')}",
            trouble="\n".join(filter(None, said)),
            trends=trends(row, self._rates, self.desk.shelves),
            output=gpo if isinstance(gpo, int) else 1 if row.get("antennas") else 0,
            siren=siren,
        )

    def _other_till(self, row: Mapping[str, object]) -> Shown:
        name, silent = str(row.get("device", "")), row.get("silent_ms")
        well = isinstance(silent, int) and silent < 60_000
        heard = _("never heard") if not isinstance(silent, int) else ago(self.desk.now - silent, self.desk.now)
        facts = (
            Fact(_("Last contact"), heard),
            Fact(_("Log here"), count(_whole(row.get("seq")))),
            Fact(_("Log at the ledger"), count(_whole(row.get("ledger_seq")))),
        )
        chip = _ready() if well else Chip(_("silent"), Tone.WARN)
        title = self.desk.shelves.till_name(name)
        return Shown(f"peer:{name}", title, name, "till", chip, facts, well, ours=False)


def _ready() -> Chip:
    return Chip(_("ready"), Tone.GOOD)


def _unreadable(number: int) -> Fact:
    return Fact(_("Unreadable"), count(number), Tone.WARN if number else Tone.NEUTRAL)


def _objects(value: object) -> list[Mapping[str, object]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
