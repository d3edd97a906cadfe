"""Suspended baskets: the agent keeps them and hands each out once, to whichever till asks first."""

from edge_agent.effects import Draft, Keep
from edge_agent.messages import CommandArrived, Json
from edge_agent.shop import Shop
from retail.errors import Refused


def suspend(message: CommandArrived, shop: Shop, draft: Draft) -> Json:
    """``basket.suspend {basket}``; the subject is the basket's id."""
    if message.subject in shop.baskets:
        raise Refused("already_suspended", f"basket {message.subject} is suspended already")
    basket = message.args["basket"]
    if not isinstance(basket, dict):
        raise Refused("malformed", "a basket is an object")
    body = {"basket": basket, "device": message.device, "by": message.by, "at": draft.now}
    draft.kept.append(Keep("suspended_baskets", message.subject, body))
    return {"basket": message.subject}


def resume(message: CommandArrived, shop: Shop, draft: Draft) -> Json:
    """``basket.resume``: hands the basket out, once."""
    kept = shop.baskets.get(message.subject)
    if kept is None:
        raise Refused("not_suspended", f"basket {message.subject} isn't suspended, or was resumed elsewhere")
    draft.kept.append(Keep("suspended_baskets", message.subject, None))
    return {"basket": kept["basket"]}
