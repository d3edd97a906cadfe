"""Devices: those of this till by what they last said, those of the store from the agent's health."""

from collections.abc import Mapping
from dataclasses import dataclass

from retail.sale.blocks import Cut, Line
from store_app.agent_link import AgentError
from store_app.presenters.base import Effect, Notice, Tone
from store_app.presenters.desk import Desk
from store_app.presenters.intents import IdentifyDevice, SelectDevice, TryDevice
from store_app.presenters.names import ScreenName
from store_app.presenters.receipts import print_blocks, shop
from store_app.presenters.screen import ScreenPresenter
from store_app.presenters.texts import _, ago, count
from store_app.presenters.views import Action, Chip, DevicesView, Empty, Fact, Row

WELL = ("connected", "reading", "ok")


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


class DevicesPresenter(ScreenPresenter):
    """Knows what is well and what isn't; tests a device of this till, lets a reader show itself."""

    name = ScreenName.DEVICES

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._chosen: str | None = None

    def enter(self, argument: object, now: int) -> list[Effect]:
        agent = self.desk.services.agent

        def work() -> object:
            try:
                return agent.health()
            except AgentError:
                return None

        return [self.job("health", work, writes=False)]

    def on(self, intent: object, now: int) -> list[Effect]:
        match intent:
            case SelectDevice(device):
                self._chosen = device
            case IdentifyDevice() if self._chosen is not None and not self._chosen.startswith("till:"):
                return [self.command("device.identify", self._chosen, {"device": self._chosen}, name="identify")]
            case TryDevice(what):
                return self._try(what)
        return []

    def finished(self, job: str, result: object) -> list[Effect]:
        if job == "health":
            self.desk.health = result if isinstance(result, dict) else None
        if job == "identify":
            return [Notice(_("It shows itself"), _("Look for the blinking reader."), Tone.GOOD)]
        return []

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
        shown = [*self._of_till(), *self._of_store()]
        chosen = next((one for one in shown if one.id == self._chosen), shown[0] if shown else None)
        ours = tuple(self._row(one, chosen) for one in shown if one.ours)
        theirs = tuple(self._row(one, chosen) for one in shown if not one.ours)
        groups = ((_("This till"), ours), (_("This store"), theirs))
        return DevicesView(
            title=_("Devices"),
            subtitle=_("{n} of {m} answer", n=sum(one.well for one in shown), m=len(shown)),
            groups=tuple(group for group in groups if group[1]),
            chosen_title=chosen.title if chosen else "",
            chosen_subtitle=chosen.detail if chosen else "",
            chosen_chip=chosen.chip if chosen else None,
            facts=chosen.facts if chosen else (),
            help="" if self.desk.health is not None else _("The agent doesn't answer: its devices aren't shown."),
            empty=None if shown else Empty(_("No devices"), _("They are named in the till's settings."), "reader"),
            actions=self._actions(chosen),
            primary=self._primary(chosen),
        )

    @staticmethod
    def _row(one: Shown, chosen: Shown | None) -> Row:
        selected = chosen is not None and one.id == chosen.id
        return Row(one.id, one.title, one.detail, icon=one.icon, right_chip=one.chip, selected=selected,
                   intent=SelectDevice(one.id))  # fmt: skip

    @staticmethod
    def _actions(chosen: Shown | None) -> tuple[Action, ...]:
        tests = {
            "till:printer": (
                Action(_("Test print"), TryDevice("print"), "print"),
                Action(_("Open drawer"), TryDevice("drawer"), "drawer"),
            ),
            "till:display": (Action(_("Show a text"), TryDevice("display"), "display"),),
        }
        return tests.get(chosen.id, ()) if chosen else ()

    @staticmethod
    def _primary(chosen: Shown | None) -> Action | None:
        if chosen is None or chosen.ours:
            return None
        return Action(_("Which one is it?"), IdentifyDevice(), "flash", "F12", enabled=chosen.well)

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
            title, icon = names[device]
            trouble = self.desk.printer_trouble if device == "printer" else self.desk.lost_devices.get(device, "")
            chip = Chip(_("doesn't answer") if device != "printer" else trouble, Tone.BAD) if trouble else _ready()
            facts = (Fact(_("Address"), url), Fact(_("Trouble"), trouble)) if trouble else (Fact(_("Address"), url),)
            shown.append(Shown(f"till:{device}", title, url, icon, chip, facts, not trouble))
        return shown

    def _of_store(self) -> list[Shown]:
        health = self.desk.health or {}
        readers, tills = health.get("readers"), health.get("tills")
        shown = [self._reader(row) for row in _objects(readers)]
        shown += [self._other_till(row) for row in _objects(tills)]
        return shown

    def _reader(self, row: Mapping[str, object]) -> Shown:
        state, name = str(row.get("state", "")), str(row.get("name", ""))
        well = state in WELL
        last = row.get("last_ms")
        facts = [
            Fact(_("Kind"), str(row.get("kind", ""))),
            Fact(_("Address"), str(row.get("url", ""))),
            Fact(_("Reads"), count(_whole(row.get("reads")))),
            Fact(_("Lost batches"), count(_whole(row.get("gaps")))),
            Fact(_("Garbled"), count(_whole(row.get("garbled")))),
            Fact(_("Last contact"), ago(last, self.desk.now) if isinstance(last, int) and last else "—"),
        ]
        if row.get("reason"):
            facts.append(Fact(_("Trouble"), str(row["reason"]), Tone.BAD))
        icon = "gate" if row.get("gate") else "reader"
        chip = _ready() if well else Chip(_("doesn't answer"), Tone.BAD)
        return Shown(name, name, str(row.get("kind", "")), icon, chip, tuple(facts), well, ours=False)

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
        return Shown(f"peer:{name}", name, _("Till"), "till", chip, facts, well, ours=False)


def _ready() -> Chip:
    return Chip(_("ready"), Tone.GOOD)


def _objects(value: object) -> list[Mapping[str, object]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
