"""A person who has found something with a handheld says where it is now."""

from typing import Literal

from edge_agent.effects import Draft
from edge_agent.messages import CommandArrived
from edge_agent.shop import Shop
from retail.errors import Refused
from retail.facts.store import Move
from retail.stock import BACK, FLOOR, At, Received, receive
from retail.stock.effects import effects
from retail.stock.moves import move


def placed(message: CommandArrived, shop: Shop, draft: Draft) -> None:
    """``unit.place {zone}``: it lies there. What was written off comes back; what was suspected to be lost isn't.

    Goods that a person has put aside (staged, returned, damaged) keep their place of stock.
    """
    unit, zone = message.subject, str(message.args["zone"])
    location = shop.plan.location_of(zone)
    if location is None:
        raise Refused("unknown_zone", f"the store's plan has no zone {zone!r}", allowed=tuple(shop.plan.zones))
    moves = _moves(shop, unit, "stockroom" if location == "stockroom" else "salesfloor")
    if moves:
        draft.stock(effects(shop.stock, "found", moves, cause=None, at=draft.now, new_id=draft.new_id))
    draft.sightings.append((unit, zone, draft.now))
    shop.live.presence.place(unit, zone, shop.live.machine_us(draft.now))


def _moves(shop: Shop, unit: str, location: Literal["salesfloor", "stockroom"]) -> list[Move]:
    row = shop.stock.units.get(unit)
    if row is None:
        raise Refused("not_in_stock", f"{unit} was never in stock here")
    if not row.held:
        if row.at.location != "shrink":
            raise Refused("unit_gone", f"{unit} has left the store")
        return receive(shop.stock, [Received(row.gtin, 1, (unit,), At(location))])
    if row.at in (FLOOR, BACK) and row.at.location != location:
        return [move(row.gtin, row.at, At(location), unit=unit)]
    # a move to where it stands in the book clears the suspicion
    return [move(row.gtin, row.at, row.at, unit=unit)] if unit in shop.stock.suspects else []
