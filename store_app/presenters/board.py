"""The orders board: what every order screen shows at its left, and which order is chosen."""

from store_app.presenters.desk import Desk
from store_app.presenters.intents import FilterOrders, SelectOrder
from store_app.presenters.names import ScreenName
from store_app.presenters.rows import WorkLine, WorkOrder
from store_app.presenters.texts import _, ago, clock_time, n_, within
from store_app.presenters.views import Action, BoardView, Chip, Empty, OrderCard, Row, Tone

MINUTE = 60_000
URGENT_MS = 30 * MINUTE
OPEN_WORK = ("assigned", "accepted", "picking", "picked", "verified", "staged", "on_hold")
READY_WORK = ("ready",)
SCREEN_OF_WORK: dict[str, ScreenName] = {
    "assigned": ScreenName.ORDERS,
    "accepted": ScreenName.PICK,
    "picking": ScreenName.PICK,
    "picked": ScreenName.VERIFY,
    "verified": ScreenName.STAGE,
    "staged": ScreenName.STAGE,
    "ready": ScreenName.ORDERS,
}


def chosen_order(desk: Desk) -> WorkOrder | None:
    """The chosen order as the agent last showed it; the most urgent one if none is chosen."""
    orders = shown_orders(desk)
    for order in desk.shelves.work():
        if order.id == desk.board.chosen:
            return order
    return orders[0] if orders and desk.board.chosen is None else None


def shown_orders(desk: Desk) -> list[WorkOrder]:
    """Orders that pass the filter, the most urgent first."""
    orders = [order for order in desk.shelves.work() if _passes(order, desk.board.filter, desk.now)]
    return sorted(orders, key=lambda order: (order.promised_at, order.number))


def _passes(order: WorkOrder, wanted: str, now: int) -> bool:
    if wanted == "ready":
        return order.work in READY_WORK
    if wanted == "late":
        return order.work in OPEN_WORK and _left(order, now) < 0
    if wanted == "urgent":
        return order.work in OPEN_WORK and _urgent(order, now)
    if wanted == "todo":
        return order.work in OPEN_WORK
    return order.work in OPEN_WORK or order.work in READY_WORK


def _left(order: WorkOrder, now: int) -> int:
    return order.promised_at - now


def _urgent(order: WorkOrder, now: int) -> bool:
    """Whether it must be begun now to be ready in time."""
    return now >= (order.late_at or order.promised_at - URGENT_MS)


def to_do(desk: Desk) -> int:
    """How many orders wait for hands: the rail's badge."""
    return sum(order.work in OPEN_WORK for order in desk.shelves.work())


def board_view(desk: Desk) -> BoardView:
    """The board as it stands now."""
    chosen = chosen_order(desk)
    cards = tuple(_card(order, desk.now, chosen) for order in shown_orders(desk))
    chips = _filters(desk)
    empty = None
    if not cards:
        empty = Empty(_("No orders"), _("Orders from the web shop appear here by themselves."), "orders")
    return BoardView(cards, chips, empty)


def _filters(desk: Desk) -> tuple[Action, ...]:
    """How many orders there are of each kind; late and urgent ones stand out, and are left out while there are none."""
    orders = desk.shelves.work()
    counts = {
        name: sum(_passes(order, name, desk.now) for order in orders) for name in ("late", "urgent", "todo", "ready")
    }
    texts = {
        "late": n_("{n} late", "{n} late", counts["late"]),
        "urgent": n_("{n} urgent", "{n} urgent", counts["urgent"]),
        "todo": n_("{n} to do", "{n} to do", counts["todo"]),
        "ready": n_("{n} ready", "{n} ready", counts["ready"]),
    }
    tones = {"late": Tone.BAD, "urgent": Tone.WARN}
    shown = [name for name in texts if name not in tones or counts[name] or name == desk.board.filter]
    return tuple(
        Action(
            texts[name],
            FilterOrders(name),
            tone=Tone.GOOD if name == desk.board.filter else tones.get(name, Tone.NEUTRAL),
        )
        for name in shown
    )


def _card(order: WorkOrder, now: int, chosen: WorkOrder | None) -> OrderCard:
    return OrderCard(
        id=order.id,
        number=order.number,
        method=method_chip(order),
        sla=sla_chip(order, now),
        customer=" · ".join(filter(None, (order.customer_name, n_("{n} art.", "{n} art.", order.articles)))),
        state=state_text(order),
        selected=chosen is not None and order.id == chosen.id,
        intent=SelectOrder(order.id),
    )


def method_chip(order: WorkOrder) -> Chip:
    """Pickup or shipping."""
    if order.method == "ship":
        return Chip(_("Shipping"), Tone.NEUTRAL, "truck")
    return Chip(_("Pickup"), Tone.INFO, "pickup")


def sla_chip(order: WorkOrder, now: int) -> Chip | None:
    """How much time is left; none once the order is ready."""
    if order.work in READY_WORK or not order.promised_at:
        return None
    tone = Tone.BAD if _left(order, now) < 0 else Tone.WARN if _urgent(order, now) else Tone.GOOD
    return Chip(within(order.promised_at, now), tone, "clock")


def state_text(order: WorkOrder) -> str:
    """Where the work stands, in words."""
    words = {
        "assigned": _("New"),
        "accepted": _("To pick"),
        "picking": _("Picking, {found} of {wanted}", found=order.picked, wanted=order.articles),
        "picked": _("To check"),
        "verified": _("To put away"),
        "staged": _("In bin {bin}", bin=order.bin or "?"),
        "ready": _("Ready, bin {bin}", bin=order.bin) if order.bin else _("Ready"),
        "on_hold": _("On hold"),
        "handed_over": _("Handed over"),
        "restocking": _("Back to the shelf"),
        "expired": _("Not collected"),
        "cancelled": _("Cancelled"),
        "rejected": _("Given back"),
        "restocked": _("Back on the shelf"),
    }
    return words.get(order.work, order.work)


def line_row(desk: Desk, line: WorkLine, *, selected: bool = False, intent: object = None) -> Row:
    """A line of an order: the article, where it lies and when it was last seen there, how much was found."""
    article = desk.shelves.article(line.gtin)
    place = desk.shelves.zone_name(line.zone or line.location)
    seen = _("seen {when}", when=ago(line.seen_at, desk.now)) if line.seen_at else ""
    chip = None
    if line.short:
        chip = Chip(n_("{n} short", "{n} short", line.short), Tone.WARN)
    elif line.units:
        chip = Chip(_("by tag"), Tone.GOOD, "rfid")
    return Row(
        id=line.id,
        title=desk.shelves.name_of(line.gtin),
        subtitle=desk.shelves.variant_of(line.gtin),
        chips=(Chip(_("RFID"), icon="rfid"),) if article is not None and article.tagged else (),
        icon="done" if line.complete else "open",
        icon_tone=Tone.WARN if line.complete and line.short else Tone.GOOD if line.complete else Tone.NEUTRAL,
        middle=place,
        middle_sub=seen,
        right=f"{line.found} / {line.qty}",
        right_chip=chip,
        selected=selected,
        dim=line.complete and not selected,
        intent=intent,
    )


def subtitle_of(order: WorkOrder, now: int) -> str:
    """For whom, and by when."""
    when = _("promised for {time}", time=clock_time(order.promised_at)) if order.promised_at else ""
    return " · ".join(filter(None, (order.customer_name, when)))
