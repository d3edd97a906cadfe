"""Picking: the list in walk order; scans and tags bind units; what can't be found is given back line by line."""

from store_app.agent_link import AgentRefused
from store_app.presenters.base import Effect, Failed, Go, Notice, Tone
from store_app.presenters.board import board_view, chosen_order, line_row, subtitle_of
from store_app.presenters.desk import Desk
from store_app.presenters.dialogs import Choice, ChoicePrompt
from store_app.presenters.geiger import Geiger, signal_of
from store_app.presenters.intents import (
    Back,
    FilterOrders,
    OrderCommand,
    ReadTote,
    SelectOrder,
    SelectPickLine,
    ShortLine,
    UnbindLine,
)
from store_app.presenters.messages import LiveCut, LiveTold
from store_app.presenters.names import ScreenName
from store_app.presenters.rows import WorkLine, WorkOrder
from store_app.presenters.scanning import ArticleScanned, BinScanned
from store_app.presenters.screen import ScreenPresenter
from store_app.presenters.texts import _
from store_app.presenters.views import Action, PickView, Progress
from store_app.presenters.words import refusal

PICKABLE = ("assigned", "accepted", "picking")
"""what is found now belongs to the order, even if the agent's word that picking has begun is still on its way"""
SCREENS_AFTER = {"picked": ScreenName.VERIFY, "verified": ScreenName.STAGE, "staged": ScreenName.STAGE}


