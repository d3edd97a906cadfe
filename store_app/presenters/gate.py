"""The exit gate: alarms and exceptions that wait for a person, each with what is known of the unit."""

from store_app.agent_link import AgentError, UnitState
from store_app.presenters.base import Effect, Notice, Tone
from store_app.presenters.desk import Desk
from store_app.presenters.intents import SelectAlarm, SettleAlarm
from store_app.presenters.names import ScreenName
from store_app.presenters.rows import AlarmRow
from store_app.presenters.screen import ScreenPresenter
from store_app.presenters.texts import _, clock_time, moment, n_
from store_app.presenters.views import Action, Chip, Empty, Fact, GateView, Row

DAY_MS = 24 * 3_600_000


class GatePresenter(ScreenPresenter):
    """Shows and settles; the verdict is the agent's fact."""

    name = ScreenName.GATE

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._chosen: str | None = None
        self._units: dict[str, UnitState] = {}

    def enter(self, argument: object, now: int) -> list[Effect]:
        if isinstance(argument, str):
            self._chosen = argument
        return self._look()

    def changed(self, feeds: frozenset[str], now: int) -> list[Effect]:
        return self._look() if "alarms" in feeds else []

    def on(self, intent: object, now: int) -> list[Effect]:
        match intent:
            case SelectAlarm(alarm):
                self._chosen = alarm
                return self._look()
            case SettleAlarm(verdict):
                return self._settle(verdict)
        return []

    def _look(self) -> list[Effect]:
        """Ask what is known of the chosen unit."""
        alarm = self._alarm()
        if alarm is None or alarm.unit is None or alarm.unit in self._units:
            return []
        unit, agent = alarm.unit, self.desk.services.agent

        def work() -> UnitState | None:
            try:
                return agent.unit(unit)
            except AgentError:
                return None

        return [self.job("unit", work, writes=False)]

    def _settle(self, verdict: str) -> list[Effect]:
        alarm = self._alarm()
        if alarm is None or alarm.state != "open":
            return []
        if alarm.is_exception:
            return [self.command("exception.settle", alarm.id, {"outcome": verdict}, name="settle")]
        return [self.command("alarm.settle", alarm.id, {"verdict": verdict}, name="settle")]

    def finished(self, job: str, result: object) -> list[Effect]:
        if isinstance(result, UnitState):
            self._units[result.unit] = result
        if job == "settle":
            return [Notice(_("Settled"), tone=Tone.GOOD)]
        return []

    def _alarm(self) -> AlarmRow | None:
        rows = self.desk.shelves.alarms()
        chosen = next((one for one in rows if one.id == self._chosen), None)
        return chosen or next((one for one in rows if one.state == "open"), rows[0] if rows else None)

    # the view

    @property
    def view(self) -> GateView:
        rows = self.desk.shelves.alarms()
        alarms = [one for one in rows if not one.is_exception]
        exceptions = [one for one in rows if one.is_exception and one.state == "open"]
        chosen = self._alarm()
        today = [one for one in alarms if one.at > self.desk.now - DAY_MS]
        right = sum(one.state == "right" for one in today)
        empty = None
        if chosen is None:
            text = _("An unpaid article at the exit appears here and on every till.")
            empty = Empty(_("All quiet"), text, "gate")
        return GateView(
            title=_("Exit gate"),
            subtitle=_(
                "{alarms} · {right}",
                alarms=n_("{n} alarm today", "{n} alarms today", len(today)),
                right=n_("{n} right", "{n} right", right),
            ),
            chip=self._gate_chip(),
            alarms_title=_("Alarms"),
            alarms=tuple(self._row(one, chosen) for one in alarms[:50]),
            exceptions_title=_("Exceptions"),
            exceptions=tuple(self._row(one, chosen) for one in exceptions[:50]),
            chosen_title=self._name(chosen) if chosen else "",
            chosen_subtitle=self._subtitle(chosen) if chosen else "",
            chosen_chip=_state_chip(chosen) if chosen else None,
            facts=self._facts(chosen) if chosen else (),
            empty=empty,
            help=_("Right: the article left unpaid. False: the gate was wrong; the count will settle it."),
            actions=self._actions(chosen),
            primary=self._primary(chosen),
        )

    def _gate_chip(self) -> Chip:
        if self.desk.gate is None:
            return Chip(_("unknown"))
        return Chip(_("reads"), Tone.GOOD, "rfid") if self.desk.gate else Chip(_("cut"), Tone.BAD, "rfid")

    def _name(self, alarm: AlarmRow) -> str:
        return self.desk.shelves.name_of(alarm.gtin) if alarm.gtin else alarm.subject or kind_text(alarm.kind)

    def _subtitle(self, alarm: AlarmRow) -> str:
        if alarm.is_exception:
            return alarm.text or kind_text(alarm.kind)
        return _("left {time} through {gate}", time=clock_time(alarm.at), gate=alarm.gate)

    def _row(self, alarm: AlarmRow, chosen: AlarmRow | None) -> Row:
        is_open = alarm.state == "open"
        detail = self.desk.shelves.variant_of(alarm.gtin) if alarm.gtin else ""
        return Row(
            alarm.id,
            self._name(alarm),
            " · ".join(filter(None, (detail, _what(alarm)))),
            icon="question" if alarm.is_exception else "alarm",
            icon_tone=Tone.BAD if is_open and not alarm.is_exception else Tone.NEUTRAL,
            right_chip=_state_chip(alarm),
            right_sub=clock_time(alarm.at),
            selected=chosen is not None and alarm.id == chosen.id,
            dim=not is_open,
            intent=SelectAlarm(alarm.id),
        )

    def _facts(self, alarm: AlarmRow) -> tuple[Fact, ...]:
        facts = [Fact(_("When"), moment(alarm.at)), Fact(_("What"), _what(alarm))]
        if alarm.unit:
            facts.append(Fact(_("Unit"), f"…{alarm.unit[-8:]}"))
            price = self.desk.shelves.price_now(alarm.unit[:14], self.desk.now)
            if price is not None:
                facts.append(Fact(_("Price"), self.desk.money(price), strong=True))
            facts += self._known(self._units.get(alarm.unit))
        if not alarm.is_exception:
            facts.append(Fact(_("Siren"), _("sounded") if alarm.siren else _("stayed off")))
        return tuple(facts)

    def _known(self, state: UnitState | None) -> list[Fact]:
        if state is None:
            return []
        seen = self.desk.shelves.zone_name(state.zone or state.location)
        when = clock_time(state.seen_at) if state.seen_at else ""
        sold = state.sold.number if state.sold is not None else _("no")
        return [
            Fact(_("Last seen"), ", ".join(filter(None, (seen, when)))),
            Fact(_("Sold"), sold, Tone.GOOD if state.sold is not None else Tone.BAD),
        ]

    @staticmethod
    def _actions(alarm: AlarmRow | None) -> tuple[Action, ...]:
        if alarm is None or alarm.state != "open" or alarm.is_silence:
            return ()
        if alarm.is_exception:
            return (Action(_("Nothing to do"), SettleAlarm("waived"), "close"),)
        return (Action(_("False alarm"), SettleAlarm("false"), "close"),)

    @staticmethod
    def _primary(alarm: AlarmRow | None) -> Action | None:
        if alarm is None or alarm.state != "open" or alarm.is_silence:
            return None
        if alarm.is_exception:
            return Action(_("Dealt with"), SettleAlarm("settled"), "check", "F12")
        return Action(_("Alarm was right"), SettleAlarm("right"), "check", "F12")


def kind_text(kind: str) -> str:
    """What happened, in words."""
    words = {
        "exit": _("unsold at the exit"),
        "bulk": _("many units at once"),
        "till_silent": _("a till is silent"),
        "double_sold": _("sold twice"),
        "lease_overdrawn": _("online promise overdrawn"),
        "negative_balance": _("stock below zero"),
        "tag_swap": _("tag of another article"),
        "return_conflict": _("returned, but it hadn't left"),
        "reservation_broken": _("sold although promised"),
        "unknown_passage": _("passage with unknown direction"),
        "fork": _("two devices with one name"),
        "not_in_stock": _("sold, but it wasn't in stock"),
    }
    return words.get(kind, kind)


def _what(alarm: AlarmRow) -> str:
    return _("left while a till was silent") if alarm.kind == "till_silent" and alarm.unit else kind_text(alarm.kind)


def _state_chip(alarm: AlarmRow) -> Chip:
    chips = {
        "open": Chip(_("open"), Tone.WARN if alarm.is_exception else Tone.BAD),
        "right": Chip(_("right"), Tone.GOOD),
        "false": Chip(_("false")),
    }
    return chips.get(alarm.state, Chip(_("settled"), Tone.GOOD))
