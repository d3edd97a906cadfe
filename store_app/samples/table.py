"""The table of samples: name of the picture -> screen, view, dialog and notices."""

from collections.abc import Callable
from dataclasses import dataclass

from store_app.presenters.base import Notice
from store_app.presenters.names import ScreenName
from store_app.presenters.views.dialogs import Dialog
from store_app.samples import finding, floor, orders, paying, people, replenish, stock, till


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture: the screen's view is made when it is drawn, in the language in use then."""

    screen: ScreenName
    view: Callable[[], object]
    dialog: Callable[[], Dialog] | None = None
    notices: Callable[[], tuple[Notice, ...]] | None = None
    keys: bool = False


_S = ScreenName

SAMPLES: dict[str, Sample] = {
    "sign_in": Sample(_S.SIGN_IN, people.sign_in),
    "sign_in_wrong": Sample(_S.SIGN_IN, people.sign_in_wrong),
    "till": Sample(_S.TILL, till.till),
    "till_empty": Sample(_S.TILL, till.till_empty),
    "till_entry": Sample(_S.TILL, till.till_entry),
    "till_notices": Sample(_S.TILL, till.till, notices=people.notices),
    "till_keys": Sample(_S.TILL, till.till, keys=True),
    "till_approval": Sample(_S.TILL, till.till, people.approval),
    "till_discount": Sample(_S.TILL, till.till, people.discount),
    "tender": Sample(_S.TENDER, paying.tender),
    "tender_notices": Sample(_S.TENDER, paying.tender, notices=people.notices),
    "card": Sample(_S.CARD, paying.card_waiting),
    "card_doubt": Sample(_S.CARD, paying.card_doubt),
    "done": Sample(_S.DONE, paying.done),
    "search": Sample(_S.SEARCH, paying.search),
    "search_empty": Sample(_S.SEARCH, paying.search_empty),
    "returns": Sample(_S.RETURNS, paying.returns),
    "returns_start": Sample(_S.RETURNS, paying.returns_start),
    "suspended": Sample(_S.SUSPENDED, paying.suspended),
    "suspended_empty": Sample(_S.SUSPENDED, paying.suspended_empty),
    "customers_empty": Sample(_S.CUSTOMERS, people.customers_empty),
    "client_profile": Sample(_S.CUSTOMERS, people.client_profile),
    "client_wishes": Sample(_S.CUSTOMERS, people.client_wishes),
    "client_purchases": Sample(_S.CUSTOMERS, people.client_purchases),
    "client_consents": Sample(_S.CUSTOMERS, people.client_consents),
    "client_notes": Sample(_S.CUSTOMERS, people.client_notes),
    "orders": Sample(_S.ORDERS, orders.orders),
    "orders_empty": Sample(_S.ORDERS, orders.orders_empty),
    "pick": Sample(_S.PICK, orders.pick),
    "verify": Sample(_S.VERIFY, orders.verify),
    "stage": Sample(_S.STAGE, orders.stage),
    "handover": Sample(_S.HANDOVER, orders.handover),
    "handover_empty": Sample(_S.HANDOVER, orders.handover_empty),
    "count": Sample(_S.COUNT, stock.counting),
    "count_empty": Sample(_S.COUNT, stock.count_empty),
    "differences": Sample(_S.DIFFERENCES, stock.differences),
    "gate": Sample(_S.GATE, floor.gate),
    "gate_passage": Sample(_S.GATE, floor.gate_passage),
    "gate_empty": Sample(_S.GATE, floor.gate_empty),
    "replenish": Sample(_S.REPLENISH, replenish.replenish),
    "replenish_empty": Sample(_S.REPLENISH, replenish.replenish_empty),
    "locate": Sample(_S.LOCATE, finding.locate),
    "locate_search": Sample(_S.LOCATE, finding.search),
    "locate_start": Sample(_S.LOCATE, finding.start),
    "locate_put": Sample(_S.LOCATE, finding.locate, finding.put),
    "devices": Sample(_S.DEVICES, floor.devices),
    "devices_lost": Sample(_S.DEVICES, floor.devices_lost),
    "devices_scanner": Sample(_S.DEVICES, floor.devices_scanner),
    "shift": Sample(_S.SHIFT, people.shift_open),
    "shift_count": Sample(_S.SHIFT, people.shift_count),
    "shift_count_amount": Sample(_S.SHIFT, people.shift_open, people.amount),
    "shift_closed": Sample(_S.SHIFT, people.shift_closed),
}