class PickPresenter(ScreenPresenter):
    """Every bound unit is a command to the agent, which decides; the list follows its feed."""

    name = ScreenName.PICK

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._line: str | None = None
        self._bound: set[str] = set()
        self._held: list[tuple[str, str | None]] = []
        self._geiger = Geiger()
        self._sought = ""
        """the article that the handheld listens for: that of the line in hand, if it has tags"""

    def enter(self, argument: object, now: int) -> list[Effect]:
        if isinstance(argument, str):
            self.desk.board.chosen = argument
        self._line = None
        self._bound = set()
        self._held = []
        self._sought = ""
        order = chosen_order(self.desk)
        self._seek(order)
        if order is not None and order.work in ("assigned", "accepted"):
            return [self.command("order.pick", order.id, name="pick")]
        return []

    def changed(self, feeds: frozenset[str], now: int) -> list[Effect]:
        order = chosen_order(self.desk)
        self._seek(order)
        if "work" in feeds and order is not None and order.work in SCREENS_AFTER:
            return [Go(SCREENS_AFTER[order.work], order.id)]
        if order is not None and order.work == "picking" and self._held:
            held, self._held = self._held, []
            return [effect for gtin, unit in held for effect in self._bind(order, gtin, unit)]
        return []

    def on(self, intent: object, now: int) -> list[Effect]:
        order = chosen_order(self.desk)
        match intent:
            case SelectOrder(chosen):
                return [Go(ScreenName.ORDERS, chosen)]
            case FilterOrders(wanted):
                self.desk.board.filter = wanted
                return [Go(ScreenName.ORDERS)]
            case SelectPickLine(line):
                self._line = line
                self._seek(order)
            case LiveTold(topic, body) if topic == f"locate/{self._sought}":
                self._hear(body)
            case LiveCut(topic) if topic == f"locate/{self._sought}":
                self._geiger = Geiger()
            case ReadTote() if order is not None:
                return self._bind_units(order, self.desk.pad.units)
            case UnbindLine(line, unit) if order is not None:
                return [self.command("order.unbind", order.id, {"line": line, "unit": unit or None}, name="unbind")]
            case ShortLine(reason) if order is not None:
                return self._short(order, reason)
            case OrderCommand("verify") if order is not None:
                return [Go(ScreenName.VERIFY, order.id)]
            case Back():
                return [Go(ScreenName.ORDERS)]
        return []

    # looking

    def _seek(self, order: WorkOrder | None) -> None:
        """Let the handheld listen for the article that is to be found next."""
        current = self._current(order) if order is not None and order.work in PICKABLE else None
        line = next((one for one in order.lines if one.id == current), None) if order is not None else None
        article = self.desk.shelves.article(line.gtin) if line is not None else None
        wanted = article.gtin if article is not None and article.tagged else ""
        if wanted == self._sought:
            return
        self._sought, self._geiger = wanted, Geiger()
        if wanted:
            self.desk.services.live.follow(f"locate/{wanted}")
        else:
            self.desk.services.live.leave()

    def _hear(self, body: dict[str, object]) -> None:
        signal = signal_of(body)
        if signal is not None:
            self._geiger.heard(signal)

    # finding

    def scanned(self, found: object, now: int) -> list[Effect] | None:
        order = chosen_order(self.desk)
        if order is None or order.work not in PICKABLE:
            return None
        if isinstance(found, ArticleScanned):
            return self._find(order, found.article.gtin, found.unit)
        return [] if isinstance(found, BinScanned) else None

    def tags(self, units: tuple[str, ...], now: int) -> list[Effect] | None:
        order = chosen_order(self.desk)
        return [] if order is None or order.work not in PICKABLE else self._bind_units(order, units)

    def _bind_units(self, order: WorkOrder, units: tuple[str, ...]) -> list[Effect]:
        effects: list[Effect] = []
        for unit in units:
            if unit not in order.units and unit not in self._bound:
                self._bound.add(unit)
                effects += self._find(order, unit[:14], unit)
        return effects

    def _find(self, order: WorkOrder, gtin: str, unit: str | None) -> list[Effect]:
        """A piece was found; until the agent has said that the picking has begun, it waits."""
        if order.work != "picking":
            self._held.append((gtin, unit))
            return []
        return self._bind(order, gtin, unit)

    def _bind(self, order: WorkOrder, gtin: str, unit: str | None) -> list[Effect]:
        line = _line_for(order, gtin, self._line)
        if line is None:
            text = _("{article} isn't on this order. Put it back.", article=self.desk.shelves.name_of(gtin))
            return [Notice(_("Wrong article"), text, Tone.BAD, 6.0)]
        self._line = line.id
        args: dict[str, object] = {"line": line.id, "gtin": gtin, "unit": unit, "means": "tag" if unit else "scan"}
        return [self.command("order.bind", order.id, args, name="bind")]

    def _short(self, order: WorkOrder, reason: str) -> list[Effect]:
        line = next((one for one in order.lines if one.id == self._line), None)
        line = line or next((one for one in order.lines if not one.complete), None)
        if line is None:
            return []
        if not reason:
            return self.desk.ask(
                ChoicePrompt(
                    _("Not found"), _reasons(), lambda chosen: self._short(order, chosen),
                    text=self.desk.shelves.name_of(line.gtin), choices_title=_("Why?"),
                )
            )  # fmt: skip
        left = line.qty - line.found - line.short
        args: dict[str, object] = {"line": line.id, "qty": left, "reason": reason}
        return [self.command("order.short", order.id, args, name="short")]

    # answers

    def done(self, job_id: str, result: object) -> list[Effect]:
        if isinstance(result, Failed) and isinstance(result.error, AgentRefused):
            self._bound.clear()
            return [Notice(_("Not taken"), refusal(result.error.reason), Tone.BAD, 6.0)]
        if isinstance(result, Failed):
            self._bound.clear()
        return super().done(job_id, result)

    def finished(self, job: str, result: object) -> list[Effect]:
        if job == "short":
            return [Notice(_("Line given back"), _("It is offered to another store at once."), Tone.NEUTRAL)]
        return []

    # the view

    @property
    def view(self) -> PickView:
        order = chosen_order(self.desk)
        board = board_view(self.desk)
        if order is None:
            return PickView(board, _("Picking"), help=_("Choose an order."), actions=(_back(),))
        done = sum(line.found + line.short for line in order.lines)
        wanted = sum(line.qty for line in order.lines)
        current = self._current(order)
        return PickView(
            board=board,
            title=_("Pick {number}", number=order.number),
            subtitle=subtitle_of(order, self.desk.now),
            progress=Progress(done / wanted if wanted else 0.0, _("{found} of {wanted}", found=done, wanted=wanted)),
            lines=tuple(
                line_row(self.desk, line, selected=line.id == current, intent=SelectPickLine(line.id))
                for line in order.lines
            ),
            locate=self._geiger.view(_("Locate the article")) if self._sought else None,
            side_actions=self._side(order, current),
            help=_("Scan the article, or lay it on the pad. The list follows your way through the store."),
            actions=(_back(),),
            primary=Action(
                _("Check the tote"), OrderCommand("verify"), "verify", "F12", enabled=order.work == "picked",
                why=_("Something is still to be found."),
            ),
        )  # fmt: skip

    def _current(self, order: WorkOrder) -> str | None:
        chosen = next((line for line in order.lines if line.id == self._line and not line.complete), None)
        chosen = chosen or next((line for line in order.lines if not line.complete), None)
        return chosen.id if chosen is not None else None

    def _side(self, order: WorkOrder, current: str | None) -> tuple[Action, ...]:
        last = next((line for line in order.lines if line.id == self._line and line.found), None)
        actions = [Action(_("Not found"), ShortLine(""), "not_found", "F8", enabled=current is not None)]
        if last is not None:
            unit = last.units[-1] if last.units else ""
            actions.append(Action(_("Put back"), UnbindLine(last.id, unit), "replace"))
        actions.append(Action(_("Read pad"), ReadTote(), "rfid", "Ctrl+P"))
        return tuple(actions)


def _line_for(order: WorkOrder, gtin: str, preferred: str | None) -> WorkLine | None:
    """The line that still misses this article; the chosen one first."""
    fitting = [line for line in order.lines if line.gtin == gtin and not line.complete]
    return next((line for line in fitting if line.id == preferred), fitting[0] if fitting else None)


def _reasons() -> tuple[Choice, ...]:
    return (
        Choice("not_found", _("Nowhere to be found"), "not_found"),
        Choice("damaged", _("Damaged"), "damaged"),
        Choice("display_only", _("On display only"), "store"),
        Choice("held_by_customer", _("A customer holds it"), "user"),
        Choice("tag_mismatch", _("The tag is another article's"), "rfid"),
    )


def _back() -> Action:
    return Action(_("Orders"), Back(), "back", "Escape")
