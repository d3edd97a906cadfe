"""Putting a packed order away: choose or scan a bin, then it is ready for its customer."""

from store_app.presenters.base import Effect, Go, Notice, Tone
from store_app.presenters.board import board_view, chosen_order, subtitle_of
from store_app.presenters.desk import Desk
from store_app.presenters.intents import Back, FilterOrders, OrderCommand, SelectBin, SelectOrder
from store_app.presenters.names import ScreenName
from store_app.presenters.scanning import BinScanned
from store_app.presenters.screen import ScreenPresenter
from store_app.presenters.texts import _
from store_app.presenters.views import Action, Bin, Row, StageView


class StagePresenter(ScreenPresenter):
    """Two commands, staged and ready, in one touch."""

    name = ScreenName.STAGE

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._bin: str | None = None
        self._order: str | None = None

    def enter(self, argument: object, now: int) -> list[Effect]:
        if isinstance(argument, str):
            self.desk.board.chosen = argument
        if self._order != self.desk.board.chosen:  # a late answer that leads here once more changes nothing
            self._order, self._bin = self.desk.board.chosen, None
        return []

    def on(self, intent: object, now: int) -> list[Effect]:
        order = chosen_order(self.desk)
        match intent:
            case SelectOrder(chosen):
                return [Go(ScreenName.ORDERS, chosen)]
            case FilterOrders(wanted):
                self.desk.board.filter = wanted
                return [Go(ScreenName.ORDERS)]
            case SelectBin(name):
                self._bin = name
            case OrderCommand("stage") if order is not None and self._bin is not None:
                return [self.command("order.stage", order.id, {"bin": self._bin}, name="stage")]
            case OrderCommand("ready") if order is not None:
                return [self.command("order.ready", order.id, name="ready")]
            case Back():
                return [Go(ScreenName.ORDERS)]
        return []

    def scanned(self, found: object, now: int) -> list[Effect] | None:
        if not isinstance(found, BinScanned):
            return None
        self._bin = found.bin
        return []

    def finished(self, job: str, result: object) -> list[Effect]:
        order = chosen_order(self.desk)
        if job == "stage" and order is not None:
            return [self.command("order.ready", order.id, name="ready")]
        if job == "ready":
            number = order.number if order is not None else ""
            text = _("{number} waits for its customer.", number=number)
            self.desk.board.chosen = self._order = None
            return [Notice(_("Ready"), text, Tone.GOOD), Go(ScreenName.ORDERS)]
        return []

    @property
    def view(self) -> StageView:
        order = chosen_order(self.desk)
        board = board_view(self.desk)
        if order is None:
            return StageView(board, _("Put away"), help=_("Choose an order."), actions=(_back(),))
        staged = order.work == "staged"
        return StageView(
            board=board,
            title=_("Put {number} away", number=order.number),
            subtitle=subtitle_of(order, self.desk.now),
            bins_title=_("Bins"),
            bins=() if staged else self._bins(),
            steps=(
                Row("pack", _("Checked"), icon="done", icon_tone=Tone.GOOD),
                Row("bin", _("In bin {bin}", bin=order.bin or self._bin or "…"), icon="done" if staged else "open"),
                Row("ready", _("The customer is told"), icon="open"),
            ),
            help=_("Tap a bin, or scan its label."),
            actions=(_back(),),
            primary=Action(
                _("Ready"),
                OrderCommand("ready" if staged else "stage"),
                "check",
                "F12",
                enabled=staged or (self._bin is not None and order.work == "verified"),
                why=_("Choose a bin first."),
            ),
        )

    def _bins(self) -> tuple[Bin, ...]:
        lying = {order.bin: order.number for order in self.desk.shelves.work() if order.bin}
        return tuple(
            Bin(name, name, lying.get(name, ""), name == self._bin, name not in lying, SelectBin(name))
            for name in self.desk.shelves.plan().bin_names
        )


def _back() -> Action:
    return Action(_("Orders"), Back(), "back", "Escape")
