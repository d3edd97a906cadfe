"""Orders board: every order of the store by urgency, and the next step of the chosen one."""

from store_app.presenters.base import Effect, Go, Notice, Tone
from store_app.presenters.board import (
    SCREEN_OF_WORK,
    board_view,
    chosen_order,
    line_row,
    method_chip,
    sla_chip,
    state_text,
    subtitle_of,
)
from store_app.presenters.intents import FilterOrders, OrderCommand, SelectOrder
from store_app.presenters.names import ScreenName
from store_app.presenters.rows import WorkOrder
from store_app.presenters.screen import ScreenPresenter
from store_app.presenters.texts import _, clock_time, moment, n_
from store_app.presenters.views import Action, Chip, Empty, Fact, OrdersView


class OrdersPresenter(ScreenPresenter):
    """Chooses an order and starts its next step."""

    name = ScreenName.ORDERS

    def enter(self, argument: object, now: int) -> list[Effect]:
        if isinstance(argument, str):
            self.desk.board.chosen = argument
        return []

    def on(self, intent: object, now: int) -> list[Effect]:
        match intent:
            case SelectOrder(order):
                self.desk.board.chosen = order
            case FilterOrders(wanted):
                self.desk.board.filter = wanted
                self.desk.board.chosen = None
            case OrderCommand(step):
                return self._step(step)
        return []

    def _step(self, step: str) -> list[Effect]:
        order = chosen_order(self.desk)
        if order is None:
            return []
        self.desk.board.chosen = order.id
        if step == "open":
            return [Go(SCREEN_OF_WORK.get(order.work, ScreenName.ORDERS), order.id)]
        if step == "handover":
            return [Go(ScreenName.HANDOVER, order.id)]
        if step == "accept":  # picking accepts what nobody has accepted yet
            return [self.command("order.pick", order.id, name="pick")]
        if step == "reject":
            return [self.command("order.reject", order.id, {"reason": "no_stock"}, name="reject")]
        return [self.command(f"order.{step}", order.id, name=step)]

    def finished(self, job: str, result: object) -> list[Effect]:
        order = self.desk.board.chosen
        if job == "pick":
            return [Go(ScreenName.PICK, order)]
        if job == "reject":
            return [Notice(_("Order given back"), _("It is offered to another store."), Tone.NEUTRAL)]
        if job == "restock":
            return [Notice(_("Back on the shelf"), _("The order's goods can be sold again."), Tone.GOOD)]
        return []

    @property
    def view(self) -> OrdersView:
        order = chosen_order(self.desk)
        board = board_view(self.desk)
        if order is None:
            text = _("Choose an order, or scan the customer's pickup code at any time.")
            return OrdersView(board, empty=Empty(_("Nothing chosen"), text, "orders"))
        now = self.desk.now
        sla = sla_chip(order, now)
        return OrdersView(
            board=board,
            title=order.number,
            subtitle=subtitle_of(order, now),
            chips=tuple(chip for chip in (method_chip(order), sla, Chip(state_text(order))) if chip is not None),
            facts=self._facts(order),
            lines_title=n_("{n} article", "{n} articles", order.articles),
            lines=tuple(line_row(self.desk, line) for line in order.lines),
            actions=self._actions(order),
            primary=self._primary(order),
        )

    def _facts(self, order: WorkOrder) -> tuple[Fact, ...]:
        person = self.desk.shelves.person_name(order.by) if order.by else ""
        facts = [
            Fact(_("Promised"), moment(order.promised_at) if order.promised_at else ""),
            Fact(_("Bin"), order.bin or ""),
            Fact(_("In hand"), person),
            Fact(_("Begin by"), clock_time(order.late_at) if order.late_at else ""),
        ]
        return tuple(fact for fact in facts if fact.value)

    @staticmethod
    def _actions(order: WorkOrder) -> tuple[Action, ...]:
        if order.work in ("assigned", "accepted"):
            return (Action(_("Hand the order back"), OrderCommand("reject"), icon="return"),)
        if order.work in ("restocking", "expired"):
            return (Action(_("Back on the shelf"), OrderCommand("restock"), icon="stock"),)
        return ()

    @staticmethod
    def _primary(order: WorkOrder) -> Action | None:
        if order.work == "assigned":
            return Action(_("Accept and pick"), OrderCommand("accept"), icon="cart", key="F12")
        if order.work == "accepted":
            return Action(_("Pick"), OrderCommand("pick"), icon="cart", key="F12")
        if order.work == "picking":
            return Action(_("Go on picking"), OrderCommand("pick"), icon="cart", key="F12")
        if order.work == "picked":
            return Action(_("Check the tote"), OrderCommand("open"), icon="verify", key="F12")
        if order.work in ("verified", "staged"):
            return Action(_("Put away"), OrderCommand("open"), icon="bin", key="F12")
        if order.work == "ready" and order.method == "pickup":
            return Action(_("Hand over"), OrderCommand("handover"), icon="handover", key="F12")
        return None
