"""The exit gate: who passes and why it was judged so, alarms and exceptions that wait for a person."""

from dataclasses import replace

from store_app.agent_link import AgentError, PassageRow, UnitState
from store_app.presenters.base import Effect, Job, Notice, Tone
from store_app.presenters.desk import Desk
from store_app.presenters.intents import SelectAlarm, SelectPassage, SettleAlarm, Show
from store_app.presenters.messages import LiveCut, LiveTold
from store_app.presenters.names import ScreenName
from store_app.presenters.passages import Passages, by_hour, direction_chip, rows_of, story, verdict_text
from store_app.presenters.rows import AlarmRow
from store_app.presenters.screen import ScreenPresenter
from store_app.presenters.texts import _, clock_time, day_start, moment, n_
from store_app.presenters.views import Action, Chip, Empty, Fact, GateView, Row

LIVE = "gate"


class GatePresenter(ScreenPresenter):
    """Shows and settles; the verdict is the agent's fact."""

    name = ScreenName.GATE

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._chosen: str | None = None
        self._units: dict[str, UnitState] = {}
        self._passage: tuple[str, str] | None = None
        self._passages = Passages()

    def enter(self, argument: object, now: int) -> list[Effect]:
        if isinstance(argument, str):
            self._chosen, self._passage = argument, None
        self.desk.services.live.follow(LIVE)
        return [self._history(now), *self._look()]

    def _history(self, now: int) -> Job:
        """Ask who passed today."""
        agent, since = self.desk.services.agent, day_start(now)

        def work() -> tuple[PassageRow, ...]:
            try:
                return agent.passages(since)
            except AgentError:
                return ()

        return self.job("history", work, writes=False)

    def changed(self, feeds: frozenset[str], now: int) -> list[Effect]:
        return self._look() if "alarms" in feeds else []

    def on(self, intent: object, now: int) -> list[Effect]:
        match intent:
            case LiveTold("gate", body):
                self._passages.told(body)
            case LiveCut("gate"):
                self._passages.cut()
                return [self._history(now)]
            case SelectAlarm(alarm):
                self._chosen, self._passage = alarm, None
                return self._look()
            case SelectPassage(passage, unit):
                self._passage = (passage, unit)
                return self._look()
            case SettleAlarm(verdict):
                return self._settle(verdict)
        return []

    def _look(self) -> list[Effect]:
        """Ask what is known of the chosen unit."""
        chosen = self._passages.of(self._passage) or self._alarm()
        if chosen is None or chosen.unit is None or chosen.unit in self._units:
            return []
        unit, agent = chosen.unit, self.desk.services.agent

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
        if job == "history" and isinstance(result, tuple):
            self._passages.add(result)
        if job == "settle":
            return [Notice(_("Settled"), tone=Tone.GOOD)]
        return []

    def _rows(self) -> list[AlarmRow]:
        """Alarms and exceptions; that a till is silent, or a siren, is told as a notice of its own."""
        return [row for row in self.desk.shelves.alarms() if not (row.is_silence or row.is_siren)]

    def _alarm(self) -> AlarmRow | None:
        rows = self._rows()
        chosen = next((one for one in rows if one.id == self._chosen), None)
        return chosen or next((one for one in rows if one.state == "open"), rows[0] if rows else None)

    # the view

    @property
    def view(self) -> GateView:
        rows, now = self._rows(), self.desk.now
        exceptions = [one for one in rows if one.is_exception and one.state == "open"]
        alarms = [one for one in rows if not one.is_exception]
        passage = self._passages.of(self._passage)
        chosen = None if passage is not None else self._alarm()
        today = [one for one in alarms if one.at >= day_start(now)]
        passed = self._passages.today(now)
        quiet = Empty(_("All quiet"), _("An unpaid article at the exit appears here and on every till."), "gate")
        view = GateView(
            title=_("Exit gate"),
            subtitle=_alarms_of(today),
            chip=self._gate_chip(),
            notice=self._failed_siren() or self._silence(),
            alarms_title=_("Alarms"),
            alarms=tuple(self._row(one, chosen) for one in alarms[:50]),
            exceptions_title=_("Exceptions"),
            exceptions=tuple(self._row(one, chosen) for one in exceptions[:50]),
            passed_title=_("Passages"),
            passed_value=n_("{n} today", "{n} today", len(passed)),
            passed=rows_of(self._passages, self.desk.shelves, now, self._passage),
            passed_empty=Empty(
                _("Nobody has passed yet"), _("Who goes through the gate appears here at once."), "rfid"
            ),
            passages=by_hour(self._passages, now),
            empty=quiet if chosen is None and passage is None else None,
        )
        if passage is not None:
            return self._with_passage(view, passage)
        return self._with_alarm(view, chosen) if chosen is not None else view

    def _with_alarm(self, view: GateView, chosen: AlarmRow) -> GateView:
        behind = self._passages.of_alarm(chosen.unit, chosen.at) if chosen.unit else None
        is_open = chosen.state == "open"
        help_ = _("Right: the article left unpaid. False: the gate was wrong; the count will settle it.")
        return replace(
            view,
            chosen_title=self._name(chosen),
            chosen_subtitle=self._subtitle(chosen),
            chosen_chip=_state_chip(chosen),
            facts=self._facts(chosen),
            story_title=_("Why") if behind is not None else "",
            story=story(behind) if behind is not None else (),
            help=help_ if is_open and not chosen.is_exception else "",
            actions=self._actions(chosen),
            primary=self._primary(chosen),
        )

    def _with_passage(self, view: GateView, passage: PassageRow) -> GateView:
        gtin = passage.unit[:14]
        words = {"out": _("went out at {time}, {gate}"), "in": _("came in at {time}, {gate}")}
        where = words.get(passage.direction, _("was there at {time}, {gate}; which way isn't clear"))
        facts = [Fact(_("Verdict"), verdict_text(passage)), Fact(_("Unit"), f"…{passage.unit[-8:]}")]
        return replace(
            view,
            chosen_title=self.desk.shelves.name_of(gtin),
            chosen_subtitle=where.format(time=clock_time(passage.at), gate=self.desk.shelves.gate_name(passage.gate)),
            chosen_chip=direction_chip(passage),
            facts=(*facts, *self._known(self._units.get(passage.unit))),
            story_title=_("Why"),
            story=story(passage),
            actions=(_find(passage.unit),),
        )

    def _failed_siren(self) -> Chip | None:
        """At which gates the siren doesn't obey."""
        shelves = self.desk.shelves
        gates = {shelves.gate_name(row.gate) for row in shelves.alarms() if row.is_siren and row.state == "open"}
        if not gates:
            return None
        text = _("The siren doesn't obey: {gates}. Alarms show on the screens only.", gates=", ".join(sorted(gates)))
        return Chip(text, Tone.BAD, "warning")

    def _silence(self) -> Chip | None:
        """Which tills the siren waits for."""
        shelves = self.desk.shelves
        silent = [shelves.till_name(row.subject) for row in shelves.alarms() if row.is_silence and row.state == "open"]
        if not silent:
            return None
        text = n_("{till} isn't heard: the siren stays off.", "{till} aren't heard: the siren stays off.", len(silent),
                  till=", ".join(sorted(silent)))  # fmt: skip
        return Chip(text, Tone.WARN, "warning")

    def _gate_chip(self) -> Chip:
        if self.desk.gate is None:
            return Chip(_("unknown"))
        return Chip(_("reads"), Tone.GOOD, "rfid") if self.desk.gate else Chip(_("cut"), Tone.BAD, "rfid")

    def _name(self, alarm: AlarmRow) -> str:
        if alarm.units:
            return n_("{n} unsold article at once", "{n} unsold articles at once", len(alarm.units))
        return self.desk.shelves.name_of(alarm.gtin) if alarm.gtin else alarm.subject or kind_text(alarm.kind)

    def _subtitle(self, alarm: AlarmRow) -> str:
        if alarm.is_exception:
            return alarm.text or kind_text(alarm.kind)
        gate = self.desk.shelves.gate_name(alarm.gate)
        return _("left at {time}, {gate}", time=clock_time(alarm.at), gate=gate)

    def _row(self, alarm: AlarmRow, chosen: AlarmRow | None) -> Row:
        is_open = alarm.state == "open"
        shelves = self.desk.shelves
        detail = shelves.variant_of(alarm.gtin) if alarm.gtin else ""
        if alarm.units:
            detail = shelves.names_of(alarm.units)
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
        if alarm.units:
            facts += self._goods(alarm.units)
        elif alarm.unit:
            facts.append(Fact(_("Unit"), f"…{alarm.unit[-8:]}"))
            price = self.desk.shelves.price_now(alarm.unit[:14], self.desk.now)
            if price is not None:
                facts.append(Fact(_("Price"), self.desk.money(price), strong=True))
            facts += self._known(self._units.get(alarm.unit))
        if not alarm.is_exception:
            facts.append(Fact(_("Siren"), _siren(alarm)))
        return tuple(facts)

    def _goods(self, units: tuple[str, ...]) -> list[Fact]:
        """What left together, and what it is worth."""
        prices = [self.desk.shelves.price_now(unit[:14], self.desk.now) for unit in units]
        worth = sum(price for price in prices if price is not None)
        return [
            Fact(_("Articles"), self.desk.shelves.names_of(units)),
            Fact(_("Price"), self.desk.money(worth), strong=True),
        ]

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
    def _actions(alarm: AlarmRow) -> tuple[Action, ...]:
        find = (_find(alarm.unit),) if alarm.unit else ()
        if alarm.state != "open":
            return find
        if alarm.is_exception:
            return (Action(_("Nothing to do"), SettleAlarm("waived"), "close"), *find)
        return (Action(_("False alarm"), SettleAlarm("false"), "close"), *find)

    @staticmethod
    def _primary(alarm: AlarmRow | None) -> Action | None:
        if alarm is None or alarm.state != "open":
            return None
        if alarm.is_exception:
            return Action(_("Dealt with"), SettleAlarm("settled"), "check", "F12")
        return Action(_("Alarm was right"), SettleAlarm("right"), "check", "F12")


def _alarms_of(today: list[AlarmRow]) -> str:
    if not today:
        return _("No alarm today")
    right = sum(one.state == "right" for one in today)
    return f"{n_('{n} alarm today', '{n} alarms today', len(today))} · {n_('{n} right', '{n} right', right)}"


def _find(unit: str) -> Action:
    return Action(_("Find it"), Show(ScreenName.LOCATE, unit), "locate", "F8")


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


def _siren(alarm: AlarmRow) -> str:
    """What it did, and why it didn't."""
    if alarm.siren:
        return _("sounded")
    words = {
        "too_late": _("stayed off: it was too late"),
        "no_output": _("this gate has none"),
        "failed": _("didn't obey"),
    }
    return words.get(alarm.quiet, _("stayed off"))


def _state_chip(alarm: AlarmRow) -> Chip:
    chips = {
        "open": Chip(_("open"), Tone.WARN if alarm.is_exception else Tone.BAD),
        "right": Chip(_("right"), Tone.GOOD),
        "false": Chip(_("false")),
    }
    return chips.get(alarm.state, Chip(_("settled"), Tone.GOOD))
