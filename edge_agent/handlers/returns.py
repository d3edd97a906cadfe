"""Goods that came back are graded again when somebody has looked closer."""

from typing import get_args

from edge_agent.effects import Draft, Keep
from edge_agent.messages import CommandArrived
from edge_agent.shop import Shop
from retail.errors import Refused
from retail.facts.store import Move
from retail.stock import GRADED, relocate
from retail.stock.effects import effects
from retail.stock.moves import move
from retail.stock.places import Grade


def grade(message: CommandArrived, shop: Shop, draft: Draft) -> None:
    """``return.grade {grade}``; the subject is the return's id."""
    returned = shop.returns.get(str(message.args.get("returned") or message.subject))
    if returned is None:
        raise Refused("unknown_return", f"nothing came back under {message.subject}")
    wanted = message.args["grade"]
    if wanted not in get_args(Grade):
        raise Refused("malformed", f"a grade is one of {', '.join(get_args(Grade))}")
    moves: list[Move]
    if returned["unit"] is not None:
        moves = relocate(shop.stock, [returned["unit"]], GRADED[wanted])
    else:
        src, dst = GRADED[returned["grade"]], GRADED[wanted]
        moves = [] if src == dst else [move(returned["gtin"], src, dst, returned["qty"])]
    draft.stock(effects(shop.stock, "graded", moves, cause=None, at=draft.now, new_id=draft.new_id))
    draft.kept.append(Keep("returns", returned["returned"], {**returned, "grade": wanted}))
