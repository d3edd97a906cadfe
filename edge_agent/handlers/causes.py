"""Facts of tills: what they do to stock and orders, each exactly once; conflicts wait for a person."""

from edge_agent.effects import Draft
from edge_agent.messages import FactArrived
from edge_agent.shop import Shop
from retail.stock import effects_of


def arrived(message: FactArrived, shop: Shop, draft: Draft) -> None:
    """A till's fact is a cause: the movements and exceptions that it leads to are the agent's own facts."""
    cause = (message.device, message.seq)
    draft.stock(effects_of(shop.stock, message.fact, cause, message.at, draft.new_id))
