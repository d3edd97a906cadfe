"""Setting a basket aside: kept here first, then given to the agent so that any till of the store can take it up."""

from collections.abc import Callable

from retail.errors import Refused
from store_app.agent_link import AgentDenied, AgentGone, HeldBasket
from store_app.presenters.base import Effect, Notice, Tone
from store_app.presenters.desk import Desk, refused
from store_app.presenters.jobs import new_job
from store_app.presenters.open_sale import read_state
from store_app.presenters.texts import _, n_
from store_app.till_book import SavedBasket

HOLD = "suspended.hold"


def suspend(desk: Desk) -> list[Effect]:
    """Set the sale in hand aside and begin a new one."""
    sale = desk.sale
    if sale.empty:
        return []
    if sale.payment is not None and sale.payment.tenders:
        return [refused("tendered")]
    if desk.paying:
        return [refused("paying")]
    sale.set_payment(None)
    saved = sale.saved(desk.now, desk.staff_id)
    till = desk.services.till

    def hold() -> SavedBasket:
        till.hold_basket(saved)
        return saved

    desk.committing = True
    return [new_job(HOLD, hold)]


def suspended(desk: Desk, saved: SavedBasket) -> Notice:
    """It is on the disk: the next customer's basket begins."""
    what = whose(desk, saved.body)
    desk.committing = False
    desk.new_basket()
    desk.forget_saved()
    text = _("{what} · {amount}", what=what, amount=desk.money(saved.total_minor))
    return Notice(_("Ticket suspended"), text, Tone.GOOD)


def whose(desk: Desk, body: str) -> str:
    """What people call a suspended basket: its client, whose name isn't kept with it, or how many articles it has."""
    try:
        basket = read_state(body).basket
    except Refused:
        return ""
    row = desk.shelves.client(basket.client.id) if basket.client else None
    return row.name if row else n_("{n} article", "{n} articles", sum(max(0, line.qty) for line in basket.lines))


def give_to_agent(desk: Desk, saved: SavedBasket) -> Callable[[], bool]:
    """The work that hands a held basket to the agent; false if the agent is away and it stays here."""
    till, agent, by = desk.services.till, desk.services.agent, desk.staff_id
    basket = HeldBasket(
        id=saved.basket,
        text=saved.body,
        label=saved.label,
        total_minor=saved.total_minor,
        device=desk.services.device,
        by=by,
        at=saved.at,
    )

    def work() -> bool:
        try:
            agent.suspend_basket(basket, by)
        except (AgentGone, AgentDenied):
            return False
        till.release_held(saved.basket)
        return True

    return work
