"""Goods come in by a command: an opening balance, or a delivery."""

from typing import Literal

import msgspec

from edge_agent.effects import Draft
from edge_agent.messages import CommandArrived, Json
from edge_agent.shop import Shop
from retail.errors import Refused
from retail.stock import At, Received, receive
from retail.stock.effects import effects


class ReceiveLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of ``stock.receive``: ``qty`` of an article, of which ``units`` carry tags."""

    gtin: str
    qty: int
    units: tuple[str, ...] = ()
    location: Literal["salesfloor", "stockroom"] = "stockroom"
    condition: Literal["sellable", "b_grade", "damaged", "unchecked"] = "sellable"


class Receive(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The arguments of ``stock.receive``."""

    lines: tuple[ReceiveLine, ...]
    reason: Literal["opening", "received"] = "received"


def received(message: CommandArrived, shop: Shop, draft: Draft) -> Json:
    """``stock.receive``: the whole delivery is taken in, or refused whole."""
    asked = msgspec.convert(message.args, Receive)
    if any(len(line.gtin) != 14 or not line.gtin.isdigit() for line in asked.lines):
        raise Refused("malformed", "a GTIN has 14 digits")
    lines = [Received(line.gtin, line.qty, line.units, At(line.location, line.condition)) for line in asked.lines]
    moves = receive(shop.stock, lines)
    draft.stock(effects(shop.stock, asked.reason, moves, cause=None, at=draft.now, new_id=draft.new_id))
    return {"moved": sum(move.qty for move in moves)}
