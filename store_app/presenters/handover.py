"""Handing an order over: the scan of the signed code shows it, one touch makes it the customer's. Works offline."""

from typing import Literal

from retail.facts import Approver, OrderHandedOver
from store_app.agent_link import AgentError
from store_app.presenters.approval import with_permission
from store_app.presenters.base import Effect, Go, Notice, Tone
from store_app.presenters.board import OPEN_WORK, line_row, state_text
from store_app.presenters.desk import Desk
from store_app.presenters.intents import Back, HandOver
from store_app.presenters.names import ScreenName
from store_app.presenters.rows import WorkOrder, typed
from store_app.presenters.scanning import PickupScanned
from store_app.presenters.screen import ScreenPresenter
from store_app.presenters.texts import _, moment, n_
from store_app.presenters.views import Action, Chip, Empty, Fact, HandoverView, Row
from store_app.till_book import orders

VerifiedBy = Literal["qr", "manager"]


class HandoverPresenter(ScreenPresenter):
    """The handover is the till's own fact: a timeout at the agent can't double it."""

    name = ScreenName.HANDOVER

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._order_id: str | None = None
        self._number = ""
        self._order: WorkOrder | None = None
        self._genuine = False
        self._done_at: int | None = None
        self._busy = False
        self._read: frozenset[str] = frozenset()
        self._on_board = False

    def enter(self, argument: object, now: int) -> list[Effect]:
        self._busy = False
        if isinstance(argument, PickupScanned):
            self._order_id, self._number, self._genuine = argument.order, argument.number, True
        elif isinstance(argument, str):
            self._order_id, self._number, self._genuine = argument, "", False
        else:
            return []
        self._read = frozenset()
        self._order = self._in_hand()
        self._on_board = self._order is not None
        with self.desk.services.till.read() as conn:
            self._done_at = orders.handed_over_at(conn, self._order_id)
        number = self._order.number if self._order is not None else self._number
        told: list[Effect] = [self._already(number)] if self._done_at is not None else []
        return told if self._order is not None else [*told, self.job("ask", self._ask, writes=False)]

    @staticmethod
    def _already(number: str) -> Notice:
        text = _("The goods of {number} have left. Give nothing out again.", number=number)
        return Notice(_("Handed over before"), text, Tone.BAD, 8.0)

    def _in_hand(self) -> WorkOrder | None:
        """The order as the agent last showed it."""
        return next((order for order in self.desk.shelves.work() if order.id == self._order_id), None)

    def _ask(self) -> WorkOrder | None:
        """An order that isn't on the board: the agent knows what became of it; without it, what the ledger assigned."""
        wanted = self._order_id or ""
        try:
            row = self.desk.services.agent.order(wanted)
            return None if row is None else typed(WorkOrder, row)
        except AgentError:
            assigned = self.desk.shelves.order(wanted)
            return None if assigned is None else typed(WorkOrder, {**assigned, "work": "unknown"})

    def changed(self, feeds: frozenset[str], now: int) -> list[Effect]:
        if not feeds & {"work", "orders"} or self._done_at is not None or self._busy:
            return []
        held, was_on_board = self._in_hand(), self._on_board
        self._order, self._on_board = held or self._order, held is not None
        if was_on_board and held is None:  # another till was quicker, or it was cancelled
            return [self.job("ask", self._ask, writes=False)]
        return []

    def tags(self, units: tuple[str, ...], now: int) -> list[Effect] | None:
        self._read = frozenset(units)
        return []

    def on(self, intent: object, now: int) -> list[Effect]:
        match intent:
            case HandOver() if self._order is not None and self._done_at is None and not self._busy:
                return self._hand_over(self._order)
            case Back():
                return [Go(ScreenName.TILL)]
        return []

    def _hand_over(self, order: WorkOrder) -> list[Effect]:
        if self._genuine:
            return self._commit(order, "qr")
        facts = (Fact(_("Order"), order.number), Fact(_("Client"), order.customer_name))

        def granted(_approver: Approver | None) -> list[Effect]:
            return self._commit(order, "manager")

        title = _("Hand over without the code")
        return with_permission(self.desk, "hand_over_without_code", order.id, title, facts, granted)

    def _commit(self, order: WorkOrder, verified_by: VerifiedBy) -> list[Effect]:
        lines = tuple((line.id, line.gtin, _taken(line.qty, line.short)) for line in order.lines)
        fact = OrderHandedOver(
            order=order.id,
            number=order.number,
            units=tuple(sorted(order.units)),
            lines=tuple(line for line in lines if line[2] > 0),
            verified_by=verified_by,
            by=self.desk.staff_id,
        )
        till = self.desk.services.till
        self._busy = True
        return [self.job("hand_over", lambda: till.hand_over(fact))]

    def done(self, job_id: str, result: object) -> list[Effect]:
        self._busy = False
        return super().done(job_id, result)

    def finished(self, job: str, result: object) -> list[Effect]:
        if job == "ask" and isinstance(result, WorkOrder):
            self._order = result
            if result.work == "handed_over" and self._done_at is None:
                return [self._already(result.number)]
        if job == "hand_over" and self._order is not None:
            self._done_at = self.desk.now
            if result is False:
                return [self._already(self._order.number)]
            text = _("{number} is the customer's now.", number=self._order.number)
            self.desk.board.chosen = None
            return [Notice(_("Handed over"), text, Tone.GOOD), Go(ScreenName.TILL)]
        return []

    @property
    def view(self) -> HandoverView:
        order = self._order
        if order is None:
            text = _("The agent hasn't told this till about it. Try again when the agent answers.")
            empty = Empty(_("Order {number} isn't known here", number=self._number), text, "orders")
            return HandoverView(self._number or _("Handover"), "", empty=empty, actions=(_back(),))
        return HandoverView(
            title=order.number,
            customer=order.customer_name,
            chips=self._chips(order),
            bin_label=_("Bin"),
            bin=order.bin or ("" if self._gone(order) else "—"),
            facts=self._facts(order),
            lines_title=n_("{n} article", "{n} articles", order.articles),
            lines=tuple(line_row(self.desk, line) for line in order.lines),
            steps=self._steps(order),
            actions=(_back(),),
            primary=Action(
                _("Hand over"), HandOver(), "handover", "F12",
                enabled=not self._gone(order) and not self._busy and order.work in ("ready", "unknown", "staged"),
                why=self._why(order),
            ),
        )  # fmt: skip

    def _gone(self, order: WorkOrder) -> bool:
        """Whether the goods are the customer's already."""
        return self._done_at is not None or order.work == "handed_over"

    def _why(self, order: WorkOrder) -> str:
        if self._gone(order):
            return _("It was handed over before.")
        return "" if order.work == "ready" else _("The order isn't ready yet.")

    def _chips(self, order: WorkOrder) -> tuple[Chip, ...]:
        chips = [Chip(_("Code checked"), Tone.GOOD, "shield") if self._genuine else Chip(_("No code"), Tone.WARN)]
        if self._done_at is not None:
            chips.append(Chip(_("Handed over {when}", when=moment(self._done_at)), Tone.BAD, "warning"))
        elif order.work == "handed_over":
            chips.append(Chip(state_text(order), Tone.BAD, "warning"))
        elif self._read and self._read - order.units:
            chips.append(Chip(_("A tag of something else is on the pad"), Tone.WARN, "rfid"))
        elif self._read and self._read == order.units:
            chips.append(Chip(_("All tags read"), Tone.GOOD, "rfid"))
        elif order.work in OPEN_WORK:
            chips.append(Chip(_("Not ready yet"), Tone.WARN, "clock"))
        elif order.work not in ("ready", "unknown"):
            chips.append(Chip(state_text(order), Tone.WARN, "warning"))
        return tuple(chips)

    @staticmethod
    def _facts(order: WorkOrder) -> tuple[Fact, ...]:
        due = order.money not in ("", "paid", "captured")
        return (Fact(_("To pay"), _("at the till") if due else _("nothing, paid online")),)

    def _steps(self, order: WorkOrder) -> tuple[Row, ...]:
        gone = self._gone(order)
        fetch = Row("fetch", _("Fetch bin {bin}", bin=order.bin or "?"), icon="open")
        return (
            Row("code", _("Code scanned"), icon="done" if self._genuine else "open"),
            *(() if gone else (fetch,)),
            Row("give", _("Handed over") if gone else _("Hand over"), icon="done" if gone else "open"),
        )


def _taken(qty: int, short: int) -> int:
    return qty - short


def _back() -> Action:
    return Action(_("Back"), Back(), "back", "Escape")
